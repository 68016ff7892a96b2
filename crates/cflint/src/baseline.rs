//! Findings of an earlier run, which are suppressed: a project can start without fixing everything at once.

mod entry;
mod read;
mod write;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use cflint_diagnostics::{Finding, Suppressed};
use cflint_linter::{Notice, Options, Report};
use cflint_rules::RULES;

use self::entry::Entry;
use crate::files::paths::{Folder, absolute, names, relative, shown};
use crate::problem::Problem;

/// How many unused entries are listed by default.
const MAX_NAMED: usize = 5;

/// A baseline that was read.
#[derive(Debug)]
pub(crate) struct Baseline {
    name: String,
    folder: Folder,
    /// How often each entry is there.
    entries: BTreeMap<Entry, usize>,
}

fn folder_of(file: &Path) -> Folder {
    let file = absolute(file);
    Folder::new(file.parent().unwrap_or(&file))
}

fn entry(finding: &Finding, path: &str, folder: &Folder) -> Entry {
    Entry {
        path: inner(path, folder),
        rule: finding.rule.to_owned(),
        fingerprint: finding.fingerprint.clone(),
    }
}

fn path<'r>(report: &'r Report, finding: &Finding) -> &'r str {
    report.sources.name(finding.primary.span.file)
}

/// A path as the baseline calls it.
fn inner(name: &str, folder: &Folder) -> String {
    let path = absolute(Path::new(name));
    // A link is another way to the same findings.
    let real = shown(&path.canonicalize().unwrap_or_else(|_| path.clone()));
    let outside = || shown(&relative(&path, folder.path()).unwrap_or_else(|| path.clone()));
    folder.inner(&real).unwrap_or_else(outside)
}

/// Writes the findings that count, and returns how many there are.
pub(crate) fn write(file: &Path, report: &Report) -> Result<usize, Problem> {
    let folder = folder_of(file);
    let mut entries: Vec<Entry> =
        report.active().map(|finding| entry(finding, path(report, finding), &folder)).collect();
    entries.sort();
    write::write(file, &entries)?;
    Ok(entries.len())
}

impl Baseline {
    pub(crate) fn read(file: &Path) -> Result<Self, Problem> {
        let name = shown(file);
        Ok(Self { entries: read::read(file, &name)?, folder: folder_of(file), name })
    }

    /// Whether a finding in the file of this path has an entry.
    pub(crate) fn knows(&self, finding: &Finding, path: &str) -> bool {
        self.entries.contains_key(&entry(finding, path, &self.folder))
    }

    /// Suppresses the findings that have an entry, each as often as it was written. What is left is stale, as far as
    /// this run can tell.
    pub(crate) fn apply(mut self, report: &mut Report, options: &Options) -> Stale {
        let mut known = Vec::new();
        for (index, finding) in report.findings.iter().enumerate() {
            let entry = entry(finding, path(report, finding), &self.folder);
            let Some(left) = self.entries.get_mut(&entry).filter(|left| **left > 0) else { continue };
            *left -= 1;
            known.push(index);
        }
        for index in known {
            if let Some(finding) =
                report.findings.get_mut(index).filter(|finding| finding.suppressed.is_none())
            {
                finding.suppressed = Some(Suppressed { channel: "baseline".to_owned(), reason: None });
            }
        }
        let seen = Seen::new(report, &self.folder);
        let mut entries = BTreeMap::new();
        for (entry, left) in &self.entries {
            if *left > 0 && self.is_stale(entry, &seen, options) {
                *entries.entry((entry.path.clone(), entry.rule.clone())).or_insert(0) += left;
            }
        }
        Stale { name: self.name, entries }
    }

    /// Whether nothing can need the entry: its file was checked by its rule, or its file or its rule is gone.
    fn is_stale(&self, entry: &Entry, seen: &Seen, options: &Options) -> bool {
        let rule = RULES.iter().map(|rule| rule.meta()).find(|meta| meta.id == entry.rule);
        let Some(rule) = rule else { return true };
        if seen.unreadable.contains(&entry.path) {
            return false;
        }
        let was_read = seen.read.contains(&entry.path);
        let is_gone = || self.folder.path().join(&entry.path).symlink_metadata().is_err();
        (was_read && options.runs(rule)) || (!was_read && is_gone())
    }
}

/// The files of a run, as the baseline calls them.
struct Seen {
    read: BTreeSet<String>,
    unreadable: BTreeSet<String>,
}

impl Seen {
    fn new(report: &Report, folder: &Folder) -> Self {
        let errors = report.errors.iter().map(|error| inner(&error.path, folder));
        Self {
            read: names(&report.sources).map(|name| inner(name, folder)).collect(),
            unreadable: errors.collect(),
        }
    }
}

/// Entries that nothing needs any more.
#[derive(Debug)]
pub(crate) struct Stale {
    name: String,
    /// How many there are, by path and rule.
    entries: BTreeMap<(String, String), usize>,
}

impl Stale {
    /// The notice about them; they never fail a run, because that would punish a fix.
    pub(crate) fn notice(&self, all: bool) -> Option<Notice> {
        let count: usize = self.entries.values().sum();
        let named = if all { self.entries.len() } else { MAX_NAMED };
        let name = |((path, rule), count): (&(String, String), &usize)| match count {
            1 => format!("`{rule}` in {path}"),
            _ => format!("`{rule}` in {path} ({count} times)"),
        };
        let mut list: Vec<String> = self.entries.iter().take(named).map(name).collect();
        let more: usize = self.entries.values().skip(named).sum();
        if more > 0 {
            list.push(format!("{more} more (`-v` names them)"));
        }
        let list = list.join(", ");
        let message = match count {
            0 => return None,
            1 => format!("unused baseline entry: {list}; `--write-baseline` removes it"),
            _ => format!("{count} unused baseline entries: {list}; `--write-baseline` removes them"),
        };
        Some(Notice { path: self.name.clone(), message })
    }
}
