use std::io::{self, Write};

use cflint_diagnostics::{Applicability, Finding, Severity};
use cflint_linter::{Examined, Report};

use crate::painter::Ink;

/// Whether the finding has a fix that may be applied.
pub(crate) fn is_fixable(finding: &Finding) -> bool {
    finding.fix.as_ref().is_some_and(|fix| fix.applicability >= Applicability::Unsafe)
}

/// How many of the findings that count have a fix that may be applied.
pub(crate) fn fixable(report: &Report) -> usize {
    report.active().filter(|finding| is_fixable(finding)).count()
}

/// How many findings do not count.
pub(crate) fn suppressed(report: &Report) -> usize {
    report.findings.len() - report.active().count()
}

/// One line that says what was looked at and what was found, such as
/// `2 distributions, 5 behaviors, 1 API: 2 errors, 1 warning · 1 fixable with --fix, 1 more with --unsafe-fixes`.
pub fn summary(report: &Report) -> String {
    parts(report).into_iter().map(|(_, text)| text).collect()
}

/// Writes the line, in colors where there are some.
///
/// # Errors
/// Those of the writer.
pub(crate) fn write_summary(report: &Report, color: bool, out: &mut dyn Write) -> io::Result<()> {
    for (ink, text) in parts(report) {
        write!(out, "{}", ink.on(color, &text))?;
    }
    writeln!(out)
}

fn parts(report: &Report) -> Vec<(Ink, String)> {
    let mut parts = Vec::new();
    if report.templates == 0 && report.active().count() == 0 {
        parts.push((Ink::Plain, "no templates found".to_owned()));
    } else {
        if report.templates > 0 {
            parts.push((Ink::Plain, format!("{}: ", examined(report))));
        }
        parts.extend(found(report));
    }
    for text in extras(report) {
        parts.push((Ink::Plain, format!(" · {text}")));
    }
    parts
}

/// What was looked at: what there is of distributions, or the templates in which there is none.
fn examined(report: &Report) -> String {
    let Examined { distributions, behaviors, apis } = report.examined;
    if distributions == 0 {
        return plural(report.templates, "template");
    }
    let mut parts = vec![plural(distributions, "distribution"), plural(behaviors, "behavior")];
    if apis > 0 {
        parts.push(plural(apis, "API"));
    }
    parts.join(", ")
}

/// How many findings of each severity there are.
fn found(report: &Report) -> Vec<(Ink, String)> {
    let mut parts: Vec<(Ink, String)> = Vec::new();
    for severity in [Severity::Error, Severity::Warning, Severity::Info] {
        let count = report.count(severity);
        if count == 0 {
            continue;
        }
        if !parts.is_empty() {
            parts.push((Ink::Plain, ", ".to_owned()));
        }
        let text = match severity {
            Severity::Info => format!("{count} info"),
            _ => plural(count, severity.as_str()),
        };
        parts.push((severity.into(), text));
    }
    if parts.is_empty() {
        parts.push((Ink::New, "no findings".to_owned()));
    }
    parts
}

/// What else there is to say, and which command does something about it.
fn extras(report: &Report) -> Vec<String> {
    let fixable = |applicability: Applicability| {
        let has =
            |finding: &&Finding| finding.fix.as_ref().is_some_and(|fix| fix.applicability == applicability);
        report.active().filter(has).count()
    };
    let fixes = match (fixable(Applicability::Safe), fixable(Applicability::Unsafe)) {
        (0, 0) => None,
        (safe, 0) => Some(format!("{safe} fixable with --fix")),
        (0, unsafe_ones) => Some(format!("{unsafe_ones} fixable with --fix --unsafe-fixes")),
        (safe, more) => Some(format!("{safe} fixable with --fix, {more} more with --unsafe-fixes")),
    };
    let suppressed = Some(suppressed(report)).filter(|count| *count > 0);
    let unreadable = report.errors.iter().filter(|error| error.span.is_none()).count();
    let unreadable = (unreadable > 0).then(|| plural(unreadable, "unreadable input"));
    fixes.into_iter().chain(suppressed.map(|count| format!("{count} suppressed"))).chain(unreadable).collect()
}

/// A number of things, in words.
pub fn plural(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}
