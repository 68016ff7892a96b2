//! Edits of code actions, which need checks, so that the worker makes them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use cflint_diagnostics::{Applicability, Encoding, FileId, Finding, SourceFile, Span};
use cflint_linter::{Fixed, Input, Role, add_suppressions_until, fix_until};
use cflint_rules::RULES;
use gen_lsp_types::{
    CodeAction, DocumentChange, OptionalVersionedTextDocumentIdentifier, Range, TextDocumentEdit,
    TextDocumentIdentifier, TextEdit, Uri, WorkspaceEdit,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use similar::TextDiff;

use super::abilities::Abilities;
use super::documents::{Documents, Open};
use super::found::nests;
use super::look::Look;
use super::session::read;
use super::text;
use super::wire::{Code, Refusal};
use crate::commands::check::UNWRITTEN;
use crate::files::paths::target;

/// How large a document may be, with what it is linked with, for its fixes to be tried before they are offered. A trial is a
/// few checks, and an editor asks whenever the cursor moves. Fixes of larger ones are tried when they are chosen.
const MAX_TRIED: usize = 64 * 1024;
/// How many fixes of a list are tried.
const MAX_TRIALS: usize = 8;

/// What an action does to a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Change {
    Fix,
    FixAll,
    Ignore,
}

/// What is needed to make the edit of an action.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Data {
    pub(super) uri: Uri,
    pub(super) version: i32,
    pub(super) change: Change,
    /// Of the finding that it is about.
    pub(super) fingerprint: Option<String>,
    /// The open stack whose check shows it.
    pub(super) outer: Option<Uri>,
}

/// Actions that were listed without their edits.
pub(super) struct Edits {
    pub(super) uri: Uri,
    pub(super) version: i32,
    sources: Vec<Source>,
    actions: Actions,
    abilities: Abilities,
}

pub(super) enum Actions {
    One(Box<CodeAction>),
    /// A list that comes with all edits.
    All(Vec<CodeAction>),
    /// A list that comes with those of its first fixes, which are quick to try.
    Fixes(Vec<CodeAction>),
}

/// A check whose findings are shown in a document.
pub(super) struct Source {
    pub(super) look: Arc<Look>,
    file: FileId,
    /// The open stack around the document, if it is the check of that.
    pub(super) outer: Option<Uri>,
}

impl Edits {
    pub(super) fn new(document: &Open, sources: Vec<Source>, actions: Actions, abilities: Abilities) -> Self {
        Self { uri: document.uri.clone(), version: document.version, sources, actions, abilities }
    }

    /// The actions with their edits. A list leaves out those that change nothing, or that `check --fix` would refuse.
    pub(super) fn make(&self, stop: &AtomicBool) -> Result<Value, Refusal> {
        let mut trials = 0;
        let made = match &self.actions {
            Actions::One(action) => serde_json::to_value(self.resolve(action, |_| true, stop)?),
            Actions::All(actions) => serde_json::to_value(self.list(actions, |_| true, stop)),
            Actions::Fixes(actions) => {
                let is_tried = |change| {
                    trials += usize::from(change != Change::Ignore);
                    change != Change::Ignore && trials <= MAX_TRIALS
                };
                serde_json::to_value(self.list(actions, is_tried, stop))
            }
        };
        if stop.load(Ordering::Relaxed) {
            return Err(outdated());
        }
        made.map_err(|error| Refusal::new(Code::Failed, error.to_string()))
    }

    fn list(
        &self,
        actions: &[CodeAction],
        mut is_made: impl FnMut(Change) -> bool,
        stop: &AtomicBool,
    ) -> Vec<CodeAction> {
        actions.iter().filter_map(|action| self.resolve(action, &mut is_made, stop).ok()).collect()
    }

    fn resolve(
        &self,
        action: &CodeAction,
        is_made: impl FnOnce(Change) -> bool,
        stop: &AtomicBool,
    ) -> Result<CodeAction, Refusal> {
        let Some(data) = action.data.clone() else { return Ok(action.clone()) };
        let data: Data = read(data)?;
        if !is_made(data.change) {
            return Ok(action.clone());
        }
        let mut sources = self.sources.iter().filter(|_| data.version == self.version);
        let source = sources.find(|source| source.outer == data.outer).ok_or_else(outdated)?;
        let edits = source.edits(&data, self.abilities.encoding, stop)?;
        Ok(CodeAction { edit: Some(self.edit(edits)), data: None, ..action.clone() })
    }

    /// The edit of the version of the document that was looked at.
    fn edit(&self, edits: Vec<TextEdit>) -> WorkspaceEdit {
        if !self.abilities.has_versions {
            let changes = [(self.uri.clone(), edits)].into();
            return WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() };
        }
        let edit = TextDocumentEdit {
            text_document: OptionalVersionedTextDocumentIdentifier {
                version: Some(self.version),
                text_document_identifier: TextDocumentIdentifier { uri: self.uri.clone() },
            },
            edits: edits.into_iter().map(Into::into).collect(),
        };
        WorkspaceEdit { document_changes: Some(vec![DocumentChange::from(edit)]), ..WorkspaceEdit::default() }
    }
}

