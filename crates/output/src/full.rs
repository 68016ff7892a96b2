//! Every finding with its place in the user's source and in the template, the reasons and the help; for people.

use std::io::{self, Write};

use cflint_diagnostics::{Applicability, Encoding, Finding, Fix, Span};
use cflint_linter::Report;
use codespan_reporting::files::Error;
use codespan_reporting::term::{Chars, Config, Renderer, WriteStyle};

use crate::causes::{Cause, causes};
use crate::concise;
use crate::context::Context;
use crate::details::{circumstances, confidence};
use crate::excerpt::{Excerpt, Line, Mark, excerpts, made};
use crate::painter::{Ink, link, paint, tone};
use crate::preview::preview;
use crate::summary::write_summary;
use crate::text::{short, visible, visible_lines};
use crate::wrap::{columns, wrapped};

/// How many places of a cause are named besides the one that is shown.
const NAMED: usize = 3;
/// The least width of a label below its line.
const LABEL: usize = 40;
/// The longest text, in characters: a pattern can have half a megabyte.
const MAX_TEXT: usize = 2_000;
/// The longest command that can be copied, in bytes.
pub(crate) const LONGEST_COMMAND: usize = 4_000;
/// The columns of a page, such as a comment on a pull request.
const PAGE: usize = 100;

/// Writes each cause of the findings that count, and the line that counts them.
///
/// # Errors
/// Those of the writer.
pub fn write(report: &Report, context: &Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    for cause in causes(report) {
        write_cause(report, &cause, context, out)?;
        writeln!(out)?;
    }
    if context.summary {
        write_summary(report, context.color, out)?;
    }
    Ok(())
}

/// Writes one finding, suppressed or not.
///
/// # Errors
/// Those of the writer.
pub fn write_finding(
    report: &Report,
    finding: &Finding,
    context: &Context<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    write_cause(report, &Cause { first: finding, others: Vec::new() }, context, out)
}

fn write_cause(
    report: &Report,
    cause: &Cause<'_>,
    context: &Context<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let finding = cause.first;
    let padding = digits(report, finding);
    let room = context.width.saturating_sub(padding + 3);
    // Where a person can act comes first; what became of it is the evidence.
    let made = made(report, finding, room);
    let is_made_shown = made.is_some();
    let excerpts: Vec<_> = made.into_iter().chain(excerpts(&report.sources, finding, room)).collect();
    let config = Config::default();
    paint(context.color, out, |writer| {
        let mut renderer = Renderer::new(writer, &config);
        header(&mut renderer, cause, context)?;
        snippets(&mut renderer, finding, &excerpts, padding, room, context)
    })?;
    let notes = Notes { padding, context };
    notes.write(report, cause, is_made_shown, out)
}

/// Writes what one finding shows of the files, without colors, with paths from the root of the repository.
pub(crate) fn write_excerpts(
    report: &Report,
    finding: &Finding,
    context: &Context<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let context = Context { color: false, links: false, width: PAGE, ..*context };
    let padding = digits(report, finding);
    let room = context.width.saturating_sub(padding + 3);
    let mut excerpts: Vec<_> =
        made(report, finding, room).into_iter().chain(excerpts(&report.sources, finding, room)).collect();
    for excerpt in &mut excerpts {
        excerpt.name = visible(&(context.from_root)(&excerpt.name)).into_owned();
    }
    let config = Config::default();
    paint(false, out, |writer| {
        snippets(&mut Renderer::new(writer, &config), finding, &excerpts, padding, room, &context)
    })
}

/// How wide the numbers of the lines are that a finding shows.
fn digits(report: &Report, finding: &Finding) -> usize {
    let labels = std::iter::once(&finding.primary).chain(&finding.related);
    let line = |span: Span| {
        let file = report.sources.get(span.file)?;
        Some(file.position(span.start, Encoding::CodePoints).line)
    };
    let source = finding.source.as_ref().map(|source| source.line);
    let last = labels.filter_map(|label| line(label.span)).chain(source).max();
    last.map_or(1, |line| line.to_string().len())
}

fn header(renderer: &mut Renderer<'_, '_>, cause: &Cause<'_>, context: &Context<'_>) -> Result<(), Error> {
    let finding = cause.first;
    let url = context.rule(finding.rule).map(cflint_linter::RuleMeta::url);
    renderer.set_header(tone(finding.severity))?;
    let rule = link(context.links, url.as_deref(), finding.rule);
    write!(renderer, "{}[{rule}]", finding.severity)?;
    renderer.set_header_message()?;
    let message = format!("{}{}", short(&visible(&finding.message), MAX_TEXT), cause.times());
    let used = finding.severity.as_str().len() + finding.rule.len() + 4;
    // What is before the first line is as long as several words; the others have their room.
    let lines = wrapped(&message, context.width.saturating_sub(4), used.saturating_sub(4));
    write!(renderer, ": {}", lines.join("\n    "))?;
    renderer.reset()?;
    writeln!(renderer)?;
    Ok(())
}

