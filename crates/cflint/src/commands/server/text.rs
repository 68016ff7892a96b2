//! Lines and characters of a client, and offsets in a text.

use cflint_diagnostics::{Encoding, SourceFile, Span, line_starts};
use gen_lsp_types::{Position, Range, TextDocumentContentChangeEvent};

/// The range of a span.
pub(super) fn range(file: &SourceFile, span: Span, encoding: Encoding) -> Range {
    let start = position(file, span.start, encoding);
    Range { start, end: position(file, span.end, encoding).max(start) }
}

pub(super) fn position(file: &SourceFile, offset: u32, encoding: Encoding) -> Position {
    let at = file.position(offset, encoding);
    // People do not count a byte order mark; a client that sends one does.
    let marks = file.text().chars().take(offset as usize).take_while(|c| at.line == 1 && *c == '\u{feff}');
    let before: usize = marks.map(|mark| width(mark, encoding)).sum();
    let character = at.column.saturating_sub(1).saturating_add(u32::try_from(before).unwrap_or(u32::MAX));
    Position { line: at.line.saturating_sub(1), character }
}

/// The offset of a position. What is beyond a line is its end, what is beyond the text is the end of that.
pub(super) fn offset(text: &str, position: Position, encoding: Encoding) -> usize {
    offset_in(text, &line_starts(text), position, encoding)
}

fn offset_in(text: &str, starts: &[u32], position: Position, encoding: Encoding) -> usize {
    let line = position.line as usize;
    let Some(start) = starts.get(line).map(|start| *start as usize) else { return text.len() };
    let end = starts.get(line + 1).map_or(text.len(), |next| *next as usize);
    let content = text.get(start..end).unwrap_or_default().trim_end_matches(['\r', '\n']);
    let mut left = position.character as usize;
    for (at, c) in content.char_indices() {
        let width = width(c, encoding);
        // Also in the middle of a character.
        if left < width {
            return start + at;
        }
        left -= width;
    }
    start + content.len()
}

fn width(c: char, encoding: Encoding) -> usize {
    match encoding {
        Encoding::Utf8 => c.len_utf8(),
        Encoding::Utf16 => c.len_utf16(),
        Encoding::CodePoints => 1,
    }
}

/// Makes the changes of a client one after the other, and reports which lines each one replaced by how many.
pub(super) fn change(
    text: &mut String,
    changes: Vec<TextDocumentContentChangeEvent>,
    encoding: Encoding,
    mut moved: impl FnMut(Range, u32),
) {
    for change in changes {
        match change {
            TextDocumentContentChangeEvent::TextDocumentContentChangeWholeDocument(change) => {
                let (range, lines) = difference(text, &change.text);
                *text = change.text;
                moved(range, lines);
            }
            TextDocumentContentChangeEvent::TextDocumentContentChangePartial(change) => {
                let starts = line_starts(text);
                let start = offset_in(text, &starts, change.range.start, encoding);
                let end = offset_in(text, &starts, change.range.end, encoding).max(start);
                text.replace_range(start..end, &change.text);
                let lines = u32::try_from(line_starts(&change.text).len() - 1).unwrap_or(u32::MAX);
                moved(change.range, lines);
            }
        }
    }
}

/// The lines between the first and the last ones that two texts have in common, and how many the second has in their place.
fn difference(old: &str, new: &str) -> (Range, u32) {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.split('\n').collect(), new.split('\n').collect());
    let before = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let rest = old.len().min(new.len()) - before;
    let after = old.iter().rev().zip(new.iter().rev()).take(rest).take_while(|(a, b)| a == b).count();
    let line = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let at = |count: usize| Position { line: line(count), character: 0 };
    (Range { start: at(before), end: at(old.len() - after) }, line(new.len() - after - before))
}

#[cfg(test)]
mod tests {
    use gen_lsp_types::{TextDocumentContentChangePartial, TextDocumentContentChangeWholeDocument};

    use super::*;

    const ALL: [Encoding; 3] = [Encoding::Utf8, Encoding::Utf16, Encoding::CodePoints];

    #[test]
    fn every_offset_survives_as_a_position() {
        let text = "a: é😀x\r\nb\rc\n\n# 😀😀\n";
        let marked = format!("\u{feff}{text}");
        for (text, encoding) in [text, &marked].into_iter().flat_map(|text| ALL.map(|it| (text, it))) {
            let file = SourceFile::new("", text);
            for (at, c) in text.char_indices().filter(|(_, c)| !"\r\n".contains(*c)) {
                let there = position(&file, u32::try_from(at).unwrap(), encoding);
                assert_eq!(offset(text, there, encoding), at, "{c:?} {encoding:?}");
            }
        }
    }

    #[test]
    fn what_is_beyond_is_the_end() {
        let text = "a😀b\r\nc";
        let at = |line, character| offset(text, Position { line, character }, Encoding::Utf16);
        assert_eq!((at(0, 99), at(1, 99), at(9, 0)), (6, 9, 9));
        // Half of a pair.
        assert_eq!((at(0, 1), at(0, 2), at(0, 3)), (1, 1, 5));
    }

    #[test]
    fn changes_build_on_each_other() {
        let part = |from: (u32, u32), to: (u32, u32), text: &str| {
            let position = |(line, character)| Position { line, character };
            let range = Range { start: position(from), end: position(to) };
            TextDocumentContentChangeEvent::from(TextDocumentContentChangePartial {
                range,
                text: text.to_owned(),
                ..Default::default()
            })
        };
        let whole = TextDocumentContentChangeWholeDocument { text: "😀a\nb".to_owned() };
        let changes = vec![
            whole.into(),
            part((0, 2), (0, 3), "x\ny"),
            part((1, 1), (2, 0), ""),
            part((9, 9), (0, 0), "!"),
        ];
        let (mut text, mut moved) = (String::new(), Vec::new());
        change(&mut text, changes, Encoding::Utf16, |_, lines| moved.push(lines));
        assert_eq!(text, "😀x\nyb!");
        assert_eq!(moved, [2, 1, 0, 0]);
    }

    #[test]
    fn two_texts_differ_between_what_they_have_in_common() {
        let lines = |old: &str, new: &str| {
            let (range, lines) = difference(old, new);
            (range.start.line, range.end.line, lines)
        };
        assert_eq!(lines("a\nb\nc\n", "a\nx\ny\nc\n"), (1, 2, 2));
        assert_eq!(lines("a\nb\n", "new\na\nb\n"), (0, 0, 1));
        assert_eq!(lines("a\na\na\n", "a\na\n"), (2, 3, 0));
        assert_eq!((lines("a", "a"), lines("", "a\n")), ((1, 1, 0), (0, 0, 1)));
    }
}
