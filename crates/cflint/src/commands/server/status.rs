//! What a client is told about the state of a document.

use serde_json::{Value, json};

use super::look::Outcome;
use super::session::{ERROR, INFO};
use crate::commands::output;

/// Whether a document is checked, and what there is to say about that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Status {
    kind: Kind,
    /// What was found, or why nothing is checked.
    text: String,
    /// What could not be looked at, as `cflint check` says it.
    notes: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Checked,
    Silent,
    Error,
}

impl Status {
    /// Nothing if the check did not come to its end.
    pub(super) fn of(outcome: &Outcome) -> Option<Self> {
        let status = |kind, text| Some(Self { kind, text, notes: Vec::new() });
        match outcome {
            Outcome::Seen(look) => {
                let notes = look.report.notices.iter().map(output::note).collect();
                Some(Self { kind: Kind::Checked, text: cflint_output::summary(&look.report), notes })
            }
            Outcome::Silent(why) => status(Kind::Silent, (*why).to_owned()),
            Outcome::Unconfigured(problem, _) => status(Kind::Error, problem.text()),
            Outcome::Stopped => None,
        }
    }

    /// For a client that shows the state of a document.
    pub(super) fn params(&self, uri: &str) -> Value {
        let kind = match self.kind {
            Kind::Checked => "checked",
            Kind::Silent => "silent",
            Kind::Error => "error",
        };
        json!({"uri": uri, "kind": kind, "text": self.lines()})
    }

    /// For the log of another one, with its level; nothing if it says nothing that the client has not been told before. How
    /// many findings there are, it shows.
    pub(super) fn log(&self, before: Option<&Self>) -> Option<(u8, String)> {
        let told = |status: &Self| {
            let text = (status.kind != Kind::Checked).then(|| status.text.clone());
            (status.kind, text, status.notes.clone())
        };
        if before.map(told) == Some(told(self)) {
            return None;
        }
        let level = if self.kind == Kind::Error { ERROR } else { INFO };
        Some((level, self.lines()))
    }

    fn lines(&self) -> String {
        let notes = self.notes.iter().map(|note| format!("\n{note}"));
        notes.fold(self.text.clone(), |text, note| text + &note)
    }
}
