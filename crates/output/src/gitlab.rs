//! A code quality report of GitLab.
//! <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>

use std::io::{self, Write};

use cflint_diagnostics::{Finding, Severity};
use cflint_linter::{Report, fingerprint_in};
use serde_json::{Value, json};

use crate::context::Context;
use crate::details::{circumstances, help};
use crate::json::{Each, write_value};
use crate::place;
use crate::text::visible;

/// Writes the findings that count.
///
/// # Errors
/// Those of the writer.
pub fn write(report: &Report, context: &Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    write_value(&Each(|| report.active().map(|finding| violation(report, finding, context))), out)
}

fn violation(report: &Report, finding: &Finding, context: &Context<'_>) -> Value {
    let at = place::of(report, finding, context);
    let template = place::template(&report.sources, finding.primary.span, context);
    let severity = match finding.severity {
        Severity::Error => "critical",
        Severity::Warning => "major",
        Severity::Info => "minor",
    };
    let message = std::iter::once(finding.message.clone());
    let texts: Vec<_> = message.chain(circumstances(finding)).chain(help(finding)).collect();
    json!({
        "description": visible(&texts.join("; ")),
        "check_name": finding.rule,
        // GitLab shows one of those that have the same, whatever their files. Two templates can be made at one line of an app.
        "fingerprint": fingerprint_in(&template.path, finding),
        "severity": severity,
        "location": {
            "path": at.path,
            "lines": {"begin": at.start.line, "end": at.end.unwrap_or(at.start).line},
        },
    })
}
