//! What becomes of one request, step by step: for people, and as `cflint-trace/v1` for programs.

use std::io::{self, Write};

use cflint_diagnostics::{Encoding, Sources, Span};
use cflint_edge::facts::Certainty;
use cflint_edge::trace::{Step, Trace, Verdict};
use serde_json::{Map, Value, json};

use crate::json::write_value;
use crate::text::visible;

/// The name of the contract of [`write_json`].
pub const SCHEMA: &str = "cflint-trace/v1";

/// One way that a request takes.
#[derive(Debug, Clone)]
pub struct Traced {
    /// Logical id of the distribution.
    pub distribution: String,
    /// The stack that it is in, if that has a name.
    pub stack: Option<String>,
    /// The conditions of the template under which it takes this way.
    pub conditions: Vec<(String, bool)>,
    /// Whether these conditions say all of it.
    pub is_exact: bool,
    pub trace: Trace,
}

/// Writes every way with all of its steps, for people.
///
/// # Errors
/// Those of the writer.
pub fn write_full(
    request: &str,
    traced: &[Traced],
    sources: &Sources,
    color: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    let paint = Paint::new(color);
    writeln!(out, "{}{}{}", paint.bold, visible(request), paint.reset)?;
    for way in traced {
        if let Some(label) = label(way, traced) {
            writeln!(out, "\n{}{}{}", paint.bold, visible(&label), paint.reset)?;
        }
        writeln!(out)?;
        let width = way.trace.steps.iter().map(|step| step.title.len()).max().unwrap_or(0);
        let mut previous: Option<&Step> = None;
        for step in &way.trace.steps {
            let is_same = previous.is_some_and(|previous| previous.title == step.title);
            // What decides several steps is shown once.
            let span = step.span.filter(|_| previous.and_then(|previous| previous.span) != step.span);
            let title = if is_same { "" } else { step.title };
            write_step(step, title, span, width, sources, &paint, out)?;
            previous = Some(step);
        }
        writeln!(out)?;
        write_verdict(&way.trace, &paint, out)?;
    }
    Ok(())
}

/// Which distribution it is and under which conditions, where that is not plain.
fn label(way: &Traced, all: &[Traced]) -> Option<String> {
    let others =
        all.iter().any(|other| (&other.stack, &other.distribution) != (&way.stack, &way.distribution));
    let name = match &way.stack {
        Some(stack) => format!("`{}` of stack `{stack}`", way.distribution),
        None => format!("`{}`", way.distribution),
    };
    let conditions: Vec<String> =
        way.conditions.iter().map(|(name, value)| format!("`{name}` is {value}")).collect();
    let when = match (conditions.is_empty(), way.is_exact) {
        (true, true) => None,
        (true, false) => Some("for some combinations of conditions".to_owned()),
        (false, true) => Some(format!("when {}", conditions.join(" and "))),
        (false, false) => Some(format!("when {}, and for some combinations only", conditions.join(" and "))),
    };
    match (others, when) {
        (true, Some(when)) => Some(format!("{name}, {when}")),
        (true, None) => Some(name),
        (false, when) => when,
    }
}

fn write_step(
    step: &Step,
    title: &str,
    span: Option<Span>,
    width: usize,
    sources: &Sources,
    paint: &Paint,
    out: &mut dyn Write,
) -> io::Result<()> {
    let certainty = match step.certainty {
        Certainty::Certain => "",
        Certainty::Probable => " (probable)",
        Certainty::Uncertain => " (uncertain)",
    };
    let (cyan, dim, reset) = (paint.cyan, paint.dim, paint.reset);
    writeln!(out, "  {cyan}{title:width$}{reset}  {}{dim}{certainty}{reset}", visible(&step.detail))?;
    if let Some((place, line)) = span.and_then(|span| excerpt(sources, span)) {
        writeln!(out, "  {:width$}  {dim}{} │ {}{reset}", "", visible(&place), visible(&line))?;
    }
    Ok(())
}

/// Where a span starts, and its line.
fn excerpt(sources: &Sources, span: Span) -> Option<(String, String)> {
    const LONGEST: usize = 100;
    let file = sources.get(span.file)?;
    let position = file.position(span.start, Encoding::CodePoints);
    let index = usize::try_from(position.line).ok()?.checked_sub(1)?;
    let start = *file.line_starts().get(index)? as usize;
    let line = file.text().get(start..)?.lines().next().unwrap_or_default().trim();
    let shown: String = line.chars().take(LONGEST).collect();
    let more = if shown.len() < line.len() { "…" } else { "" };
    Some((format!("{}:{}:{}", file.name(), position.line, position.column), format!("{shown}{more}")))
}