pub(super) fn outdated() -> Refusal {
    Refusal::new(Code::ContentModified, "the document has changed")
}

impl Source {
    /// The check of the document itself, and those of the stacks around it.
    pub(super) fn all(documents: &Documents, document: &Open) -> Vec<Self> {
        // What was found before the document was broken has no place in it.
        let Some(own) = document.look.clone().filter(|look| look.is_parsed) else { return Vec::new() };
        let is_current = |input: &Input| {
            target(&input.name) == document.real
                && document.text.as_ref().is_some_and(|text| *input.bytes == *text.as_bytes())
        };
        let others = documents.iter().filter(|other| other.uri != document.uri && nests(other, document));
        let around = others.filter_map(|other| {
            let look = other.look.clone()?;
            let (index, _) = (0..).zip(&look.inputs).find(|(_, input)| is_current(input))?;
            Some(Self { look, file: FileId(index), outer: Some(other.uri.clone()) })
        });
        std::iter::once(Self { look: own, file: FileId(0), outer: None }).chain(around).collect()
    }

    pub(super) fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.look.report.active().filter(|finding| finding.primary.span.file == self.file)
    }

    pub(super) fn input(&self) -> Option<&Input> {
        self.look.inputs.get(self.file.0 as usize)
    }

    pub(super) fn is_small(&self) -> bool {
        self.look.inputs.iter().map(|input| input.bytes.len()).sum::<usize>() <= MAX_TRIED
    }

    /// The edits for a change, or why it is refused.
    fn edits(&self, data: &Data, encoding: Encoding, stop: &AtomicBool) -> Result<Vec<TextEdit>, Refusal> {
        let fingerprint = data.fingerprint.as_ref();
        let own = self.input().map(|input| input.name.as_str());
        let may = |input: &Input| own == Some(input.name.as_str());
        let is_wanted = |one: &Finding| {
            one.primary.span.file == self.file
                && fingerprint.is_none_or(|fingerprint| *fingerprint == one.fingerprint)
        };
        let (mut inputs, options) = (self.look.inputs.clone(), &self.look.options);
        if let Some(input) = inputs.get_mut(self.file.0 as usize) {
            // It is open: it is meant as well as the stack around it.
            input.role = Role::Named;
        }
        let fix = |inputs, least| {
            fix_until(inputs, RULES, options, least, &|finding, _| is_wanted(finding), &may, stop)
        };
        let fixed = match data.change {
            Change::Fix => fix(inputs, Applicability::Unsafe),
            Change::FixAll => fix(inputs, Applicability::Safe),
            Change::Ignore => {
                add_suppressions_until(inputs, RULES, options, Some(UNWRITTEN), &is_wanted, &may, stop)
            }
        };
        let fixed = fixed.ok_or_else(outdated)?;
        let edits = self.difference(&fixed, encoding);
        if edits.is_empty() {
            let why = fixed.refused.first().map_or("there is nothing to change", |refused| &refused.why);
            return Err(Refusal::new(Code::Failed, why));
        }
        let finding =
            self.findings().filter(|_| data.change == Change::Fix).find(|finding| is_wanted(finding));
        Ok(finding.and_then(|finding| self.written(finding, encoding)).unwrap_or(edits))
    }

    /// The edits of a fix as its rule wrote them: they are smaller than what is different.
    fn written(&self, finding: &Finding, encoding: Encoding) -> Option<Vec<TextEdit>> {
        let file = self.look.report.sources.get(self.file)?;
        let edits = finding.fix.as_ref()?.edits.iter().filter(|edit| edit.span.file == self.file);
        let edit = |edit: &cflint_diagnostics::Edit| TextEdit {
            range: text::range(file, edit.span, encoding),
            new_text: edit.text.clone(),
        };
        Some(edits.map(edit).collect())
    }

    /// What is different in the document, line by line.
    fn difference(&self, fixed: &Fixed, encoding: Encoding) -> Vec<TextEdit> {
        let after = fixed.inputs.get(self.file.0 as usize);
        let after = after.and_then(|input| std::str::from_utf8(&input.bytes).ok());
        let (Some(file), Some(after)) = (self.look.report.sources.get(self.file), after) else {
            return Vec::new();
        };
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
}

fn range(file: &SourceFile, start: usize, end: usize, encoding: Encoding) -> Range {
    let at = |offset| u32::try_from(offset).unwrap_or(u32::MAX);
    text::range(file, Span::new(FileId(0), at(start), at(end)), encoding)
}
