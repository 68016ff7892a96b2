//! Code actions: fixes, suppressions, and the page of a rule.

use cflint_diagnostics::{Applicability, Encoding, FileId, Finding, SourceFile, Span};
use cflint_linter::{Fixed, Input, Role, add_suppressions};
use cflint_rules::RULES;
use gen_lsp_types::{
    CodeAction, CodeActionKind, CodeActionParams, Command, DocumentChange,
    OptionalVersionedTextDocumentIdentifier, Range, TextDocumentEdit, TextDocumentIdentifier, TextEdit, Uri,
    WorkspaceEdit,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use similar::TextDiff;

use super::abilities::{Abilities, EXPLAIN, FIX_ALL};
use super::diagnostics::{Places, diagnostic};
use super::documents::{Documents, Open};
use super::found::nests;
use super::look::Look;
use super::session::read;
use super::text;
use super::wire::{Code, Refusal};
use crate::commands::check::may_edit;
use crate::files::paths::target;

/// What a suppression says until the user has written why.
const REASON: &str = "TODO: say why";

/// How large a document may be, with what it is linked with, for its fixes to be tried before they are offered. A trial is a
/// few checks, and an editor asks whenever the cursor moves. Fixes of larger ones are tried when they are chosen.
const MAX_TRIED: usize = 64 * 1024;

/// What an action does to a document.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
enum Change {
    Fix,
    FixAll,
    Ignore,
}

/// What is needed to resolve an action.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Data {
    uri: Uri,
    version: i32,
    change: Change,
    /// Of the finding that it is about.
    fingerprint: Option<String>,
    /// The open stack whose check shows it.
    outer: Option<Uri>,
}

/// What there is to do about a range of a document.
pub(super) fn actions(
    documents: &Documents,
    document: &Open,
    params: &CodeActionParams,
    abilities: Abilities,
    places: Places<'_>,
) -> Vec<CodeAction> {
    let only = params.context.only.as_deref();
    let wants = |kind: &CodeActionKind| only.is_none_or(|only| only.iter().any(|wanted| holds(wanted, kind)));
    // A client that runs actions on save asks for them by their kind, and may not resolve them.
    let is_eager =
        !abilities.resolves_edits || only.is_some_and(|only| !only.contains(&CodeActionKind::QuickFix));
    let sources = Source::all(documents, document);
    let finds = |sources: &[Source<'_>], finding: &Finding| {
        let is_same = |other: &Finding| {
            (other.rule, other.primary.span.range()) == (finding.rule, finding.primary.span.range())
        };
        sources.iter().any(|source| source.findings().any(is_same))
    };
    let mut actions = Vec::new();
    for (index, source) in sources.iter().enumerate() {
        let (before, after) = sources.split_at(index);
        let report = &source.look.report;
        let can_edit = source.input().is_some_and(may_edit);
        // The action with its edit, or what is needed to make it; nothing if `check --fix` would refuse it.
        let prepared = |change: Change, finding: Option<&Finding>, action: CodeAction| {
            if is_eager {
                let edits = source.edits(change, finding, places).ok()?;
                return Some(CodeAction { edit: Some(edit(document, edits, abilities)), ..action });
            }
            if !matches!(change, Change::Ignore) && !source.is_large() {
                if !source.can(change, finding, places) {
                    return None;
                }
                if let Some(edits) = source.written(change, finding, places) {
                    return Some(CodeAction { edit: Some(edit(document, edits, abilities)), ..action });
                }
            }
            let data = Data {
                uri: document.uri.clone(),
                version: document.version,
                change,
                fingerprint: finding.map(|finding| finding.fingerprint.clone()),
                outer: source.outer.cloned(),
            };
            Some(CodeAction { data: Some(json!(data)), ..action })
        };
        let range = |finding: &Finding| places.range(&report.sources, finding.primary.span);
        let touched = source.findings().filter(|finding| touches(range(finding), params.range));
        // The stacks around the document know its parameters, so what they do not find is not shown.
        let is_shown = |finding: &&Finding| match source.outer {
            None => after.len() == 1 || finds(after.get(1..).unwrap_or_default(), finding),
            Some(_) => !finds(before, finding),
        };
        for finding in touched.filter(is_shown).filter(|_| wants(&CodeActionKind::QuickFix)) {
            let about = |title| CodeAction {
                title,
                kind: Some(CodeActionKind::QuickFix),
                diagnostics: Some(vec![diagnostic(report, finding, places)]),
                ..CodeAction::default()
            };
            if let Some(fix) = finding.fix.as_ref().filter(|_| can_edit)
                && let Some(title) = title(fix.applicability, &fix.title)
            {
                let is_preferred = Some(fix.applicability == Applicability::Safe);
                let action = CodeAction { is_preferred, ..about(title) };
                actions.extend(prepared(Change::Fix, Some(finding), action));
            }
            // What cannot be read cannot be ignored.
            if can_edit && finding.rule != "invalid-template" {
                let action = about(format!("Ignore `{}` here, with a reason", finding.rule));
                actions.extend(prepared(Change::Ignore, Some(finding), action));
            }
            let title = format!("Explain `{}`", finding.rule);
            let command = Command {
                title: title.clone(),
                command: EXPLAIN.to_owned(),
                arguments: Some(vec![json!(finding.rule)]),
                ..Command::default()
            };
            actions.push(CodeAction { command: Some(command), ..about(title) });
        }
        let is_safe = |finding: &Finding| {
            finding.fix.as_ref().is_some_and(|fix| fix.applicability == Applicability::Safe)
        };
        let fix_all = CodeActionKind::Custom(FIX_ALL.into());
        if wants(&fix_all) && can_edit && source.outer.is_none() && source.findings().any(is_safe) {
            let action = CodeAction {
                title: "Apply all safe fixes of cflint".to_owned(),
                kind: Some(fix_all),
                ..CodeAction::default()
            };
            actions.extend(prepared(Change::FixAll, None, action));
        }
    }
    actions
}

