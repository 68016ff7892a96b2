use std::sync::{Arc, OnceLock};

use crate::span::{FileId, Span};

/// How the reader of an output counts columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// Bytes.
    Utf8,
    /// UTF-16 code units (SARIF by default, editors).
    Utf16,
    /// Unicode code points (people, cflint's JSON).
    CodePoints,
}

/// A place in a file; lines and columns count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    pub line: u32,
    /// The column, in the requested encoding. A byte order mark is not a column.
    pub column: u32,
}

/// One input file: its name as the user would write it, and its text.
#[derive(Debug)]
pub struct SourceFile {
    name: String,
    text: Arc<str>,
    line_starts: OnceLock<Vec<u32>>,
    marks: OnceLock<Vec<Mark>>,
}

const BOM: char = '\u{feff}';

/// How many bytes lie between two marks.
const STEP: usize = 1024;

/// What comes before an offset.
#[derive(Debug)]
struct Mark {
    at: usize,
    utf16: usize,
    chars: usize,
}

impl SourceFile {
    /// A file called `name` with the content `text`.
    pub fn new(name: impl Into<String>, text: impl Into<Arc<str>>) -> Self {
        Self { name: name.into(), text: text.into(), line_starts: OnceLock::new(), marks: OnceLock::new() }
    }

    /// The path as it is shown.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text, a byte order mark included.
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// The text of a span of this file; empty where the span does not fit the text.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// See [`line_starts`].
    pub fn line_starts(&self) -> &[u32] {
        self.line_starts.get_or_init(|| line_starts(&self.text))
    }

    /// The line and column of a byte offset. An offset past the end is the end.
    pub fn position(&self, offset: u32, encoding: Encoding) -> Position {
        let starts = self.line_starts();
        let line = starts.partition_point(|start| *start <= offset).max(1) - 1;
        let start = starts.get(line).copied().unwrap_or(0) as usize;
        let mut end = (offset as usize).min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        let columns = match encoding {
            Encoding::Utf8 => end.saturating_sub(start.max(self.bom())),
            Encoding::Utf16 => self.units(start, end, |mark| mark.utf16, |text| text.encode_utf16().count()),
            Encoding::CodePoints => self.units(start, end, |mark| mark.chars, |text| text.chars().count()),
        };
        Position { line: to_u32(line + 1), column: to_u32(columns + 1) }
    }

    fn bom(&self) -> usize {
        self.text.len() - self.text.trim_start_matches(BOM).len()
    }

    /// What lies between two offsets, counted from marks where they are far apart: a template can be one line of a megabyte.
    fn units(
        &self,
        start: usize,
        end: usize,
        known: impl Fn(&Mark) -> usize,
        count: impl Fn(&str) -> usize,
    ) -> usize {
        let start = start.max(self.bom());
        let between = |from: usize, to: usize| self.text.get(from..to).map_or(0, &count);
        if end < start + 2 * STEP {
            return between(start, end);
        }
        let marks = self.marks();
        let first = marks.partition_point(|mark| mark.at < start);
        let last = marks.partition_point(|mark| mark.at <= end).saturating_sub(1);
        match (marks.get(first), marks.get(last)) {
            (Some(first), Some(last)) if first.at <= last.at => {
                between(start, first.at) + (known(last) - known(first)) + between(last.at, end)
            }
            _ => between(start, end),
        }
    }

    fn marks(&self) -> &[Mark] {
        self.marks.get_or_init(|| {
            let mut marks: Vec<Mark> = vec![Mark { at: 0, utf16: 0, chars: 0 }];
            let mut next = STEP;
            let (mut utf16, mut chars) = (0, 0);
            for (at, c) in self.text.char_indices() {
                if at >= next {
                    marks.push(Mark { at, utf16, chars });
                    next = at + STEP;
                }
                utf16 += c.len_utf16();
                chars += 1;
            }
            marks
        })
    }
}

/// The offset at which each line of a text starts. A line ends with `\n`, `\r\n` or a lone `\r`.
pub fn line_starts(text: &str) -> Vec<u32> {
    let bytes = text.as_bytes();
    let mut starts = vec![0];
    for (i, byte) in bytes.iter().enumerate() {
        if *byte == b'\n' || (*byte == b'\r' && bytes.get(i + 1) != Some(&b'\n')) {
            starts.push(to_u32(i + 1));
        }
    }
    starts
}

fn to_u32(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

/// The files of one run.
#[derive(Debug, Default)]
pub struct Sources {
    files: Vec<SourceFile>,
}

impl Sources {
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file and returns its id.
    pub fn add(&mut self, file: SourceFile) -> FileId {
        self.files.push(file);
        FileId(to_u32(self.files.len() - 1))
    }

    /// The file with this id, if it is one of this run.
    pub fn get(&self, id: FileId) -> Option<&SourceFile> {
        self.files.get(id.0 as usize)
    }

    /// The name of a file, empty for an id of another run.
    pub fn name(&self, id: FileId) -> &str {
        self.get(id).map_or("", SourceFile::name)
    }

    /// How many files there are.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there is no file.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_in_the_asked_encoding() {
        let file = SourceFile::new("t", "a\n# é😀 x: 1\n");
        let offset = u32::try_from(file.text().find('x').unwrap()).unwrap();
        let column = |encoding| file.position(offset, encoding).column;
        assert_eq!(column(Encoding::Utf8), 10);
        assert_eq!(column(Encoding::Utf16), 7);
        assert_eq!(column(Encoding::CodePoints), 6);
    }

    #[test]
    fn every_kind_of_line_end_ends_a_line() {
        let file = SourceFile::new("t", "a\r\nb\rc\nd");
        let line = |offset| file.position(offset, Encoding::Utf8).line;
        assert_eq!((line(0), line(3), line(5), line(7)), (1, 2, 3, 4));
    }

    #[test]
    fn a_byte_order_mark_is_no_column() {
        let file = SourceFile::new("t", "\u{feff}ab");
        assert_eq!(file.position(4, Encoding::CodePoints), Position { line: 1, column: 2 });
    }

    #[test]
    fn columns_of_long_lines_count_as_those_of_short_ones() {
        let line = "a\u{e9}\u{1f600}".repeat(2_000);
        let file = SourceFile::new("t", format!("\u{feff}x\n{line}"));
        for (offset, _) in line.char_indices().step_by(7) {
            let position = |encoding| file.position(to_u32(offset + 5), encoding).column;
            let before = &line[..offset];
            assert_eq!(position(Encoding::CodePoints), to_u32(before.chars().count() + 1));
            assert_eq!(position(Encoding::Utf16), to_u32(before.encode_utf16().count() + 1));
            assert_eq!(position(Encoding::Utf8), to_u32(offset + 1));
        }
    }

    #[test]
    fn an_offset_past_the_end_or_inside_a_character_is_no_panic() {
        let file = SourceFile::new("t", "é");
        assert_eq!(file.position(1, Encoding::Utf8).column, 1);
        assert_eq!(file.position(99, Encoding::CodePoints).column, 2);
    }
}
