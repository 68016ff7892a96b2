//! Values of parameters: from the command line, and from the files that stacks are deployed with.

mod overrides;
mod samconfig;
mod unused;
mod values;

use std::path::Path;

use cflint_diagnostics::{Encoding, FileId, Position, SourceFile};
use cflint_linter::{Notice, Report, StackParameter};
use cflint_template::syntax;

use crate::args::InputArgs;
use crate::config::{Config, Written};
use crate::document::{self, Value};
use crate::paths::{from_here, shown};
use crate::problem::Problem;

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

    /// What the configuration would call it.
    pub(crate) fn key(&self) -> String {
        match &self.stack {
            Some(stack) => format!("parameters.{stack}.{}", self.name),
            None => format!("parameters.{}", self.name),
        }
    }

    pub(crate) fn value(&self) -> &str {
        &self.value
    }

    /// As it is written on the command line: `NAME=VALUE` or `STACK:NAME=VALUE`.
    pub(crate) fn written(&self) -> String {
        let stack = self.stack.as_ref().map_or_else(String::new, |stack| format!("{stack}:"));
        format!("{stack}{}={}", self.name, self.value)
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
    /// Whether it was given for this run. The configuration is for every run, also for those of few templates.
    is_for_run: bool,
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

/// Reads the files, and adds what the configuration and the command line say. The command line counts before the
/// configuration, also where that speaks of one stack only.
pub(crate) fn collect(config: Option<&Config>, input: &InputArgs) -> Result<Parameters, Problem> {
    let mut sources = Vec::new();
    if let Some(config) = config {
        for file in &config.content.parameters_files {
            let name = from_here(&file.value);
            let given = read(&file.value, &name).map_err(|problem| problem.at(&file.place))?;
            sources.push(Source { name, given, is_for_run: false });
        }
        let given = config.content.parameters.iter().map(|given| given.value.clone()).collect();
        sources.push(Source { name: config.name.clone(), given, is_for_run: false });
    }
    let configured = sources.len();
    for file in &input.parameters_files {
        let name = shown(file);
        sources.push(Source { given: read(file, &name)?, name, is_for_run: true });
    }
    let given = input.parameters.clone();
    sources.push(Source { name: "--parameter".to_owned(), given, is_for_run: true });
    let (configured, of_run) = sources.split_at_mut(configured);
    let said = |name: &str| {
        let mut given = of_run.iter().flat_map(|source| &source.given);
        given.any(|given| given.stack.is_none() && given.name == name)
    };
    for source in configured {
        source.given.retain(|given| given.stack.is_none() || !said(&given.name));
    }
    Ok(Parameters { sources })
}

/// The mapping `parameters` of the configuration.
pub(crate) fn from_config(value: &Value<'_>) -> Result<Vec<Written<Given>>, Problem> {
    let place = |offset| value.place_at(offset);
    let all = values::entries(value.node).map_err(|malformed| {
        let place = malformed.at.map_or_else(|| value.place(), place);
        let problem = Problem::new(format!("{place}: {}", malformed.message));
        malformed.help.into_iter().fold(problem, Problem::with_help)
    })?;
    let written = |(at, value): (usize, Given)| Written { value, place: place(at) };
    Ok(all.into_iter().map(written).collect())
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

    /// What is said of values that nothing asks for, but for those of the configuration.
    pub(crate) fn notices(&self, report: &Report) -> Vec<Notice> {
        // A template that could not be read, or is not among those of the run, may well declare what is given.
        if report.templates == 0 || !report.errors.is_empty() {
            return Vec::new();
        }
        let notice = |source: &Source| {
            let message = unused::message(&source.given, &report.parameters)?;
            Some(Notice { path: source.name.clone(), message })
        };
        self.sources.iter().filter(|source| source.is_for_run).filter_map(notice).collect()
    }
}

fn read(path: &Path, name: &str) -> Result<Vec<Given>, Problem> {
    let unreadable = |why| {
        Problem::new(format!("cannot read the parameters in `{name}`: {why}"))
            .with_help("`--parameters-file` takes a file in JSON, YAML or TOML")
    };
    let text = document::text(path, name, unreadable)?;
    let is_toml = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("toml"));
    parse(&text, is_toml).map_err(|malformed| {
        let place = malformed.at.map_or_else(String::new, |at| {
            let file = SourceFile::new(name, text.as_ref());
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
