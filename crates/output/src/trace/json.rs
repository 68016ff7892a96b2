use std::io::{self, Write};

use cflint_diagnostics::Sources;
use cflint_edge::facts::Certainty;
use cflint_edge::trace::{Step, Trace, Verdict};
use serde_json::{Map, Value, json};

use super::{SCHEMA, Traced};
use crate::json::write_value;

/// Writes one document. What all ways have in common is at the top; where they differ, each is among `views`.
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
    let first = traced.first();
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
    let rule = first.filter(|first| traced.iter().all(|way| way.rule == first.rule)).and_then(|way| way.rule);
    let help = first.filter(|first| traced.iter().all(|way| way.help == first.help));
    let help = help.and_then(|way| way.help.as_deref());
    // A single way is a view as well, if it is taken under some conditions only.
    let views = match traced {
        [only] if only.conditions.is_empty() && only.is_exact => Vec::new(),
        all => all.iter().map(|way| view(way, sources)).collect(),
    };
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
        "rule": rule,
        "help": help,
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
        "rule": way.rule,
        "help": way.help,
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
