//! Tells the client what was found, when it is due.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::time::{Duration, Instant};

use gen_lsp_types::{Diagnostic, Uri};
use serde_json::{Value, json};

use super::commands::{Command, ToDo};
use super::documents::State;
use super::found::Found;
use super::requests::{self, Response};
use super::session::Session;
use super::waiting::Waiting;

/// How often what was found is sent while further documents wait for their check.
const PACE: Duration = Duration::from_millis(100);

impl Session<'_> {
    /// Whether a request no longer waits.
    pub(super) fn ready(&self) -> Option<usize> {
        self.waits.ready(&self.documents, self.is_scanned())
    }

    /// Responds to one request that no longer waits; to one, because the next message may cancel the others. What was found
    /// is sent before, so that no response knows more than the client shows.
    pub(super) fn respond_and_publish(&mut self) -> io::Result<()> {
        let ready = self.ready().map(|index| self.waits.remove(index));
        let is_idle = self.documents.iter().all(|document| document.state == State::Fresh);
        let is_due = self.last_sent.is_none_or(|sent| sent.elapsed() >= PACE);
        if is_idle || is_due || ready.is_some() {
            self.publish()?;
        }
        if let Some(Waiting { id, method, params, .. }) = ready {
            let result = match requests::respond(self, &method, params) {
                Ok(Response::Now(result)) => Ok(result),
                Ok(Response::Later(edits)) => {
                    match self.push(Command { id: id.clone(), to_do: ToDo::Edit(edits) }) {
                        Some(refusal) => Err(refusal),
                        None => {
                            self.start();
                            return Ok(());
                        }
                    }
                }
                Err(refusal) => Err(refusal),
            };
            self.client.respond(&id, result)?;
        }
        Ok(())
    }

    /// What there is to show, by URI.
    pub(super) fn found(&self) -> BTreeMap<String, Vec<Diagnostic>> {
        Found::of(&self.documents, self.abilities.encoding).by_uri
    }

    /// Sends what has changed since it was last sent.
    fn publish(&mut self) -> io::Result<()> {
        if !std::mem::take(&mut self.has_news) {
            return Ok(());
        }
        self.last_sent = Some(Instant::now());
        let mut found = self.found();
        let mut is_outdated = false;
        let uris: BTreeSet<String> = found.keys().chain(self.published.keys()).cloned().collect();
        for uri in uris {
            let document = self.documents.get(&Uri(uri.clone()));
            let version = document.map(|document| document.version);
            let mut diagnostics = found.remove(&uri);
            if let (true, Some(document)) = (self.abilities.pulls, document) {
                let now = requests::result_id(diagnostics.as_deref().unwrap_or_default());
                let pulled = self.pulled.get(&uri);
                is_outdated |= document.state == State::Fresh
                    && pulled.is_some_and(|(of, id)| *of == document.version && *id != now);
                diagnostics = None;
            }
            if self.pulls_all {
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
}
