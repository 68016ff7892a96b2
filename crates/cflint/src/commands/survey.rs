//! What the commands that show distributions have in common: to look at each of them in the templates that are named.

use std::io;
use std::path::PathBuf;

use cflint_diagnostics::Sources;
use cflint_linter::{Input, InputError, Notice, Options, Seen, distributions, survey};
use cflint_template::model::Model;

use super::output;
use crate::args::{ConfigFileArgs, InputArgs};
use crate::exit::Exit;
use crate::input::discover::{self, Exclude};
use crate::input::{Found, apps};
use crate::problem::{Failure, Problem};
use crate::settings::Settings;
use crate::terminal::Terminal;

/// The templates, and how they are looked at.
pub(crate) struct Survey {
    pub(crate) inputs: Vec<Input>,
    pub(crate) options: Options,
    settings: Settings,
    errors: Vec<InputError>,
    notices: Vec<Notice>,
}

pub(crate) struct Surveyed<T> {
    pub(crate) seen: Vec<Seen<T>>,
    pub(crate) sources: Sources,
    /// Whether there is something that could not be read.
    pub(crate) has_failed: bool,
    pub(crate) inputs: Vec<Input>,
    pub(crate) options: Options,
}

impl Survey {
    /// Finds the templates.
    ///
    /// # Errors
    /// If the configuration or the parameters cannot be read.
    pub(crate) fn new(
        paths: &[PathBuf],
        config: &ConfigFileArgs,
        input: &InputArgs,
    ) -> Result<Self, Problem> {
        let settings = Settings::of_config(paths, input, config)?;
        let exclude = Exclude { paths: settings.exclude(), is_forced: false };
        let options = Options { functions: settings.functions.value, ..settings.parameters.options() };
        let (templates, sources) = apps::without_sources(paths);
        let Found { inputs, mut errors, mut notices, .. } =
            discover::collect(&templates, input.stdin_name(), &mut io::stdin().lock(), &exclude);
        errors.extend(sources);
        notices.extend(apps::notices(paths));
        Ok(Self { inputs, options, settings, errors, notices })
    }

    /// Looks at each distribution, and says on standard error what could not be read.
    pub(crate) fn look<T: PartialEq + Send>(
        self,
        terminal: &Terminal,
        look: impl Fn(&Model, &Input) -> T + Sync,
    ) -> Surveyed<T> {
        let surveyed = survey(&self.inputs, &self.options, |template, input| {
            let mut seen = distributions(template, |model| look(model, input));
            seen.iter_mut().for_each(|seen| name_by_stack(seen, input));
            seen
        });
        let mut report = surveyed.report;
        report.errors.extend(self.errors);
        report.notices.extend(self.notices);
        report.notices.extend(self.settings.parameters.notices(&report));
        output::notices(&report);
        output::errors(&report.errors, &report.sources, terminal);
        Surveyed {
            seen: surveyed.found.into_iter().flatten().collect(),
            has_failed: !report.errors.is_empty(),
            sources: report.sources,
            inputs: self.inputs,
            options: self.options,
        }
    }
}

/// Adds the names that a CDK assembly has for a distribution.
pub(super) fn name_by_stack<T>(seen: &mut Seen<T>, input: &Input) {
    let Some(stack) = &input.stack else { return };
    let facts = seen.stack.is_none().then_some(&stack.facts);
    let construct = facts.and_then(|facts| facts.construct(&seen.distribution, None));
    seen.construct = seen.construct.take().or_else(|| construct.map(str::to_owned));
    seen.stack = seen.stack.take().or_else(|| Some(stack.facts.name.clone()));
}

/// How a command ends that finds no distribution. What could not be read is already reported, and may contain one.
pub(super) fn nothing(has_failed: bool, purpose: &str) -> Result<Exit, Failure> {
    if has_failed {
        return Ok(Exit::Failed);
    }
    Err(no_distribution(purpose).into())
}

pub(super) fn no_distribution(purpose: &str) -> Problem {
    Problem::new(format!("there is no CloudFront distribution {purpose}")).with_help(
        "name a template, or a folder with templates, that declares `AWS::CloudFront::Distribution`",
    )
}
