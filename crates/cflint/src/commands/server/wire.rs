//! JSON-RPC messages in frames with a length, as the protocol sends them over standard input and output.
//!
//! Whatever arrives, the next message is read: a client with one bad message keeps its server.

use std::io::{self, BufRead, Read, Write};

use serde_json::{Value, json};

/// A template of 32 MiB, the most that is read, with an escape for every fourth character.
const MAX_MESSAGE: u64 = 64 * 1024 * 1024;
const MAX_HEADER: u64 = 4 * 1024;
/// How many values a message has at most: in memory, the smallest takes 30 times as much as in the message. Editors send one
/// text, or some thousand changes, files or diagnostics.
const MAX_VALUES: usize = 200_000;
/// How many bytes of memory a value takes at most: half an object with one key.
const VALUE: usize = 300;

/// Why a request fails, as the protocol numbers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Code {
    Parse = -32700,
    InvalidRequest = -32600,
    MethodNotFound = -32601,
    InvalidParams = -32602,
    NotInitialized = -32002,
    Cancelled = -32800,
    ServerCancelled = -32802,
    ContentModified = -32801,
    Failed = -32803,
}

/// A failed request.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) code: Code,
    pub(super) message: String,
}

impl Refusal {
    pub(super) fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

/// What a client sent.
#[derive(Debug)]
pub(super) enum Incoming {
    Request {
        id: Value,
        method: String,
        params: Value,
        size: usize,
    },
    Notification {
        method: String,
        params: Value,
        size: usize,
    },
    /// To a request of the server. None of them waits for one.
    Response,
    Malformed(Refusal),
}

impl Incoming {
    /// How many bytes of memory it takes at most.
    pub(super) const fn size(&self) -> usize {
        match self {
            Self::Request { size, .. } | Self::Notification { size, .. } => *size,
            Self::Response | Self::Malformed(_) => 0,
        }
    }
}

/// The next message; nothing if the client has closed the stream, or died.
pub(super) fn read(from: &mut impl BufRead) -> io::Result<Option<Incoming>> {
    let mut header = Vec::new();
    let mut length = None;
    loop {
        header.clear();
        if from.by_ref().take(MAX_HEADER).read_until(b'\n', &mut header)? == 0 {
            return Ok(None);
        }
        let line = header.trim_ascii();
        match (line.is_empty(), length) {
            (true, Some(_)) => break,
            // Between two messages.
            (true, None) => {}
            (false, _) => length = content_length(line).or(length),
        }
    }
    let length = length.unwrap_or(0);
    let mut frame = from.by_ref().take(length);
    if length > MAX_MESSAGE {
        io::copy(&mut frame, &mut io::sink())?;
        let message = format!("the message is larger than {} MiB", MAX_MESSAGE / 1024 / 1024);
        return Ok(Some(Incoming::Malformed(Refusal::new(Code::InvalidRequest, message))));
    }
    // What was announced is not believed before it is there.
    let mut body = Vec::new();
    let read = frame.read_to_end(&mut body)?;
    Ok((read as u64 == length).then(|| parse(&body)))
}

fn content_length(line: &[u8]) -> Option<u64> {
    let (name, value) = std::str::from_utf8(line).ok()?.split_once(':')?;
    name.trim().eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok()).flatten()
}

/// How many values a text has at most, whether or not it is JSON.
fn count(body: &[u8]) -> usize {
    let mut values = 1;
    let mut bytes = body.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'[' | b'{' | b',' => values += 1,
            b'"' => {
                while let Some(byte) = bytes.next().filter(|byte| **byte != b'"') {
                    // What follows a backslash does not end the text.
                    _ = (*byte == b'\\').then(|| bytes.next());
                }
            }
            _ => {}
        }
    }
    values
}

fn parse(body: &[u8]) -> Incoming {
    let values = count(body);
    if values > MAX_VALUES {
        return malformed(Code::InvalidRequest, &format!("the message has more than {MAX_VALUES} values"));
    }
    let size = body.len() + values * VALUE;
    let mut message = match serde_json::from_slice::<Value>(body) {
        Ok(Value::Object(message)) => message,
        Ok(_) => return malformed(Code::InvalidRequest, "a message is an object"),
        Err(error) => return malformed(Code::Parse, &format!("not JSON: {error}")),
    };
    let params = message.remove("params").unwrap_or(Value::Null);
    match (message.remove("method"), message.remove("id")) {
        (Some(Value::String(method)), None) => Incoming::Notification { method, params, size },
        (Some(Value::String(method)), Some(id)) if id.is_string() || id.is_i64() || id.is_u64() => {
            Incoming::Request { id, method, params, size }
        }
        (Some(Value::String(_)), Some(_)) => malformed(Code::InvalidRequest, "an id is a number or a string"),
        (None, Some(_)) => Incoming::Response,
        _ => malformed(Code::InvalidRequest, "a message has a method or an id"),
    }
}

