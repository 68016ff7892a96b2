//! Every finding with its place in the user's source and in the template, the reasons and the help; for people.

use std::io::{self, Write};

use cflint_diagnostics::Finding;
use cflint_linter::Report;
use codespan_reporting::files::Error;
use codespan_reporting::term::{Chars, Config, Renderer, WriteStyle};

use crate::context::Context;
use crate::details::{circumstances, confidence, help};
use crate::excerpt::{Excerpt, Line, excerpts, made};
use crate::painter::{paint, tone};
use crate::summary::summary;
use crate::text::{visible, visible_lines};

/// Writes the findings that count and the line that counts them.
///
/// # Errors
/// Those of the writer.
pub fn write(report: &Report, context: &Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    for finding in report.active() {
        write_finding(report, finding, context, out)?;
        writeln!(out)?;
    }
    if context.summary {
        writeln!(out, "{}", summary(report))?;
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
    // Where a person can act comes first; what became of it is the evidence.
    let made = made(report, finding);
    let is_made_shown = made.is_some();
    let excerpts: Vec<_> = made.into_iter().chain(excerpts(&report.sources, finding)).collect();
    let config = Config::default();
    paint(context.color, out, |writer| {
        let mut renderer = Renderer::new(writer, &config);
        header(&mut renderer, finding)?;
        let padding = snippets(&mut renderer, finding, &excerpts)?;
        for note in notes(finding, is_made_shown, context) {
            renderer.render_snippet_note(padding, &visible_lines(&note))?;
        }
        Ok(())
    })
}

/// Writes what one finding shows of the files, without colors, with paths from the root of the repository.
pub(crate) fn write_excerpts(
    report: &Report,
    finding: &Finding,
    context: &Context<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut excerpts: Vec<_> =
        made(report, finding).into_iter().chain(excerpts(&report.sources, finding)).collect();
    for excerpt in &mut excerpts {
        excerpt.name = visible(&(context.from_root)(&excerpt.name)).into_owned();
    }
    let config = Config::default();
    paint(false, out, |writer| {
        snippets(&mut Renderer::new(writer, &config), finding, &excerpts)?;
        Ok(())
    })
}

fn header(renderer: &mut Renderer<'_, '_>, finding: &Finding) -> Result<(), Error> {
    renderer.set_header(tone(finding.severity))?;
    write!(renderer, "{}[{}]", finding.severity, finding.rule)?;
    renderer.set_header_message()?;
    write!(renderer, ": {}", visible(&finding.message))?;
    renderer.reset()?;
    writeln!(renderer)?;
    Ok(())
}

/// Writes the parts of the files, and returns how wide their numbers of lines are.
fn snippets(
    renderer: &mut Renderer<'_, '_>,
    finding: &Finding,
    excerpts: &[Excerpt],
) -> Result<usize, Error> {
    let last_line = excerpts.iter().flat_map(|excerpt| &excerpt.lines).map(|line| line.number).max();
    let padding = last_line.map_or(1, |line| line.to_string().len());
    for excerpt in excerpts {
        snippet(renderer, finding, excerpt, padding)?;
    }
    Ok(padding)
}

fn snippet(
    renderer: &mut Renderer<'_, '_>,
    finding: &Finding,
    excerpt: &Excerpt,
    padding: usize,
) -> Result<(), Error> {
    let severity = tone(finding.severity);
    write!(renderer, "{:padding$} ", "")?;
    renderer.set_source_border()?;
    write!(renderer, "{}", Chars::default().snippet_start)?;
    renderer.reset()?;
    writeln!(renderer, " {}:{}:{}", excerpt.name, excerpt.position.line, excerpt.position.column)?;
    renderer.render_snippet_empty(padding, severity, 0, &[])?;
    let mut previous: Option<&Line> = None;
    for line in &excerpt.lines {
        if previous.is_some_and(|previous| previous.number + 1 < line.number) {
            renderer.render_snippet_break(padding, severity, 0, &[])?;
        }
        let labels: Vec<_> =
            line.labels.iter().map(|mark| (mark.style, mark.range.clone(), mark.message.as_str())).collect();
        renderer.render_snippet_source(
            padding,
            line.number as usize,
            &line.text,
            severity,
            &labels,
            0,
            &[],
        )?;
        previous = Some(line);
    }
    renderer.render_snippet_empty(padding, severity, 0, &[])?;
    Ok(())
}

fn notes(finding: &Finding, is_made_shown: bool, context: &Context<'_>) -> Vec<String> {
    let mut notes: Vec<String> = Vec::new();
    notes.extend(circumstances(finding));
    notes.extend(origin(finding).filter(|_| !is_made_shown));
    notes.extend(finding.notes.iter().cloned());
    notes.extend(help(finding));
    notes.extend(confidence(finding));
    let explain = context.rule(finding.rule).map(|_| format!("cflint explain {}", finding.rule));
    let trace = finding.witness.as_ref().map(|witness| visible(&witness.command()).into_owned());
    let see: Vec<String> = explain.into_iter().chain(trace).collect();
    if !see.is_empty() {
        notes.push(format!("see: {}", see.join(" · ")));
    }
    notes
}

/// Where the user wrote what became this part of the template.
fn origin(finding: &Finding) -> Option<String> {
    let construct = finding.subject.construct.as_ref().map(|path| format!("construct `{}`", visible(path)));
    let source = finding
        .source
        .as_ref()
        .map(|source| format!("made at {}:{}:{}", visible(&source.path), source.line, source.column));
    let parts: Vec<_> = construct.into_iter().chain(source).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}
