//! What is shown of a source file around the labels of a finding.

use std::ops::Range;

use cflint_diagnostics::{
    Encoding, FileId, Finding, Label, Position, SourceFile, SourceLocation, Sources, Span,
};
use cflint_linter::Report;
use codespan_reporting::diagnostic::LabelStyle;

use crate::text::{SIGN, opens_command, stand_in, visible};

/// The longest line that is shown whole, in code points.
const MAX_LINE: usize = 160;
/// The longest label on a longer line.
const MAX_LABEL: usize = 80;
/// What is shown before and after a label on a longer line.
const AROUND: usize = 60;
/// Shown for what was left out.
const ELLIPSIS: char = '…';

/// The part of one file that a finding shows.
pub(crate) struct Excerpt {
    /// Path of the file, safe to print.
    pub(crate) name: String,
    /// The place that stands beside the path.
    pub(crate) position: Position,
    /// The lines, in the order of the file.
    pub(crate) lines: Vec<Line>,
}

/// One line of an excerpt.
pub(crate) struct Line {
    /// Number of the line in the file, from 1.
    pub(crate) number: u32,
    /// What is shown of it.
    pub(crate) text: String,
    /// What is underlined, as bytes of `text`.
    pub(crate) labels: Vec<Mark>,
}

/// An underlined part of a line.
pub(crate) struct Mark {
    pub(crate) style: LabelStyle,
    pub(crate) range: Range<usize>,
    pub(crate) message: String,
}

/// The parts of the files that take part in the finding: the file of the primary label first.
pub(crate) fn excerpts(sources: &Sources, finding: &Finding) -> Vec<Excerpt> {
    let labels: Vec<(LabelStyle, &Label)> = std::iter::once((LabelStyle::Primary, &finding.primary))
        .chain(finding.related.iter().map(|label| (LabelStyle::Secondary, label)))
        .collect();
    let mut files: Vec<FileId> = Vec::new();
    for (_, label) in &labels {
        if !files.contains(&label.span.file) {
            files.push(label.span.file);
        }
    }
    files
        .into_iter()
        .filter_map(|id| {
            let file = sources.get(id)?;
            let labels: Vec<_> = labels.iter().filter(|(_, label)| label.span.file == id).copied().collect();
            excerpt(file, &labels)
        })
        .collect()
}

/// The line of the user's own source that made what the finding is about, if its text is known and has that place.
pub(crate) fn made(report: &Report, finding: &Finding) -> Option<Excerpt> {
    let source = finding.source.as_ref()?;
    let file = report.user_sources.get(&source.path)?;
    let construct = finding.subject.construct.as_ref();
    let message = construct.map(|path| format!("construct `{path}` is made here")).unwrap_or_default();
    let label = Label { span: call(file, source)?, message };
    excerpt(file, &[(LabelStyle::Primary, &label)])
}

/// A call such as `new Distribution`, up to its arguments. Columns count UTF-16 units, as JavaScript does.
fn call(file: &SourceFile, source: &SourceLocation) -> Option<Span> {
    let index = usize::try_from(source.line).ok()?.checked_sub(1)?;
    file.line_starts().get(index)?;
    let range = line_range(file, index);
    let line = file.text().get(range.clone())?;
    let mut units = source.column.checked_sub(1)?;
    let at_column = |c: char| {
        let is_before = units > 0;
        units = units.saturating_sub(u32::try_from(c.len_utf16()).unwrap_or(1));
        is_before
    };
    let rest = line.trim_start_matches(at_column).trim_start();
    let end = rest.find('(').unwrap_or(rest.len());
    let called = rest.get(..end)?.trim_end();
    let start = range.start + (line.len() - rest.len());
    let span = |offset: usize| u32::try_from(offset).ok();
    (!called.is_empty()).then_some(Span::new(FileId(0), span(start)?, span(start + called.len())?))
}

fn excerpt(file: &SourceFile, labels: &[(LabelStyle, &Label)]) -> Option<Excerpt> {
    let focus =
        labels.iter().min_by_key(|(style, label)| (*style != LabelStyle::Primary, label.span.start))?;
    let mut placed: Vec<(usize, LabelStyle, Range<usize>, &Label)> = labels
        .iter()
        .map(|(style, label)| {
            let (line, range) = first_line(file, label);
            (line, *style, range, *label)
        })
        .collect();
    placed.sort_by_key(|(line, _, range, _)| (*line, range.start, range.end));

    let mut lines: Vec<Line> = Vec::new();
    let mut next = None;
    for group in placed.chunk_by(|a, b| a.0 == b.0) {
        let Some((index, ..)) = group.first() else { continue };
        // A single line between two others is shown: a sign for what was left out would need as much room.
        if next.is_some_and(|next| next + 1 == *index) {
            lines.push(line(file, index - 1, &[]));
        }
        lines.push(line(file, *index, group));
        next = Some(index + 1);
    }
    Some(Excerpt {
        name: visible(file.name()).into_owned(),
        position: file.position(focus.1.span.start, Encoding::CodePoints),
        lines,
    })
}

