//! Applies the fixes of findings, round by round, and takes back what does more harm than good.

use std::collections::{BTreeMap, BTreeSet};

use cflint_diagnostics::{Applicability, Edit, Finding};
use cflint_template::edit::{apply, combine};

use crate::engine::check;
use crate::input::Input;
use crate::options::Options;
use crate::report::Report;
use crate::rule::Rule;

/// Rounds after which fixes that still find something to do are left alone.
const MAX_ROUNDS: usize = 10;
/// As many again where fixes do not go together.
const MAX_STEPS: usize = 100;

/// What the fixes made of the inputs.
#[derive(Debug)]
pub struct Fixed {
    /// The inputs as they are now.
    pub inputs: Vec<Input>,
    /// The positions of those that changed.
    pub changed: BTreeSet<usize>,
    /// The rule of each finding that was mended, and the position of the input that it was in.
    pub mended: Vec<(&'static str, usize)>,
    /// Fixes that were taken back, because the result could not be read or had findings that were not there before.
    pub refused: Vec<Refused>,
    pub report: Report,
}

/// A fix that was taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The rule of the finding.
    pub rule: &'static str,
    pub path: String,
    /// Why, in one sentence.
    pub why: String,
}

/// Applies every fix that is at least so applicable to files that may be edited, until nothing changes: those of the
/// findings that are wanted, which are given with the path of their file. A fix that makes a finding of any rule appear is
/// taken back.
pub fn fix(
    inputs: Vec<Input>,
    rules: &[&'static dyn Rule],
    options: &Options,
    least: Applicability,
    wanted: &dyn Fn(&Finding, &str) -> bool,
    may_edit: &dyn Fn(&Input) -> bool,
) -> Fixed {
    let editable = inputs.iter().map(may_edit).collect();
    let mut fixer = Fixer { rules, options, least, wanted, editable, refused: BTreeMap::new() };
    let mut state = State { report: fixer.look(inputs.clone()), inputs };
    let (mut changed, mut mended) = (BTreeSet::new(), Vec::new());
    let (mut rounds, mut steps) = (0, 0);
    while rounds < MAX_ROUNDS && steps < MAX_STEPS {
        let batch = fixer.choose(&state.report);
        let asked = batch.len();
        let refused = fixer.refused.len();
        let best = fixer.best_of(&state, batch);
        steps += 1;
        let Some((next, done)) = best else {
            // Those that stood back behind one that was refused get their turn.
            if fixer.refused.len() > refused {
                continue;
            }
            break;
        };
        rounds += usize::from(done.len() == asked);
        for fix in &done {
            let files = fix.edits.iter().map(|edit| edit.span.file.0 as usize);
            mended.extend(files.clone().next().map(|file| (fix.rule, file)));
            changed.extend(files);
        }
        state = next;
    }
    // Rules that were not asked for take part only while fixes are judged.
    let report = check(state.inputs.clone(), rules, options);
    Fixed { inputs: state.inputs, changed, mended, refused: fixer.refused.into_values().collect(), report }
}

/// The inputs and what every rule says of them.
struct State {
    inputs: Vec<Input>,
    report: Report,
}

/// A fix that is to be applied.
struct Chosen {
    rule: &'static str,
    /// The file and the fingerprint of the finding.
    id: (String, String),
    /// The files that it changes.
    paths: Vec<String>,
    edits: Vec<Edit>,
}

struct Fixer<'f> {
    rules: &'f [&'static dyn Rule],
    options: &'f Options,
    least: Applicability,
    wanted: &'f dyn Fn(&Finding, &str) -> bool,
    editable: Vec<bool>,
    refused: BTreeMap<(String, String), Refused>,
}

