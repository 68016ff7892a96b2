use std::ffi::OsString;
use std::path::PathBuf;

use cflint_edge::facts::headers::Method;
use clap::{Args, CommandFactory, ValueEnum};

use super::{Cli, ConfigFileArgs, InputArgs};
use crate::commands::trace::curl::is_curl;
use crate::problem::Problem;

#[derive(Debug, Args)]
#[command(
    override_usage = "cflint trace [OPTIONS] [PATH] 'METHOD URL'\n       \
                      cflint trace [OPTIONS] [PATH] 'curl ...'\n       \
                      cflint trace [OPTIONS] [PATH] curl ...\n       \
                      cflint trace [OPTIONS] [PATH] --curl -",
    after_help = "The URL may be a path alone: 'GET /api/users'. Without PATH, the current folder is read.\n\n\
                  A curl command is what \"Copy as cURL\" in a browser writes, for bash or for cmd.exe: as one argument, \
                  as the rest of the command line, or on standard input: pbpaste | cflint trace edge.yaml --curl -. It \
                  is read, not run. A curl option that cflint does not know is rejected. Options of cflint come before \
                  `curl`. PowerShell commands are not supported.\n\n\
                  Exit codes: 0 the request is allowed, redirected or undetermined, 1 it is rejected, \
                  2 wrong usage or unreadable input"
)]
pub(crate) struct TraceArgs {
    /// A template, a folder with templates, or a CDK assembly, and the request: METHOD URL, or a curl command
    #[arg(value_name = "PATH REQUEST", num_args = 1..=3, required_unless_present_any = ["curl", "command"])]
    pub(crate) words: Vec<String>,

    /// What follows `--`: a curl command.
    #[arg(last = true, hide = true)]
    pub(crate) command: Vec<String>,

    /// The request as a curl command; `-` reads the command from standard input
    #[arg(long, value_name = "COMMAND", conflicts_with = "command")]
    pub(crate) curl: Option<String>,

    /// Method of the request; GET without this, or POST with --data
    #[arg(short = 'X', long = "request", value_name = "METHOD")]
    pub(crate) method: Option<String>,

    /// Header of the request; repeat it for several headers
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE")]
    pub(crate) headers: Vec<String>,

    /// Body of the request; only whether there is one makes a difference
    #[arg(short, long, visible_alias = "data-raw", value_name = "DATA", allow_hyphen_values = true)]
    pub(crate) data: Vec<String>,

    /// The distribution, if there are several: the start of its logical id, STACK.ID, FILE:ID, or a CDK construct
    #[arg(long, value_name = "ID")]
    pub(crate) distribution: Option<String>,

    #[command(flatten)]
    pub(crate) input: InputArgs,

    #[command(flatten)]
    pub(crate) config: ConfigFileArgs,

    /// Format of the trace
    #[arg(
        long,
        alias = "output-format",
        value_name = "FORMAT",
        default_value = "full",
        help_heading = "Output options"
    )]
    pub(crate) format: TraceFormat,

    /// Show every step in full, with the place that decides it
    #[arg(short, long, help_heading = "Output options")]
    pub(crate) verbose: bool,
}

/// How the request is given.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// A method and a URL, or a curl command.
    Text(String),
    /// The words of a curl command.
    Words(Vec<String>),
    /// A curl command that comes from standard input.
    Stdin,
}

impl TraceArgs {
    /// The path and the request, which may be one word or two.
    pub(crate) fn path_and_request(&self) -> Result<(PathBuf, Asked), Problem> {
        let is_method = |word: &String| Method::from_name(word).is_some();
        // What follows `--` and is not a curl command may be a path that looks like an option.
        let is_command = self.command.first().is_some_and(|first| is_curl(first));
        let words = if is_command { self.words.clone() } else { [&self.words[..], &self.command].concat() };
        let (asked, path) = match (&self.curl, words.as_slice()) {
            (Some(command), path) if command == "-" => (Asked::Stdin, path),
            (Some(command), path) => (Asked::Text(command.clone()), path),
            (None, path) if is_command => (Asked::Words(self.command.clone()), path),
            (None, [path @ .., method, url]) if is_method(method) => {
                (Asked::Text(format!("{method} {url}")), path)
            }
            // Two words behind the path are a method and a URL, whatever is wrong with them.
            (None, [path, method, url]) => {
                (Asked::Text(format!("{method} {url}")), std::slice::from_ref(path))
            }
            (None, [path @ .., request]) => (Asked::Text(request.clone()), path),
            (None, []) => (Asked::Text(String::new()), &[][..]),
        };
        match path {
            [] => Ok((PathBuf::from("."), asked)),
            [path] if path == "-" && asked == Asked::Stdin => {
                Err(Problem::new("both the template and the curl command come from standard input")
                    .with_help("write the name of the template, or the command as an argument"))
            }
            [path] => Ok((PathBuf::from(path), asked)),
            _ => Err(too_many()),
        }
    }
}

fn too_many() -> Problem {
    Problem::new("too many arguments").with_help("cflint trace PATH 'GET /api/users'")
}

/// The arguments with `--` in front of a curl command, whose options are not those of cflint.
pub(crate) fn with_curl(mut args: Vec<OsString>) -> Vec<OsString> {
    let Some(trace) = args.iter().skip(1).position(|arg| arg == "trace").map(|at| at + 1) else {
        return args;
    };
    let is_command = args.iter().take(trace).skip(1).all(|arg| {
        let arg = arg.to_string_lossy();
        arg.starts_with("--color") || ["auto", "always", "never"].contains(&&*arg)
    });
    let mut before = args.iter().enumerate().skip(trace).map(|(at, arg)| (at, arg.to_string_lossy()));
    let mut previous = before.next().map(|(_, arg)| arg);
    let curl = before.take_while(|(_, arg)| arg != "--").find_map(|(at, arg)| {
        let is_value = previous.as_deref().is_some_and(takes_value);
        let found = is_curl(&arg) && !is_value;
        previous = Some(arg);
        found.then_some(at)
    });
    if let Some(at) = curl.filter(|_| is_command) {
        args.insert(at, "--".into());
    }
    args
}

/// Whether what follows this argument of `cflint trace` is its value.
fn takes_value(arg: &str) -> bool {
    let cli = Cli::command();
    let options =
        cli.find_subcommand("trace").into_iter().chain([&cli]).flat_map(|command| command.get_arguments());
    let mut valued = options.filter(|option| option.get_action().takes_values() && !option.is_positional());
    match arg.strip_prefix("--") {
        Some(name) => {
            valued.any(|option| option.get_long_and_visible_aliases().is_some_and(|all| all.contains(&name)))
        }
        None if arg.len() == 2 && arg.starts_with('-') => {
            valued.any(|option| option.get_short().is_some_and(|letter| arg.ends_with(letter)))
        }
        None => false,
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum TraceFormat {
    Full,
    Json,
}
