//! What a client asks about a document.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;

use gen_lsp_types::{
    CodeAction, CodeActionParams, Diagnostic, DocumentDiagnosticParams, ExecuteCommandParams,
    InlayHintParams, TextDocumentIdentifier, TextDocumentPositionParams, Uri, WorkspaceDiagnosticParams,
};
use serde::Serialize;
use serde_json::{Value, json};

use super::abilities::EXPLAIN;
use super::diagnostics::{self, Places};
use super::documents::Open;
use super::edits::{Actions, Edits, Source};
use super::found::uri_of;
use super::session::{Session, read};
use super::wire::{Code, Refusal};
use super::{actions, completion, definition, hints, hover, symbols};

/// The result of a request.
pub(super) enum Response {
    Now(Value),
    /// What the worker has to make.
    Later(Edits),
}

/// Answers a request about documents that have been checked.
pub(super) fn respond(session: &mut Session<'_>, method: &str, params: Value) -> Result<Response, Refusal> {
    let uri = |name: &str| uri_of(&session.documents, name);
    let places = Places { encoding: session.abilities.encoding, uri: &uri };
    let now = match method {
        "textDocument/diagnostic" => read(params).map(|params| diagnostic(session, params)),
        "workspace/diagnostic" => read(params).map(|params| all_diagnostics(session, &params)),
        "codeAction/resolve" => return resolve(session, read(params)?),
        "textDocument/codeAction" => return actions(session, &read(params)?, places),
        "textDocument/documentSymbol" => {
            of_document(session, params, |document| value(symbols::symbols(document, places)))
        }
        "textDocument/inlayHint" => read(params).and_then(|params: InlayHintParams| {
            let document = session.documents.get(&params.text_document.uri);
            let hints = document.and_then(|document| {
                let text = document.text.as_deref()?;
                let at = |position| super::text::offset(text, position, places.encoding);
                Some(hints::hints(document, at(params.range.start)..at(params.range.end), places.encoding))
            });
            value(hints)
        }),
        "textDocument/hover" => {
            at(session, params, |document, at| value(hover::hover(&session.documents, document, at)))
        }
        "textDocument/completion" => {
            at(session, params, |document, at| value(completion::completion(document, at, places.encoding)))
        }
        "textDocument/definition" => {
            at(session, params, |document, at| value(definition::definition(document, at, places)))
        }
        _ => Err(Refusal::new(Code::MethodNotFound, format!("`{method}` is not supported"))),
    };
    now.map(Response::Now)
}

fn actions(
    session: &Session<'_>,
    params: &CodeActionParams,
    places: Places<'_>,
) -> Result<Response, Refusal> {
    let Some(document) = session.documents.get(&params.text_document.uri) else {
        return Ok(Response::Now(Value::Null));
    };
    let sources = Source::all(&session.documents, document);
    let abilities = session.abilities;
    let listed = actions::actions(document, &sources, params, abilities, places);
    let made = if actions::is_eager(params, abilities) && listed.iter().any(|action| action.data.is_some()) {
        Actions::All(listed)
    } else if actions::has_fixes(&listed) && sources.iter().all(Source::is_small) {
        Actions::Fixes(listed)
    } else {
        return value(listed).map(Response::Now);
    };
    Ok(Response::Later(Edits::new(document, sources, made, abilities)))
}

fn resolve(session: &Session<'_>, action: CodeAction) -> Result<Response, Refusal> {
    if action.edit.is_some() || action.data.is_none() {
        return value(action).map(Response::Now);
    }
    let document = action.data.as_ref().and_then(|data| data.get("uri")).and_then(Value::as_str);
    let document = document.and_then(|uri| session.documents.get(&Uri::from(uri)));
    let document = document.ok_or_else(|| Refusal::new(Code::InvalidParams, "the document is not open"))?;
    let sources = Source::all(&session.documents, document);
    Ok(Response::Later(Edits::new(document, sources, Actions::One(Box::new(action)), session.abilities)))
}

fn of_document(
    session: &Session<'_>,
    params: Value,
    respond: impl FnOnce(&Open) -> Result<Value, Refusal>,
) -> Result<Value, Refusal> {
    let document = params.get("textDocument").cloned().unwrap_or_default();
    let TextDocumentIdentifier { uri } = read(document)?;
    session.documents.get(&uri).map_or(Ok(Value::Null), respond)
}

