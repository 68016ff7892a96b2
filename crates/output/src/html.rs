//! A page to open: the maps of the distributions, and every cause of findings with its source, fix and trace. It is one file
//! that loads nothing, reads without script, and is well-formed XML.

mod card;
mod filter;
mod markup;
mod source;
mod trace;

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};

use cflint_diagnostics::{Finding, Witness};
use cflint_edge::trace::Request;
use cflint_linter::Report;

use self::card::Cards;
use self::filter::Files;
use self::markup::{prose, text};
use crate::causes::{Cause, causes};
use crate::context::Context;
use crate::map::{Mapped, write_figure};
use crate::summary::plural;
use crate::summary::summary;
use crate::trace::Traced;

const STYLE: &str = include_str!("../assets/report.css");
/// It must not have `<` or `&`, which are something else in XML.
const SCRIPT: &str = include_str!("../assets/report.js");
/// Of [`SCRIPT`], so that no other script runs, whatever a template holds.
const SCRIPT_HASH: &str = "sha256-Snl+AgivyMqzkh8rsmCQSf+bpPNgGMWpfL2Ux5gV1eQ=";

/// How much of a run is shown: a browser has to hold the page.
const MOST_CAUSES: usize = 500;
const MOST_MAPS: usize = 40;
const MOST_LINES: usize = 100;

/// What the page shows that is not in the report.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// The distributions, each with the template that it is in.
    pub maps: Vec<(String, Mapped)>,
    /// What becomes of the requests of [`witnesses`], by their commands.
    pub traces: BTreeMap<String, Followed>,
}

/// A request, and every way that it takes.
#[derive(Debug, Clone)]
pub struct Followed {
    pub request: Request,
    pub ways: Vec<Traced>,
}

/// The requests whose traces the page shows.
pub fn witnesses(report: &Report) -> Vec<&Witness> {
    let (shown, _) = shown(report);
    shown.into_iter().filter_map(|cause| cause.first.witness.as_ref()).collect()
}

/// The causes that are shown, the most severe first, and how many are not.
fn shown(report: &Report) -> (Vec<Cause<'_>>, usize) {
    let mut causes = causes(report);
    causes.sort_by_key(|cause| Reverse(cause.first.severity));
    let left_out = causes.len().saturating_sub(MOST_CAUSES);
    causes.truncate(MOST_CAUSES);
    (causes, left_out)
}

/// Writes the page.
///
/// # Errors
/// Those of the writer.
pub fn write(report: &Report, context: &Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    let (causes, left_out) = shown(report);
    let files = Files::new(report, &causes, context);
    let cards = Cards { report, context, page: context.page, files: &files };
    write_head(report, out)?;
    write_maps(report, &causes, context.page, out)?;
    writeln!(out, "<section aria-labelledby=\"findings\"><h2 id=\"findings\" tabindex=\"-1\">Findings</h2>")?;
    if causes.is_empty() {
        writeln!(out, "<p>No findings.</p>")?;
    } else {
        filter::write(&causes, &files, out)?;
    }
    for (index, cause) in causes.iter().enumerate() {
        cards.write(index + 1, cause, out)?;
    }
    if left_out > 0 {
        writeln!(
            out,
            "<p class=\"more\">… and {}: <code>cflint check --format concise</code> lists all</p>",
            plural(left_out, "more cause")
        )?;
    }
    writeln!(out, "</section>")?;
    write_rest(report, out)?;
    write!(out, "</main>\n<script>{SCRIPT}</script>\n</body>\n</html>\n")
}

fn write_head(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let summary = text(&summary(report));
    write!(
        out,
        "<!DOCTYPE html>
<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\">
<head>
<meta charset=\"utf-8\"/>
<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; script-src '{SCRIPT_HASH}'; base-uri 'none'; form-action 'none'\"/>
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>
<meta name=\"color-scheme\" content=\"light dark\"/>
<meta name=\"generator\" content=\"cflint {}\"/>
<title>cflint: {summary}</title>
<style>{STYLE}</style>
</head>
<body>
<a class=\"skip\" href=\"#findings\">Skip to the findings</a>
<header>
<h1>cflint</h1>
<p class=\"summary\">{summary}</p>
</header>
<main>
",
        env!("CARGO_PKG_VERSION")
    )
}

/// Writes the pictures, in which each finding links to its card.
fn write_maps(report: &Report, causes: &[Cause<'_>], page: &Page, out: &mut dyn Write) -> io::Result<()> {
    if page.maps.is_empty() {
        return Ok(());
    }
    let mut cards: HashMap<*const Finding, usize> = HashMap::new();
    for (index, cause) in causes.iter().enumerate() {
        for finding in cause.all() {
            cards.insert(std::ptr::from_ref(finding), index + 1);
        }
    }
    let link = |finding: usize| {
        let card = cards.get(&std::ptr::from_ref(report.findings.get(finding)?))?;
        Some(format!("#f{card}"))
    };
    writeln!(out, "<section aria-labelledby=\"maps\"><h2 id=\"maps\">Distributions</h2>")?;
    for (file, mapped) in page.maps.iter().take(MOST_MAPS) {
        let label = mapped.heading();
        writeln!(
            out,
            "<details class=\"map\" open=\"\"><summary>{} <span class=\"place\">{}</span></summary>",
            text(&label),
            text(file)
        )?;
        writeln!(out, "<div class=\"picture\" tabindex=\"0\">")?;
        write_figure(mapped, &label, &link, out)?;
        writeln!(out, "</div></details>")?;
    }
    let left_out = page.maps.len().saturating_sub(MOST_MAPS);
    if left_out > 0 {
        writeln!(
            out,
            "<p class=\"more\">… and {}: <code>cflint map --format svg</code> draws all</p>",
            plural(left_out, "more picture")
        )?;
    }
    writeln!(out, "</section>")
}

/// Writes what could not be read, and what else there is to know about the run.
fn write_rest(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let errors = report.unshown_errors().map(|error| (error.path.as_str(), error.message.as_str()));
    write_lines("errors", "Not read", errors.collect(), out)?;
    let notices = report.notices.iter().map(|notice| (notice.path.as_str(), notice.message.as_str()));
    write_lines("notes", "Notes", notices.collect(), out)
}

fn write_lines(id: &str, title: &str, lines: Vec<(&str, &str)>, out: &mut dyn Write) -> io::Result<()> {
    if lines.is_empty() {
        return Ok(());
    }
    writeln!(out, "<section aria-labelledby=\"{id}\"><h2 id=\"{id}\">{title}</h2><ul>")?;
    for (path, message) in lines.iter().take(MOST_LINES) {
        let path = if path.is_empty() { String::new() } else { format!("<code>{}</code>: ", text(path)) };
        writeln!(out, "<li>{path}{}</li>", prose(message))?;
    }
    if lines.len() > MOST_LINES {
        writeln!(out, "<li>… and {} more</li>", lines.len() - MOST_LINES)?;
    }
    writeln!(out, "</ul></section>")
}