fn write_verdict(trace: &Trace, paint: &Paint, out: &mut dyn Write) -> io::Result<()> {
    let tone = match trace.verdict {
        Verdict::Ok => paint.green,
        Verdict::Redirected | Verdict::Undetermined => paint.yellow,
        Verdict::Rejected => paint.red,
    };
    let verdict = trace.verdict.as_str();
    writeln!(out, "{tone}{verdict}{}: {}", paint.reset, visible(&trace.conclusion()))?;
    if let Some(reason) = &trace.reason {
        writeln!(out, "  because: {}", visible(reason))?;
    }
    for doubt in &trace.doubts {
        writeln!(out, "  a live request would show {}", visible(doubt))?;
    }
    Ok(())
}

struct Paint {
    bold: &'static str,
    dim: &'static str,
    cyan: &'static str,
    green: &'static str,
    yellow: &'static str,
    red: &'static str,
    reset: &'static str,
}

impl Paint {
    const fn new(color: bool) -> Self {
        if color {
            Self {
                bold: "\u{1b}[1m",
                dim: "\u{1b}[2m",
                cyan: "\u{1b}[36m",
                green: "\u{1b}[1;32m",
                yellow: "\u{1b}[1;33m",
                red: "\u{1b}[1;31m",
                reset: "\u{1b}[0m",
            }
        } else {
            Self { bold: "", dim: "", cyan: "", green: "", yellow: "", red: "", reset: "" }
        }
    }
}

/// Writes one document. What all ways have in common stands at the top; where they differ, each is among `views`.
///
/// # Errors
/// Those of the writer.
pub fn write_json(
    request: &str,
    traced: &[Traced],
    sources: &Sources,
    out: &mut dyn Write,
) -> io::Result<()> {
    write_value(&document(request, traced, sources), out)
}

fn document(request: &str, traced: &[Traced], sources: &Sources) -> Value {
    let same = |equal: &dyn Fn(&Trace, &Trace) -> bool| match traced {
        [first, others @ ..] if others.iter().all(|other| equal(&first.trace, &other.trace)) => {
            Some(&first.trace)
        }
        _ => None,
    };
    let verdict = same(&|a, b| a.verdict == b.verdict).map_or(Verdict::Undetermined, |trace| trace.verdict);
    let status = same(&|a, b| a.status == b.status).and_then(|trace| trace.status);
    let party = same(&|a, b| a.answered_by == b.answered_by).and_then(|trace| trace.answered_by);
    let steps = match traced {
        [only] => steps(&only.trace, sources),
        _ => Vec::new(),
    };
    let summary = same(&|a, b| a.conclusion() == b.conclusion()).map(Trace::conclusion);
    let reason = same(&|a, b| a.reason == b.reason).and_then(|trace| trace.reason.as_deref());
    let doubts = same(&|a, b| a.doubts == b.doubts).map_or(&[][..], |trace| &trace.doubts);
    // A single way is a view as well, if it is taken under some conditions only.
    let views = match traced {
        [only] if only.conditions.is_empty() && only.is_exact => Vec::new(),
        all => all.iter().map(|way| view(way, sources)).collect(),
    };
    let first = traced.first();
    let id = |way: &Traced| (way.stack.clone(), way.distribution.clone());
    let only = first.filter(|first| traced.iter().all(|way| id(way) == id(first)));
    json!({
        "schema": SCHEMA,
        "request": request,
        "distribution": only.map(|way| &way.distribution),
        "stack": only.and_then(|way| way.stack.as_ref()),
        "verdict": verdict.as_str(),
        "status": status,
        "answered_by": party.map(cflint_edge::trace::Party::as_str),
        "summary": summary,
        "reason": reason,
        "doubts": doubts,
        "steps": steps,
        "views": views,
    })
}

fn view(way: &Traced, sources: &Sources) -> Value {
    let conditions: Map<String, Value> =
        way.conditions.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
    json!({
        "distribution": way.distribution,
        "stack": way.stack,
        "conditions": conditions,
        "verdict": way.trace.verdict.as_str(),
        "status": way.trace.status,
        "answered_by": way.trace.answered_by.map(cflint_edge::trace::Party::as_str),
        "summary": way.trace.conclusion(),
        "reason": way.trace.reason,
        "doubts": way.trace.doubts,
        "steps": steps(&way.trace, sources),
    })
}

fn steps(trace: &Trace, sources: &Sources) -> Vec<Value> {
    let step = |step: &Step| {
        json!({
            "title": step.title,
            "detail": step.detail,
            "certainty": match step.certainty {
                Certainty::Certain => "certain",
                Certainty::Probable => "probable",
                Certainty::Uncertain => "uncertain",
            },
            "path": step.span.map(|span| sources.name(span.file)),
            "span": step.span.map(|span| crate::json::span(sources, span)),
        })
    };
    trace.steps.iter().map(step).collect()
}