/// Adds the edit to an action that was listed without it.
pub(super) fn resolve(
    documents: &Documents,
    action: CodeAction,
    abilities: Abilities,
    places: Places<'_>,
) -> Result<CodeAction, Refusal> {
    let Some(data) = action.data.clone().filter(|_| action.edit.is_none()) else { return Ok(action) };
    let data: Data = read(data)?;
    let document = documents
        .get(&data.uri)
        .ok_or_else(|| Refusal::new(Code::InvalidParams, "the document is not open"))?;
    let mut sources = Source::all(documents, document).into_iter();
    let source = sources.find(|source| source.outer == data.outer.as_ref());
    let source = source
        .filter(|_| data.version == document.version)
        .ok_or_else(|| Refusal::new(Code::ContentModified, "the document has changed"))?;
    let is_it = |finding: &&Finding| Some(&finding.fingerprint) == data.fingerprint.as_ref();
    let edits = source.edits(data.change, source.findings().find(is_it), places)?;
    Ok(CodeAction { edit: Some(edit(document, edits, abilities)), ..action })
}

fn title(applicability: Applicability, title: &str) -> Option<String> {
    match applicability {
        Applicability::Safe => Some(format!("Fix: {title}")),
        Applicability::Unsafe => Some(format!("Unsafe fix, may break a request that works today: {title}")),
        Applicability::Display => None,
    }
}

/// A check whose findings are shown in a document.
#[derive(Clone, Copy)]
struct Source<'d> {
    look: &'d Look,
    file: FileId,
    /// The open stack around the document, if it is the check of that.
    outer: Option<&'d Uri>,
}

impl<'d> Source<'d> {
    /// The check of the document itself, and those of the stacks around it.
    fn all(documents: &'d Documents, document: &'d Open) -> Vec<Self> {
        // What was found before the document was broken has no place in it.
        let Some(own) = document.look.as_deref().filter(|look| look.is_parsed) else { return Vec::new() };
        let is_current = |input: &Input| {
            target(&input.name) == document.real
                && document.text.as_ref().is_some_and(|text| *input.bytes == *text.as_bytes())
        };
        let others = documents.iter().filter(|other| other.uri != document.uri && nests(other, document));
        let around = others.filter_map(|other| {
            let look = other.look.as_deref()?;
            let (index, _) = (0..).zip(&look.inputs).find(|(_, input)| is_current(input))?;
            Some(Self { look, file: FileId(index), outer: Some(&other.uri) })
        });
        std::iter::once(Self { look: own, file: FileId(0), outer: None }).chain(around).collect()
    }

