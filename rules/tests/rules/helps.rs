//! What a help says to write is not what another rule reports.

use cflint_diagnostics::{Confidence, Finding};
use cflint_linter::{Input, Options, Rule, check};
use cflint_rules::RULES;
use libtest_mimic::{Failed, Trial};

use crate::fixtures::{self, file_name};

/// How many values of helps are written into fixtures at least; with fewer, the test no longer finds them.
const LEAST: usize = 40;

pub(crate) fn trials() -> Vec<Trial> {
    vec![Trial::test("what a help says to write is accepted by every rule", all_accepted)]
}

fn all_accepted() -> Result<(), Failed> {
    let mut written = 0;
    let mut refused = Vec::new();
    for rule in RULES {
        for path in fixtures::of(rule.meta().id) {
            if path.is_dir() || path.extension().is_none_or(|extension| extension != "yaml") {
                continue;
            }
            let Ok(text) = std::fs::read_to_string(&path) else { continue };
            let lint = |text: &str, rules: &[&'static dyn Rule]| {
                let options = Options { min_confidence: Confidence::Possible, ..Options::default() };
                check(vec![Input::new(file_name(&path), text.as_bytes().to_vec())], rules, &options).findings
            };
            let findings = lint(&text, &[*rule]);
            if findings.is_empty() {
                continue;
            }
            let before = lint(&text, RULES);
            for finding in findings {
                for (name, value) in named(finding.help.as_deref().unwrap_or_default()) {
                    let Some((line, changed)) = write(&text, &finding, name, value) else { continue };
                    written += 1;
                    for complaint in lint(&changed, RULES) {
                        let is_there = lines_of(&changed, &complaint).contains(&line);
                        let is_new = before.iter().all(|old| old.message != complaint.message);
                        if is_there && is_new && complaint.rule != finding.rule {
                            refused.push(format!(
                                "{}: `{}` says `{name}: {value}`, and `{}` says: {}",
                                path.display(),
                                finding.rule,
                                complaint.rule,
                                complaint.message
                            ));
                        }
                    }
                }
            }
        }
    }
    if written < LEAST {
        return Err(format!("only {written} values of helps were written into fixtures").into());
    }
    if refused.is_empty() { Ok(()) } else { Err(refused.join("\n").into()) }
}

/// The settings in backticks whose value is one word, such as `OriginReadTimeout: 60`.
fn named(help: &str) -> impl Iterator<Item = (&str, &str)> {
    let quoted = help.split('`').skip(1).step_by(2);
    quoted.filter_map(|text| text.split_once(": ")).filter(|(name, value)| {
        name.chars().all(char::is_alphanumeric) && !value.contains([' ', '{', '[', '!', '$', '('])
    })
}

/// The template with the value in place of that of the property: on the line of the finding, or on the only line that
/// has the property. The line counts from 0.
fn write(text: &str, finding: &Finding, name: &str, value: &str) -> Option<(usize, String)> {
    let key = format!("{name}:");
    let has = |line: &str| line.trim_start().trim_start_matches("- ").starts_with(&key);
    let own = lines_of(text, finding);
    let all: Vec<usize> =
        text.lines().enumerate().filter(|(_, line)| has(line)).map(|(index, _)| index).collect();
    let line = match all.iter().find(|line| own.contains(line)) {
        Some(line) => *line,
        None => *all.first().filter(|_| all.len() == 1)?,
    };
    let changed = text.lines().enumerate().map(|(index, old)| match old.split_once(&key) {
        Some((before, _)) if index == line => format!("{before}{key} {value}\n"),
        _ => format!("{old}\n"),
    });
    Some((line, changed.collect()))
}

fn lines_of(text: &str, finding: &Finding) -> std::ops::RangeInclusive<usize> {
    let line = |offset: usize| text.get(..offset).map_or(0, |before| before.matches('\n').count());
    let range = finding.primary.span.range();
    line(range.start)..=line(range.end)
}
