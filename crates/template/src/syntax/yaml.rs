//! YAML: the events of `granit-parser` put into the arena. No other file knows that parser.

mod errors;

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use cflint_diagnostics::{FileId, Span};
use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError, StructureStyle, Tag, options};

use super::builder::{AnchorId, Builder, RawScalar, to_u32};
use super::limits::{MAX_COMMENTS_IN_A_ROW, MAX_DEPTH, MAX_QUOTE_REPAIRS, MAX_REPAIR_BYTES};
use super::parsed::{ProblemKind, SyntaxError, SyntaxProblem};
use super::tree::TAGGED_STR;
use super::{Format, Kind, Style, quotes};

/// Reads the first document of a text.
pub(super) fn read(file: FileId, source: &Arc<str>) -> Result<Builder, SyntaxError> {
    let mut repaired: Vec<Range<usize>> = Vec::new();
    let mut copy: Option<String> = None;
    loop {
        let builder = Builder::new(file, Format::Yaml, Arc::clone(source));
        let mut reader = Reader { builder, repaired: &repaired, seen: 0 };
        let stopped = match reader.run(copy.as_deref().unwrap_or(source)) {
            Ok(()) => return Ok(reader.builder),
            Err(stopped) => stopped,
        };
        let affordable = repaired.len() < MAX_QUOTE_REPAIRS
            && (repaired.is_empty() || (repaired.len() + 1) * source.len() <= MAX_REPAIR_BYTES);
        let Stop::Grammar(error) = stopped else { return Err(reader.explain(stopped)) };
        let text = match error.kind() {
            ErrorKind::InvalidQuotedScalarIndent if affordable => {
                quotes::find(source, reader.seen, error.marker().byte_offset().unwrap_or_default())
            }
            _ => None,
        };
        let Some(text) = text else { return Err(reader.explain(Stop::Grammar(error))) };
        repaired.push(text);
        copy = Some(quotes::on_one_line(source, &repaired));
    }
}

/// Why reading stopped before the end.
enum Stop {
    Grammar(ScanError),
    Builder(SyntaxError),
}

impl From<SyntaxError> for Stop {
    fn from(error: SyntaxError) -> Self {
        Self::Builder(error)
    }
}

struct Reader<'r> {
    builder: Builder,
    /// Texts that the parser sees on one line.
    repaired: &'r [Range<usize>],
    /// Where the events so far end.
    seen: usize,
}

struct Place {
    start: u32,
    end: u32,
    span: granit_parser::Span,
}

impl Place {
    fn tag(&self) -> (u32, u32) {
        let tag = self.span.tag_span().and_then(|tag| tag.byte_range());
        tag.map_or((self.start, self.start), |tag| (to_u32(tag.start), to_u32(tag.end)))
    }
}

/// What a tag means for the node that has it.
enum Meaning<'a> {
    ShortForm(Cow<'a, str>),
    Text,
    Nothing,
}

