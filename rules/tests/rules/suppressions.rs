//! Suppressions that are written for every finding of a fixture: none counts any more, what the template says is the same,
//! and all of them are used.

use std::collections::BTreeSet;

use cflint_diagnostics::Finding;
use cflint_linter::{Input, Options, add_suppressions, check};
use cflint_rules::RULES;
use libtest_mimic::{Failed, Trial};

use crate::fixtures::{self, file_name};

/// What is wrong with suppressions themselves, or with a file that has no tree, cannot be suppressed.
const NEVER: [&str; 3] = ["unused-suppression", "unknown-rule-in-suppression", "invalid-template"];

pub(crate) fn trials() -> Vec<Trial> {
    let all = RULES.iter().flat_map(|rule| {
        let id = rule.meta().id;
        fixtures::of(id).into_iter().map(move |path| (id, path))
    });
    all.filter(|(id, path)| !NEVER.contains(id) && file_name(path).starts_with("fail"))
        .map(|(id, path)| {
            let name = format!("{id}::{}::suppressed", file_name(&path));
            Trial::test(name, move || silence(fixtures::inputs(&path)?))
        })
        .collect()
}

fn silence(inputs: Vec<Input>) -> Result<(), Failed> {
    let options = Options { pedantic: true, ..Options::default() };
    let may_edit = |input: &Input| input.stack.is_none();
    let wanted = |finding: &Finding| !NEVER.contains(&finding.rule);
    let before = check(inputs.clone(), RULES, &options);
    for reason in [None, Some("it's known: \"#1\", [a] {b}")] {
        let done = add_suppressions(inputs.clone(), RULES, &options, reason, &wanted, &may_edit);
        if done.report.errors.len() > before.errors.len() {
            return Err(format!("the result cannot be read: {:?}", done.report.errors).into());
        }
        let refused: BTreeSet<&str> = done.refused.iter().map(|refused| refused.path.as_str()).collect();
        for finding in done.report.active() {
            let path = done.report.sources.name(finding.primary.span.file);
            let is_made = inputs.iter().any(|input| input.name == path && input.stack.is_some());
            let is_told = refused.contains(path) || !done.in_app.is_empty();
            if !(NEVER[2] == finding.rule || is_made && is_told) {
                return Err(format!("`{}` in {path}: {}", finding.rule, finding.message).into());
            }
        }
        let reasons = done.report.findings.iter().filter_map(|finding| finding.suppressed.as_ref());
        if let Some(other) = reasons.map(|by| by.reason.as_deref()).find(|given| *given != reason) {
            return Err(format!("the reason became {other:?}").into());
        }
        let bare = Options { no_suppressions: true, ..options.clone() };
        let count = |inputs: &[Input]| check(inputs.to_vec(), RULES, &bare).findings.len();
        if count(&inputs) != count(&done.inputs) {
            return Err("the suppressions must not change other findings".into());
        }
    }
    Ok(())
}