/// Something about a place, which is given as an offset.
fn at(
    session: &Session<'_>,
    params: Value,
    respond: impl FnOnce(&Open, usize) -> Result<Value, Refusal>,
) -> Result<Value, Refusal> {
    let TextDocumentPositionParams { text_document, position } = read(params)?;
    let document = session.documents.get(&text_document.uri);
    let placed = document.and_then(|document| {
        let text = document.text.as_deref()?;
        Some((document, super::text::offset(text, position, session.abilities.encoding)))
    });
    placed.map_or(Ok(Value::Null), |(document, offset)| respond(document, offset))
}

fn value(result: impl Serialize) -> Result<Value, Refusal> {
    serde_json::to_value(result).map_err(|error| Refusal::new(Code::Failed, error.to_string()))
}

/// Opens the page of a rule.
pub(super) fn explain(
    session: &mut Session<'_>,
    params: &ExecuteCommandParams,
) -> io::Result<Result<Value, Refusal>> {
    match explained(params) {
        Ok(meta) => {
            session.show(&meta.url(), &format!("{}: {}.", meta.id, meta.summary))?;
            Ok(Ok(Value::Null))
        }
        Err(refusal) => Ok(Err(refusal)),
    }
}

fn explained(params: &ExecuteCommandParams) -> Result<&'static cflint_linter::RuleMeta, Refusal> {
    if params.command != EXPLAIN {
        return Err(Refusal::new(Code::InvalidParams, format!("unknown command `{}`", params.command)));
    }
    let id = params.arguments.as_ref().and_then(|arguments| arguments.first()?.as_str());
    id.and_then(diagnostics::rule)
        .ok_or_else(|| Refusal::new(Code::InvalidParams, format!("`{EXPLAIN}` needs the id of a rule")))
}

/// The diagnostics of a document for a client that requests them.
fn diagnostic(session: &mut Session<'_>, params: DocumentDiagnosticParams) -> Value {
    let uri = params.text_document.uri;
    let items = session.found().remove(uri.as_ref()).unwrap_or_default();
    let id = result_id(&items);
    if let Some(document) = session.documents.get(&uri) {
        session.pulled.insert(uri.0, (document.version, id.clone()));
    }
    if params.previous_result_id.as_ref() == Some(&id) {
        return json!({"kind": "unchanged", "resultId": id});
    }
    json!({"kind": "full", "resultId": id, "items": items})
}

/// The diagnostics of all open documents and of what they are linked with, and of the folders of the workspace for a client
/// that wants these.
fn all_diagnostics(session: &mut Session<'_>, params: &WorkspaceDiagnosticParams) -> Value {
    session.pulls_all = true;
    let mut found = session.found();
    if let Some(scan) = session.scan.as_ref().filter(|_| session.abilities.wants_folders) {
        for (uri, diagnostics) in &scan.by_uri {
            found.entry(uri.clone()).or_insert_with(|| diagnostics.clone());
        }
    }
    let known: BTreeMap<String, String> =
        params.previous_result_ids.iter().map(|known| (known.uri.to_string(), known.value.clone())).collect();
    // Where there is nothing any more, the client has to know.
    known.keys().for_each(|uri| {
        found.entry(uri.clone()).or_default();
    });
    let report = |(uri, items): (String, Vec<Diagnostic>)| {
        let id = result_id(&items);
        let version = session.documents.get(&Uri(uri.clone())).map(|document| document.version);
        match known.get(&uri) == Some(&id) {
            true => json!({"kind": "unchanged", "uri": uri, "version": version, "resultId": id}),
            false => json!({"kind": "full", "uri": uri, "version": version, "resultId": id, "items": items}),
        }
    };
    json!({"items": found.into_iter().map(report).collect::<Vec<_>>()})
}

/// Stands for a list of diagnostics: equal lists have equal ids.
pub(super) fn result_id(diagnostics: &[Diagnostic]) -> String {
    let mut hasher = DefaultHasher::new();
    diagnostics.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}
