//! Quoted strings whose continuation lines are not indented enough.
//!
//! The specification forbids them, PyYAML and the service accept them, and published templates have them:
//!
//! ```yaml
//! Policy: !Sub '{
//!   "Version": "2012-10-17"
//! }'
//! ```
//!
//! The remedy is to write such a text on one line, byte for byte, in a copy of the source.

use std::ops::Range;

/// The quoted text that starts after `after`, where only indicators, tags, anchors and comments lie in between, and
/// that runs over `inside`.
pub(super) fn find(source: &str, after: usize, inside: usize) -> Option<Range<usize>> {
    let bytes = source.as_bytes();
    let start = opening_quote(bytes, after)?;
    let end = closing_quote(bytes, start)?;
    (start < inside && inside < end).then_some(start..end)
}

/// The first quote after `at` that opens a text.
pub(super) fn opening_quote(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        match bytes.get(at)? {
            b'"' | b'\'' => return Some(at),
            b' ' | b'\t' | b'\r' | b'\n' | b'-' | b'?' | b':' | b',' | b'[' | b'{' => at += 1,
            b'#' => at += length_until(&bytes[at..], b"\r\n"),
            b'!' | b'&' => at += length_until(&bytes[at..], b" \t\r\n"),
            _ => return None,
        }
    }
}

/// One past the quote that closes the text which starts at `start`.
fn closing_quote(bytes: &[u8], start: usize) -> Option<usize> {
    let quote = *bytes.get(start)?;
    let mut at = start + 1;
    loop {
        match *bytes.get(at)? {
            b'\\' if quote == b'"' => at += 2,
            byte if byte == quote && quote == b'\'' && bytes.get(at + 1) == Some(&quote) => at += 2,
            byte if byte == quote => return Some(at + 1),
            _ => at += 1,
        }
    }
}

fn length_until(bytes: &[u8], stops: &[u8]) -> usize {
    bytes.iter().position(|byte| stops.contains(byte)).unwrap_or(bytes.len())
}

/// A copy of the source in which the line breaks of these texts are blanks.
pub(super) fn on_one_line(source: &str, texts: &[Range<usize>]) -> String {
    let mut copy = String::with_capacity(source.len());
    let mut done = 0;
    let mut sorted = texts.to_vec();
    sorted.sort_by_key(|text| text.start);
    for text in sorted {
        copy.push_str(&source[done..text.start]);
        copy.extend(source[text.clone()].chars().map(|c| if matches!(c, '\r' | '\n') { ' ' } else { c }));
        done = text.end;
    }
    copy.push_str(&source[done..]);
    copy
}
