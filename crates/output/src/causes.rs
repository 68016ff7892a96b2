//! Findings with one cause are one thing to read, and one thing to do.

use std::collections::HashMap;

use cflint_diagnostics::Finding;
use cflint_linter::Report;

use crate::context::Context;
use crate::place::{self, Place};

/// How many places are named before the others are counted.
const NAMED: usize = 10;

/// Findings that have one cause; the first of the report comes first. There is always one.
pub(crate) struct Cause<'r> {
    pub(crate) first: &'r Finding,
    pub(crate) others: Vec<&'r Finding>,
}

impl<'r> Cause<'r> {
    /// All of its findings.
    pub(crate) fn all(&self) -> impl Iterator<Item = &'r Finding> + use<'r, '_> {
        std::iter::once(self.first).chain(self.others.iter().copied())
    }

    /// How often it is found, for behind a message; nothing for once.
    pub(crate) fn times(&self) -> String {
        match self.others.len() {
            0 => String::new(),
            others => format!(" ({} places)", others + 1),
        }
    }
}

/// The findings that count by their causes, in the order of the report.
pub(crate) fn causes(report: &Report) -> Vec<Cause<'_>> {
    let mut causes: Vec<Cause<'_>> = Vec::new();
    let mut known: HashMap<&str, usize> = HashMap::new();
    for finding in report.active() {
        // A finding without a cause is its own cause.
        let at = (!finding.cause.is_empty()).then(|| *known.entry(&finding.cause).or_insert(causes.len()));
        match at.and_then(|at| causes.get_mut(at)) {
            Some(cause) => cause.others.push(finding),
            None => causes.push(Cause { first: finding, others: Vec::new() }),
        }
    }
    causes
}

/// Where else a cause is found, for formats that show it at one place.
pub(crate) fn others(report: &Report, cause: &Cause<'_>, context: &Context<'_>) -> Option<String> {
    let places = cause.others.iter().take(NAMED).map(|finding| {
        let Place { path, start, .. } = place::of(report, finding, context);
        format!("{path}:{}", start.line)
    });
    let places: Vec<String> = places.collect();
    let more = match cause.others.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    (!places.is_empty()).then(|| format!("also at {}{more}", places.join(", ")))
}
