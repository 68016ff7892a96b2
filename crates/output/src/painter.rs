use std::io::{self, Write};

use cflint_diagnostics::Severity;
use codespan_reporting::diagnostic as codespan;
use codespan_reporting::files::Error;
use codespan_reporting::term::termcolor::{Ansi, NoColor};
use codespan_reporting::term::{Styles, StylesWriter, WriteStyle};

/// Runs `draw` with a writer that is colored or not.
pub(crate) fn paint(
    color: bool,
    out: &mut dyn Write,
    draw: impl FnOnce(&mut dyn WriteStyle) -> Result<(), Error>,
) -> io::Result<()> {
    let styles = Styles::default();
    let drawn = if color {
        draw(&mut StylesWriter::new(Ansi::new(out), &styles))
    } else {
        draw(&mut StylesWriter::new(NoColor::new(out), &styles))
    };
    drawn.map_err(|error| match error {
        Error::Io(error) => error,
        other => io::Error::other(other),
    })
}

/// The severity whose colors are used.
pub(crate) fn tone(severity: Severity) -> codespan::Severity {
    match severity {
        Severity::Error => codespan::Severity::Error,
        Severity::Warning => codespan::Severity::Warning,
        Severity::Info => codespan::Severity::Note,
    }
}
