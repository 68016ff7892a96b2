//! The process of the language server; what it says is tested next to its modules, and with clients in `tests/integrations`.

use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// Far above what the end takes.
const PATIENCE: Duration = Duration::from_secs(60);

#[test]
fn a_server_without_a_reader_ends() {
    let mut server = Command::new(env!("CARGO_BIN_EXE_cflint"))
        .arg("server")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // The input stays open to the end of the test.
    let mut input = server.stdin.take().unwrap();
    drop(server.stdout.take());
    let body = r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{}}}"#;
    write!(input, "Content-Length: {}\r\n\r\n{body}", body.len()).unwrap();
    let (ended, end) = mpsc::channel();
    thread::spawn(move || ended.send(server.wait().unwrap()));
    let status = end.recv_timeout(PATIENCE).unwrap();
    assert_eq!(status.code(), Some(1));
}
