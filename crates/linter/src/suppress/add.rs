//! Writes suppressions for existing findings.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::AtomicBool;

use cflint_diagnostics::{FileId, Finding, SourceFile, Span};
use cflint_template::edit::{apply, combine};
use cflint_template::syntax::{self, Parsed};

use super::{comments, metadata};
use crate::distributions::construct;
use crate::engine::check_until;
use crate::fix::{Fixed, InApp, Refused};
use crate::input::Input;
use crate::options::Options;
use crate::report::Report;
use crate::rule::Rule;

/// Writes a suppression for each selected finding: a comment on its line, or metadata where that is not possible. What
/// is written is checked again, and nothing is written for a finding that would still be reported.
pub fn add_suppressions(
    inputs: Vec<Input>,
    rules: &[&'static dyn Rule],
    options: &Options,
    reason: Option<&str>,
    wanted: &dyn Fn(&Finding) -> bool,
    may_edit: &dyn Fn(&Input) -> bool,
) -> Fixed {
    let stop = AtomicBool::new(false);
    add_suppressions_until(inputs, rules, options, reason, wanted, may_edit, &stop).unwrap_or_default()
}

/// The same, until another thread sets `stop`; then nothing is returned.
pub fn add_suppressions_until(
    inputs: Vec<Input>,
    rules: &[&'static dyn Rule],
    options: &Options,
    reason: Option<&str>,
    wanted: &dyn Fn(&Finding) -> bool,
    may_edit: &dyn Fn(&Input) -> bool,
    stop: &AtomicBool,
) -> Option<Fixed> {
    let before = check_until(inputs.clone(), rules, options, stop)?;
    let findings: Vec<&Finding> = before.active().filter(|finding| wanted(finding)).collect();
    // Nothing suppresses these, and what is written into an app is not checked again.
    let (futile, findings): (Vec<&Finding>, Vec<&Finding>) =
        findings.into_iter().partition(|finding| before.about_suppressions.contains(finding.rule));
    let (mut fixed, written) = write(inputs.clone(), &findings, reason, may_edit);
    let after = check_until(fixed.inputs.clone(), rules, options, stop)?;
    let hopeless: BTreeSet<Key<'_>> =
        after.active().map(key).filter(|finding| written.contains(finding)).collect();
    let refuse = |finding: &Finding| {
        let path = before.sources.name(finding.primary.span.file).to_owned();
        Refused { rule: finding.rule, path, why: "the finding would still be reported".to_owned() }
    };
    if hopeless.is_empty() {
        fixed.refused.extend(futile.into_iter().map(refuse));
        return Some(Fixed { report: after, ..fixed });
    }
    let (useless, useful): (Vec<_>, Vec<_>) =
        findings.into_iter().partition(|finding| hopeless.contains(&key(finding)));
    let (mut fixed, _) = write(inputs, &useful, reason, may_edit);
    let report = check_until(fixed.inputs.clone(), rules, options, stop)?;
    fixed.refused.extend(useless.into_iter().chain(futile).map(refuse));
    Some(Fixed { report, ..fixed })
}

/// What distinguishes a finding from the others of a run.
type Key<'a> = (FileId, &'a str);

fn key(finding: &Finding) -> Key<'_> {
    (finding.primary.span.file, &finding.fingerprint)
}

