//! What there is to show of all open documents, each place once.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::PathBuf;

use cflint_diagnostics::Encoding;
use cflint_linter::Role;
use gen_lsp_types::{Code, Diagnostic, Message, Range, Uri};

use super::diagnostics::{Places, diagnostic};
use super::documents::{Documents, Open};
use super::{configuration, uri};
use crate::files::paths::{absolute, shown, target};

/// The diagnostics by URI.
#[derive(Default)]
pub(super) struct Found {
    pub(super) by_uri: BTreeMap<String, Vec<Diagnostic>>,
    known: HashSet<(String, Range, String)>,
    /// The URIs of files that were found under a name, and under their path without links: each file has one.
    by_name: HashMap<String, Uri>,
    by_file: HashMap<PathBuf, Uri>,
}

impl Found {
    pub(super) fn of(documents: &Documents, encoding: Encoding) -> Self {
        let mut found = Self::default();
        for document in documents.iter() {
            // Also where nothing is wrong, so that the client knows.
            if document.status.is_some() || configuration::is_one(&document.name) {
                found.by_uri.entry(document.uri.to_string()).or_default();
            }
            if configuration::is_one(&document.name) {
                configuration::check(document).into_iter().for_each(|it| found.add(&document.uri, it));
            }
            if let Some((uri, diagnostic)) = document.blame.as_deref()
                && !documents.iter().any(|open| configuration::is_one(&open.name) && open.uri == *uri)
            {
                found.add(uri, diagnostic.clone());
            }
            found.own(documents, document, encoding);
        }
        found
    }

    fn own(&mut self, documents: &Documents, document: &Open, encoding: Encoding) {
        let Some(look) = &document.look else {
            return document.good.iter().for_each(|good| self.add(&document.uri, good.clone()));
        };
        let is_inner = documents.iter().any(|other| other.uri != document.uri && nests(other, document));
        let uri = |name: &str| uri_of(documents, name);
        let places = Places { encoding, uri: &uri };
        let is_seen = document.is_seen();
        for finding in look.report.active() {
            let is_own = finding.primary.span.file.0 == 0;
            // The stack around it knows its parameters, and what was found in another text is in `good`.
            if !is_own || (is_seen && !is_inner) {
                let uri = if is_own {
                    document.uri.clone()
                } else {
                    self.uri(documents, look.report.sources.name(finding.primary.span.file))
                };
                self.add(&uri, diagnostic(&look.report, finding, places));
            }
        }
        if !look.is_parsed || !is_seen {
            let is_lasting = |good: &&Diagnostic| {
                look.is_parsed || good.code != Some(Code::String("invalid-template".to_owned()))
            };
            document.good.iter().filter(is_lasting).for_each(|good| self.add(&document.uri, good.clone()));
        }
    }

    fn uri(&mut self, documents: &Documents, name: &str) -> Uri {
        if let Some(known) = self.by_name.get(name) {
            return known.clone();
        }
        let own = uri_of(documents, name);
        let uri = match target(name) {
            Some(real) => self.by_file.entry(real).or_insert(own).clone(),
            None => own,
        };
        self.by_name.insert(name.to_owned(), uri.clone());
        uri
    }

    fn add(&mut self, uri: &Uri, diagnostic: Diagnostic) {
        let text = match &diagnostic.message {
            Message::String(text) => text.clone(),
            Message::MarkupContent(markup) => markup.value.clone(),
        };
        if self.known.insert((uri.to_string(), diagnostic.range, text)) {
            self.by_uri.entry(uri.to_string()).or_default().push(diagnostic);
        }
    }
}

/// Whether a document is checked as a part of another open one.
pub(super) fn nests(outer: &Open, inner: &Open) -> bool {
    let (Some(look), Some(real)) = (&outer.look, &inner.real) else { return false };
    look.reads(real)
        && look
            .inputs
            .iter()
            .any(|input| input.role == Role::Nested && target(&input.name).as_ref() == Some(real))
}

/// The URI of a file, as the client writes it where it has it open.
pub(super) fn uri_of(documents: &Documents, name: &str) -> Uri {
    let by_name = || documents.iter().find(|open| open.name == name);
    let by_file = || {
        let real = target(name)?;
        documents.iter().find(|open| open.real.as_ref() == Some(&real))
    };
    by_name()
        .or_else(by_file)
        .map_or_else(|| uri::of(&shown(&absolute(name.as_ref()))), |open| open.uri.clone())
}
