mod input;
mod rule_name;
mod settings;
mod trace;
pub(crate) mod usage;

use std::path::PathBuf;

use cflint_output::Format;
use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

pub(crate) use self::input::InputArgs;
use self::rule_name::RuleName;
pub(crate) use self::settings::{
    ConfigArgs, ConfigFileArgs, FailOn, InitArgs, MinConfidence, MinSeverity, SettingArgs, ShowFormat,
};
pub(crate) use self::trace::{Asked, TraceArgs, TraceFormat, with_curl};
use crate::terminal::Color;

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

/// Finds the requests that CloudFront in front of API Gateway would break, from the CloudFormation template.
#[derive(Debug, Parser)]
#[command(
    name = "cflint",
    version,
    styles = STYLES,
    max_term_width = 100,
    arg_required_else_help = true,
    subcommand_value_name = "COMMAND"
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,

    /// When to use colors
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", help_heading = "Global options")]
    pub(crate) color: Color,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check templates
    Check(Box<CheckArgs>),
    /// Follow one request through a distribution to its response
    Trace(Box<TraceArgs>),
    /// Draw the distributions: behaviors, origins, stages, routes
    Map(Box<MapArgs>),
    /// Explain a rule
    Explain(ExplainArgs),
    /// List the rules
    Rules(RulesArgs),
    /// Report findings in an editor, as a language server on standard input and output
    Server(ServerArgs),
    /// Show the configuration, or the schema of its file
    Config(Box<ConfigArgs>),
    /// Write a configuration file, a pre-commit hook or a GitHub Actions workflow
    Init(InitArgs),
    /// Print a shell completion script
    Completions(CompletionsArgs),
    /// Print a page of the manual
    Man(ManArgs),
}

#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 nothing at or above --fail-on, 1 findings, 2 wrong usage, configuration or unreadable input"
)]
pub(crate) struct CheckArgs {
    /// Templates, and folders to search for templates; `-` is standard input
    #[arg(value_name = "PATH", default_value = ".")]
    pub(crate) paths: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) input: InputArgs,

    #[command(flatten)]
    pub(crate) settings: SettingArgs,

    #[command(flatten)]
    pub(crate) config: ConfigFileArgs,

    /// Apply the excludes of the configuration even to files named on the command line
    #[arg(long, help_heading = "Input options")]
    pub(crate) force_exclude: bool,

    /// For hooks that pass changed files: skip excluded files and non-templates, and resolve references into the rest of the repository
    #[arg(long, conflicts_with = "write_baseline", help_heading = "Input options")]
    pub(crate) hook: bool,

    /// Report only findings that are not in this file
    #[arg(long, value_name = "FILE", help_heading = "Baseline options")]
    pub(crate) baseline: Option<PathBuf>,

    /// Write the current findings to this file instead of reporting them
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with_all = ["baseline", "fix", "diff", "add_ignore", "output_file"],
        help_heading = "Baseline options"
    )]
    pub(crate) write_baseline: Option<PathBuf>,

    /// Apply the fixes that cannot break a working request
    #[arg(long, help_heading = "Fix options")]
    pub(crate) fix: bool,

    /// With --fix or --diff: the other fixes too
    #[arg(long, help_heading = "Fix options")]
    pub(crate) unsafe_fixes: bool,

    /// Print what --fix would change without changing it; exits with 1 if there are changes
    #[arg(long, conflicts_with_all = ["fix", "format"], help_heading = "Fix options")]
    pub(crate) diff: bool,

    /// Report findings even if a comment or metadata suppresses them
    #[arg(long, help_heading = "Suppression options")]
    pub(crate) no_suppressions: bool,

    /// Write a suppression for each finding, with the reason if there is one; --diff shows it
    #[arg(
        long,
        value_name = "REASON",
        num_args = 0..=1,
        require_equals = true,
        conflicts_with_all = ["fix", "unsafe_fixes", "no_suppressions", "baseline"],
        value_parser = one_line,
        help_heading = "Suppression options"
    )]
    pub(crate) add_ignore: Option<Option<String>>,

    /// Format of the findings
    #[arg(
        long,
        alias = "output-format",
        value_name = "FORMAT",
        default_value = "full",
        help_heading = "Output options"
    )]
    pub(crate) format: OutputFormat,

    /// Write the findings to a file
    #[arg(short, long, value_name = "FILE", help_heading = "Output options")]
    pub(crate) output_file: Option<PathBuf>,

    /// Count the findings of each rule instead of showing them, as a table or with --format json
    #[arg(long, conflicts_with_all = ["diff", "write_baseline"], help_heading = "Output options")]
    pub(crate) statistics: bool,

    /// Omit suppressed findings from json, jsonl, sarif and junit, which otherwise mark them
    #[arg(long, overrides_with = "hide_suppressed", help_heading = "Output options")]
    pub(crate) hide_suppressed: bool,

    /// Print only findings and errors
    #[arg(short, long, help_heading = "Output options")]
    pub(crate) quiet: bool,

    /// List unused baseline entries
    #[arg(short, long, conflicts_with = "quiet", help_heading = "Output options")]
    pub(crate) verbose: bool,
}

