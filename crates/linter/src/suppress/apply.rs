//! Finds suppressions, and what comes of them.

use cflint_diagnostics::{Finding, SourceFile, Suppressed};
use cflint_template::syntax::Tree;

use super::{comments, metadata};
use crate::meta::RuleMeta;
use crate::options::Options;
use crate::rule::Rule;
use crate::suppression::{State, Suppression};

/// Finds the suppressions of the templates, and marks the findings that they are about.
pub(crate) fn apply(
    findings: &mut [Finding],
    trees: &[&Tree],
    rules: &[&'static dyn Rule],
    options: &Options,
) -> Vec<Suppression> {
    let mut all: Vec<Suppression> = Vec::new();
    for tree in trees {
        let file = SourceFile::new("", tree.source().clone());
        comments::read(tree, &file, &mut all);
        metadata::read(tree, &mut all);
    }
    for suppression in &mut all {
        let named: Vec<&RuleMeta> =
            rules.iter().map(|rule| rule.meta()).filter(|rule| suppression.names(rule)).collect();
        let mut used = false;
        for finding in findings.iter_mut() {
            if named.iter().any(|rule| rule.id == finding.rule) && suppression.covers(finding) {
                used = true;
                finding.suppressed.get_or_insert_with(|| Suppressed {
                    channel: suppression.channel.as_str().to_owned(),
                    reason: suppression.reason.clone(),
                });
            }
        }
        suppression.state = if used {
            State::Used
        } else if named.is_empty() {
            State::Unknown
        } else if !named.iter().all(|rule| options.runs(rule)) {
            State::NotAsked
        } else {
            State::Unused
        };
    }
    metadata::set_removals(&mut all, trees);
    all
}
