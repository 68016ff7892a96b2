//! Code actions: fixes, suppressions, and the page of a rule.

use cflint_diagnostics::{Applicability, Finding};
use gen_lsp_types::{CodeAction, CodeActionKind, CodeActionParams, Command, Diagnostic, Range};
use serde_json::{Value, json};

use super::abilities::{Abilities, EXPLAIN, FIX_ALL};
use super::diagnostics::{Places, diagnostic, rule};
use super::documents::Open;
use super::edits::edit;
use crate::commands::check::may_edit;

/// How many suppressions are in a list that comes with all edits: for each, the document is checked.
const MAX_EAGER: usize = 8;

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
    let mut left = if is_eager(params, abilities) { MAX_EAGER } else { usize::MAX };
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
                    edit: Some(edit(&document.uri, document.version, edits.collect(), abilities)),
                    is_preferred: Some(fix.applicability == Applicability::Safe),
                    ..about(title, CodeActionKind::QuickFix)
                });
            }
            if can_edit && left > 0 {
                left -= 1;
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
    actions
}

/// Whether a client gets all edits with the list: one that runs actions on save asks for them by their kind, and may not
/// resolve them.
pub(super) fn is_eager(params: &CodeActionParams, abilities: Abilities) -> bool {
    let only = params.context.only.as_deref();
    !abilities.resolves_edits || only.is_some_and(|only| !only.contains(&CodeActionKind::QuickFix))
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
