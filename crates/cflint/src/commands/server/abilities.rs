//! What a client can do, and what the server offers it.

use cflint_diagnostics::Encoding;
use serde_json::{Value, json};

/// The command behind the code action that opens the page of a rule.
pub(super) const EXPLAIN: &str = "cflint.explain";
/// The commands for extensions: the trace of a request, and the page of a document.
pub(super) const TRACE: &str = "cflint.trace";
pub(super) const MAP: &str = "cflint.map";
/// The kind of the code action that applies all safe fixes.
pub(super) const FIX_ALL: &str = "source.fixAll.cflint";

/// What a client said about itself. A client that says nothing gets the least.
#[derive(Debug, Clone, Copy)]
pub(super) struct Abilities {
    pub(super) encoding: Encoding,
    /// It requests diagnostics, so none are sent for open documents.
    pub(super) pulls: bool,
    /// It can be told to request all diagnostics again.
    pub(super) refreshes: bool,
    pub(super) shows_documents: bool,
    /// It requests the edit of a code action when that is chosen.
    pub(super) resolves_edits: bool,
    /// Its edits can have a version.
    pub(super) has_versions: bool,
    pub(super) watches: bool,
    /// It wants inlay hints.
    pub(super) wants_hints: bool,
    /// It shows the state of each document.
    pub(super) shows_status: bool,
    /// It wants to see what is in the folders of the workspace, too.
    pub(super) wants_folders: bool,
}

impl Abilities {
    pub(super) fn of(params: &Value) -> Self {
        let get = |path: &str| params.pointer(&format!("/capabilities/{path}"));
        let has = |path: &str| get(path).and_then(Value::as_bool).unwrap_or(false);
        let lists = |path: &str, what: &str| {
            get(path).and_then(Value::as_array).is_some_and(|list| list.iter().any(|item| item == what))
        };
        let encodings = [("utf-8", Encoding::Utf8), ("utf-32", Encoding::CodePoints)];
        let encoding = encodings.into_iter().find(|(name, _)| lists("general/positionEncodings", name));
        Self {
            encoding: encoding.map_or(Encoding::Utf16, |(_, encoding)| encoding),
            pulls: get("textDocument/diagnostic").is_some_and(Value::is_object),
            refreshes: has("workspace/diagnostics/refreshSupport"),
            shows_documents: has("window/showDocument/support"),
            resolves_edits: lists("textDocument/codeAction/resolveSupport/properties", "edit")
                && has("textDocument/codeAction/dataSupport"),
            has_versions: has("workspace/workspaceEdit/documentChanges"),
            watches: has("workspace/didChangeWatchedFiles/dynamicRegistration"),
            wants_hints: params.pointer("/initializationOptions/inlayHints") == Some(&Value::Bool(true)),
            shows_status: has("experimental/cflintStatus"),
            wants_folders: params.pointer("/initializationOptions/workspaceDiagnostics")
                == Some(&json!(true)),
        }
    }

    /// The response to `initialize`.
    pub(super) fn offer(&self) -> Value {
        let encoding = match self.encoding {
            Encoding::Utf8 => "utf-8",
            Encoding::Utf16 => "utf-16",
            Encoding::CodePoints => "utf-32",
        };
        // Also folders: whatever is below them moves with them.
        let moved = json!({"filters": [{"scheme": "file", "pattern": {"glob": "**"}}]});
        let mut capabilities = json!({
            "positionEncoding": encoding,
            "textDocumentSync": {"openClose": true, "change": 2, "save": true},
            "codeActionProvider": {
                "codeActionKinds": ["quickfix", FIX_ALL],
                "resolveProvider": self.resolves_edits,
            },
            "executeCommandProvider": {"commands": [EXPLAIN, TRACE, MAP]},
            "hoverProvider": true,
            "completionProvider": {"triggerCharacters": [" ", ":", "\"", "'", "/"]},
            "definitionProvider": true,
            "documentSymbolProvider": true,
            "workspace": {
                "workspaceFolders": {"supported": true, "changeNotifications": true},
                "fileOperations": {"didRename": moved, "didDelete": moved},
            },
        });
        if self.pulls {
            capabilities["diagnosticProvider"] =
                json!({"identifier": "cflint", "interFileDependencies": true, "workspaceDiagnostics": true});
        }
        if self.wants_hints {
            capabilities["inlayHintProvider"] = json!(true);
        }
        json!({
            "capabilities": capabilities,
            "serverInfo": {"name": "cflint", "version": env!("CARGO_PKG_VERSION")},
        })
    }
}

/// The registration for changes of templates and configurations on disk.
pub(super) fn watchers() -> Value {
    let globs = ["**/*.{yaml,yml,json,template}", "**/samconfig.toml"];
    let watchers: Vec<Value> = globs.iter().map(|glob| json!({"globPattern": glob})).collect();
    json!({"registrations": [{
        "id": "cflint-files",
        "method": "workspace/didChangeWatchedFiles",
        "registerOptions": {"watchers": watchers},
    }]})
}
