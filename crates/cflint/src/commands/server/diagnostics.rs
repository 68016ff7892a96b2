//! Findings as an editor shows them.

use cflint_diagnostics::{Encoding, Finding, Fix, Severity, Sources, Span};
use cflint_linter::{Report, RuleMeta};
use cflint_rules::RULES;
use gen_lsp_types::{
    Code, CodeDescription, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag,
    Location, Message, Range, TextEdit, Uri,
};
use serde_json::{Value, json};

use super::text;

/// Rules that report what has no effect.
const UNNECESSARY: [&str; 3] = ["behavior-unreachable", "duplicate-path-pattern", "unused-suppression"];
/// Rules that report what AWS advises against for its age.
const DEPRECATED: [&str; 3] = ["legacy-forwarded-values", "origin-tls-outdated", "viewer-tls-outdated"];

/// How places are written for a client.
#[derive(Clone, Copy)]
pub(super) struct Places<'p> {
    pub(super) encoding: Encoding,
    /// The URI of a file by its name.
    pub(super) uri: &'p dyn Fn(&str) -> Uri,
}

impl Places<'_> {
    pub(super) fn range(self, sources: &Sources, span: Span) -> Range {
        sources.get(span.file).map_or_else(Range::default, |file| text::range(file, span, self.encoding))
    }

    pub(super) fn location(self, sources: &Sources, span: Span) -> Location {
        Location { uri: (self.uri)(sources.name(span.file)), range: self.range(sources, span) }
    }

    /// The edits of a fix, each with its file.
    pub(super) fn edits(self, sources: &Sources, fix: &Fix) -> Vec<(Uri, TextEdit)> {
        let edit = |edit: &cflint_diagnostics::Edit| {
            let Location { uri, range } = self.location(sources, edit.span);
            (uri, TextEdit { range, new_text: edit.text.clone() })
        };
        fix.edits.iter().map(edit).collect()
    }
}

pub(super) fn rule(id: &str) -> Option<&'static RuleMeta> {
    RULES.iter().map(|rule| rule.meta()).find(|meta| meta.id == id)
}

/// One finding.
pub(super) fn diagnostic(report: &Report, finding: &Finding, places: Places<'_>) -> Diagnostic {
    let sources = &report.sources;
    let related = finding.related.iter().map(|label| DiagnosticRelatedInformation {
        location: places.location(sources, label.span),
        message: if label.message.is_empty() { "also involved".to_owned() } else { label.message.clone() },
    });
    let related: Vec<_> = related.collect();
    let tags = [
        (UNNECESSARY.contains(&finding.rule), DiagnosticTag::Unnecessary),
        (DEPRECATED.contains(&finding.rule), DiagnosticTag::Deprecated),
    ];
    let tags: Vec<_> = tags.into_iter().filter(|(applies, _)| *applies).map(|(_, tag)| tag).collect();
    Diagnostic {
        range: places.range(sources, finding.primary.span),
        severity: Some(match finding.severity {
            Severity::Error => DiagnosticSeverity::Error,
            Severity::Warning => DiagnosticSeverity::Warning,
            Severity::Info => DiagnosticSeverity::Information,
        }),
        code: Some(Code::String(finding.rule.to_owned())),
        code_description: rule(finding.rule).map(|meta| CodeDescription { href: Uri(meta.url()) }),
        source: Some("cflint".to_owned()),
        message: Message::String(message(finding)),
        tags: (!tags.is_empty()).then_some(tags),
        related_information: (!related.is_empty()).then_some(related),
        data: Some(data(sources, finding, places)),
    }
}

/// The headline, why, and what to do.
fn message(finding: &Finding) -> String {
    let mut message = finding.message.clone();
    if !finding.conditions.is_empty() {
        let conditions = finding.conditions.iter().map(|(name, value)| format!("{name} is {value}"));
        message.push_str(&format!(" (if {})", conditions.collect::<Vec<_>>().join(" and ")));
    }
    for note in &finding.notes {
        message.push_str(&format!("\n{note}"));
    }
    if let Some(help) = &finding.help {
        message.push_str(&format!("\nhelp: {help}"));
    }
    message
}

/// What identifies the finding, and the edits that fix it.
fn data(sources: &Sources, finding: &Finding, places: Places<'_>) -> Value {
    let fix = finding.fix.as_ref().map(|fix| {
        let edits = places.edits(sources, fix).into_iter();
        let edits: Vec<Value> = edits
            .map(|(uri, edit)| json!({"uri": uri, "range": edit.range, "newText": edit.new_text}))
            .collect();
        json!({"title": fix.title, "applicability": fix.applicability.as_str(), "edits": edits})
    });
    json!({"fingerprint": finding.fingerprint, "confidence": finding.confidence.as_str(), "fix": fix})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_with_tags_exist() {
        for id in UNNECESSARY.into_iter().chain(DEPRECATED) {
            assert!(rule(id).is_some(), "{id}");
        }
    }
}
