//! Applies the fixes of findings, round by round, and takes back what does more harm than good.

use std::collections::{BTreeMap, BTreeSet};

use cflint_diagnostics::{Applicability, Edit, Finding};
use cflint_template::edit::{apply, combine};

use crate::{Input, Options, Report, Rule, check};

/// Rounds after which fixes that still find something to do are left alone.
const MAX_ROUNDS: usize = 10;
/// How many fixes are tried by themselves, where they do not go together.
const MAX_SINGLE: usize = 1_000;

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
    /// What is left.
    pub report: Report,
}

/// A fix that was taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The rule of the finding.
    pub rule: &'static str,
    /// The file.
    pub path: String,
    /// Why, in one sentence.
    pub why: String,
}

/// Applies every fix that is at least so applicable to files that may be edited, until nothing changes. A fix that makes
/// a finding of any rule appear is taken back.
#[must_use]
pub fn fix(
    inputs: Vec<Input>,
    rules: &[&'static dyn Rule],
    options: &Options,
    least: Applicability,
    may_edit: &dyn Fn(&Input) -> bool,
) -> Fixed {
    let editable = inputs.iter().map(may_edit).collect();
    let mut fixer = Fixer { rules, options, least, editable, refused: BTreeMap::new() };
    let mut state = State { report: fixer.look(inputs.clone()), inputs };
    let (mut changed, mut mended) = (BTreeSet::new(), Vec::new());
    let (mut rounds, mut single) = (0, 0);
    while rounds < MAX_ROUNDS && single < MAX_SINGLE {
        let batch = fixer.choose(&state.report);
        if batch.is_empty() {
            break;
        }
        let next = match fixer.attempt(&state, &batch) {
            Ok(next) => {
                rounds += 1;
                Some((next, batch))
            }
            Err(_) => {
                single += 1;
                fixer.one_by_one(&state, &batch)
            }
        };
        let Some((next, done)) = next else { continue };
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
    fingerprint: String,
    path: String,
    edits: Vec<Edit>,
}

struct Fixer<'f> {
    rules: &'f [&'static dyn Rule],
    options: &'f Options,
    least: Applicability,
    editable: Vec<bool>,
    refused: BTreeMap<String, Refused>,
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
            let is_asked = self
                .rules
                .iter()
                .any(|rule| rule.meta().id == finding.rule && self.options.runs(rule.meta()));
            let may_edit = |edit: &Edit| self.editable.get(edit.span.file.0 as usize) == Some(&true);
            if !is_asked || self.refused.contains_key(&finding.fingerprint) || !fix.edits.iter().all(may_edit)
            {
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
                fingerprint: finding.fingerprint.clone(),
                path: report.sources.name(finding.primary.span.file).to_owned(),
                edits: new,
            });
        }
        batch
    }

    /// The inputs after these fixes; why not, if they are no better.
    fn attempt(&self, state: &State, batch: &[Chosen]) -> Result<State, String> {
        let mut by_file: BTreeMap<usize, Vec<Edit>> = BTreeMap::new();
        for edit in batch.iter().flat_map(|fix| &fix.edits) {
            by_file.entry(edit.span.file.0 as usize).or_default().push(edit.clone());
        }
        let mut inputs = state.inputs.clone();
        for (file, edits) in by_file {
            let input = inputs.get_mut(file).ok_or("it is about no file")?;
            let text = std::str::from_utf8(&input.bytes).map_err(|error| error.to_string())?;
            input.bytes = apply(text, &edits).ok_or("its edits do not fit")?.into_bytes();
        }
        let report = self.look(inputs.clone());
        if report.errors.len() > state.report.errors.len() {
            return Err("the file could not be read any more".to_owned());
        }
        let before = count(&state.report);
        let new =
            count(&report).into_iter().find(|(key, count)| *count > before.get(key).copied().unwrap_or(0));
        match new {
            Some((key, _)) => Err(format!("it would make room for `{}`", key.rule)),
            None => Ok(State { inputs, report }),
        }
    }

    /// Fixes that do not go together, each by itself; the first that is good counts, and those before it are refused.
    fn one_by_one(&mut self, state: &State, batch: &[Chosen]) -> Option<(State, Vec<Chosen>)> {
        for fix in batch {
            let alone = Chosen {
                rule: fix.rule,
                fingerprint: fix.fingerprint.clone(),
                path: fix.path.clone(),
                edits: fix.edits.clone(),
            };
            match self.attempt(state, std::slice::from_ref(&alone)) {
                Ok(next) => return Some((next, vec![alone])),
                Err(why) => {
                    let refused = Refused { rule: fix.rule, path: fix.path.clone(), why };
                    self.refused.insert(fix.fingerprint.clone(), refused);
                }
            }
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

/// Findings that would be harm if a fix made them. Those that the next round mends without harm are none.
fn count(report: &Report) -> BTreeMap<Key, usize> {
    let mut counts = BTreeMap::new();
    let is_harm =
        |finding: &&Finding| finding.fix.as_ref().is_none_or(|fix| fix.applicability < Applicability::Safe);
    for finding in report.active().filter(is_harm) {
        *counts.entry(key(report, finding)).or_insert(0) += 1;
    }
    counts
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
