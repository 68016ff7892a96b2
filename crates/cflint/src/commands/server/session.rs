//! One client from its first message to its last.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use gen_lsp_types::{
    Diagnostic, DidChangeTextDocumentParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams, Uri,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::abilities::{Abilities, watchers};
use super::documents::Documents;
use super::found::Found;
use super::look::{Outcome, look};
use super::wire::{Client, Code, Incoming, Refusal};
use super::{configuration, requests};
use crate::args::ConfigFileArgs;
use crate::exit::Exit;

/// The levels of a message in the log of a client.
const ERROR: u8 = 1;
const INFO: u8 = 3;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    New,
    Running,
    /// The client has announced that it will exit.
    Ending,
}

pub(super) struct Session<'o> {
    client: Client<'o>,
    config: &'o ConfigFileArgs,
    phase: Phase,
    pub(super) abilities: Abilities,
    pub(super) documents: Documents,
    /// Whether there may be something to publish.
    has_news: bool,
    /// What the client shows, by URI.
    published: BTreeMap<String, (Option<i32>, Vec<Diagnostic>)>,
    /// What it got on request, with the version of the document.
    pub(super) pulled: BTreeMap<String, (i32, String)>,
}

impl<'o> Session<'o> {
    pub(super) fn new(client: Client<'o>, config: &'o ConfigFileArgs) -> Self {
        Self {
            client,
            config,
            phase: Phase::New,
            abilities: Abilities::of(&Value::Null),
            documents: Documents::default(),
            has_news: false,
            published: BTreeMap::new(),
            pulled: BTreeMap::new(),
        }
    }

    /// Handles all messages that have arrived, and only then checks: who types fast waits for one check, not for many.
    pub(super) fn handle(&mut self, batch: Vec<Incoming>) -> io::Result<Option<Exit>> {
        let cancelled: Vec<Value> = batch.iter().filter_map(cancels).collect();
        for message in batch {
            match message {
                Incoming::Response => {}
                Incoming::Malformed(refusal) => self.client.respond(&Value::Null, Err(refusal))?,
                Incoming::Request { id, .. } if cancelled.contains(&id) => {
                    self.client.respond(&id, Err(Refusal::new(Code::Cancelled, "cancelled")))?;
                }
                Incoming::Request { id, method, params } => {
                    let result = self.request(&method, params);
                    self.client.respond(&id, result.unwrap_or_else(|error| Err(failed(&error))))?;
                }
                Incoming::Notification { method, .. } if method == "exit" => {
                    // The protocol says so.
                    let is_clean = self.phase == Phase::Ending;
                    return Ok(Some(if is_clean { Exit::Clean } else { Exit::Findings }));
                }
                Incoming::Notification { method, params } if self.phase == Phase::Running => {
                    if let Err(refusal) = self.notification(&method, params)? {
                        self.log(ERROR, &format!("{method}: {}", refusal.message))?;
                    }
                }
                Incoming::Notification { .. } => {}
            }
        }
        if self.phase == Phase::Running {
            self.publish()?;
        }
        Ok(None)
    }

    fn request(&mut self, method: &str, params: Value) -> io::Result<Result<Value, Refusal>> {
        let refuse = |code, message: &str| Ok(Err(Refusal::new(code, message)));
        match (self.phase, method) {
            (Phase::New, "initialize") => {
                self.abilities = Abilities::of(&params);
                self.phase = Phase::Running;
                Ok(Ok(self.abilities.offer()))
            }
            (Phase::New, _) => refuse(Code::NotInitialized, "the first request is `initialize`"),
            (Phase::Ending, _) => refuse(Code::InvalidRequest, "the server has been shut down"),
            (Phase::Running, "initialize") => refuse(Code::InvalidRequest, "`initialize` is sent once"),
            (Phase::Running, "shutdown") => {
                self.phase = Phase::Ending;
                Ok(Ok(Value::Null))
            }
            (Phase::Running, _) => {
                self.refresh()?;
                requests::respond(self, method, params)
            }
        }
    }

    fn notification(&mut self, method: &str, params: Value) -> io::Result<Result<(), Refusal>> {
        self.has_news |= method.starts_with("textDocument/");
        let done = match method {
            "initialized" => {
                if self.abilities.watches {
                    self.client.request("client/registerCapability", &watchers())?;
                }
                Ok(())
            }
            "textDocument/didOpen" => read(params).map(|params: DidOpenTextDocumentParams| {
                self.pulled.remove(params.text_document.uri.as_ref());
                self.documents.open(params.text_document);
            }),
            "textDocument/didChange" => read(params).map(|params: DidChangeTextDocumentParams| {
                let document = params.text_document;
                let uri = document.text_document_identifier.uri;
                self.documents.change(
                    &uri,
                    document.version,
                    params.content_changes,
                    self.abilities.encoding,
                );
            }),
            "textDocument/didClose" => read(params).map(|params: DidCloseTextDocumentParams| {
                self.pulled.remove(params.text_document.uri.as_ref());
                self.documents.close(&params.text_document.uri);
            }),
            "textDocument/didSave" | "workspace/didChangeWatchedFiles" => {
                self.documents.doubt();
                Ok(())
            }
            _ => Ok(()),
        };
        Ok(done)
    }

