//! The lines that a fix changes, as they are and as they will be.

use std::ops::Range;

use cflint_diagnostics::{Edit, Fix, SourceFile};
use cflint_linter::Report;

use crate::excerpt::{cut, floor, window};
use crate::text::visible;

/// How many lines are shown; `--diff` shows the rest.
const MOST: usize = 12;
/// How much of a line around an edit is looked at, in bytes: JSON can be all on one line.
const AROUND: usize = 400;

/// A line that goes or comes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Changed {
    pub(crate) is_new: bool,
    /// Safe to print, and at most as wide as there is room.
    pub(crate) text: String,
}

/// The lines that go and come, and how many changes are left out.
pub(crate) fn preview(report: &Report, fix: &Fix, room: usize) -> (Vec<Changed>, usize) {
    let mut lines = Vec::new();
    let mut left_out = 0;
    for edits in fix.edits.chunk_by(|a, b| a.span.file == b.span.file) {
        let Some(file) = edits.first().and_then(|edit| report.sources.get(edit.span.file)) else { continue };
        for (region, edits) in hunks(file, edits) {
            if lines.len() >= MOST {
                left_out += 1;
                continue;
            }
            let old = file.text().get(region.clone()).unwrap_or_default();
            let new = applied(file.text(), &region, edits);
            let (mut old, mut new) = differing(old, &new);
            dedent(&mut old, &mut new);
            let from = start_of_view(&old, &new, room);
            for (is_new, side) in [(false, old), (true, new)] {
                let shown = side.iter().take(MOST / 2).map(|line| cut(line, from, room));
                lines.extend(shown.map(|text| Changed { is_new, text: visible(&text).into() }));
                if side.len() > MOST / 2 {
                    lines.push(Changed { is_new, text: "…".to_owned() });
                }
            }
        }
    }
    (lines, left_out)
}

/// Edits of lines that touch, and these lines.
fn hunks<'e>(file: &SourceFile, edits: &'e [Edit]) -> Vec<(Range<usize>, &'e [Edit])> {
    let mut hunks: Vec<(Range<usize>, Range<usize>)> = Vec::new();
    for (index, edit) in edits.iter().enumerate() {
        let region = around(file.text(), &edit.span.range());
        match hunks.last_mut() {
            Some((last, numbers)) if region.start <= last.end => {
                last.end = last.end.max(region.end);
                numbers.end = index + 1;
            }
            _ => hunks.push((region, index..index + 1)),
        }
    }
    hunks.into_iter().filter_map(|(region, numbers)| Some((region, edits.get(numbers)?))).collect()
}

/// The lines of a range, or what is near it of lines that are very long.
fn around(text: &str, range: &Range<usize>) -> Range<usize> {
    let (start, end) = (floor(text, range.start), floor(text, range.end));
    let before = text.get(..start).unwrap_or_default();
    let line = before.rfind('\n').map_or(0, |at| at + 1);
    let after = text.get(end..).unwrap_or_default();
    // An edit that ends where a line starts does not touch that line.
    let is_whole = end > start && text.get(start..end).is_some_and(|text| text.ends_with('\n'));
    let rest = if is_whole { 0 } else { after.find('\n').unwrap_or(after.len()) };
    floor(text, line.max(start.saturating_sub(AROUND)))..floor(text, end + rest.min(AROUND))
}

/// The region with the edits applied, which lie in it.
fn applied(text: &str, region: &Range<usize>, edits: &[Edit]) -> String {
    let mut new = String::new();
    let mut at = region.start;
    for edit in edits {
        let range = edit.span.range();
        new.push_str(text.get(at..range.start.max(at)).unwrap_or_default());
        new.push_str(&edit.text);
        at = range.end.max(at);
    }
    new.push_str(text.get(at..region.end.max(at)).unwrap_or_default());
    new
}

/// The lines without those that are the same at the start and at the end.
fn differing<'l>(old: &'l str, new: &'l str) -> (Vec<&'l str>, Vec<&'l str>) {
    let lines = |text: &'l str| text.split('\n').map(|line| line.trim_end_matches('\r')).collect();
    let (mut old, mut new): (Vec<&str>, Vec<&str>) = (lines(old), lines(new));
    let same = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    old.drain(..same);
    new.drain(..same);
    while old.last().is_some() && old.last() == new.last() {
        old.pop();
        new.pop();
    }
    (old, new)
}

