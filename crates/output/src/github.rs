//! Workflow commands of GitHub Actions, which annotate the lines of a pull request.
//! <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands>

use std::cmp::Reverse;
use std::io::{self, Write};

use cflint_diagnostics::Severity;
use cflint_linter::Report;

use crate::causes::{Cause, causes, others};
use crate::context::Context;
use crate::details::lines;
use crate::place;
use crate::place::Place;
use crate::summary::summary;
use crate::text::visible;

/// How many annotations of one kind GitHub shows for a step.
const SHOWN: usize = 10;

/// Writes one command for each input that could not be read, one for each finding that counts, the most severe first,
/// because GitHub shows only the first ones, and the line that counts the findings. The log shows nothing of a command but
/// its text, so the place and the rule stand there, too.
///
/// # Errors
/// Those of the writer.
pub fn write(report: &Report, context: &Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    for error in report.unshown_errors() {
        let properties = [("title", "cflint".to_owned()), ("file", (context.from_root)(&error.path))];
        command(
            "error",
            &properties,
            &format!("{}: {}", (context.from_root)(&error.path), error.message),
            out,
        )?;
    }
    let mut causes = causes(report);
    causes.sort_by_key(|cause| Reverse(cause.first.severity));
    for cause in &causes {
        write_cause(report, cause, context, out)?;
    }
    if context.summary {
        let kinds = [Severity::Error, Severity::Warning, Severity::Info];
        let annotations = |kind| causes.iter().filter(|cause| cause.first.severity == kind).count();
        let is_cut = kinds.into_iter().any(|kind| annotations(kind) > SHOWN);
        let rest = if is_cut { "; GitHub shows the first ten of each kind next to the lines" } else { "" };
        writeln!(out, "{}{rest}", summary(report))?;
    }
    Ok(())
}

fn write_cause(
    report: &Report,
    cause: &Cause<'_>,
    context: &Context<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let finding = cause.first;
    let name = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let at = place::of(report, finding, context);
    let Place { path, start, .. } = &at;
    let message = format!(
        "{path}:{}:{}: {}: {}{}",
        start.line,
        start.column,
        finding.rule,
        finding.message,
        cause.times()
    );
    let others = others(report, cause, context);
    let text: Vec<String> =
        std::iter::once(message).chain(lines(report, finding, context)).chain(others).collect();
    let mut properties = vec![
        ("title", format!("cflint ({})", finding.rule)),
        ("file", at.path),
        ("line", at.start.line.to_string()),
    ];
    match at.end {
        // GitHub takes no columns from what ends on another line.
        Some(end) if end.line > at.start.line => properties.push(("endLine", end.line.to_string())),
        Some(end) => properties.extend([
            ("endLine", end.line.to_string()),
            ("col", at.start.column.to_string()),
            ("endColumn", end.column.to_string()),
        ]),
        None => properties.push(("col", at.start.column.to_string())),
    }
    command(name, &properties, &text.join("\n"), out)
}

fn command(name: &str, properties: &[(&str, String)], data: &str, out: &mut dyn Write) -> io::Result<()> {
    let properties: Vec<_> =
        properties.iter().map(|(key, value)| format!("{key}={}", escaped(&visible(value), ":,"))).collect();
    // Line by line, so that line ends are kept.
    let data: Vec<_> = data.split('\n').map(|line| escaped(&visible(line), "")).collect();
    writeln!(out, "::{name} {}::{}", properties.join(","), data.join("%0A"))
}

/// Text in which nothing ends the command or one of its properties.
fn escaped(text: &str, more: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut escaped, c| {
        match c {
            '%' | '\r' | '\n' => escaped.push_str(&format!("%{:02X}", u32::from(c))),
            _ if more.contains(c) => escaped.push_str(&format!("%{:02X}", u32::from(c))),
            _ => escaped.push(c),
        }
        escaped
    })
}
