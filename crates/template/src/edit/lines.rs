//! Lines, blanks and comments around a place in the source.

use std::ops::Range;

use crate::syntax::Tree;

const BREAKS: [char; 2] = ['\n', '\r'];
const BOM: &str = "\u{feff}";

/// Where the line of `at` starts. A byte order mark is before the first line.
pub(super) fn line_start(tree: &Tree, at: usize) -> usize {
    let starts = tree.line_starts();
    let after = starts.partition_point(|start| *start as usize <= at);
    match after.checked_sub(1).and_then(|line| starts.get(line)) {
        Some(start) if *start > 0 => *start as usize,
        _ if at >= BOM.len() && tree.source().starts_with(BOM) => BOM.len(),
        _ => 0,
    }
}

/// Where the line of `at` ends, before its line break.
pub(super) fn line_end(tree: &Tree, at: usize) -> usize {
    let (source, starts) = (tree.source(), tree.line_starts());
    let after = starts.partition_point(|start| *start as usize <= at);
    let next = starts.get(after).map_or(source.len(), |start| *start as usize);
    let line = source.get(at..next).unwrap_or_default();
    at + line.trim_end_matches(BREAKS).len()
}

/// Where the line after the one that ends at `end` starts.
pub(super) fn next_line(source: &str, end: usize) -> usize {
    end + break_len(source.get(end..).unwrap_or_default())
}

/// Where the line before the one that starts at `start` ends, if there is one.
pub(super) fn previous_end(source: &str, start: usize) -> Option<usize> {
    let before = source.get(..start)?;
    let rest = before.strip_suffix('\n').map(|rest| rest.strip_suffix('\r').unwrap_or(rest));
    rest.or_else(|| before.strip_suffix('\r')).map(str::len)
}

fn break_len(rest: &str) -> usize {
    if rest.starts_with("\r\n") { 2 } else { usize::from(rest.starts_with(BREAKS)) }
}

/// The line break that is used around `at`: that of its line, else that of the line before it.
pub(super) fn line_break(tree: &Tree, at: usize) -> &str {
    let source = tree.source();
    let end = line_end(tree, at);
    if end < source.len() {
        return source.get(end..next_line(source, end)).unwrap_or("\n");
    }
    let start = line_start(tree, at);
    previous_end(source, start).and_then(|end| source.get(end..start)).unwrap_or("\n")
}

/// The blanks at the start of the line of `at`.
pub(super) fn margin(tree: &Tree, at: usize) -> &str {
    let source = tree.source();
    let line = source.get(line_start(tree, at)..).unwrap_or_default();
    let length = line.find(|c| c != ' ' && c != '\t').unwrap_or(line.len());
    &line[..length]
}

/// Whether only blanks stand before `at` on its line.
pub(super) fn is_first(tree: &Tree, at: usize) -> bool {
    line_start(tree, at) + margin(tree, at).len() >= at
}

/// The column of a key or dash, if only blanks and other dashes stand before it on its line.
pub(super) fn column(tree: &Tree, at: usize) -> Option<usize> {
    let start = line_start(tree, at);
    let before = tree.source().get(start..at)?.as_bytes();
    let known = before.iter().enumerate().all(|(i, byte)| match byte {
        b' ' => true,
        b'-' => before.get(i + 1) == Some(&b' ') && (i == 0 || before[i - 1] == b' '),
        _ => false,
    });
    known.then_some(at - start)
}

/// The comment that starts at `at`.
pub(super) fn comment_at(tree: &Tree, at: usize) -> Option<Range<usize>> {
    let comments = tree.comments();
    let found = comments.binary_search_by_key(&at, |comment| comment.start as usize).ok()?;
    Some(comments[found].range())
}

/// The comment that ends at `at`.
fn comment_before(tree: &Tree, at: usize) -> Option<Range<usize>> {
    let comments = tree.comments();
    let after = comments.partition_point(|comment| (comment.start as usize) < at);
    let comment = comments.get(after.checked_sub(1)?)?.range();
    (comment.end == at).then_some(comment)
}

/// Whether a comment starts in the range.
pub(super) fn has_comment(tree: &Tree, range: Range<usize>) -> bool {
    let comments = tree.comments();
    let first = comments.partition_point(|comment| (comment.start as usize) < range.start);
    comments.get(first).is_some_and(|comment| (comment.start as usize) < range.end)
}

/// The first byte from `at` on that is not a blank, line break or comment.
pub(super) fn skip(tree: &Tree, mut at: usize) -> usize {
    let bytes = tree.source().as_bytes();
    loop {
        match bytes.get(at) {
            Some(b' ' | b'\t' | b'\n' | b'\r') => at += 1,
            Some(b'#') => match comment_at(tree, at) {
                Some(comment) => at = comment.end.max(at + 1),
                None => return at,
            },
            _ => return at,
        }
    }
}

/// One past the last byte before `at` that is not a blank, line break or comment.
pub(super) fn skip_back(tree: &Tree, mut at: usize) -> usize {
    let bytes = tree.source().as_bytes();
    loop {
        if let Some(comment) = comment_before(tree, at) {
            at = comment.start;
            continue;
        }
        match at.checked_sub(1).and_then(|before| bytes.get(before)) {
            Some(b' ' | b'\t' | b'\n' | b'\r') => at -= 1,
            _ => return at,
        }
    }
}

/// What follows a value on its line.
pub(super) struct Rest {
    pub(super) comment: Option<Range<usize>>,
    /// Where the line ends, before its line break.
    pub(super) end: usize,
}

/// What follows `at` on its line, if that is nothing but blanks and a comment.
pub(super) fn rest(tree: &Tree, at: usize) -> Option<Rest> {
    let source = tree.source();
    let end = line_end(tree, at);
    let text = source.get(at..end)?;
    let blanks = text.len() - text.trim_start_matches([' ', '\t']).len();
    if blanks == text.len() {
        return Some(Rest { comment: None, end });
    }
    let comment = comment_at(tree, at + blanks)?;
    Some(Rest { comment: Some(comment), end })
}

/// The bytes of whole lines from the one of `start` to the one that ends at `end`, with one line break: the last
/// line's, or at the end of a file without one the break before them.
pub(super) fn whole_lines(tree: &Tree, start: usize, end: usize) -> Range<usize> {
    let source = tree.source();
    let first = line_start(tree, start);
    let next = next_line(source, end);
    if next > end {
        return first..next;
    }
    previous_end(source, first).unwrap_or(first)..end
}
