//! One client from its first message to its last.

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::time::{Duration, Instant};

use gen_lsp_types::{
    Diagnostic, DidChangeTextDocumentParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams, Uri,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::abilities::{Abilities, watchers};
use super::commands::Command;
use super::documents::{Documents, State};
use super::edits::outdated;
use super::folders::{self, Folders, Scan};
use super::look::Outcome;
use super::orphan;
use super::status::Status;
use super::waiting::{Waiting, Waits};
use super::wire::{Client, Code, Incoming, Refusal};
use super::work::{Done, Event, Task, Worker};
use crate::exit::Exit;

/// The levels of a message in the log of a client.
pub(super) const ERROR: u8 = 1;
pub(super) const INFO: u8 = 3;

/// How long a document is written before a check of it is no longer stopped by what is typed. Who never pauses sees findings
/// after this time and that of two checks at most.
const PATIENCE: Duration = Duration::from_millis(500);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    New,
    Running,
    /// The client has announced that it will exit.
    Ending,
}

pub(super) struct Session<'o> {
    pub(super) client: Client<'o>,
    pub(super) worker: Worker,
    phase: Phase,
    pub(super) abilities: Abilities,
    pub(super) documents: Documents,
    folders: Vec<Uri>,
    pub(super) scan: Option<Scan>,
    /// What the worker does now.
    pub(super) current: Current,
    /// Commands that wait for the worker.
    pub(super) commands: VecDeque<Command>,
    /// Requests that wait for a check.
    pub(super) waits: Waits,
    /// Whether there may be something to publish.
    pub(super) has_news: bool,
    pub(super) last_sent: Option<Instant>,
    /// What the client shows, by URI.
    pub(super) published: BTreeMap<String, (Option<i32>, Vec<Diagnostic>)>,
    /// What it got on request, with the version of the document.
    pub(super) pulled: BTreeMap<String, (i32, String)>,
    /// Whether it requests what is found in files that are not open.
    pub(super) pulls_all: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Current {
    Nothing,
    Look(Uri),
    /// A command, with the id of its request until that is cancelled, and the version of the document that it edits.
    Command(Option<Value>, Option<(Uri, i32)>),
    Scan,
}

impl<'o> Session<'o> {
    pub(super) fn new(client: Client<'o>, worker: Worker) -> Self {
        Self {
            client,
            worker,
            phase: Phase::New,
            abilities: Abilities::of(&Value::Null),
            documents: Documents::default(),
            folders: Vec::new(),
            scan: None,
            current: Current::Nothing,
            commands: VecDeque::new(),
            waits: Waits::default(),
            has_news: false,
            last_sent: None,
            published: BTreeMap::new(),
            pulled: BTreeMap::new(),
            pulls_all: false,
        }
    }

    /// Whether there will be an event without a message of the client.
    #[cfg(test)]
    pub(super) fn is_busy(&self) -> bool {
        self.current != Current::Nothing
    }

    /// Handles everything that has arrived, and only then starts a check: who types fast waits for one check, not for many.
    pub(super) fn handle(&mut self, batch: Vec<Event>) -> io::Result<Option<Exit>> {
        let mut cancelled: Vec<Value> = batch.iter().filter_map(cancels).collect();
        for event in batch {
            let (message, _taken) = match event {
                Event::Message(message, taken) => (message, taken),
                Event::Done(done) => {
                    self.done(done)?;
                    continue;
                }
                Event::End => return Ok(Some(Exit::Findings)),
            };
            match message {
                Incoming::Response => {}
                Incoming::Malformed(refusal) => self.client.respond(&Value::Null, Err(refusal))?,
                Incoming::Request { id, .. } if cancelled.contains(&id) => {
                    cancelled.retain(|other| *other != id);
                    self.client.respond(&id, Err(cancelled_by_client()))?;
                }
                Incoming::Request { id, method, params, size } => self.request(id, method, params, size)?,
                Incoming::Notification { method, .. } if method == "exit" => {
                    // The protocol says so.
                    let is_clean = self.phase == Phase::Ending;
                    return Ok(Some(if is_clean { Exit::Clean } else { Exit::Findings }));
                }
                Incoming::Notification { method, params, .. } if self.phase == Phase::Running => {
                    if let Err(refusal) = self.notification(&method, params)? {
                        self.log(ERROR, &format!("{method}: {}", refusal.message))?;
                    }
                }
                Incoming::Notification { .. } => {}
            }
        }
        if self.phase == Phase::Running {
            self.refuse_outdated()?;
            self.start();
            self.respond_and_publish()?;
        }
        Ok(None)
    }

