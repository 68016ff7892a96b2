//! What the worker does for a request: `cflint trace` and the page of `cflint check --format html`, of a document as it is in the
//! editor, and edits that need checks.

use std::ffi::OsString;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use cflint_linter::Options;
use clap::Parser;
use gen_lsp_types::{ExecuteCommandParams, Uri};
use serde_json::{Value, json};

use super::abilities::{MAP, TRACE};
use super::edits::Edits;
use super::look::{Gathered, Outcome, Snapshot, gather, look};
use super::projects::Projects;
use super::wire::{Code, Refusal};
use crate::args::{Cli, Command as Asked, ConfigFileArgs, TraceArgs, usage};
use crate::commands::trace::curl;
use crate::commands::{check, trace};
use crate::problem::{Failure, Problem};
use crate::settings::Settings;

/// How many commands wait. Each holds a state of its document.
pub(super) const MAX_WAITING: usize = 8;
/// How long a request is. CloudFront accepts 32 KB, and a command may name every byte with three.
const MAX_REQUEST: usize = 100 * 1024;

/// What a client wants to be done.
pub(super) struct Command {
    /// Of the request.
    pub(super) id: Value,
    pub(super) to_do: ToDo,
}

pub(super) enum ToDo {
    Show(Snapshot, What),
    Edit(Edits),
}

pub(super) enum What {
    Trace(String),
    Map,
}

/// The command and its document; nothing if the command is about no document.
pub(super) fn read(params: &ExecuteCommandParams) -> Result<Option<(Uri, What)>, Refusal> {
    let argument = |index: usize| params.arguments.as_ref()?.get(index)?.as_str().map(str::to_owned);
    let needs = |what: &str| Refusal::new(Code::InvalidParams, format!("`{}` needs {what}", params.command));
    match params.command.as_str() {
        TRACE => match (argument(0), argument(1)) {
            (Some(_), Some(request)) if request.len() > MAX_REQUEST => {
                Err(Refusal::new(Code::InvalidParams, "the request is longer than 100 KB"))
            }
            (Some(uri), Some(request)) => Ok(Some((Uri(uri), What::Trace(request)))),
            _ => Err(needs("the URI of a document and a request")),
        },
        MAP => match argument(0) {
            Some(uri) => Ok(Some((Uri(uri), What::Map))),
            None => Err(needs("the URI of a document")),
        },
        _ => Ok(None),
    }
}

pub(super) fn run(
    command: &Command,
    config: &ConfigFileArgs,
    projects: &mut Projects,
    stop: &AtomicBool,
) -> Result<Value, Refusal> {
    let text = match &command.to_do {
        ToDo::Edit(edits) => return edits.make(stop),
        ToDo::Show(document, What::Trace(request)) => traced(document, request, config, projects, stop),
        ToDo::Show(document, What::Map) => page(document, config, projects, stop),
    };
    text.map(|text| json!(text)).map_err(|problem| Refusal::new(Code::Failed, problem.text()))
}

fn traced(
    document: &Snapshot,
    request: &str,
    config: &ConfigFileArgs,
    projects: &mut Projects,
    stop: &AtomicBool,
) -> Result<String, Problem> {
    let args = args(&document.name, request)?;
    let own = args.config.config.is_some() || args.config.no_config;
    let config = if own { &args.config } else { config };
    let Gathered { inputs, .. } = gather(document, config, projects, stop).map_err(reason)?;
    let settings = Settings::of_config(&[document.name.clone().into()], &args.input, config)?;
    let options = Options { functions: settings.functions.value, ..settings.parameters.options() };
    trace::text(&args, inputs, &options)
}

/// What a user would have typed after `cflint trace FILE`. A curl command keeps the quotes of its shell.
fn args(name: &str, request: &str) -> Result<TraceArgs, Problem> {
    let words = match curl::command(request) {
        Some(words) => words.map(|_| vec![request.to_owned()])?,
        None => curl::shell_words(request)?,
    };
    if words.is_empty() {
        return Err(Problem::new("the request is empty")
            .with_help("write it like 'GET https://www.example.com/api/users' or 'GET /api/users'"));
    }
    let line: Vec<OsString> = ["cflint", "trace", name]
        .into_iter()
        .map(OsString::from)
        .chain(words.into_iter().map(Into::into))
        .collect();
    match Cli::try_parse_from(&line).map(|cli| cli.command) {
        Ok(Asked::Trace(args)) => Ok(*args),
        Ok(_) => Err(Problem::new("not a request")),
        Err(error) => Err(usage::problem(&error, &line)
            .unwrap_or_else(|| Problem::new("not a request").with_help("write it like 'GET /api/users'"))),
    }
}

fn page(
    document: &Snapshot,
    config: &ConfigFileArgs,
    projects: &mut Projects,
    stop: &AtomicBool,
) -> Result<String, Problem> {
    let look = match look(document, config, projects, stop) {
        Outcome::Seen(look) => look,
        why => return Err(reason(why)),
    };
    if let (false, Some(error)) = (look.is_parsed, look.report.errors.first()) {
        return Err(Problem::unreadable(error, &look.report.sources));
    }
    let mut out = Vec::new();
    check::write_page(Path::new(&document.name), &look.report, &look.inputs, &look.options, &mut out)
        .map_err(Failure::Output)?;
    Ok(String::from_utf8_lossy(&out).into_owned())
}

/// Why there is nothing to show.
fn reason(outcome: Outcome) -> Problem {
    match outcome {
        Outcome::Unconfigured(problem, _) => problem,
        Outcome::Silent(why) => Problem::new(why),
        Outcome::Seen(_) | Outcome::Stopped => Problem::new("cancelled"),
    }
}
