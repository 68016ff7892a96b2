//! Code actions: fixes, suppressions, and the page of a rule.

use cflint_diagnostics::{Applicability, Encoding, Finding, SourceFile, Span};
use cflint_linter::{Fixed, add_suppressions};
use cflint_rules::RULES;
use gen_lsp_types::{
    CodeAction, CodeActionKind, CodeActionParams, Command, Diagnostic, DocumentChange,
    OptionalVersionedTextDocumentIdentifier, Range, TextDocumentEdit, TextDocumentIdentifier, TextEdit,
    WorkspaceEdit,
};
use serde_json::{Value, json};
use similar::TextDiff;

use super::abilities::{Abilities, EXPLAIN, FIX_ALL};
use super::diagnostics::{Places, diagnostic, rule};
use super::documents::Open;
use super::look::Look;
use super::text;
use super::wire::{Code, Refusal};
use crate::commands::check::may_edit;

/// What a suppression says until the user has written why.
const REASON: &str = "TODO: say why";

/// What there is to do about a range of a document.
pub(super) fn actions(
    document: &Open,
    params: &CodeActionParams,
    abilities: Abilities,
    places: Places<'_>,
) -> Vec<CodeAction> {
    // What was found before the document was broken has no place in it.
    let Some(look) = document.look.as_deref().filter(|look| look.is_parsed) else { return Vec::new() };
    let only = params.context.only.as_deref();
    let wants = |kind: &CodeActionKind| only.is_none_or(|only| only.iter().any(|wanted| holds(wanted, kind)));
    let can_edit = look.inputs.first().is_some_and(may_edit);
    let mut actions = Vec::new();
    if wants(&CodeActionKind::QuickFix) {
        let report = &look.report;
        let range = |finding: &Finding| places.range(&report.sources, finding.primary.span);
        for finding in look.own().filter(|finding| touches(range(finding), params.range)) {
            let about = |title, kind| CodeAction {
                title,
                kind: Some(kind),
                diagnostics: Some(vec![diagnostic(report, finding, places)]),
                ..CodeAction::default()
            };
            if let Some(fix) = finding.fix.as_ref().filter(|_| can_edit)
                && let Some(title) = title(fix.applicability, &fix.title)
            {
                let edits = places.edits(&report.sources, fix);
                let edits = edits.into_iter().filter(|(uri, _)| *uri == document.uri).map(|(_, edit)| edit);
                actions.push(CodeAction {
                    edit: Some(edit(document, edits.collect(), abilities)),
                    is_preferred: Some(fix.applicability == Applicability::Safe),
                    ..about(title, CodeActionKind::QuickFix)
                });
            }
            if can_edit {
                actions.push(CodeAction {
                    data: Some(data(document, Some(&finding.fingerprint))),
                    ..about(
                        format!("Ignore `{}` here, with a reason", finding.rule),
                        CodeActionKind::QuickFix,
                    )
                });
            }
            actions.push(explain(finding.rule, diagnostic(report, finding, places)));
        }
        // What only the stack around the template shows.
        let of_others =
            params.context.diagnostics.iter().filter(|shown| shown.source.as_deref() == Some("cflint"));
        for shown in of_others {
            let id = match &shown.code {
                Some(gen_lsp_types::Code::String(id)) => rule(id).map(|meta| meta.id),
                _ => None,
            };
            let is_known = |finding: &Finding| Some(finding.rule) == id && range(finding) == shown.range;
            if let Some(id) = id.filter(|_| !look.own().any(is_known)) {
                actions.push(explain(id, shown.clone()));
            }
        }
    }
    let fix_all = CodeActionKind::Custom(FIX_ALL.into());
    let has_safe = || {
        look.own()
            .any(|finding| finding.fix.as_ref().is_some_and(|fix| fix.applicability == Applicability::Safe))
    };
    if wants(&fix_all) && can_edit && has_safe() {
        actions.push(CodeAction {
            title: "Apply all safe fixes of cflint".to_owned(),
            kind: Some(fix_all),
            data: Some(data(document, None)),
            ..CodeAction::default()
        });
    }
    // A client that runs actions on save asks for them by their kind, and may not resolve them.
    let is_eager =
        !abilities.resolves_edits || only.is_some_and(|only| !only.contains(&CodeActionKind::QuickFix));
    if is_eager {
        let resolved = |action| resolve(document, action, abilities, places).ok();
        actions = actions.into_iter().filter_map(resolved).collect();
    }
    actions
}

/// Adds the edit to an action that was listed without it.
pub(super) fn resolve(
    document: &Open,
    action: CodeAction,
    abilities: Abilities,
    places: Places<'_>,
) -> Result<CodeAction, Refusal> {
    let Some(data) = action.data.as_ref().filter(|_| action.edit.is_none()) else { return Ok(action) };
    let look = document.look.as_deref().filter(|look| look.is_parsed);
    let look = look.filter(|_| data.get("version") == Some(&json!(document.version)));
    let look = look.ok_or_else(|| Refusal::new(Code::ContentModified, "the document has changed"))?;
    let fixed = match data.get("fingerprint").and_then(Value::as_str) {
        Some(fingerprint) => suppressed(look, fingerprint),
        None => fixed(look),
    };
    let edits = edits(look, &fixed, places.encoding);
    if edits.is_empty() {
        let why = fixed.refused.first().map_or("there is nothing to change", |refused| &refused.why);
        return Err(Refusal::new(Code::Failed, why));
    }
    Ok(CodeAction { edit: Some(edit(document, edits, abilities)), ..action })
}

/// Opens the page of a rule.
fn explain(id: &str, about: Diagnostic) -> CodeAction {
    let title = format!("Explain `{id}`");
    CodeAction {
        title: title.clone(),
        kind: Some(CodeActionKind::QuickFix),
        diagnostics: Some(vec![about]),
        command: Some(Command {
            title,
            command: EXPLAIN.to_owned(),
            arguments: Some(vec![json!(id)]),
            ..Command::default()
        }),
        ..CodeAction::default()
    }
}

fn title(applicability: Applicability, title: &str) -> Option<String> {
    match applicability {
        Applicability::Safe => Some(format!("Fix: {title}")),
        Applicability::Unsafe => Some(format!("Unsafe fix, may break a request that works today: {title}")),
        Applicability::Display => None,
    }
}

fn data(document: &Open, fingerprint: Option<&str>) -> Value {
    json!({"uri": document.uri, "version": document.version, "fingerprint": fingerprint})
}

/// The document after all safe fixes.
fn fixed(look: &Look) -> Fixed {
    let is_own = name_of(look);
    let wanted = |_: &Finding, path: &str| is_own(path);
    let may = |input: &cflint_linter::Input| is_own(&input.name);
    cflint_linter::fix(look.inputs.clone(), RULES, &look.options, Applicability::Safe, &wanted, &may)
}

/// The document with a suppression.
fn suppressed(look: &Look, fingerprint: &str) -> Fixed {
    let is_own = name_of(look);
    let wanted = |finding: &Finding| finding.primary.span.file.0 == 0 && finding.fingerprint == fingerprint;
    let may = |input: &cflint_linter::Input| is_own(&input.name);
    add_suppressions(look.inputs.clone(), RULES, &look.options, Some(REASON), &wanted, &may)
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
    text::range(file, Span::new(cflint_diagnostics::FileId(0), at(start), at(end)), encoding)
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
