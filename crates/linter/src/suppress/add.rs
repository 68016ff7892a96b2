//! Writes suppressions for the findings that there are.

use std::collections::{BTreeMap, BTreeSet};

use cflint_diagnostics::{Finding, SourceFile, Span};
use cflint_template::edit::{apply, combine};
use cflint_template::syntax::{self, Parsed};

use super::{comments, metadata};
use crate::{Fixed, Input, Options, Refused, Report, Rule, check};

/// Writes a suppression for each finding that is wanted: a comment on its line, or metadata where that cannot be. What is
/// written is checked again, and a finding that still counts is told.
#[must_use]
pub fn add_suppressions(
    mut inputs: Vec<Input>,
    rules: &[&'static dyn Rule],
    options: &Options,
    reason: Option<&str>,
    wanted: &dyn Fn(&Finding) -> bool,
    may_edit: &dyn Fn(&Input) -> bool,
) -> Fixed {
    let report = check(inputs.clone(), rules, options);
    let mut by_file: BTreeMap<usize, Vec<&Finding>> = BTreeMap::new();
    for finding in report.active().filter(|finding| wanted(finding)) {
        by_file.entry(finding.primary.span.file.0 as usize).or_default().push(finding);
    }
    let (mut changed, mut mended, mut refused) = (BTreeSet::new(), Vec::new(), Vec::new());
    for (file, findings) in by_file {
        let Some(input) = inputs.get_mut(file) else { continue };
        let mut refuse = |findings: &[&Finding], why: &str| {
            let new = |finding: &&Finding| Refused {
                rule: finding.rule,
                path: input.name.clone(),
                why: why.to_owned(),
            };
            refused.extend(findings.iter().map(new));
        };
        if !input.is_checked() {
            refuse(&findings, "the file is read only because others use its values; name it, too");
            continue;
        }
        if !may_edit(input) {
            refuse(
                &findings,
                "a tool makes this file; write it where the resource is defined, with `addMetadata` in CDK",
            );
            continue;
        }
        match suppressed(&input.bytes, &findings, reason) {
            Some(text) => {
                input.bytes = text.into_bytes();
                changed.insert(file);
                mended.extend(findings.iter().map(|finding| (finding.rule, file)));
            }
            None => refuse(&findings, "it is unclear where to write it"),
        }
    }
    let report = check(inputs.clone(), rules, options);
    take_back(&report, wanted, &mut mended, &mut refused);
    Fixed { inputs, changed, mended, refused, report }
}

/// Findings that count although something was written for them.
fn take_back(
    report: &Report,
    wanted: &dyn Fn(&Finding) -> bool,
    mended: &mut Vec<(&'static str, usize)>,
    refused: &mut Vec<Refused>,
) {
    for finding in report.active().filter(|finding| wanted(finding)) {
        let key = (finding.rule, finding.primary.span.file.0 as usize);
        if let Some(index) = mended.iter().position(|other| *other == key) {
            mended.remove(index);
            let path = report.sources.name(finding.primary.span.file).to_owned();
            refused.push(Refused { rule: finding.rule, path, why: "it counts in spite of it".to_owned() });
        }
    }
}

/// The text of a file with a suppression for each of the findings.
fn suppressed(bytes: &[u8], findings: &[&Finding], reason: Option<&str>) -> Option<String> {
    let first = findings.first()?.primary.span.file;
    let Parsed { tree, .. } = syntax::load(first, bytes).ok()?;
    let source = SourceFile::new("", tree.source().clone());
    let mut lines: BTreeMap<usize, (u32, BTreeSet<&str>)> = BTreeMap::new();
    for finding in findings {
        let start = finding.primary.span.start;
        let line = source.line_starts().partition_point(|other| *other <= start);
        lines.entry(line).or_insert((start, BTreeSet::new())).1.insert(finding.rule);
    }
    let (mut edits, mut rest) = (Vec::new(), BTreeSet::new());
    for (at, rules) in lines.values() {
        let rules: Vec<&str> = rules.iter().copied().collect();
        let is_json = tree.format() == syntax::Format::Json;
        let comment = (!is_json).then(|| comments::write(&tree, &source, *at, &rules, reason)).flatten();
        match comment {
            Some(edit) => edits.push(vec![edit]),
            None => {
                let holder = metadata::holder(&tree, Span::new(first, *at, *at));
                rest.extend(rules.iter().map(|rule| (holder.clone(), *rule)));
            }
        }
    }
    let mut text = apply(tree.source(), &combine(edits)?)?;
    for (holder, rule) in rest {
        let Parsed { tree, .. } = syntax::parse(first, text.clone().into()).ok()?;
        text = apply(&text, &metadata::write(&tree, holder.as_deref(), rule, reason)?)?;
    }
    Some(text)
}
