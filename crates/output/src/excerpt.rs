//! What is shown of a source file around the labels of a finding.

use std::ops::Range;

use cflint_diagnostics::{
    Encoding, FileId, Finding, Label, Position, SourceFile, SourceLocation, Sources, Span,
};
use cflint_linter::Report;
use codespan_reporting::diagnostic::LabelStyle;

use crate::text::{SIGN, opens_command, short, stand_in, visible};
use crate::wrap::{columns, columns_of};

/// How many related places are shown: no one reads more, and the renderer compares each with each.
const MAX_RELATED: usize = 20;
/// The longest text of a label, in characters.
const MAX_LABEL: usize = 500;
/// Shown for what was left out.
const ELLIPSIS: char = '…';

/// The part of one file that a finding shows.
pub(crate) struct Excerpt {
    /// Path of the file, safe to print.
    pub(crate) name: String,
    /// The place that is shown after the path.
    pub(crate) position: Position,
    /// The lines, in the order of the file.
    pub(crate) lines: Vec<Line>,
}

/// One line of an excerpt, or a part of one that is too long to show.
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

/// The parts of the files that take part in the finding: the file of the primary label first. Lines are cut to `room`
/// columns.
pub(crate) fn excerpts(sources: &Sources, finding: &Finding, room: usize) -> Vec<Excerpt> {
    let labels: Vec<(LabelStyle, &Label)> = std::iter::once((LabelStyle::Primary, &finding.primary))
        .chain(finding.related.iter().take(MAX_RELATED).map(|label| (LabelStyle::Secondary, label)))
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
            excerpt(file, &labels, room)
        })
        .collect()
}

/// The line of the user's own source that made what the finding is about, if its text is known and has that place.
pub(crate) fn made(report: &Report, finding: &Finding, room: usize) -> Option<Excerpt> {
    let source = finding.source.as_ref()?;
    let file = report.user_sources.get(&source.path)?;
    let construct = finding.subject.construct.as_ref();
    let message = construct.map(|path| format!("construct `{path}` is made here")).unwrap_or_default();
    let label = Label { span: call(file, source)?, message };
    excerpt(file, &[(LabelStyle::Primary, &label)], room)
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

fn excerpt(file: &SourceFile, labels: &[(LabelStyle, &Label)], room: usize) -> Option<Excerpt> {
    let focus =
        labels.iter().min_by_key(|(style, label)| (*style != LabelStyle::Primary, label.span.start))?;
    let mut placed: Vec<Placed<'_>> = labels
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
            lines.push(line(file, index - 1, &[], room));
        }
        let source = file.text().get(line_range(file, *index)).unwrap_or_default();
        lines.extend(close(source, group, room).map(|near| line(file, *index, near, room)));
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

/// A label with its line, and what it covers of that.
type Placed<'l> = (usize, LabelStyle, Range<usize>, &'l Label);

/// The labels of a line, those together that fit on the screen with what is between them.
fn close<'g, 'l>(
    source: &str,
    labels: &'g [Placed<'l>],
    room: usize,
) -> impl Iterator<Item = &'g [Placed<'l>]> {
    // Two signs for what was left out take a column each.
    let fits = move |range: Range<usize>| forward(source, range.start, room.saturating_sub(2)) >= range.end;
    let is_whole = fits(0..source.len());
    let mut start = labels.first().map_or(0, |label| label.2.start);
    labels.chunk_by(move |_, next| {
        let is_close = is_whole || fits(start..next.2.end);
        if !is_close {
            start = next.2.start;
        }
        is_close
    })
}

fn line(file: &SourceFile, index: usize, labels: &[Placed<'_>], room: usize) -> Line {
    let source = file.text().get(line_range(file, index)).unwrap_or_default();
    let ranges: Vec<_> = labels.iter().map(|(_, _, range, _)| range.clone()).collect();
    let (window, ranges) = window(source, ranges, room);

    let mut text = String::new();
    if window.start > 0 {
        text.push(ELLIPSIS);
    }
    // Where each character that is shown came from and went to.
    let mut moved: Vec<(usize, usize)> = Vec::new();
    for (offset, c) in source.get(window.clone()).unwrap_or_default().char_indices() {
        moved.push((window.start + offset, text.len()));
        let is_command = opens_command(&text, c);
        text.push(match stand_in(c) {
            _ if is_command => SIGN,
            Some(sign) if c != '\t' => sign,
            // As wide as the renderer shows it, so that what is cut and what is underlined agree.
            _ if c == '\t' => ' ',
            _ => c,
        });
    }
    moved.push((window.end, text.len()));
    if window.end < source.len() {
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
                message: short(&visible(&label.message), MAX_LABEL).into_owned(),
            }
        })
        .collect();
    Line { number: u32::try_from(index + 1).unwrap_or(u32::MAX), text, labels }
}

/// The part of a line that is shown, and the labels cut to it.
pub(crate) fn window(
    line: &str,
    mut labels: Vec<Range<usize>>,
    room: usize,
) -> (Range<usize>, Vec<Range<usize>>) {
    if forward(line, 0, room) == line.len() {
        return (0..line.len(), labels);
    }
    let room = room.saturating_sub(2);
    let Some(start) = labels.iter().map(|label| label.start).min() else {
        return (0..forward(line, 0, room), labels);
    };
    let most = forward(line, start, room);
    for label in &mut labels {
        label.end = label.end.min(most);
    }
    let end = labels.iter().map(|label| label.end).max().unwrap_or(most);
    let spare = room.saturating_sub(columns(line.get(start..end).unwrap_or_default()));
    // What comes before says what a value is of, so it has the greater part; blanks say nothing.
    let before = backward(line, start, (spare * 2).div_ceil(3));
    let indent = line.len() - line.trim_start().len();
    let is_near = columns(line.get(indent..end).unwrap_or_default()) <= room;
    let start = if is_near { indent.min(start) } else { before };
    (start..forward(line, start, room), labels)
}

/// The offset `count` columns after `offset`.
fn forward(line: &str, offset: usize, count: usize) -> usize {
    let mut left = count;
    let rest = line.get(offset..).unwrap_or_default();
    let too_far = rest.char_indices().find(|(_, c)| match left.checked_sub(shown(*c)) {
        Some(less) => {
            left = less;
            false
        }
        None => true,
    });
    too_far.map_or(line.len(), |(index, _)| offset + index)
}

/// The offset at most `count` columns before `offset`.
fn backward(line: &str, offset: usize, count: usize) -> usize {
    let mut left = count;
    let before = line.get(..offset).unwrap_or_default();
    let kept = before.char_indices().rev().take_while(|(_, c)| match left.checked_sub(shown(*c)) {
        Some(less) => {
            left = less;
            true
        }
        None => false,
    });
    kept.last().map_or(offset, |(index, _)| index)
}

/// How many columns a character takes as it is shown.
fn shown(c: char) -> usize {
    if c == '\t' { 1 } else { columns_of(stand_in(c).unwrap_or(c)) }
}

/// A line from an offset on, cut to `room` columns.
pub(crate) fn cut(line: &str, from: usize, room: usize) -> String {
    if from == 0 && forward(line, 0, room) == line.len() {
        return line.to_owned();
    }
    let from = floor(line, from);
    let end = forward(line, from, room.saturating_sub(2));
    let before = if from > 0 { "…" } else { "" };
    let after = if end < line.len() { "…" } else { "" };
    format!("{before}{}{after}", line.get(from..end).unwrap_or_default())
}

/// The character boundary at or before `offset`.
pub(crate) fn floor(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}
