use std::collections::{BTreeMap, BTreeSet};

use cflint_diagnostics::{FileId, Finding, Severity, SourceFile, Sources, Span};
use cflint_template::syntax::SyntaxError;

use crate::input::Input;

use crate::sight::Sight;

/// The result of one run: everything that an output format needs.
#[derive(Debug, Default)]
pub struct Report {
    /// The files that were read.
    pub sources: Sources,
    /// The files that [`Finding::source`] names, by their path, if the caller has added them.
    pub user_sources: BTreeMap<String, SourceFile>,
    /// What was found, in a total order: path, place, rule.
    pub findings: Vec<Finding>,
    /// Inputs that could not be understood; any of them makes the exit code 2.
    pub errors: Vec<InputError>,
    /// What a user should know besides the findings, such as a file that is not a template; one line each.
    pub notices: Vec<Notice>,
    /// Which parameters each template declares, in the order of the files.
    pub parameters: Vec<ParametersOf>,
    /// Which of [`Options::suppressions`](crate::Options::suppressions) matched no finding, although a rule of that
    /// name ran. They are indices.
    pub unused_suppressions: Vec<usize>,
    /// What could be looked at.
    pub sight: Sight,
    /// How many files were read, except those that are only linked.
    pub files: usize,
    /// How many of them are templates.
    pub templates: usize,
    /// The rules that reported something about suppressions.
    pub about_suppressions: BTreeSet<&'static str>,
    /// What was found in them to look at.
    pub examined: Examined,
    /// The other files that decide what the checked templates import, and which stages their APIs have. Without the rest of
    /// those that are context only, everything is the same.
    pub linked: BTreeSet<FileId>,
}

/// How much a run looked at, so that "no findings" says of what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Examined {
    pub distributions: usize,
    /// Behaviors of all of them, the default ones included.
    pub behaviors: usize,
    /// APIs of API Gateway that a distribution can reach.
    pub apis: usize,
}

impl std::ops::AddAssign for Examined {
    fn add_assign(&mut self, other: Self) {
        self.distributions += other.distributions;
        self.behaviors += other.behaviors;
        self.apis += other.apis;
    }
}

/// The parameters of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParametersOf {
    /// The names of its stack for [`StackParameter::stack`](crate::StackParameter::stack).
    pub stack_names: Vec<String>,
    /// The names of the parameters that it declares.
    pub names: Vec<String>,
}

/// An input that could not be read or parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputError {
    /// The path as the user wrote it.
    pub path: String,
    /// One sentence.
    pub message: String,
    /// The place, if the file could be read at all. The same error is then a finding of `invalid-template`.
    pub span: Option<Span>,
}

impl InputError {
    pub(crate) fn of(input: &Input, error: &SyntaxError) -> Self {
        Self { path: input.name.clone(), message: error.message.clone(), span: Some(error.span) }
    }
}

/// Something that is neither a finding nor an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The path as the user wrote it; empty for what is about the run.
    pub path: String,
    /// One sentence.
    pub message: String,
}

impl Report {
    /// How many findings of this severity are not suppressed.
    pub fn count(&self, severity: Severity) -> usize {
        self.active().filter(|finding| finding.severity == severity).count()
    }

    /// The findings that are not suppressed.
    pub fn active(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.suppressed.is_none())
    }

    /// The inputs that could not be read, except those where a finding shows the place.
    pub fn unshown_errors(&self) -> impl Iterator<Item = &InputError> {
        self.errors.iter().filter(|error| {
            !error.span.is_some_and(|span| self.active().any(|finding| finding.primary.span == span))
        })
    }
}