    fn findings(self) -> impl Iterator<Item = &'d Finding> {
        self.look.report.active().filter(move |finding| finding.primary.span.file == self.file)
    }

    fn input(self) -> Option<&'d Input> {
        self.look.inputs.get(self.file.0 as usize)
    }

    fn is_large(self) -> bool {
        self.look.inputs.iter().map(|input| input.bytes.len()).sum::<usize>() > MAX_TRIED
    }

    /// Whether a fix can be applied. An editor asks again and again about the same one.
    fn can(self, change: Change, finding: Option<&Finding>, places: Places<'_>) -> bool {
        let fingerprint = finding.map(|finding| finding.fingerprint.clone());
        let known = self.look.tried.borrow().get(&fingerprint).copied();
        known.unwrap_or_else(|| {
            let can = self.edits(change, finding, places).is_ok();
            self.look.tried.borrow_mut().insert(fingerprint, can);
            can
        })
    }

    /// The edits for a change, or why it is refused.
    fn edits(
        self,
        change: Change,
        finding: Option<&Finding>,
        places: Places<'_>,
    ) -> Result<Vec<TextEdit>, Refusal> {
        let own = self.input().map(|input| input.name.as_str());
        let may = |input: &Input| own == Some(input.name.as_str());
        let wanted = |one: &Finding| {
            one.primary.span.file == self.file
                && finding.is_none_or(|finding| finding.fingerprint == one.fingerprint)
        };
        let (mut inputs, options) = (self.look.inputs.clone(), &self.look.options);
        if let Some(input) = inputs.get_mut(self.file.0 as usize) {
            // It is open: it is meant as well as the stack around it.
            input.role = Role::Named;
        }
        let fix =
            |inputs, least| cflint_linter::fix(inputs, RULES, options, least, &|one, _| wanted(one), &may);
        let fixed = match change {
            Change::Fix => fix(inputs, Applicability::Unsafe),
            Change::FixAll => fix(inputs, Applicability::Safe),
            Change::Ignore => add_suppressions(inputs, RULES, options, Some(REASON), &wanted, &may),
        };
        let edits = self.difference(&fixed, places.encoding);
        if edits.is_empty() {
            let why = fixed.refused.first().map_or("there is nothing to change", |refused| &refused.why);
            return Err(Refusal::new(Code::Failed, why));
        }
        Ok(self.written(change, finding, places).unwrap_or(edits))
    }

    /// The edits of one fix as its rule wrote them: they are smaller than what is different.
    fn written(self, change: Change, finding: Option<&Finding>, places: Places<'_>) -> Option<Vec<TextEdit>> {
        let fix = finding?.fix.as_ref().filter(|_| matches!(change, Change::Fix))?;
        let edits = places.edits(&self.look.report.sources, fix).into_iter();
        Some(edits.map(|(_, edit)| edit).collect())
    }

    /// What is different in the document, line by line.
    fn difference(self, fixed: &Fixed, encoding: Encoding) -> Vec<TextEdit> {
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

/// The edit of the version of the document that was looked at.
fn edit(document: &Open, edits: Vec<TextEdit>, abilities: Abilities) -> WorkspaceEdit {
    if !abilities.has_versions {
        let changes = [(document.uri.clone(), edits)].into();
        return WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() };
    }
    let edit = TextDocumentEdit {
        text_document: OptionalVersionedTextDocumentIdentifier {
            version: Some(document.version),
            text_document_identifier: TextDocumentIdentifier { uri: document.uri.clone() },
        },
        edits: edits.into_iter().map(Into::into).collect(),
    };
    WorkspaceEdit { document_changes: Some(vec![DocumentChange::from(edit)]), ..WorkspaceEdit::default() }
}

/// Whether a kind is the wanted one, or one of its kinds: `source` holds `source.fixAll.cflint`.
fn holds(wanted: &CodeActionKind, kind: &CodeActionKind) -> bool {
    let name = |kind: &CodeActionKind| json!(kind).as_str().unwrap_or_default().to_owned();
    let (wanted, kind) = (name(wanted), name(kind));
    wanted.is_empty()
        || kind.strip_prefix(&wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

fn touches(one: Range, other: Range) -> bool {
    one.start <= other.end && other.start <= one.end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_holds_those_below_it() {
        let fix_all = CodeActionKind::Custom(FIX_ALL.into());
        assert!(holds(&CodeActionKind::Source, &fix_all) && holds(&CodeActionKind::SourceFixAll, &fix_all));
        assert!(holds(&fix_all, &fix_all) && holds(&CodeActionKind::Empty, &CodeActionKind::QuickFix));
        assert!(
            !holds(&CodeActionKind::QuickFix, &fix_all) && !holds(&fix_all, &CodeActionKind::SourceFixAll)
        );
    }
}
