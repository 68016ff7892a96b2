mod request;

use std::io::{self, Write};
use std::path::Path;

use cflint_diagnostics::Sources;
use cflint_edge::trace::{Request, Trace, Verdict, closeness, comes_here, nobody, trace};
use cflint_linter::{Options, Seen, distributions, survey};
use cflint_output::trace::{Traced, write_full, write_json};
use cflint_template::value::Tri;

use crate::Exit;
use crate::args::{TraceArgs, TraceFormat};
use crate::discover::{self, Found};
use crate::parameters;
use crate::problem::{Failure, Problem};
use crate::terminal::Terminal;

/// What is seen of a distribution.
#[derive(Debug, Clone, PartialEq)]
struct Candidate {
    /// Whether it has the host name of the request.
    comes_here: Tri,
    /// How exactly it names it.
    closeness: Option<usize>,
    aliases: Vec<String>,
    trace: Trace,
}

/// `cflint trace`.
pub(crate) fn run(args: &TraceArgs, terminal: &Terminal, out: &mut dyn Write) -> Result<Exit, Failure> {
    let (path, text) = args.path_and_request()?;
    if let [only] = args.words.as_slice()
        && (only == "-" || Path::new(only).exists())
    {
        let help = format!("write `cflint trace {only} 'GET https://www.example.com/api/users'`");
        return Err(Problem::new("there is no request to follow").with_help(help).into());
    }
    let request = request::parse(&text, &args.headers)?;
    let parameters = parameters::collect(&args.input.parameters_files, &args.input.parameters)?;
    let options = Options {
        parameters: parameters.of_all(),
        stack_parameters: parameters.of_one(),
        ..Options::default()
    };
    let stdin_name = args.input.stdin_filename.as_deref().unwrap_or("<stdin>");
    let Found { inputs, errors, notices, .. } =
        discover::collect(&[path], stdin_name, &mut io::stdin().lock());
    let surveyed = survey(inputs, &options, |template, input| {
        let mut seen = distributions(template, |model| Candidate {
            comes_here: request.host.as_deref().map_or(Tri::Unknown, |host| comes_here(model, host)),
            closeness: request.host.as_deref().and_then(|host| closeness(model, host)),
            aliases: model
                .distribution
                .aliases
                .iter()
                .filter_map(|alias| alias.known().map(ToString::to_string))
                .collect(),
            trace: trace(model, &request),
        });
        let stack = input.stack.as_ref().map(|stack| &stack.facts.name);
        seen.iter_mut().for_each(|seen| seen.stack = seen.stack.take().or_else(|| stack.cloned()));
        seen
    });
    let mut report = surveyed.report;
    report.errors.extend(errors);
    report.notices.extend(notices);
    report.notices.extend(parameters.notices(&report));
    crate::check::print_notices(&report);
    let mut failed = false;
    for error in &report.errors {
        Problem::unreadable(error, &report.sources).print(terminal);
        failed = true;
    }
    let seen: Vec<Seen<Candidate>> = surveyed.found.into_iter().flatten().collect();
    if seen.is_empty() && failed {
        return Ok(Exit::Failed);
    }
    let traced = select(seen, args, &request)?;
    write(&text, &traced, &report.sources, args.format, terminal, out)?;
    let rejected = traced.iter().any(|way| way.trace.verdict == Verdict::Rejected);
    Ok(match (failed, rejected) {
        (true, _) => Exit::Failed,
        (false, true) => Exit::Findings,
        (false, false) => Exit::Clean,
    })
}

/// The distributions that the request is for: those that were named, or that have the host name, or the only one.
fn select(seen: Vec<Seen<Candidate>>, args: &TraceArgs, request: &Request) -> Result<Vec<Traced>, Problem> {
    if seen.is_empty() {
        return Err(Problem::new("there is no CloudFront distribution to send the request to").with_help(
            "name a template, or a folder with templates, that declares `AWS::CloudFront::Distribution`",
        ));
    }
    let called = |seen: &Seen<Candidate>, name: &str| {
        let qualified = seen.stack.as_ref().map(|stack| format!("{stack}.{}", seen.distribution));
        seen.distribution == name || qualified.as_deref() == Some(name)
    };
    let chosen: Vec<Seen<Candidate>> = match &args.distribution {
        Some(name) => {
            let (chosen, others): (Vec<_>, Vec<_>) = seen.into_iter().partition(|seen| called(seen, name));
            if chosen.is_empty() {
                return Err(Problem::new(format!("there is no distribution `{name}`"))
                    .with_help(format!("there is {}", names(&others))));
            }
            chosen
        }
        None => by_host(seen, request.host.as_deref().unwrap_or_default()),
    };
    let id = |seen: &Seen<Candidate>| (seen.stack.clone(), seen.distribution.clone());
    let several = chosen.iter().any(|seen| chosen.first().map(id) != Some(id(seen)));
    if several && args.distribution.is_none() {
        let has = chosen.first().is_some_and(|first| first.value.comes_here.is_true());
        let what = match &request.host {
            Some(host) if has => format!("several distributions have the alias `{host}`"),
            Some(host) => format!("several distributions could have the name `{host}`"),
            None => "there are several distributions".to_owned(),
        };
        let by = if has { "" } else { ", or by an alias in the URL" };
        return Err(
            Problem::new(what).with_help(format!("name one with --distribution{by}: {}", names(&chosen)))
        );
    }
    Ok(chosen
        .into_iter()
        .map(|seen| Traced {
            distribution: seen.distribution,
            stack: seen.stack,
            conditions: seen.conditions,
            is_exact: seen.is_exact,
            trace: seen.value.trace,
        })
        .collect())
}

/// The distributions that have the host name, or may have it, or else the first one, which then refuses the request.
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

/// A host that no distribution has is refused in front of each of them alike.
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

/// The distributions with their aliases.
fn names(seen: &[Seen<Candidate>]) -> String {
    let mut names: Vec<String> = Vec::new();
    for seen in seen {
        let stack = seen.stack.as_ref().map_or_else(String::new, |stack| format!("{stack}."));
        let aliases = match seen.value.aliases.is_empty() {
            true => String::new(),
            false => format!(" ({})", seen.value.aliases.join(", ")),
        };
        let name = format!("{stack}{}{aliases}", seen.distribution);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.join(", ")
}

fn write(
    request: &str,
    traced: &[Traced],
    sources: &Sources,
    format: TraceFormat,
    terminal: &Terminal,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    match format {
        TraceFormat::Full => write_full(request, traced, sources, terminal.color, out)?,
        TraceFormat::Json => write_json(request, traced, sources, out)?,
    }
    Ok(())
}
