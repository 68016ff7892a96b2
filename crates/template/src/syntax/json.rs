//! JSON: the tokens of `jsonc-parser`, assembled by a loop, so that depth costs no stack.
//!
//! The scanner is laxer than RFC 8259 about blanks and control characters; both are checked here.

use std::sync::Arc;

use jsonc_parser::errors::{ParseError, ParseErrorKind};
use jsonc_parser::tokens::Token;
use jsonc_parser::{ParseStringErrorKind, Scanner, ScannerOptions};

use super::builder::{Builder, RawScalar, to_u32};
use super::parsed::SyntaxError;
use super::{Kind, Style};

/// Why a text is not JSON.
pub(super) struct JsonError {
    pub(super) error: SyntaxError,
    /// Whether what was found is fine in YAML, so that the file may be meant as YAML.
    pub(super) yaml_only: bool,
}

impl From<SyntaxError> for JsonError {
    fn from(error: SyntaxError) -> Self {
        Self { error, yaml_only: false }
    }
}

/// What the grammar allows next.
#[derive(Clone, Copy, PartialEq)]
enum State {
    Value,
    ValueOrEnd,
    Key,
    KeyOrEnd,
    Colon,
    CommaOrEnd,
    Done,
}

impl State {
    fn expected(self, kind: Option<Kind>) -> &'static str {
        match (self, kind) {
            (Self::Value, _) => "expected a value",
            (Self::ValueOrEnd, _) => "expected a value or `]`",
            (Self::Key, _) => "expected a key in double quotes",
            (Self::KeyOrEnd, _) => "expected a key in double quotes or `}`",
            (Self::Colon, _) => "expected `:` after the key",
            (Self::CommaOrEnd, Some(Kind::Sequence)) => "expected `,` or `]`",
            (Self::CommaOrEnd, _) => "expected `,` or `}`",
            (Self::Done, _) => "expected the end of the file",
        }
    }
}

/// An open container: its kind and where its bracket is.
struct Open {
    kind: Kind,
    at: u32,
}

/// Reads the whole text into the builder.
pub(super) fn read(builder: &mut Builder) -> Result<(), JsonError> {
    let source = Arc::clone(&builder.source);
    let text = source.strip_prefix('\u{feff}').unwrap_or(&source);
    // The scanner skips some blanks that RFC 8259 does not allow; almost no file holds a byte of one.
    let has_odd_blanks =
        !text.is_ascii() || text.bytes().fold(false, |odd, byte| odd | matches!(byte, 0x0b | 0x0c));
    let mut reader = Reader { base: source.len() - text.len(), text, stack: Vec::new(), state: State::Value };
    let mut scanner = Scanner::new(text, &strict());
    let mut end = 0;
    loop {
        let token = scanner.scan();
        if has_odd_blanks {
            reader.check_blanks(builder, end, scanner.token_start())?;
        }
        let place = reader.place(scanner.token_start(), scanner.token_end());
        match token {
            Ok(Some(token)) => reader.accept(builder, token, place)?,
            Ok(None) if reader.state == State::Done => return Ok(()),
            Ok(None) => return Err(reader.ended(builder, place.0)),
            Err(error) => return Err(reader.refused(builder, &error)),
        }
        end = scanner.token_end();
    }
}

fn strict() -> ScannerOptions {
    ScannerOptions {
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    }
}

struct Reader<'s> {
    /// Length of the byte order mark.
    base: usize,
    text: &'s str,
    stack: Vec<Open>,
    state: State,
}

