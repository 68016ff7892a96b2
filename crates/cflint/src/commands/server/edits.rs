//! Edits of code actions that need checks, which the worker does.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use cflint_diagnostics::{Applicability, Encoding, FileId, Finding, SourceFile, Span};
use cflint_linter::{Fixed, Input, add_suppressions_until, fix_until};
use cflint_rules::RULES;
use gen_lsp_types::{
    CodeAction, DocumentChange, OptionalVersionedTextDocumentIdentifier, Range, TextDocumentEdit,
    TextDocumentIdentifier, TextEdit, Uri, WorkspaceEdit,
};
use serde_json::{Value, json};
use similar::TextDiff;

use super::abilities::Abilities;
use super::documents::Open;
use super::look::Look;
use super::text;
use super::wire::{Code, Refusal};

/// What a suppression says until the user has written why.
const REASON: &str = "TODO: say why";

/// Actions that were listed without their edits.
pub(super) struct Edits {
    pub(super) uri: Uri,
    pub(super) version: i32,
    look: Arc<Look>,
    actions: Actions,
    abilities: Abilities,
}

pub(super) enum Actions {
    One(Box<CodeAction>),
    List(Vec<CodeAction>),
}

impl Edits {
    /// The edits of the last look at a document, which has to be one at its text as it is.
    pub(super) fn new(document: &Open, actions: Actions, abilities: Abilities) -> Result<Self, Refusal> {
        let is_current = |action: &CodeAction| {
            let version = action.data.as_ref().and_then(|data| data.get("version"));
            version.is_none_or(|version| *version == json!(document.version))
        };
        let all = match &actions {
            Actions::One(action) => std::slice::from_ref(&**action),
            Actions::List(actions) => actions,
        };
        let look = document.look.clone().filter(|look| look.is_parsed && all.iter().all(is_current));
        let look = look.ok_or_else(outdated)?;
        Ok(Self { uri: document.uri.clone(), version: document.version, look, actions, abilities })
    }

    /// The actions with their edits. A list leaves out those that change nothing.
    pub(super) fn make(&self, stop: &AtomicBool) -> Result<Value, Refusal> {
        let made = match &self.actions {
            Actions::One(action) => serde_json::to_value(self.resolve(action, stop)?),
            Actions::List(actions) => {
                let made = actions.iter().filter_map(|action| self.resolve(action, stop).ok());
                serde_json::to_value(made.collect::<Vec<_>>())
            }
        };
        if stop.load(Ordering::Relaxed) {
            return Err(outdated());
        }
        made.map_err(|error| Refusal::new(Code::Failed, error.to_string()))
    }

    fn resolve(&self, action: &CodeAction, stop: &AtomicBool) -> Result<CodeAction, Refusal> {
        let Some(data) = action.data.as_ref().filter(|_| action.edit.is_none()) else {
            return Ok(action.clone());
        };
        let fixed = match data.get("fingerprint").and_then(Value::as_str) {
            Some(fingerprint) => suppressed(&self.look, fingerprint, stop),
            None => fixed(&self.look, stop),
        };
        let fixed = fixed.ok_or_else(outdated)?;
        let edits = edits(&self.look, &fixed, self.abilities.encoding);
        if edits.is_empty() {
            let why = fixed.refused.first().map_or("there is nothing to change", |refused| &refused.why);
            return Err(Refusal::new(Code::Failed, why));
        }
        Ok(CodeAction { edit: Some(edit(&self.uri, self.version, edits, self.abilities)), ..action.clone() })
    }
}

pub(super) fn outdated() -> Refusal {
    Refusal::new(Code::ContentModified, "the document has changed")
}

/// The document after all safe fixes.
fn fixed(look: &Look, stop: &AtomicBool) -> Option<Fixed> {
    let is_own = name_of(look);
    let wanted = |_: &Finding, path: &str| is_own(path);
    let may = |input: &Input| is_own(&input.name);
    fix_until(look.inputs.clone(), RULES, &look.options, Applicability::Safe, &wanted, &may, stop)
}

/// The document with a suppression.
fn suppressed(look: &Look, fingerprint: &str, stop: &AtomicBool) -> Option<Fixed> {
    let is_own = name_of(look);
    let wanted = |finding: &Finding| finding.primary.span.file.0 == 0 && finding.fingerprint == fingerprint;
    let may = |input: &Input| is_own(&input.name);
    add_suppressions_until(look.inputs.clone(), RULES, &look.options, Some(REASON), &wanted, &may, stop)
}

fn name_of(look: &Look) -> impl Fn(&str) -> bool {
    let own = look.inputs.first().map(|input| input.name.clone());
    move |name| own.as_deref() == Some(name)
}

/// What is different in the document, line by line.
fn edits(look: &Look, fixed: &Fixed, encoding: Encoding) -> Vec<TextEdit> {
    let after = fixed.inputs.first().and_then(|input| std::str::from_utf8(&input.bytes).ok());
    let (Some(file), Some(after)) = (look.file(), after) else { return Vec::new() };
    let diff = TextDiff::from_lines(file.text().as_ref(), after);
    let mut edits = Vec::new();
    let mut at = 0;
    for op in diff.ops() {
        let old: usize = diff.old_slices()[op.old_range()].iter().map(|line| line.len()).sum();
        if op.tag() != similar::DiffTag::Equal {
            edits.push(TextEdit {
                range: range(file, at, at + old, encoding),
                new_text: diff.new_slices()[op.new_range()].concat(),
            });
        }
        at += old;
    }
    edits
}

fn range(file: &SourceFile, start: usize, end: usize, encoding: Encoding) -> Range {
    let at = |offset| u32::try_from(offset).unwrap_or(u32::MAX);
    text::range(file, Span::new(FileId(0), at(start), at(end)), encoding)
}

/// The edit of the version of the document that was looked at.
pub(super) fn edit(uri: &Uri, version: i32, edits: Vec<TextEdit>, abilities: Abilities) -> WorkspaceEdit {
    if !abilities.has_versions {
        let changes = [(uri.clone(), edits)].into();
        return WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() };
    }
    let edit = TextDocumentEdit {
        text_document: OptionalVersionedTextDocumentIdentifier {
            version: Some(version),
            text_document_identifier: TextDocumentIdentifier { uri: uri.clone() },
        },
        edits: edits.into_iter().map(Into::into).collect(),
    };
    WorkspaceEdit { document_changes: Some(vec![DocumentChange::from(edit)]), ..WorkspaceEdit::default() }
}
