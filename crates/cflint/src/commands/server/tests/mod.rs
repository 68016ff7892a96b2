mod edits;
mod features;
mod protocol;
mod same;

use std::sync::{Arc, mpsc};

use serde_json::{Value, json};

use super::room::Room;
use super::session::Session;
use super::wire::Client;
use super::work::{Event, Worker};
use crate::args::ConfigFileArgs;
use crate::exit::Exit;

/// A client that sends messages one batch after the other.
struct Script {
    batches: Vec<Vec<Value>>,
}

impl Script {
    fn new(capabilities: &Value) -> Self {
        let initialize = request(0, "initialize", &json!({"capabilities": capabilities}));
        Self { batches: vec![vec![initialize, notification("initialized", &json!({}))]] }
    }

    fn then(mut self, batch: impl Into<Vec<Value>>) -> Self {
        self.batches.push(batch.into());
        self
    }

    /// What the server sends, and how it ends.
    fn run(self) -> (Vec<Value>, Option<Exit>) {
        let mut out = Vec::new();
        let config = ConfigFileArgs::default();
        let mut exit = None;
        let (events, receiver) = mpsc::sync_channel(100);
        let mut session = Session::new(Client::new(&mut out), Worker::start(config, events));
        for batch in self.batches {
            let frames: String = batch.iter().map(|message| framed(&message.to_string())).collect();
            exit = session.handle(incoming(frames.as_bytes())).unwrap();
            while exit.is_none() && (session.is_busy() || session.ready().is_some()) {
                let event = session.is_busy().then(|| receiver.recv().unwrap());
                exit = session.handle(event.into_iter().collect()).unwrap();
            }
        }
        (sent(&out), exit)
    }
}

fn framed(body: &str) -> String {
    format!("Content-Length: {}\r\n\r\n{body}", body.len())
}

fn incoming(mut frames: &[u8]) -> Vec<Event> {
    let mut messages = Vec::new();
    let room = Arc::new(Room::default());
    while let Some(message) = super::wire::read(&mut frames).unwrap() {
        let taken = room.take(message.size());
        messages.push(Event::Message(message, taken));
    }
    messages
}

/// The messages in what was written.
fn sent(out: &[u8]) -> Vec<Value> {
    let mut rest = std::str::from_utf8(out).unwrap();
    let mut messages = Vec::new();
    while let Some((header, body)) = rest.split_once("\r\n\r\n") {
        let length: usize = header.strip_prefix("Content-Length: ").unwrap().parse().unwrap();
        messages.push(serde_json::from_str(&body[..length]).unwrap());
        rest = &body[length..];
    }
    messages
}

fn request(id: u64, method: &str, params: &Value) -> Value {
    json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params})
}

fn notification(method: &str, params: &Value) -> Value {
    json!({"jsonrpc": "2.0", "method": method, "params": params})
}

fn open(uri: &str, text: &str) -> Value {
    let document = json!({"uri": uri, "languageId": "yaml", "version": 1, "text": text});
    notification("textDocument/didOpen", &json!({"textDocument": document}))
}

/// The diagnostics that were last published, by URI.
fn shown(messages: &[Value]) -> std::collections::BTreeMap<String, Vec<Value>> {
    let published = messages.iter().filter(|message| message["method"] == "textDocument/publishDiagnostics");
    published
        .map(|message| {
            let params = &message["params"];
            (params["uri"].as_str().unwrap().to_owned(), params["diagnostics"].as_array().unwrap().clone())
        })
        .collect()
}

/// The result of a request.
fn response(messages: &[Value], id: u64) -> &Value {
    messages.iter().find(|message| message["id"] == id && message.get("method").is_none()).unwrap()
}
