use std::collections::BTreeMap;

use cflint_diagnostics::{Finding, Severity, SourceFile, Sources, Span};

use crate::sight::Sight;

/// The result of one run: everything that an output format needs.
#[derive(Debug, Default)]
pub struct Report {
    /// The files that were read.
    pub sources: Sources,
    /// The files that [`Finding::source`] names, by their path, as far as whoever may read files has added them.
    pub user_sources: BTreeMap<String, SourceFile>,
    /// What was found, in a total order: path, place, rule.
    pub findings: Vec<Finding>,
    /// Inputs that could not be understood; any of them makes the exit code 2.
    pub errors: Vec<InputError>,
    /// What a user should know beside the findings, such as a file that is no template; one line each.
    pub notices: Vec<Notice>,
    /// Which parameters each template takes, in the order of the files.
    pub parameters: Vec<ParametersOf>,
    /// Which of [`Options::suppressions`](crate::Options::suppressions) no finding needed, although a rule of that name
    /// ran. They are indices.
    pub unused_suppressions: Vec<usize>,
    /// What could be looked at.
    pub sight: Sight,
    /// How many files were read, but for those that are only linked.
    pub files: usize,
    /// How many of them are templates.
    pub templates: usize,
}

/// The parameters of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParametersOf {
    /// What its stack can be called in [`StackParameter::stack`](crate::StackParameter::stack).
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

/// Something that is neither a finding nor an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The path as the user wrote it; empty for what is about the run.
    pub path: String,
    /// One sentence.
    pub message: String,
}

impl Report {
    /// How many findings of this severity count, that is, are not suppressed.
    pub fn count(&self, severity: Severity) -> usize {
        self.active().filter(|finding| finding.severity == severity).count()
    }

    /// The findings that are not suppressed.
    pub fn active(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.suppressed.is_none())
    }

    /// The inputs that could not be read, but for those where a finding shows the very place.
    pub fn unshown_errors(&self) -> impl Iterator<Item = &InputError> {
        self.errors.iter().filter(|error| {
            !error.span.is_some_and(|span| self.active().any(|finding| finding.primary.span == span))
        })
    }
}
