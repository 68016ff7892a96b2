//! What to tell someone whose YAML cannot be read.

use std::ops::Range;

use granit_parser::{ErrorKind, ScanError};

use crate::syntax::builder::{Builder, to_u32};
use crate::syntax::limits::MAX_DEPTH;
use crate::syntax::parsed::SyntaxError;
use crate::syntax::quotes;

/// The error in our words. `repaired` are the texts that were put on one line, `seen` is where the events so far end.
pub(super) fn explain(
    builder: &Builder,
    repaired: &[Range<usize>],
    seen: usize,
    error: &ScanError,
) -> SyntaxError {
    let source = &*builder.source;
    let mut at = error.marker().byte_offset().unwrap_or(source.len()).min(source.len());
    while !source.is_char_boundary(at) {
        at -= 1;
    }
    if let Some(open) = unclosed_quote(source, repaired, seen, error.kind(), at) {
        let mut error = builder.error(to_u32(open), to_u32(open + 1), "the quoted text is never closed");
        error.help = Some("add the missing quote at its end".to_owned());
        return error;
    }
    let (message, help) = describe(error.kind(), source, at);
    let place = exact_place(error.kind(), source, at);
    let mut error = builder.error(to_u32(place.start), to_u32(place.end), message);
    error.help = help.map(str::to_owned);
    error
}

/// The quote that opens a text which has no end, or one that was meant to end earlier.
fn unclosed_quote(
    source: &str,
    repaired: &[Range<usize>],
    seen: usize,
    kind: &ErrorKind,
    at: usize,
) -> Option<usize> {
    match kind {
        ErrorKind::UnclosedQuotedScalar
        | ErrorKind::InvalidQuotedScalarIndent
        | ErrorKind::DocumentIndicatorInQuotedScalar => {
            quotes::opening_quote(source.as_bytes(), seen).filter(|open| *open <= at)
        }
        ErrorKind::InvalidTrailingSingleQuotedScalar | ErrorKind::InvalidTrailingDoubleQuotedScalar => {
            let ends_here = |text: &&Range<usize>| text.end <= at && at <= text.end + 1;
            repaired.iter().find(ends_here).map(|text| text.start)
        }
        _ => None,
    }
}

/// The parser reports the start of a text for errors inside of it.
fn exact_place(kind: &ErrorKind, source: &str, at: usize) -> Range<usize> {
    let rest = source.get(at..).unwrap_or_default();
    if is_tab(kind) {
        let line_start = source[..at].rfind(['\n', '\r']).map_or(0, |end| end + 1);
        let before = source[line_start..at].rfind('\t').map(|tab| line_start + tab);
        if let Some(tab) = before.or_else(|| rest.find('\t').map(|tab| at + tab)) {
            return tab..tab + 1;
        }
    }
    if *kind == ErrorKind::UnknownQuotedScalarEscape
        && let Some(escape) = unknown_escape(rest)
    {
        return at + escape.start..at + escape.end;
    }
    let width = rest.chars().next().filter(|c| !matches!(c, '\r' | '\n')).map_or(0, char::len_utf8);
    at..at + width
}

fn unknown_escape(text: &str) -> Option<Range<usize>> {
    let mut chars = text.char_indices();
    while let Some((start, c)) = chars.next() {
        if c != '\\' {
            continue;
        }
        let (end, escaped) = chars.next()?;
        if !"0abt\tnvfre \"/\\N_LPxuU\r\n".contains(escaped) {
            return Some(start..end + escaped.len_utf8());
        }
    }
    None
}

fn is_tab(kind: &ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::TabNotAllowed
            | ErrorKind::TabInBlockIndentation
            | ErrorKind::TabInIndentation
            | ErrorKind::TabAtBlockScalarStart
            | ErrorKind::TabInPlainScalar
    )
}