/// The inputs with suppressions for these findings, which are not checked again, and the findings that have one.
fn write<'f>(
    mut inputs: Vec<Input>,
    findings: &[&'f Finding],
    reason: Option<&str>,
    may_edit: &dyn Fn(&Input) -> bool,
) -> (Fixed, BTreeSet<Key<'f>>) {
    let mut by_file: BTreeMap<usize, Vec<&'f Finding>> = BTreeMap::new();
    for finding in findings {
        by_file.entry(finding.primary.span.file.0 as usize).or_default().push(finding);
    }
    let (mut changed, mut mended, mut refused) = (BTreeSet::new(), Vec::new(), Vec::new());
    let (mut written, mut in_app) = (BTreeSet::new(), Vec::new());
    for (file, findings) in by_file {
        let Some(input) = inputs.get_mut(file) else { continue };
        let is_editable = may_edit(input);
        let (own, findings) = if is_editable { (Vec::new(), findings) } else { constructs(input, findings) };
        in_app.extend(own);
        let why = if !input.is_asked_for() {
            "the file is read only because other files use its values; name it as well"
        } else if !is_editable {
            "a tool generates this file; add the suppression where the resource is defined"
        } else if let Some(text) = suppressed(&input.bytes, &findings, reason) {
            input.bytes = text.into();
            changed.insert(file);
            mended.extend(findings.iter().map(|finding| (finding.rule, file)));
            written.extend(findings.iter().map(|finding| key(finding)));
            continue;
        } else {
            "it is unclear where to put it"
        };
        refused.extend(findings.iter().map(|finding| Refused {
            rule: finding.rule,
            path: input.name.clone(),
            why: why.to_owned(),
        }));
    }
    (Fixed { inputs, changed, mended, refused, in_app, report: Report::default() }, written)
}

/// The constructs of the resources that findings are in, and the findings whose resource has none.
fn constructs<'f>(input: &Input, findings: Vec<&'f Finding>) -> (Vec<InApp>, Vec<&'f Finding>) {
    let facts = input.stack.as_ref().map(|stack| &stack.facts);
    let file = findings.first().map_or(FileId(0), |finding| finding.primary.span.file);
    let Ok(Parsed { tree, .. }) = syntax::load(file, &input.bytes) else { return (Vec::new(), findings) };
    let mut constructs: BTreeMap<String, BTreeSet<&'static str>> = BTreeMap::new();
    let mut others = Vec::new();
    for finding in findings {
        let construct = metadata::holder(&tree, finding.primary.span).and_then(|id| {
            let resource = tree.root()?.get("Resources")?.value.get(&id)?.value;
            let written = construct(resource);
            facts.map_or(written, |facts| facts.construct(&id, written)).map(str::to_owned)
        });
        match construct {
            Some(construct) => _ = constructs.entry(construct).or_default().insert(finding.rule),
            None => others.push(finding),
        }
    }
    let in_app = constructs.into_iter().map(|(construct, rules)| InApp {
        made_at: facts.and_then(|facts| facts.made_at(&construct)).cloned(),
        construct,
        rules,
    });
    (in_app.collect(), others)
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
    let (mut written, mut others) = (Vec::new(), Vec::new());
    for (at, rules) in lines.values() {
        let names: Vec<&str> = rules.iter().copied().collect();
        let is_json = tree.format() == syntax::Format::Json;
        match (!is_json).then(|| comments::write(&tree, &source, *at, &names, reason)).flatten() {
            Some(comment) => written.push((comment, (at, rules))),
            None => others.push((at, rules)),
        }
    }
    let (written, lines): (Vec<_>, Vec<_>) = written.into_iter().unzip();
    let mut edits = Vec::new();
    for (is_real, (comment, line)) in
        comments::real(&tree, &written).into_iter().zip(written.into_iter().zip(lines))
    {
        if is_real { edits.push(vec![comment.edit]) } else { others.push(line) }
    }
    let mut rest = BTreeSet::new();
    for (at, rules) in others {
        let holder = metadata::holder(&tree, Span::new(first, *at, *at));
        rest.extend(rules.iter().map(|rule| (holder.clone(), *rule)));
    }
    let mut text = apply(tree.source(), &combine(edits)?)?;
    while !rest.is_empty() {
        // One for each holder at a time: what is written for the next one depends on it.
        let mut holders = BTreeSet::new();
        let (now, later): (BTreeSet<_>, BTreeSet<_>) =
            rest.into_iter().partition(|(holder, _)| holders.insert(holder.clone()));
        rest = later;
        let Parsed { tree, .. } = syntax::parse(first, text.clone().into()).ok()?;
        let edits = now.iter().map(|(holder, rule)| metadata::write(&tree, holder.as_deref(), rule, reason));
        text = apply(&text, &combine(edits.collect::<Option<Vec<_>>>()?)?)?;
    }
    Some(text)
}
