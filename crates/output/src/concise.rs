//! One line for each finding; for people and for editors that read compilers' output.

use std::io::{self, Write};

use cflint_diagnostics::{Encoding, Finding};
use cflint_linter::Report;
use codespan_reporting::term::WriteStyle;

use crate::context::Context;
use crate::painter::{paint, tone};
use crate::place;
use crate::summary::{is_fixable, write_summary};
use crate::text::visible;

/// Writes `path:line:col: error[rule-id] message` for the findings that count, with `[*]` before the message where there
/// is a fix, and the line that counts them. The place is the user's own line, where it is known.
///
/// # Errors
/// Those of the writer.
pub fn write(report: &Report, context: &Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    paint(context.color, out, |writer| {
        for finding in report.active() {
            write_finding(report, finding, context, writer)?;
        }
        Ok(())
    })?;
    if context.summary {
        write_summary(report, context.color, out)?;
    }
    Ok(())
}

fn write_finding(
    report: &Report,
    finding: &Finding,
    context: &Context<'_>,
    out: &mut dyn WriteStyle,
) -> io::Result<()> {
    write!(out, "{}: ", visible(&place(report, finding, context)))?;
    out.set_header(tone(finding.severity))?;
    write!(out, "{}[{}]", finding.severity, finding.rule)?;
    out.reset()?;
    if is_fixable(finding) {
        write!(out, " [*]")?;
    }
    write!(out, " {}", visible(&finding.message))?;
    if place::user(finding, context).is_some() {
        write!(out, " (in {})", visible(&in_template(report, finding)))?;
    }
    writeln!(out)
}

/// The user's own line, where it is known: what lies outside the repository, no one can open from here.
pub(crate) fn place(report: &Report, finding: &Finding, context: &Context<'_>) -> String {
    let source = finding.source.as_ref().filter(|_| place::user(finding, context).is_some());
    match source {
        Some(source) => format!("{}:{}:{}", source.path, source.line.max(1), source.column.max(1)),
        None => in_template(report, finding),
    }
}

fn in_template(report: &Report, finding: &Finding) -> String {
    let span = finding.primary.span;
    let (start, _) = place::ends(&report.sources, span, Encoding::CodePoints);
    format!("{}:{}:{}", report.sources.name(span.file), start.line, start.column)
}
