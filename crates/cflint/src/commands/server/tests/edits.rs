use std::fmt::Write as _;
use std::sync::mpsc;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::{Script, framed, incoming, notification, open, request, response, sent};
use crate::args::ConfigFileArgs;
use crate::commands::server::session::Session;
use crate::commands::server::uri;
use crate::commands::server::wire::Client;
use crate::commands::server::work::Worker;
use crate::files::paths;

/// A template whose behaviors have a finding each.
fn template(behaviors: usize) -> String {
    let policies = "CachePolicyId: 4135ea2d-6df8-44a3-9df3-4b5a84be39ad, OriginRequestPolicyId: \
                    216adef6-5c7f-47e4-b989-5492eafa07d3";
    let behavior = format!("TargetOriginId: api, ViewerProtocolPolicy: https-only, {policies}");
    let mut text = format!(
        "Resources:\n  Api:\n    Type: AWS::ApiGatewayV2::Api\n    Properties: {{Name: a, ProtocolType: HTTP}}\n  \
         Pages:\n    Type: AWS::CloudFront::Distribution\n    Properties:\n      DistributionConfig:\n        \
         Enabled: true\n        Origins:\n          - {{Id: api, DomainName: !Sub \
         '${{Api}}.execute-api.eu-west-1.amazonaws.com', CustomOriginConfig: {{OriginProtocolPolicy: \
         https-only}}}}\n        DefaultCacheBehavior: {{{behavior}}}\n        CacheBehaviors:\n"
    );
    for index in 0..behaviors {
        let _ = writeln!(text, "          - {{PathPattern: /a{index}, {behavior}}}");
    }
    text
}

/// A template in an empty folder, and the request for all that there is to do about it.
fn edge(dir: &TempDir) -> (String, impl Fn(u64) -> Value) {
    let uri = uri::of(&paths::shown(&dir.path().join("edge.yaml"))).to_string();
    let range = json!({"start": {"line": 0, "character": 0}, "end": {"line": 9_999, "character": 0}});
    let params = json!({"textDocument": {"uri": uri}, "range": range, "context": {"diagnostics": []}});
    (uri, move |id| request(id, "textDocument/codeAction", &params))
}

#[test]
fn a_list_that_comes_with_edits_has_a_few_that_need_a_check() {
    let dir = TempDir::new().unwrap();
    let (uri, list) = edge(&dir);
    let count = |capabilities: &Value, start: &str| {
        let (messages, _) = Script::new(capabilities).then([open(&uri, &template(12)), list(1)]).run();
        let listed = response(&messages, 1)["result"].as_array().unwrap();
        let found = listed.iter().filter(|action| action["title"].as_str().unwrap().starts_with(start));
        (found.clone().count(), found.filter(|action| action.get("edit").is_some()).count())
    };
    let resolves = json!({"textDocument": {"codeAction": {
        "dataSupport": true, "resolveSupport": {"properties": ["edit"]},
    }}});
    let explained = count(&resolves, "Explain").0;
    assert!(explained > 12, "{explained}");
    assert_eq!(count(&json!({}), "Explain"), (explained, 0));
    assert_eq!(count(&resolves, "Ignore"), (explained, 0));
    assert_eq!(count(&json!({}), "Ignore"), (8, 8));
}

#[test]
fn edits_of_a_text_that_changes_meanwhile_are_refused() {
    let dir = TempDir::new().unwrap();
    let (uri, list) = edge(&dir);
    let initialize = request(0, "initialize", &json!({"capabilities": {}}));
    let cancel = notification("$/cancelRequest", &json!({"id": 3}));
    let change = notification(
        "textDocument/didChange",
        &json!({"textDocument": {"uri": uri, "version": 2}, "contentChanges": [{"text": template(1)}]}),
    );
    let mut out = Vec::new();
    let (events, receiver) = mpsc::sync_channel(100);
    let mut session = Session::new(Client::new(&mut out), Worker::start(ConfigFileArgs::default(), events));
    let mut send = |message: &Value, is_last: bool| {
        session.handle(incoming(framed(&message.to_string()).as_bytes())).unwrap();
        while is_last && session.is_busy() {
            session.handle(vec![receiver.recv().unwrap()]).unwrap();
        }
    };
    send(&initialize, true);
    send(&open(&uri, &template(1)), true);
    // One runs, and two wait for it.
    for message in [list(1), list(2), list(3), cancel] {
        send(&message, false);
    }
    send(&change, true);
    let messages = sent(&out);
    let codes = [1, 2, 3].map(|id| response(&messages, id)["error"]["code"].clone());
    assert_eq!(codes, [-32801, -32801, -32800]);
}
