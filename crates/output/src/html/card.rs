//! One cause of findings, with everything that there is to say about it.

use std::io::{self, Write};

use cflint_diagnostics::{Applicability, Finding};
use cflint_linter::{Report, RuleMeta};

use super::filter::Files;
use super::markup::{escaped, prose, text};
use super::trace::Places;
use super::{Page, source, trace};
use crate::causes::Cause;
use crate::concise;
use crate::context::Context;
use crate::details::{circumstances, confidence};
use crate::full::{LONGEST_COMMAND, applied_by, origin};
use crate::text::visible;

/// How many other places of a cause are listed before the others are counted.
const MOST_PLACES: usize = 30;

/// What all cards of a page share.
pub(super) struct Cards<'c> {
    pub(super) report: &'c Report,
    pub(super) context: &'c Context<'c>,
    pub(super) page: &'c Page,
    pub(super) files: &'c Files<'c>,
}

impl<'c> Cards<'c> {
    pub(super) fn write(&self, number: usize, cause: &Cause<'c>, out: &mut dyn Write) -> io::Result<()> {
        let Self { report, context, .. } = *self;
        let finding = cause.first;
        let severity = finding.severity;
        writeln!(
            out,
            "<article class=\"finding {severity}\" id=\"f{number}\" aria-labelledby=\"t{number}\" data-severity=\"{severity}\" data-rule=\"{}\" data-files=\"{}\">",
            escaped(finding.rule),
            self.files.of(cause)
        )?;
        writeln!(
            out,
            "<h3 id=\"t{number}\"><span class=\"severity\">{severity}</span> {}</h3>",
            prose(&finding.message)
        )?;
        writeln!(
            out,
            "<p class=\"about\">{} <a class=\"number-link\" href=\"#f{number}\">#{number}</a>{}</p>",
            rule(finding, context),
            cause.times()
        )?;
        let is_made_shown = source::write(report, finding, out)?;
        self.write_notes(cause, is_made_shown, out)?;
        self.write_commands(finding, out)?;
        let followed = finding.witness.as_ref().and_then(|witness| self.page.traces.get(&witness.command()));
        if let Some(followed) = followed {
            let places = Places { sources: &report.sources, here: finding.primary.span.file };
            trace::write(followed, places, out)?;
        }
        writeln!(out, "</article>")
    }

    fn write_notes(&self, cause: &Cause<'_>, is_made_shown: bool, out: &mut dyn Write) -> io::Result<()> {
        let finding = cause.first;
        let where_it_is = circumstances(finding)
            .into_iter()
            .chain(origin(finding).filter(|_| !is_made_shown))
            .map(|text| ("where", text));
        let keys = std::iter::once("why").chain(std::iter::repeat("note"));
        let notes: Vec<(&str, String)> = where_it_is.chain(keys.zip(finding.notes.iter().cloned())).collect();
        write_list(&notes, out)?;
        self.write_help(finding, out)?;
        let also = self.others(cause);
        let also = also.into_iter().map(|place| ("also", place));
        write_list(&also.chain(confidence(finding).map(|text| ("note", text))).collect::<Vec<_>>(), out)
    }

    /// What to write instead, and the edit that does it.
    fn write_help(&self, finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
        let fix = finding.fix.as_ref();
        let Some(text) = finding.help.as_ref().or(fix.map(|fix| &fix.title)) else { return Ok(()) };
        writeln!(
            out,
            "<div class=\"help\"><p><strong>help</strong> {}{}</p>",
            prose(text),
            prose(applied_by(fix))
        )?;
        if let Some(fix) = fix.filter(|fix| fix.applicability > Applicability::Display) {
            source::write_fix(self.report, fix, out)?;
        }
        writeln!(out, "</div>")
    }

    /// The other places of the same cause.
    fn others(&self, cause: &Cause<'_>) -> Vec<String> {
        let place = |finding: &&Finding| {
            let place = concise::place(self.report, finding, self.context);
            circumstances(finding).map_or(place.clone(), |when| format!("{place} ({when})"))
        };
        let mut places: Vec<String> = cause.others.iter().take(MOST_PLACES).map(place).collect();
        match cause.others.len().saturating_sub(MOST_PLACES) {
            0 => {}
            more => places.push(format!("and {more} more; `--format concise` lists all")),
        }
        places
    }

    /// Commands that tell more, each to be copied.
    fn write_commands(&self, finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
        let explain = self.context.rule(finding.rule).map(|_| format!("cflint explain {}", finding.rule));
        let trace = finding.witness.as_ref().map(|witness| visible(&witness.command()).into_owned());
        let trace = trace.filter(|command| command.len() <= LONGEST_COMMAND);
        let commands: Vec<String> = explain.into_iter().chain(trace).collect();
        if commands.is_empty() {
            return Ok(());
        }
        writeln!(out, "<ul class=\"commands\" aria-label=\"commands\">")?;
        for command in commands {
            writeln!(out, "<li><code>{}</code></li>", escaped(&command))?;
        }
        writeln!(out, "</ul>")
    }
}

/// The name of the rule, which links to its page if it has one.
fn rule(finding: &Finding, context: &Context<'_>) -> String {
    let name = text(finding.rule);
    match context.rule(finding.rule).map(RuleMeta::url) {
        Some(url) => format!("<a class=\"rule\" href=\"{}\">{name}</a>", escaped(&url)),
        None => format!("<span class=\"rule\">{name}</span>"),
    }
}

/// Writes texts with their keys; a key that repeats stands once.
fn write_list(notes: &[(&str, String)], out: &mut dyn Write) -> io::Result<()> {
    if notes.is_empty() {
        return Ok(());
    }
    writeln!(out, "<dl>")?;
    for group in notes.chunk_by(|a, b| a.0 == b.0) {
        let key = group.first().map_or("", |(key, _)| key);
        write!(out, "<dt>{key}</dt>")?;
        for (_, text) in group {
            writeln!(out, "<dd>{}</dd>", prose(text))?;
        }
    }
    writeln!(out, "</dl>")
}