/// What was found and expected, and what the cause usually is.
fn describe(kind: &ErrorKind, source: &str, at: usize) -> (String, Option<&'static str>) {
    let line = &source[source[..at].rfind(['\n', '\r']).map_or(0, |end| end + 1)..at];
    let (message, help) = match kind {
        ErrorKind::MappingValueNotAllowed | ErrorKind::InvalidColonPlacement if line.contains(": ") => {
            ("found a second `:` in one line", "put the text in quotes if the colon is part of it")
        }
        ErrorKind::MappingValueNotAllowed | ErrorKind::InvalidColonPlacement => (
            "found a key where the value above continues",
            "check the line above: an unclosed bracket, a value before deeper lines, or no space after its `:`",
        ),
        ErrorKind::ExpectedBlockMappingKey => (
            "expected a key of the mapping above",
            "indent the line like the other keys of its mapping; is a quote or bracket above unclosed?",
        ),
        ErrorKind::ExpectedBlockSequenceEntry => {
            ("expected `- ` for the next item of the list above", "indent the line like what it belongs to")
        }
        ErrorKind::BlockSequenceEntryNotAllowed => {
            ("a list item cannot start here", "start the list on a line of its own")
        }
        ErrorKind::SimpleKeyExpected | ErrorKind::InvalidSimpleKey => {
            ("expected `:` after the key", "write `key: value`, with a space after the colon")
        }
        kind if is_tab(kind) => ("found a tab where YAML allows only spaces", "indent with spaces"),
        ErrorKind::InvalidIndentation
        | ErrorKind::InvalidFlowScalarIndent
        | ErrorKind::InvalidBlockScalarIndent
        | ErrorKind::InvalidQuotedScalarIndent => {
            ("the line is not indented enough", "indent it more than the key it belongs to")
        }
        ErrorKind::UnclosedFlowCollection { open } => {
            return (format!("this `{open}` is never closed"), Some("add the missing bracket"));
        }
        ErrorKind::MismatchedFlowCollectionEnd { open, close } => {
            return (
                format!("this `{open}` is closed by `{close}`"),
                Some("close each bracket with its own kind"),
            );
        }
        ErrorKind::MisplacedFlowCollectionEnd => {
            ("this bracket closes nothing", "remove it, or put the text in quotes")
        }
        ErrorKind::ExpectedFlowMappingSeparator => {
            ("expected `,` or `}`", "is a comma or a quote missing above?")
        }
        ErrorKind::ExpectedFlowSequenceSeparator => {
            ("expected `,` or `]`", "is a comma or a quote missing above?")
        }
        ErrorKind::UnexpectedCharacter { character } if character.is_control() => {
            let name = format!("found the character U+{:04X}", u32::from(*character));
            return (name, Some("remove it; in a text, write it as an escape in double quotes"));
        }
        ErrorKind::UnexpectedCharacter { character } => {
            return (format!("plain text cannot start with `{character}`"), Some("put the text in quotes"));
        }
        ErrorKind::UnclosedQuotedScalar => {
            ("the quoted text is never closed", "add the missing quote at its end")
        }
        ErrorKind::InvalidTrailingSingleQuotedScalar => (
            "found more text after the closing quote",
            "is a `:` or `,` missing? a quote inside the text is written `''`",
        ),
        ErrorKind::InvalidTrailingDoubleQuotedScalar => (
            "found more text after the closing quote",
            "is a `:` or `,` missing? a quote inside the text is written `\\\"`",
        ),
        ErrorKind::UnknownQuotedScalarEscape => {
            ("unknown escape in a double-quoted text", "write `\\\\` for a backslash, or use single quotes")
        }
        ErrorKind::InvalidQuotedScalarHexEscape | ErrorKind::InvalidUnicodeEscape => (
            "expected hexadecimal digits after `\\x`, `\\u` or `\\U`",
            "write `\\\\` for a backslash, or use single quotes",
        ),
        ErrorKind::InvalidLowSurrogateHexEscape
        | ErrorKind::InvalidLowSurrogate
        | ErrorKind::MissingLowSurrogate
        | ErrorKind::UnpairedLowSurrogate => {
            ("the escape is half of a surrogate pair", "write both halves, `\\ud83d\\ude00`")
        }
        ErrorKind::MissingAnchorOrAliasName => {
            ("found `*` or `&` without a name", "put the text in quotes if it starts with `*` or `&`")
        }
        ErrorKind::UndeclaredTagHandle => {
            ("the tag has an unknown prefix", "write a short form such as `!Ref`")
        }
        ErrorKind::InvalidBlockScalarHeader => {
            ("expected the end of the line after `|` or `>`", "start the text on the next line")
        }
        ErrorKind::CommentInterceptedScalar => {
            ("there is a comment inside a multi-line text", "move the comment, or put the text in quotes")
        }
        ErrorKind::RecursionLimitExceeded => {
            return (format!("values are nested more than {MAX_DEPTH} levels deep"), None);
        }
        other => return (lower_first(&other.to_string()), None),
    };
    (message.to_owned(), Some(help))
}

fn lower_first(text: &str) -> String {
    let mut chars = text.trim_end_matches('.').chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}
