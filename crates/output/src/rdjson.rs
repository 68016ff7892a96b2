//! The diagnostic format of reviewdog, which posts findings as comments on a change.
//! <https://github.com/reviewdog/reviewdog/tree/master/proto/rdf>
//!
//! reviewdog rejects a document with a key that it does not know, so there is no fingerprint, and what newer versions know
//! is left out.

use std::io::{self, Write};

use cflint_diagnostics::{Applicability, Encoding, Finding, Fix, Position, Severity, Span};
use cflint_linter::Report;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use crate::context::Context;
use crate::details::{details, made_into};
use crate::json::{Each, write_value};
use crate::{markdown, place};

const HOME: &str = env!("CARGO_PKG_REPOSITORY");

/// Writes the findings that count.
///
/// # Errors
/// Those of the writer.
pub fn write(report: &Report, context: &Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    write_value(&Document { report, context }, out)
}

struct Document<'d> {
    report: &'d Report,
    context: &'d Context<'d>,
}

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { report, context } = *self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("source", &json!({"name": "cflint", "url": HOME}))?;
        map.serialize_entry(
            "diagnostics",
            &Each(|| report.active().map(|finding| diagnostic(report, finding, context))),
        )?;
        map.end()
    }
}

fn diagnostic(report: &Report, finding: &Finding, context: &Context<'_>) -> Value {
    let user = place::user(finding, context);
    let primary = finding.primary.span;
    let (path, range) = match &user {
        // Columns are bytes, and the CDK counts something else.
        Some(at) => (at.path.clone(), json!({"start": {"line": at.start.line}})),
        None => (place::template(&report.sources, primary, context).path, range(report, primary)),
    };
    let mut diagnostic = json!({
        "message": text(report, finding, context),
        "location": {"path": path, "range": range},
        "severity": match finding.severity {
            Severity::Error => "ERROR",
            Severity::Warning => "WARNING",
            Severity::Info => "INFO",
        },
        "code": {"value": finding.rule},
    });
    if let Some(rule) = context.rule(finding.rule) {
        diagnostic["code"]["url"] = json!(rule.url());
    }
    let fix = finding.fix.as_ref().filter(|fix| fix.applicability == Applicability::Safe && user.is_none());
    if let Some(suggestion) = fix.and_then(|fix| suggestion(report, primary, fix)) {
        diagnostic["suggestions"] = json!([suggestion]);
    }
    diagnostic
}

/// The message and what there is to say besides it, as Markdown, which is what comments are.
fn text(report: &Report, finding: &Finding, context: &Context<'_>) -> String {
    let labels = std::iter::once(&finding.primary).chain(&finding.related);
    let labels = labels.filter(|label| !label.message.is_empty()).map(|label| {
        format!("`{}`: {}", place::line(report, label.span, context).replace('`', "'"), label.message)
    });
    let rest = labels.chain(made_into(report, finding, context)).chain(details(finding));
    let rest: String =
        rest.map(|line| format!("\n- {}", markdown::inline(&line, markdown::MAX_TEXT))).collect();
    let message = markdown::inline(&finding.message, markdown::MAX_TEXT);
    if rest.is_empty() { message } else { format!("{message}\n{rest}") }
}

/// The whole fix as one edit: a reader applies one suggestion, and some of the edits would leave a broken template.
fn suggestion(report: &Report, primary: Span, fix: &Fix) -> Option<Value> {
    let (first, last) = (fix.edits.first()?, fix.edits.last()?);
    if fix.edits.iter().any(|edit| edit.span.file != primary.file) {
        return None;
    }
    let source = report.sources.get(primary.file)?.text();
    let mut text = String::new();
    let mut at = first.span.start;
    for edit in &fix.edits {
        text.push_str(source.get(at as usize..edit.span.start as usize)?);
        text.push_str(&edit.text);
        at = edit.span.end;
    }
    let whole = Span::new(primary.file, first.span.start, last.span.end);
    Some(json!({"range": range(report, whole), "text": text}))
}

fn range(report: &Report, span: Span) -> Value {
    let (start, end) = place::ends(&report.sources, span, Encoding::Utf8);
    let position = |at: Position| json!({"line": at.line, "column": at.column});
    json!({"start": position(start), "end": position(end)})
}
