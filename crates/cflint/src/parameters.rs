//! Values of parameters: from the command line, and from the files that stacks are deployed with.

mod overrides;
mod samconfig;
mod unused;
mod values;

use std::fs::File;
use std::path::{Path, PathBuf};

use cflint_diagnostics::{Encoding, FileId, Position, SourceFile};
use cflint_linter::{Notice, Report, StackParameter};
use cflint_template::syntax;

use crate::discover::{self, TOO_LARGE, shown};
use crate::problem::{Problem, reason};

/// The value of a parameter, in one stack or in all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Given {
    stack: Option<String>,
    name: String,
    value: String,
}

impl Given {
    /// From `NAME` or `STACK:NAME`. The name of a pseudo parameter has two colons and is no stack.
    fn new(key: &str, value: impl Into<String>) -> Option<Self> {
        let (stack, name) = match key.split_once(':') {
            Some((stack, name)) if !name.starts_with(':') => (Some(stack.trim()), name.trim()),
            _ => (None, key.trim()),
        };
        let is_complete = !name.is_empty() && stack != Some("");
        is_complete.then(|| Self {
            stack: stack.map(str::to_owned),
            name: name.to_owned(),
            value: value.into(),
        })
    }

    /// From `NAME=VALUE` or `STACK:NAME=VALUE`.
    pub(crate) fn pair(text: &str) -> Option<Self> {
        let (key, value) = text.split_once('=')?;
        Self::new(key, value)
    }
}

/// Everything that is known of parameters. What comes later counts.
#[derive(Debug, Default)]
pub(crate) struct Parameters {
    sources: Vec<Source>,
}

/// A file, or the command line.
#[derive(Debug)]
struct Source {
    name: String,
    given: Vec<Given>,
}

/// Why a file has no values to offer.
#[derive(Debug, PartialEq, Eq)]
struct Malformed {
    /// The offset of the place.
    at: Option<usize>,
    message: String,
    help: Option<String>,
}

impl Malformed {
    fn new(at: usize, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { at: Some(at), message: message.into(), help: Some(help.into()) }
    }
}

/// Reads the files, and adds what the command line says.
pub(crate) fn collect(files: &[PathBuf], command_line: &[Given]) -> Result<Parameters, Problem> {
    let mut sources = Vec::new();
    for file in files {
        sources.push(Source { name: shown(file), given: read(file)? });
    }
    sources.push(Source { name: "--parameter".to_owned(), given: command_line.to_vec() });
    Ok(Parameters { sources })
}

impl Parameters {
    fn given(&self) -> impl Iterator<Item = &Given> {
        self.sources.iter().flat_map(|source| &source.given)
    }

    /// The values that count in every stack.
    pub(crate) fn of_all(&self) -> Vec<(String, String)> {
        let of_all = self.given().filter(|given| given.stack.is_none());
        of_all.map(|given| (given.name.clone(), given.value.clone())).collect()
    }

    /// The values that count in one stack.
    pub(crate) fn of_one(&self) -> Vec<StackParameter> {
        let parameter = |given: &Given| {
            let (name, value) = (given.name.clone(), given.value.clone());
            Some(StackParameter { stack: given.stack.clone()?, name, value })
        };
        self.given().filter_map(parameter).collect()
    }

    /// What is said of values that nothing asks for.
    pub(crate) fn notices(&self, report: &Report) -> Vec<Notice> {
        // A template that could not be read, or is not among those of the run, may well declare what is given.
        if report.templates == 0 || !report.errors.is_empty() {
            return Vec::new();
        }
        let notice = |source: &Source| {
            let message = unused::message(&source.given, &report.parameters)?;
            Some(Notice { path: source.name.clone(), message })
        };
        self.sources.iter().filter_map(notice).collect()
    }
}

fn read(path: &Path) -> Result<Vec<Given>, Problem> {
    let name = shown(path);
    let unreadable = |why: &str| {
        Problem::new(format!("cannot read the parameters in `{name}`: {why}"))
            .with_help("`--parameters-file` takes a file in JSON, YAML or TOML")
    };
    let bytes = File::open(path)
        .and_then(|mut file| discover::read(&mut file))
        .map_err(|error| unreadable(&reason(&error)))?
        .ok_or_else(|| unreadable(TOO_LARGE))?;
    let text = syntax::decode(&bytes).map_err(|refused| {
        let problem = Problem::new(format!("{name}: {}", refused.message));
        refused.help.into_iter().fold(problem, Problem::with_help)
    })?;
    let is_toml = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("toml"));
    parse(&text, is_toml).map_err(|malformed| {
        let place = malformed.at.map_or_else(String::new, |at| {
            let file = SourceFile::new(name.as_str(), text.as_ref());
            let at = u32::try_from(at).unwrap_or(u32::MAX);
            let Position { line, column } = file.position(at, Encoding::CodePoints);
            format!(":{line}:{column}")
        });
        let problem = Problem::new(format!("{name}{place}: {}", malformed.message));
        malformed.help.into_iter().fold(problem, Problem::with_help)
    })
}

/// Reads a text in the first of the forms that it has.
fn parse(text: &str, is_toml: bool) -> Result<Vec<Given>, Malformed> {
    if is_toml {
        return samconfig::read(text);
    }
    let parsed = syntax::parse(FileId(0), text.into());
    let is_structured = matches!(&parsed, Ok(parsed) if !values::is_single_text(&parsed.tree));
    // A file without the usual ending, such as a pipe, may still be TOML.
    if !is_structured && samconfig::is_toml(text) {
        return samconfig::read(text);
    }
    let parsed = parsed.map_err(|error| Malformed {
        at: Some(error.span.start as usize),
        message: error.message,
        help: error.help.or_else(|| Some(values::FORMS.to_owned())),
    })?;
    values::read(&parsed.tree)
}

#[cfg(test)]
mod tests;
