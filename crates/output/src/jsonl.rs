//! One line of JSON for each finding; for programs that read line by line.

use std::io::{self, Write};

use cflint_linter::Report;

use crate::context::Context;
use crate::json::{escaped, finding};

/// Writes the findings, each as in a `cflint/v1` document.
///
/// # Errors
/// Those of the writer.
pub fn write(report: &Report, context: &Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    for item in context.reported(report) {
        let line = serde_json::to_string(&finding(&report.sources, item, context))?;
        writeln!(out, "{}", escaped(&line))?;
    }
    Ok(())
}
