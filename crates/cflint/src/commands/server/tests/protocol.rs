use serde_json::json;

use super::{Script, notification, request, response};
use crate::exit::Exit;

#[test]
fn a_session_has_an_order() {
    let shutdown = request(1, "shutdown", &json!(null));
    let late = request(2, "textDocument/hover", &json!({}));
    let exit = notification("exit", &json!(null));
    let (messages, exit) = Script::new(&json!({})).then([shutdown, late, exit]).run();
    assert_eq!(response(&messages, 0)["result"]["serverInfo"]["name"], "cflint");
    assert_eq!(response(&messages, 1)["result"], json!(null));
    assert_eq!(response(&messages, 2)["error"]["code"], -32600);
    assert_eq!(exit, Some(Exit::Clean));
}
