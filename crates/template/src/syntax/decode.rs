//! Bytes to text.

use std::sync::Arc;

use cflint_diagnostics::{FileId, Span};

use super::limits::MAX_BYTES;
use super::parsed::SyntaxError;

/// Bytes that are not text cflint can read, with the best text to show them by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undecodable {
    /// What can be shown: the bytes with replacement characters; empty if the file is too large.
    pub text: Arc<str>,
    /// Where in `text` the first unreadable place starts.
    pub start: u32,
    pub end: u32,
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl Undecodable {
    /// The error as one of this file.
    pub fn into_error(self, file: FileId) -> SyntaxError {
        SyntaxError { span: Span::new(file, self.start, self.end), message: self.message, help: self.help }
    }
}

/// Reads the bytes of a file as UTF-8. A byte order mark stays in the text, so that offsets are those of the file.
///
/// # Errors
/// If the file is too large, is not UTF-8, or has a NUL byte.
pub fn decode(bytes: &[u8]) -> Result<Arc<str>, Undecodable> {
    if bytes.len() > MAX_BYTES {
        return Err(refuse(
            "",
            0,
            format!("the file is larger than {} MiB", MAX_BYTES >> 20),
            "a template can have at most 1 MB; is this file meant to be checked?",
        ));
    }
    if let Some(text) = utf16(bytes) {
        let message = "the file is UTF-16, expected UTF-8".to_owned();
        return Err(refuse(&text, 0, message, "save the file as UTF-8"));
    }
    // `contains` is several times faster than `position`, and almost no file has one.
    if bytes.contains(&0) {
        let at = bytes.iter().position(|byte| *byte == 0).unwrap_or_default();
        let text = String::from_utf8_lossy(bytes);
        let at = String::from_utf8_lossy(&bytes[..at]).len();
        let message = "the file contains a NUL byte, so it is not text".to_owned();
        return Err(refuse(
            &text,
            at,
            message,
            "if it is UTF-16, save it as UTF-8; if it is binary, exclude it",
        ));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(Arc::from(text)),
        Err(error) => {
            let at = error.valid_up_to();
            let byte = bytes.get(at).copied().unwrap_or_default();
            let message = format!("the byte 0x{byte:02X} is not valid UTF-8 here");
            Err(refuse(&String::from_utf8_lossy(bytes), at, message, "save the file as UTF-8"))
        }
    }
}

fn refuse(text: &str, at: usize, message: String, help: &str) -> Undecodable {
    let width = text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    let offset = |value| u32::try_from(value).unwrap_or(u32::MAX);
    Undecodable {
        text: Arc::from(text),
        start: offset(at),
        end: offset(at + width),
        message,
        help: Some(help.to_owned()),
    }
}

/// The text of a file with a UTF-16 byte order mark.
fn utf16(bytes: &[u8]) -> Option<String> {
    let unit: fn([u8; 2]) -> u16 = match bytes {
        [0xFF, 0xFE, ..] => u16::from_le_bytes,
        [0xFE, 0xFF, ..] => u16::from_be_bytes,
        _ => return None,
    };
    let units = bytes[2..].chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    Some(char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect())
}
