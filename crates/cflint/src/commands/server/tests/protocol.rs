use serde_json::{Value, json};
use tempfile::TempDir;

use super::{Script, notification, open, request, response, shown};
use crate::commands::server::uri;
use crate::exit::Exit;
use crate::files::paths;

const OUTER: &str =
    "Resources:\n  Inner:\n    Type: AWS::CloudFormation::Stack\n    Properties: {TemplateURL: inner.yaml}\n";
const INNER: &str = "Resources:\n  Queue:\n    Type: AWS::SQS::Queue\n    Type: AWS::SQS::Queue\n";

fn closed(uri: &str) -> Value {
    notification("textDocument/didClose", &json!({"textDocument": {"uri": uri}}))
}

fn logged(messages: &[Value]) -> String {
    let logs = messages.iter().filter(|message| message["method"] == "window/logMessage");
    logs.map(|message| format!("{}\n", message["params"]["message"].as_str().unwrap())).collect()
}

#[test]
fn a_session_has_an_order() {
    let early = request(9, "shutdown", &json!(null));
    let mut script = Script::new(&json!({}));
    script.batches.insert(0, vec![early]);
    let again = request(1, "initialize", &json!({"capabilities": {}}));
    let shutdown = request(2, "shutdown", &json!(null));
    let late = request(3, "textDocument/hover", &json!({}));
    let exit = notification("exit", &json!(null));
    let (messages, exit) = script.then([again, shutdown, late, exit]).run();
    assert_eq!(response(&messages, 9)["error"]["code"], -32002);
    assert_eq!(response(&messages, 0)["result"]["serverInfo"]["name"], "cflint");
    assert_eq!(response(&messages, 1)["error"]["code"], -32600);
    assert_eq!(response(&messages, 2)["result"], json!(null));
    assert_eq!(response(&messages, 3)["error"]["code"], -32600);
    assert_eq!(exit, Some(Exit::Clean));
}

#[test]
fn who_exits_without_a_word_has_failed() {
    let (_, exit) = Script::new(&json!({})).then([notification("exit", &json!(null))]).run();
    assert_eq!(exit, Some(Exit::Findings));
}

#[test]
fn a_cancelled_request_has_no_result() {
    let hover = request(1, "textDocument/hover", &json!({}));
    let cancel = notification("$/cancelRequest", &json!({"id": 1}));
    let (messages, _) = Script::new(&json!({})).then([hover, cancel]).run();
    assert_eq!(response(&messages, 1)["error"]["code"], -32800);
}

#[test]
fn what_is_wrong_in_a_nested_template_is_shown_there() {
    let dir = TempDir::new().unwrap();
    let path = |name: &str| uri::of(&paths::real(&paths::shown(&dir.path().join(name)))).to_string();
    std::fs::write(dir.path().join("inner.yaml"), INNER).unwrap();
    std::fs::write(dir.path().join("outer.yaml"), OUTER).unwrap();
    let (outer, inner) = (path("outer.yaml"), path("inner.yaml"));
    let opened = || Script::new(&json!({})).then([open(&outer, OUTER)]);
    let (messages, _) = opened().run();
    let found = shown(&messages)[&inner].clone();
    assert_eq!(found.iter().map(|found| found["code"].clone()).collect::<Vec<_>>(), ["duplicate-key"]);
    // Once, if it is open as well, and what is unsaved counts.
    let (messages, _) = opened().then([open(&inner, INNER)]).run();
    assert_eq!(shown(&messages)[&inner].len(), 1);
    let (messages, _) = opened().then([open(&inner, "Resources: {}\n")]).run();
    assert!(shown(&messages)[&inner].is_empty());
    let (messages, _) = opened().then([closed(&outer)]).run();
    assert!(shown(&messages).values().all(Vec::is_empty));
}

#[cfg(unix)]
#[test]
fn a_file_that_is_reached_by_two_paths_is_shown_once() {
    let dir = TempDir::new().unwrap();
    std::os::unix::fs::symlink(".", dir.path().join("here")).unwrap();
    std::fs::write(dir.path().join("inner.yaml"), INNER).unwrap();
    let path =
        |name: &str| uri::of(&format!("{}/{name}", paths::real(&paths::shown(dir.path())))).to_string();
    let batch = ["outer.yaml", "here/here/outer.yaml"].map(|name| open(&path(name), OUTER));
    let (messages, _) = Script::new(&json!({})).then(batch).run();
    let of_inner = |(uri, found): (String, Vec<Value>)| uri.ends_with("inner.yaml").then_some(found.len());
    assert_eq!(shown(&messages).into_iter().filter_map(of_inner).filter(|count| *count > 0).count(), 1);
}

#[test]
fn the_page_of_a_rule_comes_first_where_it_cannot_be_opened() {
    let params = json!({"command": "cflint.explain", "arguments": ["host-header-forwarded"]});
    let explain = request(1, "workspace/executeCommand", &params);
    let (messages, _) = Script::new(&json!({})).then([explain]).run();
    let said = messages.iter().find(|message| message["method"] == "window/showMessage").unwrap();
    let said = said["params"]["message"].as_str().unwrap();
    assert!(said.starts_with("https://") && said.contains(".md host-header-forwarded: "), "{said}");
}

#[test]
fn what_is_checked_only_when_saved_is_said() {
    let (messages, _) = Script::new(&json!({})).then([open("untitled:Untitled-1", OUTER)]).run();
    assert!(shown(&messages)["untitled:Untitled-1"].is_empty());
    assert!(logged(&messages).contains("save it first"), "{}", logged(&messages));
}

#[test]
fn a_configuration_is_checked_while_it_is_written() {
    let file = "file:///nowhere/cflint.yaml";
    let (messages, _) = Script::new(&json!({})).then([open(file, "pedantic: true\nselekt: [x]\n")]).run();
    let found = shown(&messages)[file].clone();
    assert_eq!(found.len(), 1);
    let found = &found[0];
    assert_eq!(found["range"]["start"], json!({"line": 1, "character": 0}));
    assert!(found["message"].as_str().unwrap().starts_with("unknown key `selekt`"), "{found}");
}