    fn request(&mut self, id: Value, method: String, params: Value, size: usize) -> io::Result<()> {
        let refuse = |code, message: &str| Err(Refusal::new(code, message));
        let result = match (self.phase, method.as_str()) {
            (Phase::New, "initialize") => {
                self.abilities = Abilities::of(&params);
                self.folders = folders::of(&params);
                orphan::watch(&params);
                self.phase = Phase::Running;
                Ok(self.abilities.offer())
            }
            (Phase::New, _) => refuse(Code::NotInitialized, "the first request is `initialize`"),
            (Phase::Ending, _) => refuse(Code::InvalidRequest, "the server has been shut down"),
            (Phase::Running, "initialize") => refuse(Code::InvalidRequest, "`initialize` is sent once"),
            (Phase::Running, "shutdown") => {
                self.phase = Phase::Ending;
                self.worker.stop();
                let waiting = self.waits.take(|_| true).into_iter().map(|waiting| waiting.id);
                for id in waiting.chain(self.commands.drain(..).map(|command| command.id)).collect::<Vec<_>>()
                {
                    self.client
                        .respond(&id, refuse(Code::ServerCancelled, "the server has been shut down"))?;
                }
                Ok(Value::Null)
            }
            (Phase::Running, "workspace/executeCommand") => match self.command(&id, params)? {
                Some(result) => result,
                None => return Ok(()),
            },
            (Phase::Running, _) => {
                let waiting = Waiting::new(id, method, params, size, self.abilities.refreshes);
                let refused = self.waits.push(waiting);
                return refused.map_or(Ok(()), |id| {
                    let why = "too many requests wait for a check";
                    self.client.respond(&id, refuse(Code::ServerCancelled, why))
                });
            }
        };
        self.client.respond(&id, result)
    }

    fn notification(&mut self, method: &str, params: Value) -> io::Result<Result<(), Refusal>> {
        let done = match method {
            "initialized" => {
                if self.abilities.watches {
                    self.client.request("client/registerCapability", &watchers())?;
                }
                Ok(())
            }
            "textDocument/didOpen" => read(params).map(|params: DidOpenTextDocumentParams| {
                self.pulled.remove(params.text_document.uri.as_ref());
                let uri = params.text_document.uri.clone();
                self.documents.open(params.text_document);
                self.has_news |= self.documents.get(&uri).is_some_and(|open| open.state == State::Fresh);
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
                self.has_news |= self.documents.get(&uri).is_some_and(|open| open.state == State::Fresh);
                self.interrupt();
            }),
            "textDocument/didClose" => read(params).map(|params: DidCloseTextDocumentParams| {
                self.pulled.remove(params.text_document.uri.as_ref());
                self.documents.close(&params.text_document.uri);
                (self.has_news, self.last_sent) = (true, None);
                self.interrupt();
            }),
            "textDocument/didSave"
            | "workspace/didChangeWatchedFiles"
            | "workspace/didRenameFiles"
            | "workspace/didDeleteFiles" => {
                self.documents.doubt();
                self.interrupt();
                Ok(())
            }
            "workspace/didChangeWorkspaceFolders" => {
                folders::change(&mut self.folders, &params);
                self.documents.doubt();
                Ok(())
            }
            "$/cancelRequest" => return self.cancel(params.get("id")).map(Ok),
            _ => Ok(()),
        };
        Ok(done)
    }

    /// Stops a check whose result is outdated, unless its document has waited too long already.
    fn interrupt(&self) {
        let is_pointless = match &self.current {
            Current::Look(uri) => {
                self.documents.get(uri).is_none_or(|document| document.since.elapsed() < PATIENCE)
            }
            // It starts again when no document waits.
            Current::Scan => true,
            Current::Command(_, Some((uri, version))) => self.is_outdated(uri, *version),
            Current::Nothing | Current::Command(_, None) => false,
        };
        if is_pointless {
            self.worker.stop();
        }
    }