impl Fixer<'_> {
    /// What every rule says that is on by default or asked for.
    fn look(&self, inputs: Vec<Input>) -> Report {
        let options = Options { select: Vec::new(), ignore: Vec::new(), ..self.options.clone() };
        check(inputs, self.rules, &options)
    }

    /// The fixes of a round: none reaches into another.
    fn choose(&self, report: &Report) -> Vec<Chosen> {
        let mut taken: Vec<Edit> = Vec::new();
        let mut batch = Vec::new();
        for finding in report.active() {
            let Some(fix) = finding.fix.as_ref().filter(|fix| fix.applicability >= self.least) else {
                continue;
            };
            let path = report.sources.name(finding.primary.span.file);
            if !self.is_asked(finding) || !(self.wanted)(finding, path) {
                continue;
            }
            let id = (path.to_owned(), finding.fingerprint.clone());
            let may_edit = |edit: &Edit| self.editable.get(edit.span.file.0 as usize) == Some(&true);
            if self.refused.contains_key(&id) || !fix.edits.iter().all(may_edit) {
                continue;
            }
            // The same edit may mend several findings.
            let new: Vec<Edit> = fix.edits.iter().filter(|edit| !taken.contains(edit)).cloned().collect();
            if new.is_empty() || !is_clear(&taken, &new) {
                continue;
            }
            taken.extend(new.iter().cloned());
            batch.push(Chosen {
                rule: finding.rule,
                id,
                paths: new
                    .iter()
                    .map(|edit| report.sources.name(edit.span.file).to_owned())
                    .collect::<BTreeSet<_>>()
                    .into_iter()
                    .collect(),
                edits: new,
            });
        }
        batch
    }

    /// The inputs after these fixes; if they are no better, which files are worse, and why.
    fn attempt(&self, state: &State, batch: &[Chosen]) -> Result<State, BTreeMap<String, String>> {
        let mut by_file: BTreeMap<usize, Vec<Edit>> = BTreeMap::new();
        for edit in batch.iter().flat_map(|fix| &fix.edits) {
            by_file.entry(edit.span.file.0 as usize).or_default().push(edit.clone());
        }
        let mut worse = BTreeMap::new();
        let mut inputs = state.inputs.clone();
        for (file, edits) in by_file {
            let Some(input) = inputs.get_mut(file) else { continue };
            let after = std::str::from_utf8(&input.bytes).ok().and_then(|text| apply(text, &edits));
            match after {
                Some(after) => input.bytes = after.into_bytes(),
                None => _ = worse.insert(input.name.clone(), "its edits do not fit".to_owned()),
            }
        }
        let report = self.look(inputs.clone());
        let was_unread = |path: &str| state.report.errors.iter().any(|error| error.path == path);
        for error in report.errors.iter().filter(|error| !was_unread(&error.path)) {
            worse.insert(error.path.clone(), "the file could not be read any more".to_owned());
        }
        let before = self.count(&state.report);
        for (key, count) in self.count(&report) {
            if count > before.get(&key).copied().unwrap_or(0) {
                worse.entry(key.path).or_insert_with(|| format!("it would make room for `{}`", key.rule));
            }
        }
        if worse.is_empty() { Ok(State { inputs, report }) } else { Err(worse) }
    }

    fn is_asked(&self, finding: &Finding) -> bool {
        self.rules.iter().any(|rule| rule.meta().id == finding.rule && self.options.runs(rule.meta()))
    }

    /// Findings that would be harm if a fix made them. Those that the next round mends without harm are none.
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

    /// The inputs after as many of these fixes as do no harm in one step. Of those that do harm in a file, the first is
    /// tried alone, and refused if it is to blame; the others get their turn in the next round.
    fn best_of(&mut self, state: &State, mut batch: Vec<Chosen>) -> Option<(State, Vec<Chosen>)> {
        while !batch.is_empty() {
            let worse = match self.attempt(state, &batch) {
                Ok(next) => return Some((next, batch)),
                Err(worse) => worse,
            };
            let why = |fix: &Chosen| fix.paths.iter().find_map(|path| worse.get(path)).cloned();
            let (blamed, mut rest): (Vec<_>, Vec<_>) = batch.into_iter().partition(|fix| why(fix).is_some());
            if blamed.is_empty() && rest.len() > 1 {
                // The harm is where nothing was changed, and any of them may be to blame.
                rest.truncate(rest.len().div_ceil(2));
                batch = rest;
                continue;
            }
            let mut tried = BTreeSet::new();
            let all = blamed.len();
            let firsts: Vec<Chosen> = blamed
                .into_iter()
                .filter(|fix| fix.paths.iter().all(|path| tried.insert(path.clone())))
                .collect();
            if firsts.len() < all {
                rest.extend(firsts);
            } else {
                let refused = if firsts.is_empty() { std::mem::take(&mut rest) } else { firsts };
                for fix in refused {
                    let why = why(&fix).or_else(|| worse.values().next().cloned()).unwrap_or_default();
                    let path = fix.id.0.clone();
                    self.refused.insert(fix.id, Refused { rule: fix.rule, path, why });
                }
            }
            batch = rest;
        }
        None
    }
}

/// Whether edits reach into none of those that are taken.
fn is_clear(taken: &[Edit], new: &[Edit]) -> bool {
    let files: BTreeSet<u32> = new.iter().map(|edit| edit.span.file.0).collect();
    files.into_iter().all(|file| {
        let of = |edits: &[Edit]| -> Vec<Edit> {
            edits.iter().filter(|edit| edit.span.file.0 == file).cloned().collect()
        };
        let (taken, new) = (of(taken), of(new));
        let touches = |edit: &Edit| {
            taken.iter().any(|other| edit.span.start <= other.span.end && other.span.start <= edit.span.end)
        };
        !new.iter().any(touches) && combine([taken.clone(), new.clone()]).is_some()
    })
}

/// What makes a finding the same one after an edit has moved it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    rule: &'static str,
    path: String,
    logical_id: Option<String>,
    property: Option<String>,
    behavior: Option<String>,
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