impl Reader<'_> {
    fn accept(
        &mut self,
        builder: &mut Builder,
        token: Token<'_>,
        place: (u32, u32),
    ) -> Result<(), JsonError> {
        let (start, end) = place;
        match (self.state, &token) {
            (State::Value | State::ValueOrEnd, Token::OpenBrace) => {
                self.open(builder, Kind::Mapping, place)?
            }
            (State::Value | State::ValueOrEnd, Token::OpenBracket) => {
                self.open(builder, Kind::Sequence, place)?
            }
            (State::Value | State::ValueOrEnd | State::Key | State::KeyOrEnd, Token::String(text)) => {
                self.check_controls(builder, place)?;
                let (style, flags, anchor) = (Style::DoubleQuoted, 0, 0);
                builder.scalar(&RawScalar { start, end, style, flags, text, anchor })?;
                let is_key = matches!(self.state, State::Key | State::KeyOrEnd);
                self.state = if is_key { State::Colon } else { self.after_value() };
            }
            (State::Value | State::ValueOrEnd, Token::Number(_) | Token::Boolean(_) | Token::Null) => {
                let (style, flags, text, anchor) = (Style::Plain, 0, self.slice(place), 0);
                builder.scalar(&RawScalar { start, end, style, flags, text, anchor })?;
                self.state = self.after_value();
            }
            (State::KeyOrEnd, Token::CloseBrace) | (State::ValueOrEnd, Token::CloseBracket) => {
                self.close(builder, end)?;
            }
            (State::CommaOrEnd, Token::CloseBrace) if self.inside() == Some(Kind::Mapping) => {
                self.close(builder, end)?;
            }
            (State::CommaOrEnd, Token::CloseBracket) if self.inside() == Some(Kind::Sequence) => {
                self.close(builder, end)?;
            }
            (State::CommaOrEnd, Token::Comma) => {
                let in_mapping = self.inside() == Some(Kind::Mapping);
                self.state = if in_mapping { State::Key } else { State::Value };
            }
            (State::Colon, Token::Colon) => self.state = State::Value,
            _ => return Err(self.unexpected(builder, &token, place)),
        }
        Ok(())
    }

    fn open(&mut self, builder: &mut Builder, kind: Kind, (start, end): (u32, u32)) -> Result<(), JsonError> {
        builder.open(kind, Style::Flow, start, end, 0)?;
        self.stack.push(Open { kind, at: start });
        self.state = if kind == Kind::Mapping { State::KeyOrEnd } else { State::ValueOrEnd };
        Ok(())
    }

    fn close(&mut self, builder: &mut Builder, end: u32) -> Result<(), JsonError> {
        builder.close(Some(end))?;
        self.stack.pop();
        self.state = self.after_value();
        Ok(())
    }

    fn inside(&self) -> Option<Kind> {
        self.stack.last().map(|open| open.kind)
    }

    fn after_value(&self) -> State {
        if self.stack.is_empty() { State::Done } else { State::CommaOrEnd }
    }

    fn place(&self, start: usize, end: usize) -> (u32, u32) {
        (to_u32(self.base + start), to_u32(self.base + end))
    }

    fn slice(&self, (start, end): (u32, u32)) -> &str {
        self.text.get(start as usize - self.base..end as usize - self.base).unwrap_or_default()
    }

    fn check_blanks(&self, builder: &Builder, start: usize, end: usize) -> Result<(), JsonError> {
        let gap = self.text.get(start..end).unwrap_or_default();
        let Some(at) = gap.bytes().position(|b| !matches!(b, b' ' | b'\t' | b'\n' | b'\r')) else {
            return Ok(());
        };
        let found = gap[at..].chars().next().unwrap_or_default();
        let (from, to) = self.place(start + at, start + at + found.len_utf8());
        let mut error = builder.error(from, to, format!("found the character {}", name_of(found)));
        error.help = Some("only spaces, tabs and line breaks are allowed between JSON values".to_owned());
        Err(JsonError { error, yaml_only: false })
    }

    fn check_controls(&self, builder: &Builder, place: (u32, u32)) -> Result<(), JsonError> {
        let raw = self.slice(place);
        // Without an early exit the check is done many bytes at a time.
        if !raw.bytes().fold(false, |found, byte| found | (byte < 0x20)) {
            return Ok(());
        }
        let at = raw.bytes().position(|byte| byte < 0x20).unwrap_or_default();
        let found = char::from(raw.as_bytes()[at]);
        let from = place.0 + to_u32(at);
        let mut error = builder.error(from, from + 1, format!("found {} inside a string", name_of(found)));
        error.help = Some(match found {
            '\n' | '\r' => "close the string with `\"`, or write `\\n` for a line break".to_owned(),
            '\t' => "write `\\t` for a tab".to_owned(),
            _ => format!("write `\\u{:04x}`", u32::from(found)),
        });
        // A YAML text in double quotes may run over several lines.
        Err(JsonError { error, yaml_only: true })
    }

    fn unexpected(&self, builder: &Builder, token: &Token<'_>, place: (u32, u32)) -> JsonError {
        let expected = self.state.expected(self.inside());
        let slice = self.slice(place);
        let found = match token {
            Token::String(_) => "a string".to_owned(),
            Token::CommentLine(_) | Token::CommentBlock(_) => "a comment".to_owned(),
            _ if slice.chars().count() > 40 => "a word".to_owned(),
            _ => format!("`{slice}`"),
        };
        let mut error = builder.error(place.0, place.1, format!("{expected}, found {found}"));
        let mut yaml_only = false;
        error.help = match (self.state, token) {
            (_, Token::CommentLine(_) | Token::CommentBlock(_)) => Some("JSON has no comments".to_owned()),
            (State::Key | State::Value, Token::CloseBrace | Token::CloseBracket) => {
                yaml_only = true;
                Some("remove the comma before it".to_owned())
            }
            (State::CommaOrEnd, Token::String(_)) => Some("add the missing comma before it".to_owned()),
            (State::CommaOrEnd, Token::CloseBrace | Token::CloseBracket) => self.stack.last().map(|open| {
                let (bracket, line) = (&self.text[open.at as usize - self.base..][..1], self.line(open.at));
                format!("the `{bracket}` on line {line} is still open")
            }),
            (_, Token::Word(_)) | (State::Key | State::KeyOrEnd, _) => {
                yaml_only = true;
                matches!(self.state, State::Key | State::KeyOrEnd)
                    .then(|| "put the key in double quotes".to_owned())
            }
            _ => None,
        };
        JsonError { error, yaml_only }
    }

    fn ended(&self, builder: &Builder, at: u32) -> JsonError {
        let expected = self.state.expected(self.inside());
        let error = match self.stack.last() {
            Some(open) => {
                let bracket = if open.kind == Kind::Mapping { "{" } else { "[" };
                let mut error =
                    builder.error(open.at, open.at + 1, format!("this `{bracket}` is never closed"));
                error.help = Some(format!("{expected} before the end of the file"));
                error
            }
            None => builder.error(at, at, format!("{expected}, found the end of the file")),
        };
        JsonError { error, yaml_only: false }
    }

    fn refused(&self, builder: &Builder, error: &ParseError) -> JsonError {
        let range = error.range();
        let (start, end) = self.place(range.start, range.end.max(range.start));
        let (message, help, yaml_only) = match error.kind() {
            ParseErrorKind::String(ParseStringErrorKind::UnterminatedStringLiteral) => {
                ("the string is never closed", Some("add the missing `\"`"), false)
            }
            ParseErrorKind::String(ParseStringErrorKind::ExpectedFourHexDigits) => {
                ("expected four hexadecimal digits after `\\u`", None, false)
            }
            ParseErrorKind::String(ParseStringErrorKind::InvalidUnicodeEscapeSequence(_)) => {
                ("the escape is half of a surrogate pair", Some("write both halves, `\\ud83d\\ude00`"), false)
            }
            ParseErrorKind::String(_) => {
                ("unknown escape in a string", Some("write `\\\\` for a backslash"), true)
            }
            ParseErrorKind::SingleQuotedStringsNotAllowed => {
                ("found a single quote", Some("JSON strings are in double quotes"), true)
            }
            ParseErrorKind::UnterminatedCommentBlock | ParseErrorKind::CommentsNotAllowed => {
                ("found a comment", Some("JSON has no comments"), false)
            }
            ParseErrorKind::UnexpectedWord | ParseErrorKind::UnexpectedToken => {
                (self.state.expected(self.inside()), Some("put strings in double quotes"), true)
            }
            _ => ("this is not a JSON number", Some("write it as in `-12.5e3`, or put it in quotes"), true),
        };
        // A text that is not closed runs to the end of the file; its first line is enough to see it.
        let raw = self.slice((start, end));
        let end = start + to_u32(raw.find(['\n', '\r']).unwrap_or(raw.len()));
        let mut error = builder.error(start, end, message);
        error.help = help.map(str::to_owned);
        JsonError { error, yaml_only }
    }

    fn line(&self, at: u32) -> usize {
        let before = self.text.get(..at as usize - self.base).unwrap_or_default();
        before.matches('\n').count() + 1
    }
}

fn name_of(c: char) -> String {
    match c {
        '\n' | '\r' => "a line break".to_owned(),
        '\t' => "a tab".to_owned(),
        _ => format!("U+{:04X}", u32::from(c)),
    }
}
