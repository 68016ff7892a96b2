//! Values of parameters: the command line before the configuration, and the files that each of them names.

use cflint_linter::{Notice, Options, Report, StackParameter};

use super::unused;
use crate::args::InputArgs;
use crate::config::Config;
use crate::files::document::NamedBy;
use crate::files::paths::{self, from_here, shown};
use crate::parameters::{Given, read};
use crate::problem::Problem;

/// All values of parameters. Later ones override earlier ones.
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

/// Reads the files, and adds what the configuration and the command line say. The command line overrides the
/// configuration, even a value there for one stack only.
pub(super) fn collect(config: Option<&Config>, input: &InputArgs) -> Result<Parameters, Problem> {
    let mut sources = Vec::new();
    if let Some(config) = config {
        for file in &config.content.parameters_files {
            let name = from_here(&file.value);
            let by = NamedBy::Project(&config.roots);
            let given = read(&file.value, &name, by).map_err(|problem| problem.at(&file.place))?;
            sources.push(Source { name, given, is_for_run: false });
        }
        let given = config.content.parameters.iter().map(|given| given.value.clone()).collect();
        sources.push(Source { name: config.name.clone(), given, is_for_run: false });
    }
    let configured = sources.len();
    for file in &input.parameters_files {
        let name = shown(file);
        sources.push(Source { given: read(file, &name, NamedBy::User)?, name, is_for_run: true });
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

impl Parameters {
    fn given(&self) -> impl Iterator<Item = &Given> {
        self.sources.iter().flat_map(|source| &source.given)
    }

    /// The values in the form that the linter needs.
    pub(crate) fn options(&self) -> Options {
        Options {
            parameters: self.of_all(),
            stack_parameters: self.of_one(),
            real_path: paths::real,
            ..Options::default()
        }
    }

    /// The notice about unused values, except those of the configuration.
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

    /// The values that count in every stack.
    fn of_all(&self) -> Vec<(String, String)> {
        let of_all = self.given().filter(|given| given.stack.is_none());
        of_all.map(|given| (given.name.clone(), given.value.clone())).collect()
    }

    /// The values that count in one stack.
    fn of_one(&self) -> Vec<StackParameter> {
        let parameter = |given: &Given| {
            let (name, value) = (given.name.clone(), given.value.clone());
            Some(StackParameter { stack: given.stack.clone()?, name, value })
        };
        self.given().filter_map(parameter).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_values_count() {
        let given = |text: &str| Given::pair(text).unwrap();
        let source = |given: Vec<Given>| Source { name: String::new(), given, is_for_run: true };
        let parameters = Parameters {
            sources: vec![source(vec![given("A=1"), given("S:B=2")]), source(vec![given("A=3")])],
        };
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(parameters.of_all(), [pair("A", "1"), pair("A", "3")]);
        let of_one: Vec<_> = parameters.of_one().into_iter().map(|p| (p.stack, p.name, p.value)).collect();
        assert_eq!(of_one, [("S".to_owned(), "B".to_owned(), "2".to_owned())]);
    }
}
