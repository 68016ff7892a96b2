pub(crate) mod curl;
mod remedy;
pub(crate) mod request;
mod written;

use std::io::{self, Write};
use std::path::Path;

use cflint_edge::routes::viewer_host::{closeness, comes_here};
use cflint_edge::trace::{Request, Trace, Verdict, nobody, trace};
use cflint_linter::{Input, Options, Seen, distributions, survey};
use cflint_output::trace::{Look, Traced, write_full, write_json};
use cflint_template::model::{Behavior, Model};
use cflint_template::value::Tri;

use self::remedy::Place;
use self::written::Written;
use super::named;
use super::survey::{Survey, Surveyed, name_by_stack, no_distribution, nothing};
use crate::args::{Asked, TraceArgs, TraceFormat};
use crate::exit::Exit;
use crate::files::read::stream;
use crate::problem::{Failure, Problem};
use crate::terminal::{Terminal, Width};

/// What is seen of a distribution.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Candidate {
    /// Whether it has the host name of the request.
    comes_here: Tri,
    /// How exactly it names it.
    closeness: Option<usize>,
    aliases: Vec<String>,
    /// The template that it is in.
    pub(super) file: String,
    /// The name of the behavior that handles the request.
    behavior: Option<String>,
    trace: Trace,
}

impl Candidate {
    pub(super) fn new(model: &Model, request: &Request, input: &Input) -> Self {
        let host = host_of(request);
        let trace = trace(model, request);
        let aliases = model.distribution.aliases.iter();
        Self {
            comes_here: host.map_or(Tri::Unknown, |host| comes_here(model, host)),
            closeness: host.and_then(|host| closeness(model, host)),
            aliases: aliases.filter_map(|alias| alias.known().map(ToString::to_string)).collect(),
            file: input.name.clone(),
            behavior: behavior(model, &trace),
            trace,
        }
    }
}

/// The host name that a request is for.
pub(super) fn host_of(request: &Request) -> Option<&str> {
    request.host.as_deref().or_else(|| request.header("Host"))
}

/// `cflint trace`.
pub(crate) fn run(args: &TraceArgs, terminal: &Terminal, out: &mut dyn Write) -> Result<Exit, Failure> {
    let (path, asked) = args.path_and_request()?;
    if let [only] = args.words.as_slice()
        && matches!(asked, Asked::Text(_))
        && args.curl.is_none()
        && (only == "-" || Path::new(only).exists())
    {
        let help = format!("write `cflint trace {only} 'GET https://www.example.com/api/users'`");
        return Err(Problem::new("there is no request to follow").with_help(help).into());
    }
    let (request, text) = request(asked, args)?;
    let survey = Survey::new(&[path], &args.config, &args.input)?;
    let surveyed = survey.look(terminal, |model, input| Candidate::new(model, &request, input));
    let Surveyed { seen, sources, has_failed, inputs, options } = surveyed;
    if seen.is_empty() {
        return nothing(has_failed, "to send the request to");
    }
    let mut ways = ways(seen, args, &request)?;
    remedy::add(&mut ways, inputs, &options);
    let traced: Vec<Traced> = ways.into_iter().map(|(way, _)| way).collect();
    match args.format {
        TraceFormat::Full => {
            let look = Look { color: terminal.color, width: terminal.width.0, verbose: args.verbose };
            write_full(&request, &traced, &sources, look, out)?;
        }
        TraceFormat::Json => write_json(&text, &traced, &sources, out)?,
    }
    let is_rejected = traced.iter().any(|way| way.trace.verdict == Verdict::Rejected);
    Ok(match (has_failed, is_rejected) {
        (true, _) => Exit::Failed,
        (false, true) => Exit::Findings,
        (false, false) => Exit::Clean,
    })
}

