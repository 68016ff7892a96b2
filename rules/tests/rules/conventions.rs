//! What every rule has to keep to; each failure is the sentence that its author needs.

use std::collections::BTreeSet;
use std::fs;

use cflint_linter::{FixAvailability, Group, RuleMeta};
use cflint_rules::RULES;
use libtest_mimic::{Failed, Trial};

use crate::fixtures;

const HEADINGS: [&str; 6] =
    ["What it does", "Why is this bad?", "Remediation", "Fix safety", "Exceptions", "References"];
const REQUIRED: [&str; 4] = ["What it does", "Why is this bad?", "Remediation", "References"];

pub(crate) fn trials() -> Vec<Trial> {
    let each = RULES.iter().map(|rule| {
        let meta = rule.meta();
        Trial::test(format!("{}::conventions", meta.id), move || conventions(meta))
    });
    let mut trials: Vec<Trial> = each.collect();
    trials.push(Trial::test("every fixture folder belongs to a rule", folders));
    trials.push(Trial::test("ids and aliases are unique", unique));
    trials
}

fn conventions(meta: &RuleMeta) -> Result<(), Failed> {
    let id = meta.id;
    let file = format!("src/{}/{}.rs", meta.group.as_str(), id.replace('-', "_"));
    ensure(
        meta.file.replace('\\', "/").ends_with(&file),
        "the file is named after the rule, in its group's folder",
    )?;
    let kebab = id
        .split('-')
        .all(|word| !word.is_empty() && word.chars().all(|c| matches!(c, 'a'..='z' | '0'..='9')));
    ensure(kebab, "the id is kebab-case")?;
    ensure(Group::ALL.iter().all(|group| group.as_str() != id), "a rule is not called like a group")?;
    ensure(meta.summary.len() <= 90, "the summary fits on a line of 90 characters")?;
    ensure(!meta.summary.ends_with('.'), "the summary has no full stop")?;
    let first = meta.summary.chars().next();
    ensure(
        first.is_some_and(|c| !c.is_uppercase() || meta.summary.starts_with("HTTP")),
        "the summary starts lower case",
    )?;

    let headings: Vec<&str> = meta.docs.lines().filter_map(|line| line.trim().strip_prefix("## ")).collect();
    for required in REQUIRED {
        ensure(headings.contains(&required), &format!("the documentation has a heading `## {required}`"))?;
    }
    let order: Vec<_> =
        headings.iter().map(|heading| HEADINGS.iter().position(|known| known == heading)).collect();
    ensure(order.iter().all(Option::is_some), &format!("the headings are {HEADINGS:?}, found {headings:?}"))?;
    ensure(order.is_sorted(), &format!("the headings come in the order {HEADINGS:?}"))?;
    let unsafe_fix = meta.fix == FixAvailability::Unsafe;
    ensure(
        !unsafe_fix || headings.contains(&"Fix safety"),
        "an unsafe fix is explained under `## Fix safety`",
    )?;
    let references = meta.docs.split("## References").nth(1).unwrap_or_default();
    ensure(references.contains("https://docs.aws.amazon.com/"), "the references name a page of AWS")?;
    ensure(meta.docs.matches("```").count().is_multiple_of(2), "every code fence is closed")?;

    let fixtures = fixtures::of(id);
    let has = |prefix: &str| fixtures.iter().any(|path| fixtures::file_name(path).starts_with(prefix));
    ensure(has("fail"), &format!("fixtures/{id} has a `fail…`"))?;
    ensure(has("pass"), &format!("fixtures/{id} has a `pass…`"))?;
    let snapshots =
        fixtures.iter().filter_map(|path| fs::read_to_string(format!("{}.snap", path.display())).ok());
    let shows_fix = snapshots.into_iter().any(|snapshot| snapshot.contains("\nfixed:\n"));
    ensure(
        shows_fix == (meta.fix != FixAvailability::None),
        "a fix that is declared appears in a fixture, and one that appears is declared",
    )
}

fn folders() -> Result<(), Failed> {
    let ids: BTreeSet<&str> = RULES.iter().map(|rule| rule.meta().id).collect();
    for entry in fs::read_dir(fixtures::root())? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let known = name.starts_with('_') || ids.contains(name.as_str()) || !entry.path().is_dir();
        ensure(known, &format!("fixtures/{name} belongs to no rule"))?;
    }
    Ok(())
}

fn unique() -> Result<(), Failed> {
    let mut names = BTreeSet::new();
    for meta in RULES.iter().map(|rule| rule.meta()) {
        for name in std::iter::once(meta.id).chain(meta.aliases.iter().copied()) {
            ensure(names.insert(name.to_ascii_lowercase()), &format!("`{name}` is used twice"))?;
        }
    }
    Ok(())
}

fn ensure(holds: bool, convention: &str) -> Result<(), Failed> {
    if holds { Ok(()) } else { Err(convention.to_owned().into()) }
}
