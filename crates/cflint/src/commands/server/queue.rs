//! What waits for the worker because a client wants it, and what no longer does.

use std::io;

use gen_lsp_types::{ExecuteCommandParams, Uri};
use serde_json::Value;

use super::commands::{self, Command, ToDo};
use super::edits::outdated;
use super::requests;
use super::session::{Current, Session, cancelled_by_client, read};
use super::wire::{Code, Refusal};

impl Command {
    /// The version of the document that it edits.
    pub(super) fn edits(&self) -> Option<(Uri, i32)> {
        match &self.to_do {
            ToDo::Edit(edits) => Some((edits.uri.clone(), edits.version)),
            ToDo::Show(..) => None,
        }
    }
}

impl Session<'_> {
    /// The result of a command, if it is there at once.
    pub(super) fn command(
        &mut self,
        id: &Value,
        params: Value,
    ) -> io::Result<Option<Result<Value, Refusal>>> {
        let params: ExecuteCommandParams = match read(params) {
            Ok(params) => params,
            Err(refusal) => return Ok(Some(Err(refusal))),
        };
        let (uri, what) = match commands::read(&params) {
            Ok(Some(command)) => command,
            Ok(None) => return requests::explain(self, &params).map(Some),
            Err(refusal) => return Ok(Some(Err(refusal))),
        };
        let Some(document) = self.documents.snapshot(&uri) else {
            return Ok(Some(Err(Refusal::new(Code::InvalidParams, "the document is not open"))));
        };
        Ok(self.push(Command { id: id.clone(), to_do: ToDo::Show(document, what) }).map(Err))
    }

    /// Has a command wait; why not, if there is no room for it.
    pub(super) fn push(&mut self, command: Command) -> Option<Refusal> {
        if self.commands.len() >= commands::MAX_WAITING {
            return Some(Refusal::new(Code::ServerCancelled, "too many commands wait"));
        }
        self.commands.push_back(command);
        None
    }

    pub(super) fn is_outdated(&self, uri: &Uri, version: i32) -> bool {
        self.documents.get(uri).is_none_or(|document| document.version != version)
    }

    /// Refuses edits of a document that has changed since they were requested.
    pub(super) fn refuse_outdated(&mut self) -> io::Result<()> {
        for command in std::mem::take(&mut self.commands) {
            match command.edits() {
                Some((uri, version)) if self.is_outdated(&uri, version) => {
                    self.client.respond(&command.id, Err(outdated()))?;
                }
                _ => self.commands.push_back(command),
            }
        }
        Ok(())
    }

    pub(super) fn cancel(&mut self, id: Option<&Value>) -> io::Result<()> {
        let Some(id) = id else { return Ok(()) };
        let waited = !self.waits.take(|waiting| waiting.id == *id).is_empty();
        let commands = self.commands.len();
        self.commands.retain(|command| command.id != *id);
        let runs = matches!(&self.current, Current::Command(Some(of), _) if of == id);
        if runs {
            self.worker.stop();
            self.current = Current::Command(None, None);
        }
        if waited || runs || commands > self.commands.len() {
            self.client.respond(id, Err(cancelled_by_client()))?;
        }
        Ok(())
    }
}
