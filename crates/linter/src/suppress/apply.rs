//! Finds suppressions, and which findings they match.

use std::collections::{BTreeMap, HashMap};

use cflint_diagnostics::{FileId, Finding, SourceFile, Suppressed};
use cflint_template::syntax::Tree;

use super::places::Places;
use super::{acknowledged, comments, metadata};
use crate::input::Input;
use crate::meta::RuleMeta;
use crate::options::Options;
use crate::rule::Rule;
use crate::suppression::{Channel, State, Suppression, Target};

/// How many suppressions of one file are reported for one reason. A line of some bytes becomes a finding of a kilobyte, and
/// who has read a thousand knows what is wrong.
const MAX_REPORTED: usize = 1_000;

/// Leaves out what is beyond the first thousand suppressions of a file that do nothing, or do not name a rule; how many there
/// are in each file.
pub(crate) fn bound(suppressions: &mut Vec<Suppression>) -> BTreeMap<FileId, usize> {
    let mut counts: HashMap<(FileId, State), usize> = HashMap::new();
    let mut beyond = BTreeMap::new();
    suppressions.retain(|known| {
        if known.is_foreign() || !matches!(known.state, State::Unused | State::Unknown) {
            return true;
        }
        let count = counts.entry((known.span.file, known.state)).or_insert(0);
        *count += 1;
        if *count > MAX_REPORTED {
            *beyond.entry(known.span.file).or_insert(0) += 1;
        }
        *count <= MAX_REPORTED
    });
    beyond
}

/// Finds the suppressions of the templates, and marks the findings that they match.
pub(crate) fn apply(
    findings: &mut [Finding],
    trees: &[&Tree],
    inputs: &[Input],
    rules: &[&'static dyn Rule],
    options: &Options,
) -> Vec<Suppression> {
    let mut all: Vec<Suppression> = Vec::new();
    for tree in trees {
        let file = SourceFile::new("", tree.source().clone());
        comments::read(tree, &file, &mut all);
        metadata::read(tree, &mut all);
    }
    let acknowledged = acknowledged::apply(findings, trees, inputs, rules, options);
    if all.is_empty() {
        return acknowledged;
    }
    let places = Places::of(findings);
    // What the same names at the same place matched, so that a repetition costs nothing.
    let mut known: HashMap<(Channel, Target, String), bool> = HashMap::new();
    for suppression in &mut all {
        let named: Vec<&RuleMeta> =
            rules.iter().map(|rule| rule.meta()).filter(|rule| suppression.names(rule)).collect();
        let key = (suppression.channel, suppression.target, suppression.name.clone());
        let used = *known.entry(key).or_insert_with(|| {
            let mut used = false;
            for index in named.iter().flat_map(|rule| places.inside(rule.id, suppression.target)) {
                let Some(finding) = findings.get_mut(index) else { continue };
                used = true;
                finding.suppressed.get_or_insert_with(|| Suppressed {
                    channel: suppression.channel.as_str().to_owned(),
                    reason: suppression.reason.clone(),
                });
            }
            used
        });
        suppression.state = state(used, &named, options);
    }
    metadata::set_removals(&mut all, trees);
    all.extend(acknowledged);
    all
}

/// What became of a suppression of these rules.
pub(super) fn state(used: bool, named: &[&RuleMeta], options: &Options) -> State {
    if used {
        State::Used
    } else if named.is_empty() {
        State::Unknown
    } else if !named.iter().all(|rule| options.runs(rule)) {
        State::NotAsked
    } else {
        State::Unused
    }
}
