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
    /// The column, in the encoding that was asked for. A byte order mark is no column.
    pub column: u32,
}

/// One input file: its name as the user would write it, and its text.
#[derive(Debug)]
pub struct SourceFile {
    name: String,
    text: Arc<str>,
    line_starts: OnceLock<Vec<u32>>,
}

impl SourceFile {
    /// A file called `name` that holds `text`.
    pub fn new(name: impl Into<String>, text: impl Into<Arc<str>>) -> Self {
        Self { name: name.into(), text: text.into(), line_starts: OnceLock::new() }
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

    /// The offset at which each line starts. A line ends with `\n`, `\r\n` or a lone `\r`.
    pub fn line_starts(&self) -> &[u32] {
        self.line_starts.get_or_init(|| {
            let bytes = self.text.as_bytes();
            let mut starts = vec![0];
            for (i, byte) in bytes.iter().enumerate() {
                if *byte == b'\n' || (*byte == b'\r' && bytes.get(i + 1) != Some(&b'\n')) {
                    starts.push(u32::try_from(i + 1).unwrap_or(u32::MAX));
                }
            }
            starts
        })
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
        let before = self.text.get(start..end).unwrap_or_default();
        let before = if start == 0 { before.trim_start_matches('\u{feff}') } else { before };
        let columns = match encoding {
            // A template on one line is a line of a megabyte, and most are ASCII.
            _ if before.is_ascii() => before.len(),
            Encoding::Utf8 => before.len(),
            Encoding::Utf16 => before.encode_utf16().count(),
            Encoding::CodePoints => before.chars().count(),
        };
        Position { line: to_u32(line + 1), column: to_u32(columns + 1) }
    }
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
    fn an_offset_past_the_end_or_inside_a_character_is_no_panic() {
        let file = SourceFile::new("t", "é");
        assert_eq!(file.position(1, Encoding::Utf8).column, 1);
        assert_eq!(file.position(99, Encoding::CodePoints).column, 2);
    }
}
