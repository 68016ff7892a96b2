//! Code actions: fixes, suppressions, and the page of a rule.

use cflint_diagnostics::{Applicability, Finding};
use gen_lsp_types::{CodeAction, CodeActionKind, CodeActionParams, Command, Range};
use serde_json::json;

use super::abilities::{Abilities, EXPLAIN, FIX_ALL};
use super::diagnostics::{Places, diagnostic};
use super::documents::Open;
use super::edits::{Change, Data, Source};
use crate::commands::check::may_edit;

/// How many fixes, and how many suppressions, are in a list that comes with all edits: for each, the document is checked.
const MAX_EAGER: usize = 8;

/// What there is to do about a range of a document. The edits are still to be made.
pub(super) fn actions(
    document: &Open,
    sources: &[Source],
    params: &CodeActionParams,
    abilities: Abilities,
    places: Places<'_>,
) -> Vec<CodeAction> {
    let only = params.context.only.as_deref();
    let wants = |kind: &CodeActionKind| only.is_none_or(|only| only.iter().any(|wanted| holds(wanted, kind)));
    let finds = |sources: &[Source], finding: &Finding| {
        let is_same = |other: &Finding| {
            (other.rule, other.primary.span.range()) == (finding.rule, finding.primary.span.range())
        };
        sources.iter().any(|source| source.findings().any(is_same))
    };
    let most = if is_eager(params, abilities) { MAX_EAGER } else { usize::MAX };
    let (mut fixes, mut suppressions) = (0, 0);
    let mut actions = Vec::new();
    for (index, source) in sources.iter().enumerate() {
        let (before, after) = sources.split_at(index);
        let report = &source.look.report;
        let can_edit = source.input().is_some_and(may_edit);
        let data = |change: Change, finding: Option<&Finding>| {
            Some(json!(Data {
                uri: document.uri.clone(),
                version: document.version,
                change,
                fingerprint: finding.map(|finding| finding.fingerprint.clone()),
                outer: source.outer.clone(),
            }))
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
            if let Some(fix) = finding.fix.as_ref().filter(|_| can_edit && fixes < most)
                && let Some(title) = title(fix.applicability, &fix.title)
            {
                fixes += 1;
                actions.push(CodeAction {
                    is_preferred: Some(fix.applicability == Applicability::Safe),
                    data: data(Change::Fix, Some(finding)),
                    ..about(title)
                });
            }
            // What cannot be read cannot be ignored.
            if can_edit && suppressions < most && finding.rule != "invalid-template" {
                suppressions += 1;
                actions.push(CodeAction {
                    data: data(Change::Ignore, Some(finding)),
                    ..about(format!("Ignore `{}` here, with a reason", finding.rule))
                });
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
            actions.push(CodeAction {
                title: "Apply all safe fixes of cflint".to_owned(),
                kind: Some(fix_all),
                data: data(Change::FixAll, None),
                ..CodeAction::default()
            });
        }
    }
    actions
}

/// Whether a client gets all edits with the list: one that runs actions on save asks for them by their kind, and may not
/// resolve them.
pub(super) fn is_eager(params: &CodeActionParams, abilities: Abilities) -> bool {
    let only = params.context.only.as_deref();
    !abilities.resolves_edits || only.is_some_and(|only| !only.contains(&CodeActionKind::QuickFix))
}

/// Whether the list has fixes that are still to be tried.
pub(super) fn has_fixes(actions: &[CodeAction]) -> bool {
    let is_fix = |action: &CodeAction| {
        let change = action.data.as_ref().and_then(|data| data.get("change"));
        change.is_some_and(|change| *change != json!(Change::Ignore))
    };
    actions.iter().any(is_fix)
}

fn title(applicability: Applicability, title: &str) -> Option<String> {
    match applicability {
        Applicability::Safe => Some(format!("Fix: {title}")),
        Applicability::Unsafe => Some(format!("Unsafe fix, may break a request that works today: {title}")),
        Applicability::Display => None,
    }
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
