//! What becomes of the request that shows a finding, step by step.

use std::io::{self, Write};

use cflint_diagnostics::{Encoding, FileId, Sources, Span};
use cflint_edge::trace::{Trace, Verdict};

use super::Followed;
use super::markup::{prose, text};
use crate::summary::plural;
use crate::trace::{Row, Shown, certainty, in_short, label, lost, rows};

/// How many ways of one request are shown: conditions can make many.
const MOST_WAYS: usize = 6;
/// How many steps of a way are shown.
const MOST_STEPS: usize = 80;

/// The files, and the one that needs no name because the card is about it.
#[derive(Clone, Copy)]
pub(super) struct Places<'s> {
    pub(super) sources: &'s Sources,
    pub(super) here: FileId,
}

/// Writes the ways of a request, closed until they are opened.
pub(super) fn write(followed: &Followed, places: Places<'_>, out: &mut dyn Write) -> io::Result<()> {
    let ways = followed.ways.iter().take(MOST_WAYS);
    let mut ends: Vec<String> = ways.clone().map(|way| in_short(&way.trace)).collect();
    ends.dedup();
    writeln!(
        out,
        "<details class=\"trace\"><summary>Trace of <code>{}</code>: <strong>{}</strong></summary>",
        text(&followed.request.to_string()),
        text(&ends.join(", "))
    )?;
    for way in ways {
        if let Some(label) = label(way, &followed.ways) {
            writeln!(out, "<h4>{}</h4>", prose(&label))?;
        }
        write_verdict(&way.trace, out)?;
        write_steps(&way.trace, places, out)?;
    }
    let more = followed.ways.len().saturating_sub(MOST_WAYS);
    if more > 0 {
        writeln!(out, "<p class=\"more\">… and {} under other conditions</p>", plural(more, "more trace"))?;
    }
    writeln!(out, "</details>")
}

fn write_verdict(trace: &Trace, out: &mut dyn Write) -> io::Result<()> {
    let conclusion = trace.conclusion();
    let reason = trace.reason.as_ref();
    let sentences = match reason.filter(|_| trace.verdict == Verdict::Rejected) {
        Some(reason) => vec![format!("{}: {reason}", in_short(trace)), conclusion],
        None => std::iter::once(format!("{}: {conclusion}", in_short(trace)))
            .chain(reason.map(|reason| format!("because {reason}")))
            .collect(),
    };
    let doubts = trace.doubts.iter().map(|doubt| format!("a live request would show {doubt}"));
    for sentence in sentences.into_iter().chain(lost(trace)).chain(doubts) {
        writeln!(out, "<p>{}</p>", prose(&sentence))?;
    }
    Ok(())
}

fn write_steps(trace: &Trace, places: Places<'_>, out: &mut dyn Write) -> io::Result<()> {
    let rows = rows(trace, false);
    writeln!(out, "<ol class=\"steps\">")?;
    for row in rows.iter().take(MOST_STEPS) {
        match row {
            Row::Step(shown) => write_step(shown, places, out)?,
            Row::More(count) => writeln!(out, "<li class=\"after\">and {count} more</li>")?,
            Row::Printed(_) => {}
        }
    }
    if rows.len() > MOST_STEPS {
        writeln!(out, "<li class=\"after\">and {} more</li>", rows.len() - MOST_STEPS)?;
    }
    writeln!(out, "</ol>")
}

fn write_step(shown: &Shown<'_>, places: Places<'_>, out: &mut dyn Write) -> io::Result<()> {
    let step = shown.step;
    // Colors alone would not reach everyone.
    let (class, sign) = if step.has_failed {
        ("failed", "✗<span class=\"aside\"> fails</span>")
    } else if step.is_open() {
        ("uncertain", "?")
    } else if shown.is_after_failure {
        ("after", "→")
    } else {
        ("passed", "✓")
    };
    let place = shown.span.and_then(|span| place(places, span));
    let place =
        place.map_or_else(String::new, |place| format!(" <span class=\"place\">{}</span>", text(&place)));
    writeln!(
        out,
        "<li class=\"{class}\"><span class=\"sign\">{sign}</span> <span class=\"topic\">{}</span> <span class=\"detail\">{}{}{place}</span></li>",
        text(shown.title),
        prose(&step.detail),
        certainty(step)
    )
}

fn place(Places { sources, here }: Places<'_>, span: Span) -> Option<String> {
    let file = sources.get(span.file)?;
    let line = file.position(span.start, Encoding::CodePoints).line;
    Some(if span.file == here { format!("line {line}") } else { format!("{}:{line}", file.name()) })
}
