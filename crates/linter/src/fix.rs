//! Applies the fixes of findings, round by round, and reverts those that do more harm than good.

mod batch;

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::AtomicBool;

use cflint_diagnostics::{Applicability, Edit, Finding, SourceLocation};
use cflint_template::edit::apply;

use self::batch::{Chosen, Harm, Sorted, Taken};

use crate::engine::check_until;
use crate::input::Input;
use crate::options::Options;
use crate::report::Report;
use crate::rule::Rule;

/// The number of rounds after which fixing stops, for a rule that never stops offering fixes.
const MAX_ROUNDS: usize = 500;

/// What the fixes did to the inputs.
#[derive(Debug, Default)]
pub struct Fixed {
    /// The inputs as they are now.
    pub inputs: Vec<Input>,
    /// The positions of those that changed.
    pub changed: BTreeSet<usize>,
    /// The rule of each finding that was fixed, and the position of the input that it was in.
    pub mended: Vec<(&'static str, usize)>,
    /// Fixes that were reverted because the result could not be read or had new findings.
    pub refused: Vec<Refused>,
    /// Suppressions that cannot be written, because a CDK app makes the template.
    pub in_app: Vec<InApp>,
    pub report: Report,
}

/// Suppressions of a resource that a CDK app makes, to be written in the app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InApp {
    /// The path of the construct of the resource.
    pub construct: String,
    /// Where the app made it, if that is known.
    pub made_at: Option<SourceLocation>,
    pub rules: BTreeSet<&'static str>,
}

/// A fix that was reverted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The rule of the finding.
    pub rule: &'static str,
    pub path: String,
    /// Why, in one sentence.
    pub why: String,
}

/// Applies every fix of at least this applicability to files that may be edited, until nothing changes: those of the
/// selected findings, which are given with the path of their file. A fix that makes a finding of any rule appear is
/// reverted. Another run would change nothing more.
pub fn fix(
    inputs: Vec<Input>,
    rules: &[&'static dyn Rule],
    options: &Options,
    least: Applicability,
    wanted: &dyn Fn(&Finding, &str) -> bool,
    may_edit: &dyn Fn(&Input) -> bool,
) -> Fixed {
    fix_until(inputs, rules, options, least, wanted, may_edit, &AtomicBool::new(false)).unwrap_or_default()
}

/// The same, until another thread sets `stop`; then nothing is returned.
pub fn fix_until(
    inputs: Vec<Input>,
    rules: &[&'static dyn Rule],
    options: &Options,
    least: Applicability,
    wanted: &dyn Fn(&Finding, &str) -> bool,
    may_edit: &dyn Fn(&Input) -> bool,
    stop: &AtomicBool,
) -> Option<Fixed> {
    let editable = inputs.iter().map(may_edit).collect();
    let refused = BTreeMap::new();
    let mut fixer = Fixer { rules, options, least, wanted, editable, rounds: 0, refused, stop };
    let mut state = State { report: fixer.look(inputs.clone()), inputs };
    let mut done: Vec<Done> = Vec::new();
    let mut starts: Vec<(u64, usize)> = Vec::new();
    loop {
        let start = digest(&state.inputs);
        if let Some((_, count)) = starts.iter().find(|(known, _)| *known == start) {
            done.truncate(*count);
            break;
        }
        starts.push((start, done.len()));
        state = fixer.pass(state, &mut done);
        // What was refused on the way may be harmless to the result.
        if fixer.refused.is_empty() || digest(&state.inputs) == start || fixer.rounds >= MAX_ROUNDS {
            break;
        }
    }
    let changed = done.iter().flat_map(|fix| fix.files.iter().copied()).collect();
    let mended = done.iter().filter_map(|fix| Some((fix.id.rule, *fix.files.first()?))).collect();
    // Rules that were not selected run only while fixes are judged.
    let report = check_until(state.inputs.clone(), rules, options, stop)?;
    let refused = fixer.refused.into_values().collect();
    Some(Fixed { inputs: state.inputs, changed, mended, refused, in_app: Vec::new(), report })
}

/// The inputs and the findings of every rule in them.
struct State {
    inputs: Vec<Input>,
    report: Report,
}

/// What distinguishes the inputs at one time from those at another.
fn digest(inputs: &[Input]) -> u64 {
    let mut hasher = DefaultHasher::new();
    inputs.iter().for_each(|input| input.bytes.hash(&mut hasher));
    hasher.finish()
}

/// The finding that a fix belongs to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct FindingId {
    path: String,
    fingerprint: String,
    rule: &'static str,
}

/// A fix that was applied.
struct Done {
    id: FindingId,
    /// The positions of the inputs that it changed.
    files: Vec<usize>,
}

struct Fixer<'f> {
    rules: &'f [&'static dyn Rule],
    options: &'f Options,
    least: Applicability,
    wanted: &'f dyn Fn(&Finding, &str) -> bool,
    editable: Vec<bool>,
    rounds: usize,
    refused: BTreeMap<FindingId, Refused>,
    stop: &'f AtomicBool,
}

