//! Arguments that say the same as keys of the configuration.

use std::path::PathBuf;

use cflint_diagnostics::{Confidence, Severity};
use clap::{Args, ValueEnum};

use super::input::InputArgs;
use super::rule_name::RuleName;

/// What is reported. The command line overrides the configuration.
#[derive(Debug, Default, Args)]
pub(crate) struct SettingArgs {
    /// Run only these rules, groups or aliases, separated by commas
    #[arg(
        long,
        value_name = "RULES",
        value_delimiter = ',',
        value_parser = RuleName,
        hide_possible_values = true,
        help_heading = "Rule options"
    )]
    pub(crate) select: Vec<String>,

    /// Run these rules, groups or aliases too, separated by commas
    #[arg(
        long,
        value_name = "RULES",
        value_delimiter = ',',
        value_parser = RuleName,
        hide_possible_values = true,
        help_heading = "Rule options"
    )]
    pub(crate) extend_select: Vec<String>,

    /// Do not run these rules, groups or aliases, separated by commas
    #[arg(
        long,
        value_name = "RULES",
        value_delimiter = ',',
        value_parser = RuleName,
        hide_possible_values = true,
        help_heading = "Rule options"
    )]
    pub(crate) ignore: Vec<String>,

    /// Run pedantic rules too
    #[arg(long, overrides_with = "no_pedantic", help_heading = "Rule options")]
    pub(crate) pedantic: bool,

    #[arg(long, hide = true, overrides_with = "pedantic")]
    pub(crate) no_pedantic: bool,

    /// Drop findings below this confidence [default: likely]
    #[arg(long, value_name = "LEVEL", help_heading = "Rule options")]
    pub(crate) min_confidence: Option<MinConfidence>,

    /// Drop findings below this severity [default: info]
    #[arg(long, value_name = "LEVEL", help_heading = "Rule options")]
    pub(crate) min_severity: Option<MinSeverity>,

    /// Lowest severity that makes the exit code 1 [default: warning]
    #[arg(long, value_name = "LEVEL", help_heading = "Output options")]
    pub(crate) fail_on: Option<FailOn>,
}

/// Where the configuration is.
#[derive(Debug, Default, Clone, Args)]
pub(crate) struct ConfigFileArgs {
    /// Configuration file; otherwise the file in the environment variable CFLINT_CONFIG, or the nearest cflint.yaml
    #[arg(long, value_name = "FILE", conflicts_with = "no_config", help_heading = "Configuration options")]
    pub(crate) config: Option<PathBuf>,

    /// Read no configuration
    #[arg(long, alias = "isolated", help_heading = "Configuration options")]
    pub(crate) no_config: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ConfigArgs {
    /// The paths that would be checked: the configuration is looked for from the first one
    #[arg(value_name = "PATH", default_value = ".")]
    pub(crate) paths: Vec<PathBuf>,

    /// Show every setting and where it comes from; the default
    #[arg(long, conflicts_with = "schema")]
    pub(crate) show: bool,

    /// Print the JSON Schema of the file, for editors
    #[arg(long)]
    pub(crate) schema: bool,

    /// Format of the settings
    #[arg(long, alias = "output-format", value_name = "FORMAT", default_value = "text")]
    pub(crate) format: ShowFormat,

    #[command(flatten)]
    pub(crate) config: ConfigFileArgs,

    #[command(flatten)]
    pub(crate) settings: SettingArgs,

    #[command(flatten)]
    pub(crate) input: InputArgs,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum ShowFormat {
    Text,
    Json,
}

#[derive(Debug, Args)]
#[command(after_help = "Without options, it writes `cflint.yaml`. No file is ever overwritten.")]
pub(crate) struct InitArgs {
    /// Write .pre-commit-config.yaml, or print what to add if it exists
    #[arg(long)]
    pub(crate) pre_commit: bool,

    /// Write .github/workflows/cflint.yml
    #[arg(long)]
    pub(crate) github: bool,

    /// Print what would be written
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum MinConfidence {
    Possible,
    Likely,
    Certain,
}

impl From<MinConfidence> for Confidence {
    fn from(confidence: MinConfidence) -> Self {
        match confidence {
            MinConfidence::Possible => Self::Possible,
            MinConfidence::Likely => Self::Likely,
            MinConfidence::Certain => Self::Certain,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum MinSeverity {
    Error,
    Warning,
    Info,
}

impl From<MinSeverity> for Severity {
    fn from(severity: MinSeverity) -> Self {
        match severity {
            MinSeverity::Error => Self::Error,
            MinSeverity::Warning => Self::Warning,
            MinSeverity::Info => Self::Info,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    Error,
    Warning,
    Info,
    Never,
}

impl FailOn {
    /// The lowest severity that fails a run, if any does.
    pub(crate) fn severity(self) -> Option<Severity> {
        match self {
            Self::Error => Some(Severity::Error),
            Self::Warning => Some(Severity::Warning),
            Self::Info => Some(Severity::Info),
            Self::Never => None,
        }
    }
}
