//! What a finding shows of the files: the lines with what is marked in them, and what a fix changes.

use std::collections::BTreeSet;
use std::io::{self, Write};

use cflint_diagnostics::{Finding, Fix};
use cflint_linter::Report;
use codespan_reporting::diagnostic::LabelStyle;

use super::markup::{escaped, prose, text};
use crate::excerpt::{Excerpt, Line, Mark, excerpts, made};
use crate::preview::preview;
use crate::wrap::columns;

/// How many columns of a line are shown. What does not fit on the screen is scrolled to.
const ROOM: usize = 140;
/// How many lines of a file are shown: a rule can name as many places as a template has.
const MOST: usize = 24;
/// The rightmost column of a label.
const FARTHEST: usize = 40;

/// Writes the parts of the files, the user's own line first, and returns whether there is such a line.
pub(super) fn write(report: &Report, finding: &Finding, out: &mut dyn Write) -> io::Result<bool> {
    let made = made(report, finding, ROOM);
    let is_made_shown = made.is_some();
    for excerpt in made.into_iter().chain(excerpts(&report.sources, finding, ROOM)) {
        write_excerpt(&excerpt, out)?;
    }
    Ok(is_made_shown)
}

fn write_excerpt(excerpt: &Excerpt, out: &mut dyn Write) -> io::Result<()> {
    let place = format!("{}:{}:{}", excerpt.name, excerpt.position.line, excerpt.position.column);
    writeln!(out, "<figure class=\"source\"><figcaption>{}</figcaption>", text(&place))?;
    write!(out, "<pre class=\"code\" tabindex=\"0\">")?;
    let mut previous: Option<u32> = None;
    for line in excerpt.lines.iter().take(MOST) {
        if previous.is_some_and(|previous| previous + 1 < line.number) {
            write!(out, "<span class=\"gap\">⋯</span>")?;
        }
        write_line(line, out)?;
        previous = Some(line.number);
    }
    if let Some(more) = excerpt.lines.len().checked_sub(MOST + 1) {
        write!(out, "<span class=\"gap\">⋯ and {} more lines</span>", more + 1)?;
    }
    writeln!(out, "</pre></figure>")
}

fn write_line(line: &Line, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "<span class=\"line\"><span class=\"number\">{}</span>{}</span>", line.number, marked(line))?;
    for mark in line.labels.iter().filter(|mark| !mark.message.is_empty()) {
        let before = line.text.get(..mark.range.start).unwrap_or_default();
        write!(
            out,
            "<span class=\"label {}\" style=\"--at:{}\">{}</span>",
            class(mark),
            columns(before).min(FARTHEST),
            prose(&mark.message)
        )?;
    }
    Ok(())
}

/// The text of a line in pieces, of which each is marked as a whole or not at all: marks can overlap.
fn marked(line: &Line) -> String {
    let end = line.text.len();
    let ends = line.labels.iter().flat_map(|mark| [mark.range.start.min(end), mark.range.end.min(end)]);
    let bounds: BTreeSet<usize> = ends.chain([0, end]).collect();
    let bounds: Vec<usize> = bounds.into_iter().collect();
    let mut out = String::new();
    for pair in bounds.windows(2) {
        let &[start, end] = pair else { continue };
        let piece = escaped(line.text.get(start..end).unwrap_or_default());
        let covering = line.labels.iter().filter(|mark| mark.range.start <= start && end <= mark.range.end);
        match covering.min_by_key(|mark| mark.style != LabelStyle::Primary) {
            Some(mark) => out.push_str(&format!("<mark class=\"{}\">{piece}</mark>", class(mark))),
            None => out.push_str(&piece),
        }
    }
    // An empty place behind the last character is still a place.
    let behind = line.labels.iter().find(|mark| mark.range.start >= end);
    if let Some(mark) = behind {
        out.push_str(&format!("<mark class=\"{}\"> </mark>", class(mark)));
    }
    out
}

fn class(mark: &Mark) -> &'static str {
    match mark.style {
        LabelStyle::Primary => "primary",
        LabelStyle::Secondary => "secondary",
    }
}

/// Writes the lines that a fix changes.
pub(super) fn write_fix(report: &Report, fix: &Fix, out: &mut dyn Write) -> io::Result<()> {
    let (lines, left_out) = preview(report, fix, ROOM);
    if lines.is_empty() {
        return Ok(());
    }
    write!(out, "<pre class=\"code diff\" tabindex=\"0\">")?;
    for line in lines {
        let (element, sign) = if line.is_new { ("ins", '+') } else { ("del", '-') };
        write!(out, "<{element}>{sign} {}</{element}>", escaped(&line.text))?;
    }
    if left_out > 0 {
        write!(
            out,
            "<span class=\"gap\">… and {left_out} more changes; <code>--diff</code> shows all</span>"
        )?;
    }
    writeln!(out, "</pre>")
}
