//! The open documents.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use cflint_diagnostics::Encoding;
use cflint_linter::Input;
use cflint_template::syntax::Content;
use gen_lsp_types::{Diagnostic, Range, TextDocumentContentChangeEvent, TextDocumentItem, Uri};

use super::diagnostics::{Places, diagnostic};
use super::look::{Look, Snapshot};
use super::status::Status;
use super::{configuration, text, uri};
use crate::files::paths::{shown, target};
use crate::files::read::MAX_RUN;
use crate::input::open::Unsaved;

/// How many changes of a text are kept while it is checked; no one types more.
const MAX_MOVES: usize = 1_000;

/// How what is known about a document is related to its text and its files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Fresh,
    /// It is being checked as it is now.
    Checking,
    Stale,
}

/// A document as the client has it.
pub(super) struct Open {
    pub(super) uri: Uri,
    /// Its path as it is shown; for one that is in no file, its URI.
    pub(super) name: String,
    /// The path without links, if there is such a file.
    pub(super) real: Option<PathBuf>,
    pub(super) is_file: bool,
    pub(super) version: i32,
    /// Nothing if there is no room for it.
    pub(super) text: Option<String>,
    /// The text for those that share it.
    content: Option<Content>,
    /// A number of this opening.
    pub(super) opened: u64,
    /// How often the text has changed.
    pub(super) edits: u64,
    pub(super) state: State,
    /// Since when it has not been checked to the end.
    pub(super) since: Instant,
    /// When a check ended last whose text had changed meanwhile.
    pub(super) late: Option<Instant>,
    /// What was seen last.
    pub(super) look: Option<Arc<Look>>,
    /// What was found when it could last be parsed, moved with the lines.
    pub(super) good: Vec<Diagnostic>,
    /// What was read for it then.
    pub(super) last: Vec<Input>,
    /// Which lines were replaced since a check began; nothing once there were too many.
    moves: Option<Vec<(Range, u32)>>,
    /// What the client was last told about it; nothing before it was first checked.
    pub(super) status: Option<Status>,
    /// The configuration that is at fault if it cannot be checked, and what is wrong there.
    pub(super) blame: Option<Box<(Uri, Diagnostic)>>,
}

#[derive(Default)]
pub(super) struct Documents {
    open: BTreeMap<String, Open>,
    /// The one that was opened or changed last.
    recent: Option<String>,
    /// How many were ever opened.
    opened: u64,
    /// How often files are known to have changed.
    doubts: u64,
    /// How often anything has changed.
    pub(super) revision: u64,
}

impl Documents {
    pub(super) fn get(&self, uri: &Uri) -> Option<&Open> {
        self.open.get(uri.as_ref())
    }