/// Takes away the blanks that all lines start with, which only need room.
fn dedent<'l>(old: &mut [&'l str], new: &mut [&'l str]) {
    let blanks = |line: &&str| line.len() - line.trim_start_matches(' ').len();
    let lines = || old.iter().chain(new.iter()).filter(|line| !line.trim().is_empty());
    let common = lines().map(blanks).min().unwrap_or_default();
    for line in old.iter_mut().chain(new) {
        *line = line.get(common..).unwrap_or_default();
    }
}

/// Where the lines are shown from: the same place for all, so that they can be compared.
fn start_of_view(old: &[&str], new: &[&str], room: usize) -> usize {
    let (first, second) = (old.first().unwrap_or(&""), new.first().unwrap_or(&""));
    let (long, other) = if first.len() >= second.len() { (first, second) } else { (second, first) };
    let same = |a: &mut dyn Iterator<Item = char>, b: &mut dyn Iterator<Item = char>| -> usize {
        a.zip(b).take_while(|(a, b)| a == b).map(|(c, _)| c.len_utf8()).sum()
    };
    let start = same(&mut long.chars(), &mut other.chars());
    let rest = |line: &'_ str| line.get(start..).unwrap_or_default().to_owned();
    let after = same(&mut rest(long).chars().rev(), &mut rest(other).chars().rev());
    let changed = start..long.len() - after;
    window(long, std::iter::once(changed).collect(), room).0.start
}

#[cfg(test)]
mod tests {
    use cflint_diagnostics::{Applicability, FileId, Sources, Span};

    use super::*;

    fn shown(text: &str, edits: &[(Range<u32>, &str)], room: usize) -> (Vec<String>, usize) {
        let mut sources = Sources::new();
        sources.add(SourceFile::new("t.yaml", text));
        let report = Report { sources, ..Report::default() };
        let edits = edits.iter().map(|(range, text)| Edit {
            span: Span::new(FileId(0), range.start, range.end),
            text: (*text).to_owned(),
        });
        let fix = Fix { title: String::new(), applicability: Applicability::Safe, edits: edits.collect() };
        let (lines, left_out) = preview(&report, &fix, room);
        let sign = |line: &Changed| format!("{}{}", if line.is_new { '+' } else { '-' }, line.text);
        (lines.iter().map(sign).collect(), left_out)
    }

    #[test]
    fn a_replaced_value_is_one_line_each() {
        let (lines, left_out) = shown("a: 1\nb: 2\nc: 3\n", &[(8..9, "5")], 40);
        assert_eq!((lines, left_out), (vec!["-b: 2".to_owned(), "+b: 5".to_owned()], 0));
    }

    #[test]
    fn an_inserted_line_only_comes() {
        assert_eq!(shown("a: 1\nc: 3\n", &[(5..5, "b: 2\n")], 40).0, ["+b: 2"]);
        assert_eq!(shown("a: 1\nc: 3\n", &[(4..4, "\nb: 2")], 40).0, ["+b: 2"]);
    }

    #[test]
    fn a_removed_line_only_goes() {
        assert_eq!(shown("a: 1\nb: 2\nc: 3\n", &[(5..10, "")], 40).0, ["-b: 2"]);
    }

    #[test]
    fn a_long_line_is_cut_around_the_edit() {
        let text = format!("{{{}\"k\": 1{}}}", "x".repeat(5_000), "y".repeat(5_000));
        let at = u32::try_from(text.find('1').unwrap()).unwrap();
        let (lines, _) = shown(&text, &[(at..at + 1, "22")], 40);
        assert_eq!(lines.len(), 2);
        assert!(lines[0].contains("\"k\": 1") && lines[1].contains("\"k\": 22"), "{lines:?}");
        assert!(lines.iter().all(|line| line.chars().count() <= 41), "{lines:?}");
    }

    #[test]
    fn many_lines_are_counted() {
        let text = "a: 1\n".repeat(30);
        let edits: Vec<(Range<u32>, &str)> = (0..30).map(|line| (line * 5 + 3..line * 5 + 4, "2")).collect();
        let (lines, left_out) = shown(&text, &edits, 40);
        assert_eq!((lines.len(), left_out), (12, 24));
    }
}
