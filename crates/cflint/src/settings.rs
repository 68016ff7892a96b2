//! The settings of a run: the command line overrides the configuration, and that overrides the defaults.

mod parameters;
mod unused;

use std::path::PathBuf;

use cflint_diagnostics::Confidence;
use cflint_linter::{ConfiguredSuppression, Level, Matcher, Options, Override, RuleMeta};
use cflint_rules::RULES;

use self::parameters::Parameters;
use crate::args::{ConfigFileArgs, FailOn, InputArgs, MinConfidence, MinSeverity, SettingArgs};
use crate::config::globs::{NameGlob, PathGlob};
use crate::config::{self, Config, Content, Known, RuleContent, Written};
use crate::files::document::Place;
use crate::files::paths::Folder;
use crate::names;
use crate::problem::Problem;

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    Default,
    File(Place),
    CommandLine,
}

#[derive(Debug, Clone)]
pub(crate) struct Effective<T> {
    pub(crate) value: T,
    pub(crate) origin: Origin,
}

/// Everything that the command line and the configuration say together.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) config: Option<Config>,
    pub(crate) parameters: Parameters,
    pub(crate) select: Effective<Vec<String>>,
    pub(crate) extend_select: Effective<Vec<String>>,
    /// Those of the configuration first; the command line adds to them.
    pub(crate) ignore: Vec<Effective<Vec<String>>>,
    pub(crate) pedantic: Effective<bool>,
    pub(crate) min_confidence: Effective<MinConfidence>,
    pub(crate) min_severity: Effective<MinSeverity>,
    pub(crate) fail_on: Effective<FailOn>,
    /// Whether the code of CloudFront Functions is run.
    pub(crate) functions: Effective<bool>,
    /// Whether the configuration may switch rules off; not if the command line selects them.
    pub(crate) may_switch_off: bool,
}

impl Settings {
    /// Reads the configuration for these paths and the values of parameters, and puts the command line before them.
    pub(crate) fn load(
        paths: &[PathBuf],
        input: &InputArgs,
        file: &ConfigFileArgs,
        args: &SettingArgs,
    ) -> Result<Self, Problem> {
        names::validate("--select", &args.select, RULES)?;
        names::validate("--extend-select", &args.extend_select, RULES)?;
        names::validate("--ignore", &args.ignore, RULES)?;
        let config = config::load(file, &input.named(paths))?;
        let parameters = parameters::collect(config.as_ref(), input)?;
        let nothing = Content::default();
        let content = config.as_ref().map_or(&nothing, |config| &config.content);
        let selects = !args.select.is_empty();
        let written = |names: &Option<Written<Vec<String>>>| names.clone().filter(|_| !selects);
        let pedantic = (args.pedantic || args.no_pedantic).then_some(args.pedantic);
        let ignored = [
            written(&content.ignore).map(from_file),
            list(&args.ignore).map(|value| Effective { value, origin: Origin::CommandLine }),
        ];
        Ok(Self {
            select: effective(list(&args.select), written(&content.select), Vec::new()),
            extend_select: effective(list(&args.extend_select), written(&content.extend_select), Vec::new()),
            ignore: ignored.into_iter().flatten().collect(),
            pedantic: effective(pedantic, content.pedantic.clone(), false),
            min_confidence: effective(
                args.min_confidence,
                content.min_confidence.clone(),
                MinConfidence::Likely,
            ),
            min_severity: effective(args.min_severity, content.min_severity.clone(), MinSeverity::Info),
            fail_on: effective(args.fail_on, content.fail_on.clone(), FailOn::Warning),
            functions: effective(input.no_functions.then_some(false), content.functions.clone(), true),
            may_switch_off: !selects,
            parameters,
            config,
        })
    }

    /// Those of a command that has no settings but its configuration.
    pub(crate) fn of_config(
        paths: &[PathBuf],
        input: &InputArgs,
        file: &ConfigFileArgs,
    ) -> Result<Self, Problem> {
        Self::load(paths, input, file, &SettingArgs::default())
    }

    fn content(&self) -> Option<(&Content, &Folder)> {
        self.config.as_ref().map(|config| (&config.content, &config.folder))
    }

    /// The findings that are known, in the order of the file, and where each is written.
    pub(crate) fn known(&self) -> Vec<(ConfiguredSuppression, &Place)> {
        let Some((content, folder)) = self.content() else { return Vec::new() };
        let of_all = content.rules.iter().flat_map(|rule| suppressions(rule, None, folder));
        let of_some = content.overrides.iter().flat_map(|over| {
            let rules = over.value.rules.iter();
            rules.flat_map(|rule| suppressions(rule, Some(&over.value.paths), folder))
        });
        of_all.chain(of_some).collect()
    }