/// The trace of a request through the distributions of these inputs, as `cflint trace` writes it.
pub(crate) fn text(args: &TraceArgs, inputs: Vec<Input>, options: &Options) -> Result<String, Problem> {
    let (_, asked) = args.path_and_request()?;
    if asked == Asked::Stdin {
        return Err(Problem::new("there is no standard input here").with_help("write the request itself"));
    }
    let (request, text) = request(asked, args)?;
    let surveyed = survey(&inputs, options, |template, input| {
        let mut seen = distributions(template, |model| Candidate::new(model, &request, input));
        seen.iter_mut().for_each(|seen| name_by_stack(seen, input));
        seen
    });
    let (report, seen) = (surveyed.report, surveyed.found.into_iter().flatten().collect::<Vec<_>>());
    match report.errors.first() {
        Some(error) if seen.is_empty() => return Err(Problem::unreadable(error, &report.sources)),
        None if seen.is_empty() => return Err(no_distribution("to send the request to")),
        _ => {}
    }
    let mut ways = ways(seen, args, &request)?;
    remedy::add(&mut ways, inputs, options);
    let traced: Vec<Traced> = ways.into_iter().map(|(way, _)| way).collect();
    let mut out = Vec::new();
    let written = match args.format {
        TraceFormat::Full => {
            let look = Look { color: false, width: Width::default().0, verbose: args.verbose };
            write_full(&request, &traced, &report.sources, look, &mut out)
        }
        TraceFormat::Json => write_json(&text, &traced, &report.sources, &mut out),
    };
    written.map_err(|error| Problem::from(Failure::Output(error)))?;
    Ok(String::from_utf8_lossy(&out).into_owned())
}

/// The request, and how it was written.
fn request(asked: Asked, args: &TraceArgs) -> Result<(Request, String), Problem> {
    let mut written = read(asked)?;
    written.override_with(args.method.as_deref(), &args.data)?;
    written.add(&args.headers)?;
    written.named()
}

fn ways(
    seen: Vec<Seen<Candidate>>,
    args: &TraceArgs,
    request: &Request,
) -> Result<Vec<(Traced, Place)>, Problem> {
    let chosen = select(seen, args.distribution.as_deref(), host_of(request))?.into_iter();
    let way = |seen: Seen<Candidate>| {
        let place = Place::of(&seen.value.trace, seen.value.behavior.clone(), request);
        (way(seen), place)
    };
    Ok(chosen.map(way).collect())
}

fn read(asked: Asked) -> Result<Written, Problem> {
    match asked {
        Asked::Text(text) => request::read(&text),
        Asked::Words(words) => curl::read(&words),
        Asked::Stdin => {
            let unreadable = |why: &str| Problem::new(format!("cannot read standard input: {why}"));
            let bytes = stream(&mut io::stdin().lock()).map_err(|error| unreadable(&error.to_string()))?;
            let text = String::from_utf8(bytes).map_err(|_| unreadable("it is not UTF-8"))?;
            let Some(words) = curl::command(&text) else {
                return Err(Problem::new("standard input does not contain a curl command")
                    .with_help("pipe one in, for example with `pbpaste` or `xclip -o`"));
            };
            curl::read(&words?)
        }
    }
}

fn behavior(model: &Model, trace: &Trace) -> Option<String> {
    let index = trace.behavior?;
    model.distribution.all_behaviors().find(|behavior| behavior.index == index).map(Behavior::name)
}

/// The distributions that the request is for: those that were named, or that have the host name, or the only one.
pub(super) fn select(
    seen: Vec<Seen<Candidate>>,
    distribution: Option<&str>,
    host: Option<&str>,
) -> Result<Vec<Seen<Candidate>>, Problem> {
    let chosen: Vec<Seen<Candidate>> = match distribution {
        Some(name) => {
            let (chosen, others) = named::split(seen, name, |seen| seen.value.file.as_str());
            if chosen.is_empty() {
                return Err(Problem::new(format!("there is no distribution `{name}`"))
                    .with_help(format!("there is {}", names(&others))));
            }
            chosen
        }
        None => by_host(seen, host.unwrap_or_default()),
    };
    one_only(&chosen, distribution, host)?;
    Ok(chosen)
}

/// The way that a request takes, without what to do about its end.
pub(super) fn way(seen: Seen<Candidate>) -> Traced {
    Traced {
        distribution: seen.distribution,
        stack: seen.stack,
        conditions: seen.conditions,
        is_exact: seen.is_exact,
        trace: seen.value.trace,
        rule: None,
        help: None,
    }
}