    /// Checks the documents that have changed, or that are linked with one that has.
    pub(super) fn refresh(&mut self) -> io::Result<()> {
        if !self.documents.iter().any(|document| document.is_stale) {
            return Ok(());
        }
        self.has_news = true;
        let unsaved = self.documents.unsaved();
        let mut logged = Vec::new();
        for document in self.documents.iter_mut().filter(|document| document.is_stale) {
            document.is_stale = false;
            if configuration::is_one(&document.name) {
                continue;
            }
            document.blame = None;
            let (level, said) = match look(document, self.config, &unsaved) {
                Outcome::Seen(look) => {
                    let summary = cflint_output::summary(&look.report);
                    document.look = Some(look);
                    // How many findings there are, the client shows.
                    (INFO, (String::new(), summary))
                }
                Outcome::Silent(why) => {
                    (document.look, document.good) = (None, Vec::new());
                    (INFO, (why.to_owned(), why.to_owned()))
                }
                // What was found before stays.
                Outcome::Unconfigured(problem) => {
                    document.look = None;
                    document.blame = configuration::blame(document, self.config, &problem);
                    (ERROR, (problem.text(), problem.text()))
                }
            };
            let (state, text) = said;
            if document.said.as_ref() != Some(&state) {
                document.said = Some(state);
                logged.push((level, format!("{}: {text}", document.name)));
            }
        }
        for (level, text) in logged {
            self.log(level, &text)?;
        }
        let encoding = self.abilities.encoding;
        Found::remember(&mut self.documents, encoding);
        Ok(())
    }

    /// What there is to show, by URI.
    pub(super) fn found(&self) -> BTreeMap<String, Vec<Diagnostic>> {
        Found::of(&self.documents, self.abilities.encoding).by_uri
    }

    /// Sends what has changed since it was last sent.
    fn publish(&mut self) -> io::Result<()> {
        self.refresh()?;
        if !std::mem::take(&mut self.has_news) {
            return Ok(());
        }
        let mut found = self.found();
        let mut is_outdated = false;
        let uris: BTreeSet<String> = found.keys().chain(self.published.keys()).cloned().collect();
        for uri in uris {
            let version = self.documents.get(&Uri(uri.clone())).map(|document| document.version);
            let mut diagnostics = found.remove(&uri);
            if let (true, Some(version)) = (self.abilities.pulls, version) {
                let now = requests::result_id(diagnostics.as_deref().unwrap_or_default());
                let pulled = self.pulled.get(&uri);
                is_outdated |= pulled.is_some_and(|(of, id)| *of == version && *id != now);
                diagnostics = None;
            }
            let next = diagnostics.map(|diagnostics| (version, diagnostics));
            if next.as_ref() == self.published.get(&uri) {
                continue;
            }
            let mut params =
                json!({"uri": uri, "diagnostics": next.as_ref().map_or(&[][..], |(_, list)| list)});
            if let Some(version) = version {
                params["version"] = json!(version);
            }
            self.client.notify("textDocument/publishDiagnostics", &params)?;
            match next {
                Some(next) => self.published.insert(uri, next),
                None => self.published.remove(&uri),
            };
        }
        if is_outdated && self.abilities.refreshes {
            self.pulled.clear();
            self.client.request("workspace/diagnostic/refresh", &Value::Null)?;
        }
        Ok(())
    }

    fn log(&mut self, level: u8, text: &str) -> io::Result<()> {
        self.client.notify("window/logMessage", &json!({"type": level, "message": text}))
    }

    /// Opens a page where the client can, and says its address where it cannot.
    pub(super) fn show(&mut self, url: &str, text: &str) -> io::Result<()> {
        if self.abilities.shows_documents {
            return self.client.request("window/showDocument", &json!({"uri": url, "external": true}));
        }
        self.client.notify("window/showMessage", &json!({"type": INFO, "message": format!("{text} {url}")}))
    }
}

/// The parameters of a message.
pub(super) fn read<P: DeserializeOwned>(params: Value) -> Result<P, Refusal> {
    serde_json::from_value(params).map_err(|error| Refusal::new(Code::InvalidParams, error.to_string()))
}

fn cancels(message: &Incoming) -> Option<Value> {
    match message {
        Incoming::Notification { method, params } if method == "$/cancelRequest" => params.get("id").cloned(),
        _ => None,
    }
}

fn failed(error: &io::Error) -> Refusal {
    Refusal::new(Code::Failed, error.to_string())
}
