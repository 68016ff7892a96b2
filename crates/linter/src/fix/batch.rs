//! The fixes that are applied at once, and which of them are at fault for harm.

use std::collections::{BTreeMap, BTreeSet};

use cflint_diagnostics::Edit;
use cflint_template::edit::combine;

use super::{FindingId, Key};

/// A fix that is to be applied.
pub(super) struct Chosen {
    pub(super) id: FindingId,
    pub(super) key: Key,
    /// The files that it changes.
    pub(super) paths: Vec<String>,
    pub(super) edits: Vec<Edit>,
}

/// The edits of a round by place. None touches one of another fix.
#[derive(Default)]
pub(super) struct Taken<'e> {
    edits: BTreeMap<Place, Vec<&'e Edit>>,
}

/// File, start and end.
type Place = (u32, u32, u32);

fn place(edit: &Edit) -> Place {
    (edit.span.file.0, edit.span.start, edit.span.end)
}

impl<'e> Taken<'e> {
    /// The edits of a fix that are new; none if they conflict with the others.
    pub(super) fn take(&mut self, edits: &'e [Edit]) -> Vec<Edit> {
        // The same edit may fix several findings.
        let is_known = |edit: &Edit| self.edits.get(&place(edit)).is_some_and(|known| known.contains(&edit));
        let new: Vec<&Edit> = edits.iter().filter(|edit| !is_known(edit)).collect();
        if new.iter().any(|edit| self.touches(edit)) || !are_apart(&new) {
            return Vec::new();
        }
        for edit in &new {
            self.edits.entry(place(edit)).or_default().push(edit);
        }
        new.into_iter().cloned().collect()
    }

    /// None overlaps another, so the last one that starts early enough ends last.
    fn touches(&self, edit: &Edit) -> bool {
        let (file, start, end) = place(edit);
        let before = self.edits.range(..=(file, end, u32::MAX)).next_back();
        before.is_some_and(|((other, _, other_end), _)| *other == file && *other_end >= start)
    }
}

fn are_apart(edits: &[&Edit]) -> bool {
    let mut by_file: BTreeMap<u32, Vec<Edit>> = BTreeMap::new();
    for edit in edits {
        by_file.entry(edit.span.file.0).or_default().push((*edit).clone());
    }
    by_file.into_values().all(|edits| combine([edits]).is_some())
}

/// What fixes made worse.
#[derive(Default)]
pub(super) struct Harm {
    /// The files that are worse, and why.
    pub(super) why: BTreeMap<String, String>,
    /// The findings that were not there before.
    pub(super) new: Vec<Key>,
}

/// What to do with fixes that do harm together.
#[derive(Default)]
pub(super) struct Sorted {
    /// Those at fault.
    pub(super) blamed: Vec<Chosen>,
    /// Those that are tried next.
    pub(super) now: Vec<Chosen>,
    /// Those that are tried after that.
    pub(super) later: Vec<Chosen>,
}

impl Harm {
    /// Why a fix is at fault.
    pub(super) fn of(&self, fix: &Chosen) -> String {
        let own = self.new.iter().find(|new| is_about(new, fix)).map(|new| &new.rule);
        if let Some(rule) = own {
            return format!("it would introduce a finding of `{rule}`");
        }
        let why = fix.paths.iter().find_map(|path| self.why.get(path));
        why.or_else(|| self.why.values().next()).cloned().unwrap_or_default()
    }

    /// Finds the fixes at fault, or else those to try without the others.
    pub(super) fn sort(&self, group: Vec<Chosen>) -> Sorted {
        // Where only one fix is about a behavior, it causes the new findings there, except for harm that the others do.
        let mut owners = self.owners(&group).into_iter();
        let (owners, others): (Vec<_>, Vec<_>) =
            group.into_iter().partition(|_| owners.next().unwrap_or_default());
        let group = match (owners.is_empty(), others.is_empty()) {
            (true, _) => others,
            (false, true) => return Sorted { blamed: owners, ..Sorted::default() },
            (false, false) => return Sorted { now: others, later: owners, ..Sorted::default() },
        };
        let mut sorted = Sorted::default();
        let is_worse = |fix: &Chosen| fix.paths.iter().any(|path| self.why.contains_key(path));
        let (worse, mut clean): (Vec<_>, Vec<_>) = group.into_iter().partition(is_worse);
        if worse.is_empty() {
            // The harm is where nothing was changed, so any of them may be at fault.
            if clean.len() > 1 {
                sorted.later = clean.split_off(clean.len().div_ceil(2));
                sorted.now = clean;
            } else {
                sorted.blamed = clean;
            }
            return sorted;
        }
        let mut left: BTreeMap<String, usize> = BTreeMap::new();
        for path in worse.iter().flat_map(|fix| &fix.paths) {
            *left.entry(path.clone()).or_insert(0) += 1;
        }
        left.values_mut().for_each(|count| *count = count.div_ceil(2));
        let mut first = Vec::new();
        for fix in worse {
            let counts = fix.paths.iter().all(|path| left.get(path).is_some_and(|count| *count > 0));
            if counts {
                for path in &fix.paths {
                    left.entry(path.clone()).and_modify(|count| *count -= 1);
                }
                first.push(fix);
            } else {
                sorted.later.push(fix);
            }
        }
        sorted.now = clean;
        // One in each file: there is nothing left to halve.
        if sorted.later.is_empty() {
            sorted.blamed = first
        } else {
            sorted.now.extend(first)
        }
        sorted
    }

    /// Which of the fixes are the only ones about a behavior that has new findings.
    fn owners(&self, group: &[Chosen]) -> Vec<bool> {
        let mut about: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for (path, behavior) in group.iter().filter_map(|fix| fix.key.place()) {
            *about.entry((path, behavior)).or_insert(0) += 1;
        }
        let worse: BTreeSet<(&str, &str)> = self.new.iter().filter_map(Key::place).collect();
        let is_owner = |fix: &Chosen| {
            fix.key.place().is_some_and(|at| worse.contains(&at) && about.get(&at) == Some(&1))
        };
        group.iter().map(is_owner).collect()
    }
}

fn is_about(new: &Key, fix: &Chosen) -> bool {
    new.place().is_some() && new.place() == fix.key.place()
}
