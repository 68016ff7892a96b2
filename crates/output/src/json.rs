//! The `cflint/v1` document; for programs. Keys are never removed or renamed, and come in a fixed order.

use std::io::{self, Write};

use cflint_diagnostics::{Encoding, Finding, Severity, SourceFile, Sources, Span};
use cflint_linter::{InputError, Report};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

use crate::context::Context;
use crate::summary::{fixable, suppressed};
use crate::text::{opens_command, stand_in};

/// The name of the contract.
pub const SCHEMA: &str = "cflint/v1";

/// Writes the whole report.
///
/// # Errors
/// Those of the writer.
pub fn write(report: &Report, context: &Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    write_value(&Document { report, context }, out)
}

/// Writes one document on several lines.
///
/// # Errors
/// Those of the writer.
pub fn write_value(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", escaped(&serde_json::to_string_pretty(value)?))
}

/// JSON with escapes for what a terminal would act on or not show, and for what a runner would take for a command: such
/// characters occur only in strings.
pub(crate) fn escaped(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for c in json.chars() {
        if c == '\n' || (stand_in(c).is_none() && !opens_command(&escaped, c)) {
            escaped.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            escaped.push_str(&format!("\\u{unit:04x}"));
        }
    }
    escaped
}

/// The document, written value by value: as trees, the findings have many times the size of their text.
struct Document<'d> {
    report: &'d Report,
    context: &'d Context<'d>,
}

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { report, context } = *self;
        let sources = &report.sources;
        let findings = || context.reported(report).map(|item| finding(sources, item, context));
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("schema", SCHEMA)?;
        map.serialize_entry("version", env!("CARGO_PKG_VERSION"))?;
        map.serialize_entry("findings", &Each(findings))?;
        map.serialize_entry("errors", &Each(|| report.errors.iter().map(|item| error(sources, item))))?;
        map.serialize_entry(
            "summary",
            &json!({
                "files": report.files,
                "templates": report.templates,
                "findings": {
                    "error": report.count(Severity::Error),
                    "warning": report.count(Severity::Warning),
                    "info": report.count(Severity::Info),
                },
                "suppressed": suppressed(report),
                "fixable": fixable(report),
                "distributions": report.examined.distributions,
                "behaviors": report.examined.behaviors,
                "apis": report.examined.apis,
            }),
        )?;
        map.end()
    }
}

/// Values of which only one is there at a time.
pub(crate) struct Each<F>(pub(crate) F);

impl<F: Fn() -> I, I: Iterator<Item = Value>> Serialize for Each<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}

pub(crate) fn finding(sources: &Sources, finding: &Finding, context: &Context<'_>) -> Value {
    let subject = &finding.subject;
    let related = finding.related.iter().map(|label| {
        json!({
            "path": sources.name(label.span.file),
            "span": span(sources, label.span),
            "label": label.message,
        })
    });
    let fix = finding.fix.as_ref().map(|fix| {
        let edits = fix.edits.iter().map(|edit| {
            json!({
                "path": sources.name(edit.span.file),
                "span": span(sources, edit.span),
                "text": edit.text,
            })
        });
        json!({
            "applicability": fix.applicability.as_str(),
            "title": fix.title,
            "edits": edits.collect::<Vec<_>>(),
        })
    });
    let shown = finding.witness.as_ref().map(|witness| format!("`{}` shows it", witness.command()));
    let notes: Vec<&String> = finding.notes.iter().chain(&shown).collect();
    let conditions = (!finding.conditions.is_empty()).then(|| {
        finding.conditions.iter().map(|(name, value)| (name.clone(), json!(value))).collect::<Map<_, _>>()
    });
    json!({
        "rule": finding.rule,
        "group": finding.group,
        "severity": finding.severity.as_str(),
        "confidence": finding.confidence.as_str(),
        "message": finding.message,
        "path": sources.name(finding.primary.span.file),
        "span": span(sources, finding.primary.span),
        "subject": {
            "stack": subject.stack,
            "logical_id": subject.logical_id,
            "resource_type": subject.resource_type,
            "property": subject.property,
            "behavior": subject.behavior,
            "construct": subject.construct,
            "distribution": subject.distribution,
            "behaviors": subject.behaviors,
        },
        "source": finding.source.as_ref().map(|source| {
            json!({"path": source.path, "line": source.line, "column": source.column})
        }),
        "conditions": conditions,
        "related": related.collect::<Vec<_>>(),
        "notes": notes,
        "help": finding.help,
        "fix": fix,
        "suppressed": finding.suppressed.as_ref().map(|suppressed| {
            json!({"channel": suppressed.channel, "reason": suppressed.reason})
        }),
        "fingerprint": finding.fingerprint,
        "url": context.rule(finding.rule).map(cflint_linter::RuleMeta::url),
        "cause": finding.cause,
    })
}

fn error(sources: &Sources, error: &InputError) -> Value {
    let mut value = Map::new();
    value.insert("path".to_owned(), json!(error.path));
    value.insert("message".to_owned(), json!(error.message));
    if let Some(place) = error.span {
        value.insert("span".to_owned(), span(sources, place));
    }
    Value::Object(value)
}

pub(crate) fn span(sources: &Sources, span: Span) -> Value {
    let file = sources.get(span.file);
    json!({"start": position(file, span.start), "end": position(file, span.end)})
}

fn position(file: Option<&SourceFile>, offset: u32) -> Value {
    let position = file.map(|file| file.position(offset, Encoding::CodePoints));
    let (line, column) = position.map_or((1, 1), |position| (position.line, position.column));
    json!({"line": line, "column": column, "offset": offset})
}