impl Fixer<'_> {
    /// The findings of every rule that is on by default or selected; none once it is stopped, so that nothing is left to do.
    fn look(&self, inputs: Vec<Input>) -> Report {
        let options = Options { select: Vec::new(), ignore: Vec::new(), ..self.options.clone() };
        check_until(inputs, self.rules, &options, self.stop).unwrap_or_default()
    }

    /// Applies fixes, round by round, until only refused ones are left.
    fn pass(&mut self, mut state: State, done: &mut Vec<Done>) -> State {
        self.refused.clear();
        // The states so far, and how many fixes preceded each.
        let mut met = vec![(digest(&state.inputs), done.len())];
        while self.rounds < MAX_ROUNDS {
            self.rounds += 1;
            let batch = self.choose(&state.report);
            let refused = self.refused.len();
            let Some((next, applied)) = self.best_of(&state, batch) else {
                // Those that yielded to a refused one get their turn.
                if self.refused.len() > refused {
                    continue;
                }
                break;
            };
            let digest = digest(&next.inputs);
            done.extend(applied);
            state = next;
            let Some(again) = met.iter().position(|(known, _)| *known == digest) else {
                met.push((digest, done.len()));
                continue;
            };
            // The fixes went in a circle: what was done first was undone.
            let before = met[again].1;
            let first_round = met.get(again + 1).map_or(done.len(), |(_, count)| *count);
            for fix in done.drain(before..).take(first_round - before) {
                self.refuse(fix.id, "another fix would undo it".to_owned());
            }
            met.truncate(again + 1);
        }
        state
    }

    fn refuse(&mut self, id: FindingId, why: String) {
        let refused = Refused { rule: id.rule, path: id.path.clone(), why };
        self.refused.insert(id, refused);
    }

    /// The fixes of a round: none overlaps another.
    fn choose(&self, report: &Report) -> Vec<Chosen> {
        let mut taken = Taken::default();
        let mut batch = Vec::new();
        for finding in report.active() {
            let Some(fix) = finding.fix.as_ref().filter(|fix| fix.applicability >= self.least) else {
                continue;
            };
            let path = report.sources.name(finding.primary.span.file);
            if !self.is_asked(finding) || !(self.wanted)(finding, path) {
                continue;
            }
            let fingerprint = finding.fingerprint.clone();
            let id = FindingId { path: path.to_owned(), fingerprint, rule: finding.rule };
            let may_edit = |edit: &Edit| self.editable.get(edit.span.file.0 as usize) == Some(&true);
            if self.refused.contains_key(&id) || !fix.edits.iter().all(may_edit) {
                continue;
            }
            let edits = taken.take(&fix.edits);
            if edits.is_empty() {
                continue;
            }
            let paths: BTreeSet<String> =
                edits.iter().map(|edit| report.sources.name(edit.span.file).to_owned()).collect();
            batch.push(Chosen { id, key: key(report, finding), paths: paths.into_iter().collect(), edits });
        }
        batch
    }

    /// The inputs after these fixes; if something is worse, what.
    fn attempt(&self, state: &State, batch: &[&Chosen]) -> Result<State, Harm> {
        let mut by_file: BTreeMap<usize, Vec<Edit>> = BTreeMap::new();
        for edit in batch.iter().flat_map(|fix| &fix.edits) {
            by_file.entry(edit.span.file.0 as usize).or_default().push(edit.clone());
        }
        let mut harm = Harm::default();
        let mut inputs = state.inputs.clone();
        for (file, edits) in by_file {
            let Some(input) = inputs.get_mut(file) else { continue };
            let after = std::str::from_utf8(&input.bytes).ok().and_then(|text| apply(text, &edits));
            match after {
                Some(after) => input.bytes = after.into(),
                None => _ = harm.why.insert(input.name.clone(), "its edits cannot be applied".to_owned()),
            }
        }
        let report = self.look(inputs.clone());
        let was_unread = |path: &str| state.report.errors.iter().any(|error| error.path == path);
        for error in report.errors.iter().filter(|error| !was_unread(&error.path)) {
            harm.why.insert(error.path.clone(), "the file could no longer be read".to_owned());
        }
        let before = self.count(&state.report);
        for (key, count) in self.count(&report) {
            if count > before.get(&key).copied().unwrap_or(0) {
                harm.why
                    .entry(key.path.clone())
                    .or_insert_with(|| format!("it would introduce a finding of `{}`", key.rule));
                harm.new.push(key);
            }
        }
        if harm.why.is_empty() { Ok(State { inputs, report }) } else { Err(harm) }
    }

    fn is_asked(&self, finding: &Finding) -> bool {
        self.rules.iter().any(|rule| rule.meta().id == finding.rule && self.options.runs(rule.meta()))
    }

    /// Findings that are harm if a fix causes them. Those that the next round fixes without harm are not.
    fn count(&self, report: &Report) -> BTreeMap<Key, usize> {
        let mut counts = BTreeMap::new();
        let is_safe = |finding: &Finding| {
            finding.fix.as_ref().is_some_and(|fix| fix.applicability >= Applicability::Safe)
        };
        for finding in report.active().filter(|finding| !(is_safe(finding) && self.is_asked(finding))) {
            *counts.entry(key(report, finding)).or_insert(0) += 1;
        }
        counts
    }

    /// The inputs after as many of these fixes as do no harm. Those that do harm in a file are halved until the ones at
    /// fault are found, in all files at the same time.
    fn best_of(&mut self, state: &State, batch: Vec<Chosen>) -> Option<(State, Vec<Done>)> {
        let mut best = None;
        let mut good: Vec<Chosen> = Vec::new();
        let mut open = vec![batch];
        while let Some(group) = open.pop() {
            if group.is_empty() {
                continue;
            }
            let all: Vec<&Chosen> = good.iter().chain(&group).collect();
            let harm = match self.attempt(state, &all) {
                Ok(next) => {
                    best = Some(next);
                    good.extend(group);
                    continue;
                }
                Err(harm) => harm,
            };
            let Sorted { blamed, now, later } = harm.sort(group);
            for fix in blamed {
                let why = harm.of(&fix);
                self.refuse(fix.id, why);
            }
            open.extend([later, now]);
        }
        let done = good.into_iter().map(|fix| {
            let files: BTreeSet<usize> = fix.edits.iter().map(|edit| edit.span.file.0 as usize).collect();
            Done { id: fix.id, files: files.into_iter().collect() }
        });
        best.map(|state| (state, done.collect()))
    }
}

/// What identifies a finding after an edit has moved it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    rule: &'static str,
    path: String,
    logical_id: Option<String>,
    property: Option<String>,
    behavior: Option<String>,
}

impl Key {
    /// The file and the behavior, if it is about one.
    fn place(&self) -> Option<(&str, &str)> {
        Some((&self.path, self.behavior.as_deref()?))
    }
}

fn key(report: &Report, finding: &Finding) -> Key {
    let subject = finding.subject.clone();
    Key {
        rule: finding.rule,
        path: report.sources.name(finding.primary.span.file).to_owned(),
        logical_id: subject.logical_id,
        property: subject.property,
        behavior: subject.behavior,
    }
}

#[cfg(test)]
mod tests;
