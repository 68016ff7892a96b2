//! Which steps of a trace are shown, and how each differs from the one before.

use cflint_diagnostics::Span;
use cflint_edge::facts::Certainty;
use cflint_edge::trace::{Step, Trace};

/// So many steps of one kind that the request passes are shown.
const MOST_OF_A_KIND: usize = 4;

/// The topic of a step that is a line of `console.log`.
const LOG: &str = "log";

/// A step, or how many of its kind are left out.
pub(crate) enum Row<'t> {
    Step(Shown<'t>),
    More(usize),
    /// So many lines that a function printed.
    Printed(usize),
}

pub(crate) struct Shown<'t> {
    pub(crate) step: &'t Step,
    /// The topic; empty where it is that of the step before.
    pub(crate) title: &'static str,
    /// The place, where it is not that of the step before.
    pub(crate) span: Option<Span>,
    /// Whether the request has failed already.
    pub(crate) is_after_failure: bool,
}

impl Row<'_> {
    pub(crate) fn title(&self) -> &'static str {
        match self {
            Self::Step(shown) => shown.title,
            Self::More(_) | Self::Printed(_) => "",
        }
    }
}

/// The steps in order; if it is verbose, all of them.
pub(crate) fn rows(trace: &Trace, is_verbose: bool) -> Vec<Row<'_>> {
    let shown: Vec<&Step> = trace.steps.iter().filter(|step| is_verbose || !only_repeats(step)).collect();
    let mut rows = Vec::new();
    let mut previous: Option<&Step> = None;
    let mut rest = shown.as_slice();
    let mut is_after_failure = false;
    while let Some(first) = rest.first() {
        let count = rest.iter().take_while(|step| step.title == first.title && step.has_passed()).count();
        if !is_verbose && first.title == LOG {
            rows.push(Row::Printed(count));
            rest = rest.get(count.max(1)..).unwrap_or_default();
            continue;
        }
        let is_cut = !is_verbose && count > MOST_OF_A_KIND;
        let now = if is_cut { MOST_OF_A_KIND - 1 } else { count.max(1) };
        for &step in rest.iter().take(now) {
            let title = if previous.is_some_and(|it| it.title == step.title) { "" } else { step.title };
            // What decides several steps is shown once.
            let span = step.span.filter(|_| previous.and_then(|previous| previous.span) != step.span);
            let span = if step.has_failed { step.span } else { span };
            rows.push(Row::Step(Shown { step, title, span, is_after_failure }));
            // Another origin gets a request of its own.
            is_after_failure = (is_after_failure || step.has_failed) && step.title != "failover";
            previous = Some(step);
        }
        if is_cut {
            rows.push(Row::More(count - now));
        }
        rest = rest.get(count.max(1)..).unwrap_or_default();
    }
    rows
}

/// How well a step is established, for behind its text; nothing where it is certain.
pub(crate) fn certainty(step: &Step) -> &'static str {
    match step.certainty {
        Certainty::Certain => "",
        Certainty::Probable => " (probable)",
        Certainty::Uncertain => " (uncertain)",
    }
}

/// Whether a step says only what the verdict says.
fn only_repeats(step: &Step) -> bool {
    step.title == "answer" && step.has_passed()
}
