//! One line for each finding; for people and for editors that read compilers' output.

use std::io::{self, Write};

use cflint_diagnostics::{Encoding, Finding};
use cflint_linter::Report;
use codespan_reporting::term::WriteStyle;

use crate::painter::{paint, tone};
use crate::summary::is_fixable;
use crate::text::visible;
use crate::{Context, summary};

/// Writes `path:line:col: error[rule-id] message` for the findings that count, with `[*]` before the message
/// where there is a fix, and the line that counts them.
///
/// # Errors
/// Those of the writer.
pub fn write(report: &Report, context: &Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    paint(context.color, out, |writer| {
        for finding in report.active() {
            write_finding(report, finding, writer)?;
        }
        Ok(())
    })?;
    if context.summary {
        writeln!(out, "{}", summary(report))?;
    }
    Ok(())
}

fn write_finding(report: &Report, finding: &Finding, out: &mut dyn WriteStyle) -> io::Result<()> {
    let span = finding.primary.span;
    let position = report.sources.get(span.file).map(|file| file.position(span.start, Encoding::CodePoints));
    let (line, column) = position.map_or((1, 1), |position| (position.line, position.column));
    write!(out, "{}:{line}:{column}: ", visible(report.sources.name(span.file)))?;
    out.set_header(tone(finding.severity))?;
    write!(out, "{}[{}]", finding.severity, finding.rule)?;
    out.reset()?;
    if is_fixable(finding) {
        write!(out, " [*]")?;
    }
    writeln!(out, " {}", visible(&finding.message))
}
