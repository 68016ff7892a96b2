//! Output of a command other than standard output: the file of `-o`, and standard error.

use std::io::{self, Write};
use std::path::Path;

use cflint_diagnostics::Sources;
use cflint_linter::{InputError, Notice, Report};
use cflint_output::visible;

use crate::files::atomic;
use crate::files::paths::{names, shown};
use crate::problem::{Problem, reason};
use crate::terminal::Terminal;

/// Writes the output to the file of `-o`. An input that is named as the output is a mistake.
pub(super) fn to_file(file: &Path, text: &[u8], sources: &Sources) -> Result<(), Problem> {
    let real = file.canonicalize().ok().filter(|real| real.is_file());
    let is_it = |name: &str| Path::new(name).canonicalize().is_ok_and(|input| Some(input) == real);
    if real.is_some() && names(sources).any(is_it) {
        let message = format!("`{}` is one of the inputs, and would be overwritten", shown(file));
        return Err(Problem::new(message).with_help("write the output to another file"));
    }
    atomic::write(file, text).map_err(|error| unwritable(file, &error))
}

pub(super) fn unwritable(file: &Path, error: &io::Error) -> Problem {
    Problem::new(format!("cannot write `{}`: {}", shown(file), reason(error)))
}

/// Says what could not be read.
pub(super) fn errors<'e>(
    errors: impl IntoIterator<Item = &'e InputError>,
    sources: &Sources,
    terminal: &Terminal,
) {
    for error in errors {
        Problem::unreadable(error, sources).print(terminal);
    }
}

pub(super) fn notices(report: &Report) {
    let mut err = io::stderr().lock();
    for notice in &report.notices {
        // No one misses a notice on a closed standard error.
        let _ = writeln!(err, "{}", note(notice));
    }
}

/// A notice as it is shown.
pub(super) fn note(notice: &Notice) -> String {
    let place = if notice.path.is_empty() { String::new() } else { format!("{}: ", notice.path) };
    format!("note: {}{}", visible(&place), visible(&notice.message))
}

/// Says what was done.
pub(super) fn say(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", visible(text));
}