    pub(super) fn get_mut(&mut self, uri: &Uri) -> Option<&mut Open> {
        self.open.get_mut(uri.as_ref())
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Open> {
        self.open.values()
    }

    pub(super) fn open(&mut self, item: TextDocumentItem) {
        self.open.remove(item.uri.as_ref());
        self.opened += 1;
        let path = uri::path(&item.uri);
        let name = path.as_deref().map_or_else(|| item.uri.to_string(), shown);
        let document = Open {
            // It is checked when all of them are shown.
            state: if configuration::is_one(&name) { State::Fresh } else { State::Stale },
            name,
            real: path.as_deref().and_then(target),
            is_file: path.is_some(),
            version: item.version,
            text: Some(item.text).filter(|text| text.len() <= self.room()),
            content: None,
            opened: self.opened,
            edits: 0,
            since: Instant::now(),
            late: None,
            look: None,
            good: Vec::new(),
            last: Vec::new(),
            moves: None,
            status: None,
            blame: None,
            uri: item.uri.clone(),
        };
        self.touch(document.real.clone());
        self.recent = Some(item.uri.to_string());
        self.open.insert(item.uri.0, document);
    }

    /// Changes a document; those that are linked with it are looked at again, too.
    pub(super) fn change(
        &mut self,
        uri: &Uri,
        version: i32,
        changes: Vec<TextDocumentContentChangeEvent>,
        encoding: Encoding,
    ) {
        let Some(document) = self.open.get_mut(uri.as_ref()) else { return };
        let is_whole = |change: &TextDocumentContentChangeEvent| {
            matches!(change, TextDocumentContentChangeEvent::TextDocumentContentChangeWholeDocument(_))
        };
        // What was too large is unknown until the client sends all of it.
        if document.text.is_some() || changes.first().is_some_and(is_whole) {
            let mut text = document.text.take().unwrap_or_default();
            let (good, moves) = (&mut document.good, &mut document.moves);
            text::change(&mut text, changes, encoding, |range, lines| {
                good.iter_mut().for_each(|diagnostic| shift(&mut diagnostic.range, range, lines));
                moves.take_if(|moves| moves.len() >= MAX_MOVES);
                moves.iter_mut().for_each(|moves| moves.push((range, lines)));
            });
            document.text = Some(text);
        }
        document.content = None;
        document.version = version;
        document.edits += 1;
        if !configuration::is_one(&document.name) {
            document.doubt();
        }
        let real = document.real.clone();
        let is_too_large = self.open.values().map(Open::size).sum::<usize>() > MAX_RUN;
        if let Some(document) = self.open.get_mut(uri.as_ref()).filter(|_| is_too_large) {
            document.text = None;
        }
        self.recent = Some(uri.to_string());
        self.touch(real);
    }

    pub(super) fn close(&mut self, uri: &Uri) {
        if let Some(document) = self.open.remove(uri.as_ref()) {
            self.touch(document.real);
        }
    }

    /// Everything may be different, because files or the configuration changed.
    pub(super) fn doubt(&mut self) {
        self.doubts += 1;
        self.revision += 1;
        for document in self.open.values_mut().filter(|document| !configuration::is_one(&document.name)) {
            document.doubt();
            document.real = uri::path(&document.uri).as_deref().and_then(target);
        }
    }

    /// The documents whose check read a file are checked again.
    fn touch(&mut self, real: Option<PathBuf>) {
        self.revision += 1;
        let Some(real) = real else { return };
        for document in self.open.values_mut() {
            if document.look.as_ref().is_some_and(|look| look.reads(&real)) {
                document.doubt();
            }
        }
    }

    /// The content of all documents by their files.
    pub(super) fn unsaved(&mut self) -> Unsaved {
        let content = |document: &mut Open| Some((document.real.clone()?, document.content()?));
        self.open.values_mut().filter_map(content).collect()
    }

    /// The document that is checked next: the one that is being written, then the one that has waited longest.
    pub(super) fn next(&mut self) -> Option<Snapshot> {
        let stale = self.open.values().filter(|document| document.state == State::Stale);
        let is_other = |document: &Open| self.recent.as_deref() != Some(document.uri.as_ref());
        let uri = stale.min_by_key(|document| (is_other(document), document.since))?.uri.clone();
        let snapshot = self.snapshot(&uri)?;
        let document = self.get_mut(&uri)?;
        document.state = State::Checking;
        document.moves = Some(Vec::new());
        Some(snapshot)
    }

    pub(super) fn snapshot(&mut self, uri: &Uri) -> Option<Snapshot> {
        let (unsaved, doubts) = (self.unsaved(), self.doubts);
        let document = self.get_mut(uri)?;
        Some(Snapshot {
            uri: uri.clone(),
            name: document.name.clone(),
            is_file: document.is_file,
            content: document.content(),
            opened: document.opened,
            edits: document.edits,
            doubts,
            unsaved,
        })
    }

    fn room(&self) -> usize {
        MAX_RUN.saturating_sub(self.open.values().map(Open::size).sum())
    }
}

impl Open {
    fn size(&self) -> usize {
        self.text.as_ref().map_or(0, String::len)
    }

    fn content(&mut self) -> Option<Content> {
        let text = self.text.as_deref()?;
        Some(self.content.get_or_insert_with(|| Content::from(text)).clone())
    }

    /// Whether the last look is one at the text as it is.
    pub(super) fn is_seen(&self) -> bool {
        self.look.as_ref().is_some_and(|look| look.edits == self.edits)
    }

    fn doubt(&mut self) {
        if self.state == State::Fresh {
            self.since = Instant::now();
        }
        self.state = State::Stale;
    }

    /// Keeps what was seen. What was found in a text that can be parsed is moved with what was typed meanwhile.
    pub(super) fn see(&mut self, look: Box<Look>, encoding: Encoding) {
        if look.is_parsed {
            self.last = look.linked();
        }
        if look.is_parsed
            && let Some(moves) = &self.moves
        {
            let uri = |_: &str| self.uri.clone();
            let places = Places { encoding, uri: &uri };
            self.good = look.own().map(|finding| diagnostic(&look.report, finding, places)).collect();
            for (range, lines) in moves {
                self.good.iter_mut().for_each(|diagnostic| shift(&mut diagnostic.range, *range, *lines));
            }
        }
        self.look = Some(Arc::from(look));
    }
}

/// Moves what comes after lines that were replaced.
fn shift(range: &mut Range, replaced: Range, lines: u32) {
    if range.start < replaced.end {
        return;
    }
    let gone = replaced.end.line.saturating_sub(replaced.start.line);
    for line in [&mut range.start.line, &mut range.end.line] {
        *line = line.saturating_sub(gone).saturating_add(lines);
    }
}