#[derive(Debug, Args)]
pub(crate) struct MapArgs {
    /// Templates, and folders to search for templates; `-` is standard input
    #[arg(value_name = "PATH", default_value = ".")]
    pub(crate) paths: Vec<PathBuf>,

    /// Draw only one distribution: the start of its logical id, STACK.ID, FILE:ID, or a CDK construct
    #[arg(long, value_name = "ID")]
    pub(crate) distribution: Option<String>,

    #[command(flatten)]
    pub(crate) input: InputArgs,

    #[command(flatten)]
    pub(crate) config: ConfigFileArgs,

    /// Format of the picture
    #[arg(
        long,
        alias = "output-format",
        value_name = "FORMAT",
        default_value = "text",
        help_heading = "Output options"
    )]
    pub(crate) format: MapFormat,

    /// Write the picture to a file
    #[arg(short, long, value_name = "FILE", help_heading = "Output options")]
    pub(crate) output_file: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum MapFormat {
    Text,
    Mermaid,
    Dot,
    Svg,
}

#[derive(Debug, Args)]
#[command(after_help = "An editor starts it; editors/README.md has the settings of several.")]
pub(crate) struct ServerArgs {
    #[command(flatten)]
    pub(crate) config: ConfigFileArgs,

    /// Use standard input and output, as always; some editors say so
    #[arg(long, hide = true)]
    pub(crate) stdio: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// Id or alias of the rule
    #[arg(value_name = "RULE", value_parser = RuleName, hide_possible_values = true)]
    pub(crate) rule: String,
}

#[derive(Debug, Args)]
#[command(after_help = "Where to put it, for example:\n  \
    bash  ~/.local/share/bash-completion/completions/cflint\n  \
    fish  ~/.config/fish/completions/cflint.fish\n  \
    zsh   a file `_cflint` in a folder of $fpath")]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub(crate) shell: Shell,
}

#[derive(Debug, Args)]
#[command(after_help = "To read it: cflint man check | man -l -")]
pub(crate) struct ManArgs {
    /// The command that the page is about; without it, the page is about cflint
    #[arg(value_name = "COMMAND")]
    pub(crate) command: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct RulesArgs {
    /// Format of the list
    #[arg(long, alias = "output-format", value_name = "FORMAT", default_value = "table")]
    pub(crate) format: ListFormat,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum OutputFormat {
    Full,
    Concise,
    Json,
    Jsonl,
    Sarif,
    Github,
    Gitlab,
    Rdjson,
    Junit,
    Markdown,
    Html,
}

impl From<OutputFormat> for Format {
    fn from(format: OutputFormat) -> Self {
        match format {
            OutputFormat::Full => Self::Full,
            OutputFormat::Concise => Self::Concise,
            OutputFormat::Json => Self::Json,
            OutputFormat::Jsonl => Self::Jsonl,
            OutputFormat::Sarif => Self::Sarif,
            OutputFormat::Github => Self::Github,
            OutputFormat::Gitlab => Self::Gitlab,
            OutputFormat::Rdjson => Self::Rdjson,
            OutputFormat::Junit => Self::Junit,
            OutputFormat::Markdown => Self::Markdown,
            OutputFormat::Html => Self::Html,
        }
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum ListFormat {
    Table,
    Json,
}

/// A reason that fits into a comment.
fn one_line(text: &str) -> Result<String, String> {
    match text.trim() {
        text if text.contains(char::is_control) => Err("a reason is one line of text".to_owned()),
        text => Ok(text.to_owned()),
    }
}