/// The bytes of a line without its end and without a byte order mark.
fn line_range(file: &SourceFile, index: usize) -> Range<usize> {
    let starts = file.line_starts();
    let text = file.text();
    let mut start = starts.get(index).map_or(text.len(), |start| *start as usize);
    let end = starts.get(index + 1).map_or(text.len(), |end| *end as usize);
    let content = text.get(start..end).unwrap_or_default();
    let end = start + content.trim_end_matches(['\r', '\n']).len();
    if start == 0 && content.starts_with('\u{feff}') {
        start += '\u{feff}'.len_utf8();
    }
    start..end.max(start)
}

/// The line on which a label starts, and what the label covers of it, as bytes of the line.
fn first_line(file: &SourceFile, label: &Label) -> (usize, Range<usize>) {
    let text = file.text();
    let offset = floor(text, label.span.start as usize);
    let starts = file.line_starts();
    let index = starts.partition_point(|start| *start as usize <= offset).max(1) - 1;
    let line = line_range(file, index);
    let start = offset.clamp(line.start, line.end);
    let end = floor(text, label.span.end as usize).clamp(start, line.end);
    let covered = text.get(start..end).unwrap_or_default().trim_end().len();
    let start = start - line.start;
    (index, start..start + covered)
}

fn line(file: &SourceFile, index: usize, labels: &[(usize, LabelStyle, Range<usize>, &Label)]) -> Line {
    let source = file.text().get(line_range(file, index)).unwrap_or_default();
    let ranges: Vec<_> = labels.iter().map(|(_, _, range, _)| range.clone()).collect();
    let (kept, ranges) = windows(source, ranges);

    let mut text = String::new();
    // Where each character that is shown came from and went to.
    let mut moved: Vec<(usize, usize)> = Vec::new();
    let mut shown_to = 0;
    for window in kept {
        if window.start > shown_to {
            text.push(ELLIPSIS);
        }
        for (offset, c) in source.get(window.clone()).unwrap_or_default().char_indices() {
            moved.push((window.start + offset, text.len()));
            let is_command = opens_command(&text, c);
            text.push(match stand_in(c) {
                _ if is_command => SIGN,
                Some(sign) if c != '\t' => sign,
                _ => c,
            });
        }
        moved.push((window.end, text.len()));
        shown_to = window.end;
    }
    if shown_to < source.len() {
        text.push(ELLIPSIS);
    }

    let to = |offset: usize| moved.iter().find(|(from, _)| *from >= offset).map_or(text.len(), |(_, to)| *to);
    let labels = labels
        .iter()
        .zip(ranges)
        .map(|((_, style, _, label), range)| {
            let start = to(range.start);
            // An empty place gets one caret.
            Mark {
                style: *style,
                range: start..to(range.end).max(start + 1),
                message: visible(&label.message).into(),
            }
        })
        .collect();
    Line { number: u32::try_from(index + 1).unwrap_or(u32::MAX), text, labels }
}

/// The parts of a line that are shown, and the labels cut to what is shown.
fn windows(line: &str, mut labels: Vec<Range<usize>>) -> (Vec<Range<usize>>, Vec<Range<usize>>) {
    if forward(line, 0, MAX_LINE) == line.len() {
        return (std::iter::once(0..line.len()).collect(), labels);
    }
    let mut kept: Vec<Range<usize>> = Vec::new();
    for label in &mut labels {
        label.end = label.end.min(forward(line, label.start, MAX_LABEL));
        let window = backward(line, label.start, AROUND)..forward(line, label.end, AROUND);
        match kept.last_mut() {
            Some(last) if window.start <= last.end => last.end = last.end.max(window.end),
            _ => kept.push(window),
        }
    }
    if kept.is_empty() {
        kept.push(0..forward(line, 0, MAX_LINE));
    }
    (kept, labels)
}

/// The offset `count` characters after `offset`.
fn forward(line: &str, offset: usize, count: usize) -> usize {
    let rest = line.get(offset..).unwrap_or_default();
    rest.char_indices().nth(count).map_or(line.len(), |(index, _)| offset + index)
}

/// The offset `count` characters before `offset`.
fn backward(line: &str, offset: usize, count: usize) -> usize {
    let before = line.get(..offset).unwrap_or_default();
    before.char_indices().rev().nth(count.saturating_sub(1)).map_or(0, |(index, _)| index)
}

/// The character boundary at or before `offset`.
fn floor(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}
