//! What a configuration file can say, with the place of each thing.

use std::path::PathBuf;

use cflint_diagnostics::Severity;
use cflint_linter::Level;
use clap::ValueEnum;

use crate::args::{FailOn, MinConfidence, MinSeverity};
use crate::config::globs::{NameGlob, PathGlob};
use crate::files::document::Place;
use crate::parameters::Given;

/// Something that a file says, and where.
#[derive(Debug, Clone)]
pub(crate) struct Written<T> {
    pub(crate) value: T,
    pub(crate) place: Place,
}

/// What a configuration file says.
#[derive(Debug, Default)]
pub(crate) struct Content {
    pub(crate) select: Option<Written<Vec<String>>>,
    pub(crate) extend_select: Option<Written<Vec<String>>>,
    pub(crate) ignore: Option<Written<Vec<String>>>,
    pub(crate) pedantic: Option<Written<bool>>,
    pub(crate) min_confidence: Option<Written<MinConfidence>>,
    pub(crate) min_severity: Option<Written<MinSeverity>>,
    pub(crate) fail_on: Option<Written<FailOn>>,
    pub(crate) functions: Option<Written<bool>>,
    pub(crate) exclude: Option<Written<Vec<PathGlob>>>,
    pub(crate) parameters: Vec<Written<Given>>,
    pub(crate) parameters_files: Vec<Written<PathBuf>>,
    pub(crate) rules: Vec<RuleContent>,
    pub(crate) overrides: Vec<Written<OverrideContent>>,
}

/// What it says of a rule, a group or an alias.
#[derive(Debug, Clone)]
pub(crate) struct RuleContent {
    pub(crate) name: String,
    pub(crate) severity: Option<Written<RuleLevel>>,
    pub(crate) ignore: Vec<Written<Known>>,
}

/// What it says of some paths.
#[derive(Debug, Clone)]
pub(crate) struct OverrideContent {
    pub(crate) paths: Vec<PathGlob>,
    pub(crate) ignore: Vec<String>,
    pub(crate) rules: Vec<RuleContent>,
}

/// What `rules.<id>.severity` can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RuleLevel {
    Error,
    Warning,
    Info,
    Off,
}

impl From<RuleLevel> for Level {
    fn from(level: RuleLevel) -> Self {
        match level {
            RuleLevel::Error => Self::At(Severity::Error),
            RuleLevel::Warning => Self::At(Severity::Warning),
            RuleLevel::Info => Self::At(Severity::Info),
            RuleLevel::Off => Self::Off,
        }
    }
}

/// Which findings are known, and why.
#[derive(Debug, Clone, Default)]
pub(crate) struct Known {
    pub(crate) path: Option<PathGlob>,
    pub(crate) id: Option<NameGlob>,
    pub(crate) construct: Option<NameGlob>,
    pub(crate) reason: Option<String>,
}