impl Reader<'_> {
    fn run(&mut self, text: &str) -> Result<(), Stop> {
        let options = options! {
            max_buffered_comment_events: MAX_COMMENTS_IN_A_ROW,
            emit_unresolved_aliases: true,
            flow_nesting_limit: MAX_DEPTH + 1,
            block_nesting_limit: MAX_DEPTH,
        };
        let mut documents = 0;
        for event in Parser::new_from_str_with_options(text, options) {
            let (event, span) = event.map_err(Stop::Grammar)?;
            let range = span.byte_range().unwrap_or_default();
            let (start, end) = (to_u32(range.start), to_u32(range.end));
            self.seen = self.seen.max(range.end);
            let place = Place { start, end, span };
            match event {
                Event::DocumentStart(..) => {
                    documents += 1;
                    if documents > 1 {
                        self.second_document(start, end);
                        return Ok(());
                    }
                }
                Event::Comment(..) => self.builder.comments.push(Span::new(self.builder.file, start, end)),
                Event::Scalar(text, style, anchor, node_tag) => {
                    self.scalar(&text, style, &place, anchor, node_tag.as_deref())?;
                }
                Event::SequenceStart(style, anchor, node_tag) => {
                    self.open(Kind::Sequence, style, &place, anchor, node_tag.as_deref())?;
                }
                Event::MappingStart(style, anchor, node_tag) => {
                    self.open(Kind::Mapping, style, &place, anchor, node_tag.as_deref())?;
                }
                Event::SequenceEnd | Event::MappingEnd => {
                    self.builder.close((end > start).then_some(end))?;
                }
                Event::Alias(anchor) => self.builder.alias(anchor, start, end)?,
                Event::UnresolvedAlias(_) => return Err(self.builder.unknown_alias(start, end).into()),
                _ => {}
            }
        }
        Ok(())
    }

    fn scalar(
        &mut self,
        text: &str,
        style: ScalarStyle,
        place: &Place,
        mut anchor: AnchorId,
        tag: Option<&Tag>,
    ) -> Result<(), Stop> {
        let &Place { start, end, .. } = place;
        let mut flags = 0;
        match meaning(tag) {
            Meaning::ShortForm(name) => {
                let (from, to) = place.tag();
                self.builder.open_short_form(&name, from, to, std::mem::take(&mut anchor))?;
                // A tag says what the text is for, so that `!Sub 1` is not a number.
                flags = TAGGED_STR;
            }
            Meaning::Text => flags = TAGGED_STR,
            Meaning::Nothing => {}
        }
        let style = match style {
            ScalarStyle::Plain if start == end => Style::Implicit,
            ScalarStyle::Plain => Style::Plain,
            ScalarStyle::SingleQuoted => Style::SingleQuoted,
            ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
            ScalarStyle::Literal => Style::Literal,
            ScalarStyle::Folded => Style::Folded,
        };
        let scalar = |text, end, flags| RawScalar { start, end, style, flags, text, anchor };
        match style {
            Style::Implicit => {
                // `!Ref` alone has no argument; `!!str` alone is the empty text.
                let flags = if matches!(meaning(tag), Meaning::ShortForm(_)) { 0 } else { flags };
                let at = if tag.is_none() { self.behind_colon(start) } else { start };
                self.builder.scalar(&RawScalar { start: at, end: at, style, flags, text: "", anchor })?;
            }
            Style::Literal | Style::Folded => {
                let written = self.builder.source.get(start as usize..end as usize).unwrap_or_default();
                let trimmed = written.trim_end_matches([' ', '\t', '\r', '\n']);
                let end = start + to_u32(trimmed.len());
                // The parser adds a line break to a last line that has none.
                let text = if trimmed.len() == written.len() { text.trim_end_matches('\n') } else { text };
                self.builder.scalar(&scalar(text, end, flags))?;
            }
            _ if self.repaired.iter().any(|text| text.start == start as usize) => {
                let text = folded(&self.builder.source, start as usize..end as usize);
                self.builder.scalar(&scalar(&text, end, flags))?;
            }
            _ => self.builder.scalar(&scalar(text, end, flags))?,
        }
        Ok(())
    }

    /// Where the value of a key would be written: the parser puts a missing one before the colon.
    fn behind_colon(&self, at: u32) -> u32 {
        if self.builder.at_key() || self.builder.last_end() != Some(at) {
            return at;
        }
        let rest = self.builder.source.get(at as usize..).unwrap_or_default();
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        if rest[blanks..].starts_with(':') { at + to_u32(blanks) + 1 } else { at }
    }

    fn open(
        &mut self,
        kind: Kind,
        style: StructureStyle,
        place: &Place,
        mut anchor: AnchorId,
        tag: Option<&Tag>,
    ) -> Result<(), Stop> {
        if let Meaning::ShortForm(name) = meaning(tag) {
            let (from, to) = place.tag();
            self.builder.open_short_form(&name, from, to, std::mem::take(&mut anchor))?;
        }
        let style = match style {
            StructureStyle::Flow => Style::Flow,
            StructureStyle::Block => Style::Block,
        };
        Ok(self.builder.open(kind, style, place.start, place.end, anchor)?)
    }

    fn second_document(&mut self, start: u32, end: u32) {
        let mut error = self.builder.error(start, end, "a second YAML document starts here");
        error.help = Some("a template is one document: remove the `---`, or split the file".to_owned());
        self.builder.problems.push(SyntaxProblem { kind: ProblemKind::SecondDocument, error });
    }

    fn explain(&self, stop: Stop) -> SyntaxError {
        match stop {
            Stop::Builder(error) => error,
            Stop::Grammar(error) => errors::explain(&self.builder, self.repaired, self.seen, &error),
        }
    }
}

/// Any local tag is a short form, as in the tools; a bare `!` and `!!str` say that the node is a text.
fn meaning(tag: Option<&Tag>) -> Meaning<'_> {
    let Some(tag) = tag else { return Meaning::Nothing };
    let name = match (tag.handle(), tag.suffix()) {
        ("!", name) => name,
        ("", full) if full.starts_with('!') => &full[1..],
        _ if tag.is_yaml_core_schema_tag("str") => return Meaning::Text,
        _ => return Meaning::Nothing,
    };
    match name {
        "" => Meaning::Text,
        "Ref" | "Condition" => Meaning::ShortForm(Cow::Borrowed(name)),
        _ => Meaning::ShortForm(Cow::Owned(format!("Fn::{name}"))),
    }
}

/// The value of a quoted text, which may have any indentation as a separate document.
fn folded(source: &str, range: Range<usize>) -> String {
    let text = source.get(range).unwrap_or_default();
    Parser::new_from_str(text)
        .find_map(|event| match event {
            Ok((Event::Scalar(value, ..), _)) => Some(value.into_owned()),
            _ => None,
        })
        .unwrap_or_default()
}