/// Writes the parts of the files.
fn snippets(
    renderer: &mut Renderer<'_, '_>,
    finding: &Finding,
    excerpts: &[Excerpt],
    padding: usize,
    room: usize,
    context: &Context<'_>,
) -> Result<(), Error> {
    for excerpt in excerpts {
        snippet(renderer, finding, excerpt, padding, room, context)?;
    }
    Ok(())
}

fn snippet(
    renderer: &mut Renderer<'_, '_>,
    finding: &Finding,
    excerpt: &Excerpt,
    padding: usize,
    room: usize,
    context: &Context<'_>,
) -> Result<(), Error> {
    let severity = tone(finding.severity);
    write!(renderer, "{:padding$} ", "")?;
    renderer.set_source_border()?;
    write!(renderer, "{}", Chars::default().snippet_start)?;
    renderer.reset()?;
    let place = format!("{}:{}:{}", excerpt.name, excerpt.position.line, excerpt.position.column);
    let file = context.file_url(&excerpt.name);
    writeln!(renderer, " {}", link(context.links, file.as_deref(), &place))?;
    renderer.render_snippet_empty(padding, severity, 0, &[])?;
    let mut previous: Option<&Line> = None;
    for line in &excerpt.lines {
        if previous.is_some_and(|previous| previous.number + 1 < line.number) {
            renderer.render_snippet_break(padding, severity, 0, &[])?;
        }
        // The renderer writes each label behind or below its caret, whatever there is room for.
        let fits = line.labels.iter().enumerate().all(|(index, mark)| {
            let is_last = index + 1 == line.labels.len();
            let at = line.text.get(..if is_last { mark.range.end } else { mark.range.start });
            columns(at.unwrap_or(&line.text)) + 1 + columns(&mark.message) <= room
        });
        let labels: Vec<_> = line
            .labels
            .iter()
            .map(|mark| (mark.style, mark.range.clone(), if fits { mark.message.as_str() } else { "" }))
            .collect();
        renderer.render_snippet_source(
            padding,
            line.number as usize,
            &line.text,
            severity,
            &labels,
            0,
            &[],
        )?;
        if !fits {
            for mark in line.labels.iter().rev().filter(|mark| !mark.message.is_empty()) {
                below(renderer, finding, line, mark, padding, room)?;
            }
        }
        previous = Some(line);
    }
    renderer.render_snippet_empty(padding, severity, 0, &[])?;
    Ok(())
}

/// Writes a label below its caret, in as many lines as it needs.
fn below(
    renderer: &mut Renderer<'_, '_>,
    finding: &Finding,
    line: &Line,
    mark: &Mark,
    padding: usize,
    room: usize,
) -> Result<(), Error> {
    let caret = columns(line.text.get(..mark.range.start).unwrap_or_default());
    let wide = columns(&mark.message).min(LABEL.max(room.saturating_sub(caret)));
    let indent = caret.min(room.saturating_sub(wide));
    for part in wrapped(&mark.message, room.saturating_sub(indent), 0) {
        write!(renderer, "{:padding$} ", "")?;
        renderer.set_source_border()?;
        write!(renderer, "{}", Chars::default().source_border_left)?;
        renderer.reset()?;
        write!(renderer, " {:indent$}", "")?;
        renderer.set_label(tone(finding.severity), mark.style)?;
        write!(renderer, "{part}")?;
        renderer.reset()?;
        writeln!(renderer)?;
    }
    Ok(())
}

/// The lines below the excerpts: a key, and texts that stay in the columns after it.
struct Notes<'c> {
    padding: usize,
    context: &'c Context<'c>,
}

