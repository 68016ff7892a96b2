//! The open documents.

use std::collections::BTreeMap;
use std::path::PathBuf;

use cflint_diagnostics::Encoding;
use cflint_linter::Input;
use gen_lsp_types::{Diagnostic, Range, TextDocumentContentChangeEvent, TextDocumentItem, Uri};

use super::look::Look;
use super::{text, uri};
use crate::files::paths::{shown, target};
use crate::files::read::MAX_RUN;
use crate::input::open::{Other, Unsaved};

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
    /// Whether it has to be looked at again.
    pub(super) is_stale: bool,
    /// What was seen last.
    pub(super) look: Option<Box<Look>>,
    /// What was found when it could last be parsed, moved with the lines.
    pub(super) good: Vec<Diagnostic>,
    /// What was read for it then.
    pub(super) last: Vec<Input>,
    /// Why it is not checked, as the client was last told; empty if it is.
    pub(super) said: Option<String>,
    /// The configuration that is at fault if it cannot be checked, and what is wrong there.
    pub(super) blame: Option<(Uri, Diagnostic)>,
    /// The other templates of the project, if it imports values.
    pub(super) others: Option<Vec<Other>>,
}

#[derive(Default)]
pub(super) struct Documents {
    open: BTreeMap<String, Open>,
}

impl Documents {
    pub(super) fn get(&self, uri: &Uri) -> Option<&Open> {
        self.open.get(uri.as_ref())
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Open> {
        self.open.values()
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Open> {
        self.open.values_mut()
    }

    pub(super) fn open(&mut self, item: TextDocumentItem) {
        self.open.remove(item.uri.as_ref());
        let path = uri::path(&item.uri);
        let document = Open {
            name: path.as_deref().map_or_else(|| item.uri.to_string(), shown),
            real: path.as_deref().and_then(target),
            is_file: path.is_some(),
            version: item.version,
            text: Some(item.text).filter(|text| text.len() <= self.room()),
            is_stale: true,
            look: None,
            good: Vec::new(),
            last: Vec::new(),
            said: None,
            blame: None,
            others: None,
            uri: item.uri.clone(),
        };
        self.touch(document.real.clone());
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
            let mut content = document.text.take().unwrap_or_default();
            let good = &mut document.good;
            text::change(&mut content, changes, encoding, |moved| {
                if let Some((range, lines)) = moved {
                    good.iter_mut().for_each(|diagnostic| shift(&mut diagnostic.range, range, lines));
                }
            });
            document.text = Some(content);
        }
        document.version = version;
        document.is_stale = true;
        let real = document.real.clone();
        let is_too_large = self.open.values().map(Open::size).sum::<usize>() > MAX_RUN;
        if let Some(document) = self.open.get_mut(uri.as_ref()).filter(|_| is_too_large) {
            document.text = None;
        }
        self.touch(real);
    }

    pub(super) fn close(&mut self, uri: &Uri) {
        if let Some(document) = self.open.remove(uri.as_ref()) {
            self.touch(document.real);
        }
    }

    /// Everything may be different, because files or the configuration changed.
    pub(super) fn doubt(&mut self) {
        for document in self.open.values_mut() {
            document.is_stale = true;
            document.others = None;
            document.real = uri::path(&document.uri).as_deref().and_then(target);
        }
    }

    /// The documents that a file takes part in are looked at again.
    fn touch(&mut self, real: Option<PathBuf>) {
        let Some(real) = real else { return };
        for document in self.open.values_mut() {
            document.is_stale |= document.look.as_ref().is_some_and(|look| look.reads(&real));
        }
    }

    /// The content of all documents by their files.
    pub(super) fn unsaved(&self) -> Unsaved {
        let content = |document: &Open| Some((document.real.clone()?, document.text.as_deref()?.into()));
        self.open.values().filter_map(content).collect()
    }

    fn room(&self) -> usize {
        MAX_RUN.saturating_sub(self.open.values().map(Open::size).sum())
    }
}

impl Open {
    fn size(&self) -> usize {
        self.text.as_ref().map_or(0, String::len)
    }
}

/// Moves what comes after lines that were replaced.
fn shift(range: &mut Range, replaced: Range, lines: u32) {
    if range.start.line <= replaced.end.line {
        return;
    }
    let gone = replaced.end.line.saturating_sub(replaced.start.line);
    for line in [&mut range.start.line, &mut range.end.line] {
        *line = line.saturating_sub(gone).saturating_add(lines);
    }
}
