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

/// How a text looks where there are colors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ink {
    Plain,
    Strong,
    /// As what surrounds the lines of a file.
    Frame,
    Old,
    New,
    Error,
    Warning,
    Info,
}

impl Ink {
    /// The text in this ink, or as it is without colors.
    pub(crate) fn on(self, color: bool, text: &str) -> String {
        let code = match self {
            _ if !color => return text.to_owned(),
            Self::Plain => return text.to_owned(),
            Self::Strong => "1",
            Self::Frame => "36",
            Self::Old => "31",
            Self::New => "32",
            Self::Error => "1;31",
            Self::Warning => "1;33",
            Self::Info => "1;34",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }
}

impl From<Severity> for Ink {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Error => Self::Error,
            Severity::Warning => Self::Warning,
            Severity::Info => Self::Info,
        }
    }
}

/// A text that opens an address in terminals that know how: <https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda>.
pub(crate) fn link(is_on: bool, url: Option<&str>, text: &str) -> String {
    match url.filter(|url| is_on && !url.chars().any(char::is_control)) {
        Some(url) => format!("\u{1b}]8;;{url}\u{1b}\\{text}\u{1b}]8;;\u{1b}\\"),
        None => text.to_owned(),
    }
}