/// The ways through several distributions at once are too much to read.
fn one_only(
    chosen: &[Seen<Candidate>],
    distribution: Option<&str>,
    host: Option<&str>,
) -> Result<(), Problem> {
    let id =
        |seen: &Seen<Candidate>| (seen.value.file.clone(), seen.stack.clone(), seen.distribution.clone());
    if chosen.iter().all(|seen| chosen.first().map(id) == Some(id(seen))) {
        return Ok(());
    }
    let has = chosen.first().is_some_and(|first| first.value.comes_here.is_true());
    let what = match (distribution, host) {
        (Some(name), _) => format!("several distributions match `{name}`"),
        (None, Some(host)) if has => format!("several distributions have the alias `{host}`"),
        (None, Some(host)) => format!("several distributions may have the alias `{host}`"),
        (None, None) => "there are several distributions".to_owned(),
    };
    let aliases = |seen: &Seen<Candidate>| seen.value.aliases.clone();
    // Aliases tell them apart only if they are not the same.
    let has_aliases = chosen.iter().any(|seen| Some(aliases(seen)) != chosen.first().map(aliases));
    let by_alias = if !has && has_aliases { ", or by an alias in the URL" } else { "" };
    let names = names(chosen);
    let help = match distribution {
        None => format!("name one with --distribution{by_alias}: {names}"),
        Some(_) => format!("name the stack or the template as well: {names}"),
    };
    Err(Problem::new(what).with_help(help))
}

/// The distributions that have the host name, or may have it, or else the first one, which then rejects the request.
fn by_host(seen: Vec<Seen<Candidate>>, host: &str) -> Vec<Seen<Candidate>> {
    let has = |wanted: Tri| seen.iter().any(|seen| seen.value.comes_here == wanted);
    let wanted = [Tri::True, Tri::Unknown].into_iter().find(|wanted| has(*wanted));
    let Some(wanted) = wanted else { return refused(seen, host) };
    let closest = seen.iter().filter_map(|seen| seen.value.closeness).max();
    let is_it = |seen: &Seen<Candidate>| {
        // Of several distributions that have the name the one with the closest alias gets the request.
        seen.value.comes_here == wanted && (wanted != Tri::True || seen.value.closeness == closest)
    };
    seen.into_iter().filter(is_it).collect()
}

/// A host that no distribution has is rejected before any of them, so one is enough.
fn refused(seen: Vec<Seen<Candidate>>, host: &str) -> Vec<Seen<Candidate>> {
    let mut ids: Vec<String> = Vec::new();
    for seen in &seen {
        if !ids.contains(&seen.distribution) {
            ids.push(seen.distribution.clone());
        }
    }
    let first = seen.into_iter().next().map(|mut first| {
        if ids.len() > 1 {
            first.value.trace = nobody(first.value.trace, host, &ids);
        }
        // It holds whatever the conditions are.
        (first.conditions, first.is_exact) = (Vec::new(), true);
        first
    });
    first.into_iter().collect()
}

/// Whether another template has a distribution that is called the same.
fn has_twin(seen: &Seen<Candidate>, all: &[Seen<Candidate>]) -> bool {
    let name = |seen: &Seen<Candidate>| (seen.stack.clone(), seen.distribution.clone());
    all.iter().any(|other| other.value.file != seen.value.file && name(other) == name(seen))
}

/// The distributions with their aliases, and with their templates where the names are the same.
fn names(all: &[Seen<Candidate>]) -> String {
    let mut names: Vec<String> = Vec::new();
    for seen in all {
        let stack = seen.stack.as_ref().map_or_else(String::new, |stack| format!("{stack}."));
        let aliases = if seen.value.aliases.is_empty() {
            String::new()
        } else {
            format!(" ({})", seen.value.aliases.join(", "))
        };
        let file = if has_twin(seen, all) { format!("{}:", seen.value.file) } else { String::new() };
        let name = format!("{file}{stack}{}{aliases}", seen.distribution);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.join(", ")
}