impl Notes<'_> {
    fn write(
        &self,
        report: &Report,
        cause: &Cause<'_>,
        is_made_shown: bool,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let finding = cause.first;
        if let Some(text) = circumstances(finding) {
            self.note("where", &text, Ink::Plain, out)?;
        }
        if let Some(text) = origin(finding).filter(|_| !is_made_shown) {
            self.note("where", &text, Ink::Plain, out)?;
        }
        for (index, note) in finding.notes.iter().enumerate() {
            self.note(if index == 0 { "why" } else { "note" }, note, Ink::Plain, out)?;
        }
        self.help(report, finding, out)?;
        self.others(report, cause, out)?;
        if let Some(text) = confidence(finding) {
            self.note("note", &text, Ink::Plain, out)?;
        }
        self.commands(finding, out)
    }

    /// One text behind a key, broken at words.
    fn note(&self, key: &str, text: &str, ink: Ink, out: &mut dyn Write) -> io::Result<()> {
        let indent = self.padding + 3 + columns(key) + 2;
        let text = visible_lines(text);
        let text = short(&text, MAX_TEXT);
        let lines = wrapped(&text, self.context.width.saturating_sub(indent), 0);
        let lines: Vec<String> = lines.iter().map(|line| ink.on(self.context.color, line)).collect();
        self.lines(key, &lines, out)
    }

    /// Lines one below the other behind a key.
    fn lines(&self, key: &str, lines: &[String], out: &mut dyn Write) -> io::Result<()> {
        let gap = format!("\n{:indent$}", "", indent = self.padding + 3 + columns(key) + 2);
        let bullet = Ink::Frame.on(self.context.color, "=");
        let key = Ink::Strong.on(self.context.color, &format!("{key}:"));
        writeln!(out, "{:padding$} {bullet} {key} {}", "", lines.join(&gap), padding = self.padding)
    }

    /// What to write instead, and the edit that does it.
    fn help(&self, report: &Report, finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
        let fix = finding.fix.as_ref();
        let Some(text) = finding.help.as_ref().or(fix.map(|fix| &fix.title)) else { return Ok(()) };
        self.note("help", &format!("{text}{}", applied_by(fix)), Ink::Strong, out)?;
        let Some(fix) = fix.filter(|fix| fix.applicability > Applicability::Display) else { return Ok(()) };
        let indent = self.padding + 3;
        let (lines, left_out) = preview(report, fix, self.context.width.saturating_sub(indent + 2));
        for line in lines {
            let (sign, ink) = if line.is_new { ('+', Ink::New) } else { ('-', Ink::Old) };
            let text = format!("{sign} {}", line.text);
            writeln!(out, "{:indent$}{}", "", ink.on(self.context.color, text.trim_end()))?;
        }
        if left_out > 0 {
            writeln!(out, "{:indent$}… and {left_out} more changes; `--diff` shows all", "")?;
        }
        Ok(())
    }

    /// The other places of the same cause.
    fn others(&self, report: &Report, cause: &Cause<'_>, out: &mut dyn Write) -> io::Result<()> {
        if cause.others.is_empty() {
            return Ok(());
        }
        let mut lines: Vec<String> = cause
            .others
            .iter()
            .take(NAMED)
            .map(|finding| {
                let place = visible(&concise::place(report, finding, self.context)).into_owned();
                match circumstances(finding) {
                    Some(circumstances) => format!("{place} ({circumstances})"),
                    None => place,
                }
            })
            .collect();
        match cause.others.len().saturating_sub(NAMED) {
            0 => {}
            more => lines.push(format!("and {more} more; `--format concise` lists all")),
        }
        self.note("also", &lines.join("\n"), Ink::Plain, out)
    }

    /// Commands that tell more, each alone on its line to be copied.
    fn commands(&self, finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
        let explain = self.context.rule(finding.rule).map(|_| format!("cflint explain {}", finding.rule));
        let trace = finding.witness.as_ref().map(|witness| visible(&witness.command()).into_owned());
        // One that is cut would be another command.
        let trace = trace.filter(|command| command.len() <= LONGEST_COMMAND);
        let commands: Vec<String> = explain.into_iter().chain(trace).collect();
        if commands.is_empty() {
            return Ok(());
        }
        self.lines("see", &commands, out)
    }
}

/// The flag that applies a fix, for behind the help.
pub(crate) fn applied_by(fix: Option<&Fix>) -> &'static str {
    match fix.map(|fix| fix.applicability) {
        Some(Applicability::Safe) => " (`--fix` does it)",
        Some(Applicability::Unsafe) => " (`--fix --unsafe-fixes` does it)",
        // Nothing applies an edit of what the next build writes again.
        Some(Applicability::Display) | None => "",
    }
}

/// Where the user wrote what became this part of the template.
pub(crate) fn origin(finding: &Finding) -> Option<String> {
    let construct = finding.subject.construct.as_ref().map(|path| format!("construct `{}`", visible(path)));
    let source = finding
        .source
        .as_ref()
        .map(|source| format!("made at {}:{}:{}", visible(&source.path), source.line, source.column));
    let parts: Vec<_> = construct.into_iter().chain(source).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}
