//! Requests whose response depends on a check. No other message waits for them.

use std::time::Instant;

use gen_lsp_types::Uri;
use serde_json::Value;

use super::documents::{Documents, State};

/// How many requests wait, and how many bytes they have together.
const MAX_COUNT: usize = 1_000;
const MAX_SIZE: usize = 64 * 1024 * 1024;

/// Requests that a client sends while someone types or moves the mouse: what was seen last is good enough. Others it sends once
/// for each version of a document, so that an old response would stay.
const AT_ONCE: [&str; 6] = [
    "textDocument/completion",
    "textDocument/declaration",
    "textDocument/definition",
    "textDocument/documentHighlight",
    "textDocument/hover",
    "textDocument/references",
];

#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) id: Value,
    pub(super) method: String,
    pub(super) params: Value,
    size: usize,
    need: Need,
}

/// What a response needs.
#[derive(Debug, PartialEq, Eq)]
enum Need {
    Nothing,
    /// That the document was ever checked.
    Any(Uri),
    /// That it was checked as it is.
    Fresh(Uri),
    /// The same, or that a check has ended since then that had to end while someone typed.
    FreshOrLate(Uri, Instant),
    /// That all documents were.
    All,
}

#[derive(Debug, Default)]
pub(super) struct Waits {
    waiting: Vec<Waiting>,
}

impl Waiting {
    /// A request. A client that refreshes its diagnostics may get late ones meanwhile.
    pub(super) fn new(id: Value, method: String, params: Value, size: usize, refreshes: bool) -> Self {
        let uri = ["/textDocument/uri", "/data/uri"].iter().find_map(|path| params.pointer(path)?.as_str());
        let need = match uri.map(Uri::from) {
            _ if method == "workspace/diagnostic" => Need::All,
            None => Need::Nothing,
            Some(uri) if AT_ONCE.contains(&method.as_str()) => Need::Any(uri),
            Some(uri) if refreshes && method == "textDocument/diagnostic" => {
                Need::FreshOrLate(uri, Instant::now())
            }
            Some(uri) => Need::Fresh(uri),
        };
        Self { id, method, params, size, need }
    }
}

impl Waits {
    /// Has a request wait; its id if there is no room for it.
    pub(super) fn push(&mut self, waiting: Waiting) -> Option<Value> {
        let size: usize = self.waiting.iter().map(|waiting| waiting.size).sum();
        if self.waiting.len() >= MAX_COUNT || size.saturating_add(waiting.size) > MAX_SIZE {
            return Some(waiting.id);
        }
        self.waiting.push(waiting);
        None
    }

    /// Those that match, in the order in which they came.
    pub(super) fn take(&mut self, is_wanted: impl Fn(&Waiting) -> bool) -> Vec<Waiting> {
        self.waiting.extract_if(.., |waiting| is_wanted(waiting)).collect()
    }

    /// The first one that no longer waits; before those that had to, one that never does.
    pub(super) fn ready(&self, documents: &Documents, is_scanned: bool) -> Option<usize> {
        let is_fresh = |uri: &Uri| documents.get(uri).is_none_or(|document| document.state == State::Fresh);
        let is_ready = |waiting: &Waiting| match &waiting.need {
            Need::Nothing => true,
            Need::Any(uri) => is_fresh(uri) || documents.get(uri).is_some_and(|open| open.status.is_some()),
            Need::Fresh(uri) => is_fresh(uri),
            Need::FreshOrLate(uri, since) => {
                is_fresh(uri) || documents.get(uri).is_some_and(|open| open.late > Some(*since))
            }
            Need::All => is_scanned && documents.iter().all(|document| document.state == State::Fresh),
        };
        let is_quick = |waiting: &Waiting| matches!(waiting.need, Need::Nothing | Need::Any(_));
        let first = |is_wanted: &dyn Fn(&Waiting) -> bool| self.waiting.iter().position(is_wanted);
        first(&|waiting| is_quick(waiting) && is_ready(waiting)).or_else(|| first(&is_ready))
    }

    pub(super) fn remove(&mut self, index: usize) -> Waiting {
        self.waiting.remove(index)
    }

    /// Whether a request is about all documents.
    pub(super) fn wants_all(&self) -> bool {
        self.waiting.iter().any(|waiting| waiting.need == Need::All)
    }
}