    fn overrides(&self) -> Vec<Override> {
        let Some((content, folder)) = self.content() else { return Vec::new() };
        let over = |over: &Written<config::OverrideContent>| Override {
            paths: matcher(folder, over.value.paths.clone()),
            ignore: if self.may_switch_off { over.value.ignore.clone() } else { Vec::new() },
            severities: self.severities(&over.value.rules),
        };
        content.overrides.iter().map(over).collect()
    }

    fn severities(&self, rules: &[RuleContent]) -> Vec<(String, Level)> {
        let level = |rule: &RuleContent| Some((rule.name.clone(), rule.severity.as_ref()?.value.into()));
        rules
            .iter()
            .filter_map(level)
            .filter(|(_, level)| self.may_switch_off || *level != Level::Off)
            .collect()
    }

    /// Whether `--extend-select` names a rule: it runs even if the configuration says otherwise.
    fn is_asked(&self, rule: &RuleMeta) -> bool {
        let Effective { value, origin } = &self.extend_select;
        *origin == Origin::CommandLine && value.iter().any(|name| rule.is_called(name))
    }

    /// The names of a list, without rules that the command line asks for if the list is from elsewhere.
    fn but_asked(&self, names: &Effective<Vec<String>>) -> Vec<String> {
        let metas = || RULES.iter().map(|rule| rule.meta());
        if names.origin == Origin::CommandLine || !metas().any(|rule| self.is_asked(rule)) {
            return names.value.clone();
        }
        let is_named = |rule: &&RuleMeta| names.value.iter().any(|name| rule.is_called(name));
        metas().filter(is_named).filter(|rule| !self.is_asked(rule)).map(|rule| rule.id.to_owned()).collect()
    }

    /// The options for the linter.
    pub(crate) fn options(&self) -> Options {
        let mut options = Options {
            select: self.select.value.clone(),
            extend_select: self.extend_select.value.clone(),
            ignore: self.ignore.iter().flat_map(|names| self.but_asked(names)).collect(),
            pedantic: self.pedantic.value,
            functions: self.functions.value,
            min_confidence: Confidence::from(self.min_confidence.value),
            severities: self.content().map_or_else(Vec::new, |(content, _)| self.severities(&content.rules)),
            overrides: self.overrides(),
            suppressions: self.known().into_iter().map(|(known, _)| known).collect(),
            ..self.parameters.options()
        };
        for rule in RULES.iter().map(|rule| rule.meta()) {
            if self.is_asked(rule) && !options.runs(rule) {
                options.severities.push((rule.id.to_owned(), Level::Usual));
            }
        }
        options
    }

    /// Which paths the configuration leaves out.
    pub(crate) fn exclude(&self) -> Matcher {
        match self.content() {
            Some((Content { exclude: Some(globs), .. }, folder)) => matcher(folder, globs.value.clone()),
            _ => Matcher::new(|_| false),
        }
    }
}

fn list(names: &[String]) -> Option<Vec<String>> {
    (!names.is_empty()).then(|| names.to_vec())
}

fn effective<T>(asked: Option<T>, written: Option<Written<T>>, default: T) -> Effective<T> {
    match (asked, written) {
        (Some(value), _) => Effective { value, origin: Origin::CommandLine },
        (None, Some(written)) => from_file(written),
        (None, None) => Effective { value: default, origin: Origin::Default },
    }
}

fn from_file<T>(written: Written<T>) -> Effective<T> {
    Effective { value: written.value, origin: Origin::File(written.place) }
}

/// What a rule knows, in some paths or in all.
fn suppressions<'c>(
    rule: &'c RuleContent,
    paths: Option<&'c Vec<PathGlob>>,
    folder: &'c Folder,
) -> impl Iterator<Item = (ConfiguredSuppression, &'c Place)> {
    rule.ignore.iter().map(move |known| {
        let Known { path, id, construct, reason } = known.value.clone();
        let suppression = ConfiguredSuppression {
            rule: rule.name.clone(),
            path: both(
                paths.map(|paths| matcher(folder, paths.clone())),
                path.map(|path| matcher(folder, vec![path])),
            ),
            logical_id: id.map(name_matcher),
            construct: construct.map(name_matcher),
            reason,
        };
        (suppression, &known.place)
    })
}

fn both(one: Option<Matcher>, other: Option<Matcher>) -> Option<Matcher> {
    match (one, other) {
        (Some(one), Some(other)) => Some(Matcher::new(move |path| one.matches(path) && other.matches(path))),
        (one, other) => one.or(other),
    }
}

/// Takes paths as they are shown, and compares them from the folder of the configuration.
fn matcher(folder: &Folder, globs: Vec<PathGlob>) -> Matcher {
    let folder = folder.clone();
    Matcher::new(move |path| {
        folder.inner(path).is_some_and(|inner| globs.iter().any(|glob| glob.matches(&inner)))
    })
}

fn name_matcher(glob: NameGlob) -> Matcher {
    Matcher::new(move |name| glob.matches(name))
}
