//! What of the findings a reader wants to see.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use cflint_diagnostics::{Finding, Severity};
use cflint_linter::Report;

use super::markup::text;
use crate::causes::Cause;
use crate::context::Context;
use crate::place;

/// The files that findings are in. Their names can hold anything, so cards have their numbers.
pub(super) struct Files<'r> {
    report: &'r Report,
    context: &'r Context<'r>,
    numbers: BTreeMap<&'r str, usize>,
}

impl<'r> Files<'r> {
    pub(super) fn new(report: &'r Report, causes: &[Cause<'r>], context: &'r Context<'r>) -> Self {
        let mut files = Self { report, context, numbers: BTreeMap::new() };
        for finding in causes.iter().flat_map(Cause::all) {
            let number = files.numbers.len();
            files.numbers.entry(files.name(finding)).or_insert(number);
        }
        files
    }

    fn name(&self, finding: &'r Finding) -> &'r str {
        match &finding.source {
            Some(source) if place::user(finding, self.context).is_some() => &source.path,
            _ => self.report.sources.name(finding.primary.span.file),
        }
    }

    /// The numbers of the files of a cause.
    pub(super) fn of(&self, cause: &Cause<'r>) -> String {
        let numbers: BTreeSet<usize> =
            cause.all().filter_map(|finding| self.numbers.get(self.name(finding)).copied()).collect();
        numbers.iter().map(usize::to_string).collect::<Vec<_>>().join(" ")
    }
}

/// Writes what filters the cards. Without script it would do nothing, so a script shows it.
pub(super) fn write(causes: &[Cause<'_>], files: &Files<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut severities: BTreeMap<Reverse<Severity>, usize> = BTreeMap::new();
    for cause in causes {
        *severities.entry(Reverse(cause.first.severity)).or_default() += 1;
    }
    writeln!(out, "<form id=\"filter\" hidden=\"\" aria-label=\"Filter\">")?;
    if severities.len() > 1 {
        writeln!(out, "<fieldset><legend>Severity</legend>")?;
        for (Reverse(severity), count) in severities {
            writeln!(
                out,
                "<label><input type=\"checkbox\" name=\"severity\" value=\"{severity}\" checked=\"\"/> {severity} ({count})</label>"
            )?;
        }
        writeln!(out, "</fieldset>")?;
    }
    let rules: BTreeSet<&str> = causes.iter().map(|cause| cause.first.rule).collect();
    let rules = rules.into_iter().map(|rule| (rule.to_owned(), rule.to_owned())).collect();
    write_choice("rule", "Rule", "All rules", rules, out)?;
    let paths = files.numbers.iter().map(|(path, number)| (number.to_string(), (*path).to_owned()));
    write_choice("file", "File", "All files", paths.collect(), out)?;
    writeln!(out, "<output id=\"shown\"></output>\n</form>")
}

fn write_choice(
    name: &str,
    label: &str,
    all: &str,
    options: Vec<(String, String)>,
    out: &mut dyn Write,
) -> io::Result<()> {
    if options.len() < 2 {
        return Ok(());
    }
    writeln!(out, "<label>{label} <select name=\"{name}\"><option value=\"\">{all}</option>")?;
    for (value, shown) in options {
        writeln!(out, "<option value=\"{}\">{}</option>", text(&value), text(&shown))?;
    }
    writeln!(out, "</select></label>")
}