fn malformed(code: Code, message: &str) -> Incoming {
    Incoming::Malformed(Refusal::new(code, message))
}

/// Where messages to the client go.
pub(super) struct Client<'o> {
    out: &'o mut dyn Write,
    requests: u64,
}

impl<'o> Client<'o> {
    pub(super) fn new(out: &'o mut dyn Write) -> Self {
        Self { out, requests: 0 }
    }

    pub(super) fn respond(&mut self, id: &Value, result: Result<Value, Refusal>) -> io::Result<()> {
        self.send(&match result {
            Ok(result) => json!({"jsonrpc": "2.0", "id": id, "result": result}),
            Err(Refusal { code, message }) => {
                json!({"jsonrpc": "2.0", "id": id, "error": {"code": code as i32, "message": message}})
            }
        })
    }

    pub(super) fn notify(&mut self, method: &str, params: &Value) -> io::Result<()> {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}))
    }

    /// Sends a request whose result does not matter.
    pub(super) fn request(&mut self, method: &str, params: &Value) -> io::Result<()> {
        self.requests += 1;
        let id = format!("cflint-{}", self.requests);
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}))
    }

    fn send(&mut self, message: &Value) -> io::Result<()> {
        let body = serde_json::to_vec(message)?;
        write!(self.out, "Content-Length: {}\r\n\r\n", body.len())?;
        self.out.write_all(&body)?;
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(mut bytes: &[u8]) -> Vec<String> {
        let mut messages = Vec::new();
        while let Some(message) = read(&mut bytes).unwrap() {
            messages.push(match message {
                Incoming::Request { id, method, .. } => format!("{method} {id}"),
                Incoming::Notification { method, .. } => method,
                Incoming::Response => "response".to_owned(),
                Incoming::Malformed(Refusal { code, .. }) => format!("{code:?}"),
            });
        }
        messages
    }

    fn framed(body: &str) -> String {
        format!("Content-Length: {}\r\n\r\n{body}", body.len())
    }

    #[test]
    fn what_is_malformed_does_not_cost_the_next_message() {
        let bodies = [
            "{",
            "[]",
            "{}",
            r#"{"id":null,"method":"a"}"#,
            r#"{"id":{},"method":"b"}"#,
            r#"{"id":"x","method":"c"}"#,
            r#"{"id":18446744073709551615,"method":"d"}"#,
            r#"{"id":7}"#,
            r#"{"method":"e"}"#,
        ];
        let stream: String = bodies.into_iter().map(framed).collect();
        let known = [
            "Parse",
            "InvalidRequest",
            "InvalidRequest",
            "InvalidRequest",
            "InvalidRequest",
            "c \"x\"",
            "d 18446744073709551615",
            "response",
            "e",
        ];
        assert_eq!(all(stream.as_bytes()), known);
    }

    #[test]
    fn lines_that_are_no_header_are_skipped() {
        let message = framed(r#"{"method":"a"}"#);
        let garbage = "x".repeat(100_000);
        let stream = format!(
            "{garbage}\r\n\r\n\n\u{1f600}\r\nContent-Length: many\r\nContent-Type: x\r\n{message}\r\n{message}"
        );
        assert_eq!(all(stream.as_bytes()), ["a", "a"]);
    }

    #[test]
    fn a_length_is_not_believed() {
        assert!(all(b"Content-Length: 60000000\r\n\r\n{}").is_empty());
        assert_eq!(all(b"Content-Length: 18446744073709551615\r\n\r\n{}"), ["InvalidRequest"]);
        assert!(all(b"Content-Length: 99999999999999999999999\r\n\r\n{}").is_empty());
        assert_eq!(all(b"Content-Length: 0\r\n\r\n"), ["Parse"]);
    }

    #[test]
    fn messages_of_many_small_values_are_refused() {
        let message =
            |values: usize| framed(&format!(r#"{{"method":"a","params":[{}0]}}"#, "[],".repeat(values)));
        let refused = all(format!("{}{}", message(MAX_VALUES), message(9)).as_bytes());
        assert_eq!(refused, ["InvalidRequest", "a"]);
        // What is in a text is not a value.
        let text = r#"\",[{\\"#.repeat(MAX_VALUES);
        assert_eq!(all(framed(&format!(r#"{{"method":"a","params":["{text}"]}}"#)).as_bytes()), ["a"]);
    }

    #[test]
    fn values_are_counted_outside_of_texts() {
        for (text, values) in
            [("1", 1), (r#"{"a,b":[1,"[\"[",2]}"#, 5), (r#"["\\",1]"#, 3), ("\"[", 1), ("\"\\", 1)]
        {
            assert_eq!(count(text.as_bytes()), values, "{text}");
        }
    }

    #[test]
    fn deep_messages_are_refused() {
        let deep = "[".repeat(100_000);
        assert_eq!(all(framed(&format!("{{\"params\":{deep}")).as_bytes()), ["Parse"]);
    }
}
