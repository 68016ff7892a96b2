use cflint_diagnostics::{Applicability, Finding, Severity};
use cflint_linter::Report;

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

/// One line that counts what was found, such as
/// `3 findings: 1 error, 2 warnings (2 fixable) in 1 template`.
pub fn summary(report: &Report) -> String {
    let unreadable = report.errors.iter().filter(|error| error.span.is_none()).count();
    let mut line = match report.active().count() {
        0 if report.templates == 0 => "no templates found".to_owned(),
        0 => format!("no findings{} in {}", extras(report), templates(report)),
        total => {
            let by_severity: Vec<_> = [Severity::Error, Severity::Warning, Severity::Info]
                .into_iter()
                .map(|severity| (report.count(severity), severity))
                .filter(|(count, _)| *count > 0)
                .map(|(count, severity)| match severity {
                    Severity::Info => format!("{count} info"),
                    _ => plural(count, severity.as_str()),
                })
                .collect();
            let place =
                if report.templates == 0 { String::new() } else { format!(" in {}", templates(report)) };
            format!("{}: {}{}{place}", plural(total, "finding"), by_severity.join(", "), extras(report))
        }
    };
    if unreadable > 0 {
        line.push_str(&format!(", {}", plural(unreadable, "unreadable input")));
    }
    line
}

fn templates(report: &Report) -> String {
    plural(report.templates, "template")
}

fn extras(report: &Report) -> String {
    let parts: Vec<_> = [(fixable(report), "fixable"), (suppressed(report), "suppressed")]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(", ")) }
}

fn plural(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}