    /// The worker has ended a task.
    fn done(&mut self, done: Done) -> io::Result<()> {
        self.worker.rest();
        let current = std::mem::replace(&mut self.current, Current::Nothing);
        match done {
            // A client that has announced its end hears nothing more.
            _ if self.phase == Phase::Ending => {}
            Done::Looked { uri, opened, outcome } => self.looked(&uri, opened, outcome)?,
            Done::Responded(id, result) => match current {
                Current::Command(Some(of), Some((uri, version)))
                    if of == id && self.is_outdated(&uri, version) =>
                {
                    self.client.respond(&id, Err(outdated()))?;
                }
                Current::Command(Some(of), _) if of == id => self.client.respond(&id, result)?,
                _ => {}
            },
            Done::Scanned(scan) => self.scan = scan.or(self.scan.take()),
        }
        Ok(())
    }

    fn looked(&mut self, uri: &Uri, opened: u64, outcome: Outcome) -> io::Result<()> {
        let encoding = self.abilities.encoding;
        let Some(document) = self.documents.get_mut(uri).filter(|document| document.opened == opened) else {
            return Ok(());
        };
        let Some(status) = Status::of(&outcome) else {
            document.state = State::Stale;
            return Ok(());
        };
        let now = Instant::now();
        match document.state {
            State::Stale => document.late = Some(now),
            State::Checking | State::Fresh => document.state = State::Fresh,
        }
        (document.since, document.blame) = (now, None);
        match outcome {
            Outcome::Seen(look) => document.see(look, encoding),
            Outcome::Silent(_) => (document.look, document.good) = (None, Vec::new()),
            // What was found before stays.
            Outcome::Unconfigured(_, blame) => (document.look, document.blame) = (None, blame),
            Outcome::Stopped => {}
        }
        self.has_news = true;
        let name = document.name.clone();
        let before = document.status.replace(status.clone());
        if !self.abilities.shows_status {
            return status
                .log(before.as_ref())
                .map_or(Ok(()), |(level, text)| self.log(level, &format!("{name}: {text}")));
        }
        if before.as_ref() == Some(&status) {
            return Ok(());
        }
        self.client.notify("cflint/status", &status.params(uri.as_ref()))
    }

    /// Gives the worker something to do.
    pub(super) fn start(&mut self) {
        if !self.worker.is_idle() {
            return;
        }
        let task = if let Some(command) = self.commands.pop_front() {
            self.current = Current::Command(Some(command.id.clone()), command.edits());
            Task::Command(command)
        } else if let Some(snapshot) = self.documents.next() {
            self.current = Current::Look(snapshot.uri.clone());
            Task::Look(snapshot)
        } else if self.waits.wants_all() && !self.is_scanned() {
            self.current = Current::Scan;
            Task::Folders(Folders {
                folders: self.folders.clone(),
                unsaved: self.documents.unsaved(),
                encoding: self.abilities.encoding,
                revision: self.documents.revision,
            })
        } else {
            return;
        };
        self.worker.run(task);
    }

    /// Whether the folders of the workspace need not be looked at.
    pub(super) fn is_scanned(&self) -> bool {
        let is_fresh = |scan: &Scan| scan.revision == self.documents.revision;
        !self.abilities.wants_folders || self.scan.as_ref().is_some_and(is_fresh)
    }

    fn log(&mut self, level: u8, text: &str) -> io::Result<()> {
        self.client.notify("window/logMessage", &json!({"type": level, "message": text}))
    }

    /// Opens a page where the client can, and says its address where it cannot: first, because clients shorten messages.
    pub(super) fn show(&mut self, url: &str, text: &str) -> io::Result<()> {
        if self.abilities.shows_documents {
            return self.client.request("window/showDocument", &json!({"uri": url, "external": true}));
        }
        self.client.notify("window/showMessage", &json!({"type": INFO, "message": format!("{url} {text}")}))
    }
}

/// The parameters of a message.
pub(super) fn read<P: DeserializeOwned>(params: Value) -> Result<P, Refusal> {
    serde_json::from_value(params).map_err(|error| Refusal::new(Code::InvalidParams, error.to_string()))
}

fn cancels(event: &Event) -> Option<Value> {
    match event {
        Event::Message(Incoming::Notification { method, params, .. }, _) if method == "$/cancelRequest" => {
            params.get("id").cloned()
        }
        _ => None,
    }
}

pub(super) fn cancelled_by_client() -> Refusal {
    Refusal::new(Code::Cancelled, "cancelled")
}
