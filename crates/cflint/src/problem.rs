use std::fmt;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use cflint_diagnostics::{Encoding, Position, Sources};
use cflint_linter::InputError;
use cflint_output::visible;

use crate::terminal::Terminal;

/// Something wrong with the run itself, not with a template.
#[derive(Debug)]
pub(crate) struct Problem {
    message: String,
    help: Option<String>,
}

/// Why a command ended early.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The user has to change something.
    Problem(Problem),
    /// The output could not be written.
    Output(io::Error),
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Problem(problem) => problem,
            Failure::Output(error) => Self::new(format!("cannot write the output: {}", reason(&error))),
        }
    }
}

impl Problem {
    /// A problem in one sentence, without a full stop.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None }
    }

    /// The same, with what the user can do.
    pub(crate) fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(crate) fn with_optional_help(self, help: Option<String>) -> Self {
        Self { help: help.or(self.help), ..self }
    }

    /// The same, with the place that leads to it.
    pub(crate) fn at(mut self, place: impl fmt::Display) -> Self {
        self.message = format!("{place}: {}", self.message);
        self
    }

    /// An input that could not be read, with the place if there is one.
    pub(crate) fn unreadable(error: &InputError, sources: &Sources) -> Self {
        let file = error.span.and_then(|span| Some((span, sources.get(span.file)?)));
        let place = file.map_or_else(String::new, |(span, file)| {
            let Position { line, column } = file.position(span.start, Encoding::CodePoints);
            format!(":{line}:{column}")
        });
        Self::new(format!("{}{place}: {}", error.path, error.message))
    }

    /// The sentence, and the help on a line of its own.
    pub(crate) fn text(&self) -> String {
        let help = self.help.as_ref().map_or_else(String::new, |help| format!("\nhelp: {help}"));
        format!("{}{help}", self.message)
    }

    /// Writes the problem to standard error.
    pub(crate) fn print(&self, terminal: &Terminal) {
        // Nothing is left to say it on if standard error is closed.
        let _ = io::stderr().lock().write_all(self.render(terminal).as_bytes());
    }

    /// The text without colors.
    #[cfg(test)]
    pub(crate) fn plain(&self) -> String {
        self.render(&Terminal::default())
    }

    fn render(&self, terminal: &Terminal) -> String {
        let style = |color: AnsiColor| {
            if terminal.error_color { color.on_default().bold() } else { Style::new() }
        };
        // The red of findings.
        let (error, help) = (style(AnsiColor::BrightRed), style(AnsiColor::Cyan));
        let mut text = format!("{error}error:{error:#} {}\n", visible(&self.message));
        if let Some(hint) = &self.help {
            text.push_str(&format!("{help}help:{help:#} {}\n", visible(hint)));
        }
        text
    }
}

/// An error of the operating system as part of a sentence, the same on every system where possible.
pub(crate) fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file or directory".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::StorageFull => "the disk is full".to_owned(),
        io::ErrorKind::ReadOnlyFilesystem => "the file system is read-only".to_owned(),
        io::ErrorKind::IsADirectory => "is a directory".to_owned(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn render(error_color: bool) -> String {
        let terminal = Terminal { error_color, ..Terminal::default() };
        Problem::new("unknown rule `hots`\u{7}").with_help("did you mean `host`?").render(&terminal)
    }

    #[test]
    fn a_log_gets_plain_lines() {
        insta::assert_snapshot!(render(false), @r"
        error: unknown rule `hots`␇
        help: did you mean `host`?
        ");
    }

    #[test]
    fn a_terminal_gets_colors() {
        insta::assert_snapshot!(render(true).replace('\u{1b}', "␛"), @r"
        ␛[1m␛[91merror:␛[0m unknown rule `hots`␇
        ␛[1m␛[36mhelp:␛[0m did you mean `host`?
        ");
    }
}
