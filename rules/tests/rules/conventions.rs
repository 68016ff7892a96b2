//! What every rule has to keep to; each failure is the sentence that its author needs.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use cflint_linter::{CDK_NAG_RULES, FixAvailability, Group, RuleMeta};
use cflint_rules::RULES;
use libtest_mimic::{Failed, Trial};

use crate::fixtures;

const HEADINGS: [&str; 6] =
    ["What it does", "Why is this bad?", "Remediation", "Fix safety", "Exceptions", "References"];
const REQUIRED: [&str; 4] = ["What it does", "Why is this bad?", "Remediation", "References"];

/// Names that keep their capitals where a sentence starts with them.
const NAMES: [&str; 3] = ["CloudFront", "CORS", "HTTP"];

/// What `cargo xtask new-rule` leaves for the author to write.
const PLACEHOLDER: &str = "TODO";

pub(crate) fn trials() -> Vec<Trial> {
    let each = RULES.iter().map(|rule| {
        let meta = rule.meta();
        Trial::test(format!("{}::conventions", meta.id), move || conventions(meta))
    });
    let mut trials: Vec<Trial> = each.collect();
    trials.push(Trial::test("every fixture folder belongs to a rule", folders));
    trials.push(Trial::test("ids and aliases are unique", unique));
    trials.push(Trial::test("what cdk-nag reports too is said in the comparison", cdk_nag));
    trials
}

fn conventions(meta: &RuleMeta) -> Result<(), Failed> {
    let mut broken = Broken::default();
    description(meta, &mut broken);
    documentation(meta, &mut broken);
    files(meta, &mut broken);
    broken.outcome()
}

fn description(meta: &RuleMeta, broken: &mut Broken) {
    let (id, summary) = (meta.id, meta.summary);
    let file = format!("src/{}/{}.rs", meta.group.as_str(), id.replace('-', "_"));
    let is_there = meta.file.replace('\\', "/").ends_with(&file);
    broken.unless(is_there, || format!("the file of `{id}` must be rules/{file}"));
    let is_word = |word: &str| !word.is_empty() && word.chars().all(|c| matches!(c, 'a'..='z' | '0'..='9'));
    broken.unless(id.split('-').all(is_word), || format!("the id must be kebab-case, found `{id}`"));
    let is_group = Group::ALL.iter().any(|group| group.as_str() == id);
    broken.unless(!is_group, || format!("a rule must not have the name of the group `{id}`"));
    broken.unless(summary.len() <= 90, || {
        format!("the summary must fit on a line of 90 characters, found {}", summary.len())
    });
    broken.unless(!summary.ends_with('.'), || "the summary must not end with a full stop".to_owned());
    let is_lower = summary.chars().next().is_some_and(|c| !c.is_uppercase());
    broken.unless(is_lower || NAMES.iter().any(|name| summary.starts_with(name)), || {
        format!("the summary must start with a lower-case letter, or with one of the names {NAMES:?}")
    });
    broken.unless(!summary.contains(PLACEHOLDER), || format!("the summary must replace `{PLACEHOLDER}`"));
}

fn documentation(meta: &RuleMeta, broken: &mut Broken) {
    let headings: Vec<&str> = meta.docs.lines().filter_map(|line| line.trim().strip_prefix("## ")).collect();
    for required in REQUIRED {
        broken.unless(headings.contains(&required), || {
            format!("the documentation must have the heading `## {required}`")
        });
    }
    for heading in &headings {
        broken.unless(HEADINGS.contains(heading), || {
            format!("`## {heading}` must be one of the headings {HEADINGS:?}")
        });
    }
    let order = headings.iter().filter_map(|heading| HEADINGS.iter().position(|known| known == heading));
    broken.unless(order.is_sorted(), || format!("the headings must come in the order {HEADINGS:?}"));
    let unsafe_fix = meta.fix == FixAvailability::Unsafe;
    broken.unless(!unsafe_fix || headings.contains(&"Fix safety"), || {
        "an unsafe fix must be explained under `## Fix safety`".to_owned()
    });
    let references = meta.docs.split("## References").nth(1).unwrap_or_default();
    broken.unless(references.contains("https://docs.aws.amazon.com/"), || {
        "the references must name a page below https://docs.aws.amazon.com/".to_owned()
    });
    broken.unless(meta.docs.matches("```").count().is_multiple_of(2), || {
        "every code fence of the documentation must be closed".to_owned()
    });
    for line in meta.docs.lines().filter(|line| line.contains(PLACEHOLDER)) {
        broken.unless(false, || format!("the documentation must replace `{}`", line.trim()));
    }
}

fn files(meta: &RuleMeta, broken: &mut Broken) {
    let id = meta.id;
    let fixtures = fixtures::of(id);
    for contract in ["fail", "pass"] {
        let is_there = fixtures.iter().any(|path| fixtures::file_name(path).starts_with(contract));
        broken.unless(is_there, || format!("there must be a fixture fixtures/{id}/{contract}….yaml"));
    }
    let snapshots =
        fixtures.iter().filter_map(|path| fs::read_to_string(format!("{}.snap", path.display())).ok());
    let shows_fix = snapshots.into_iter().any(|snapshot| snapshot.contains("\nfixed:\n"));
    let declares_fix = meta.fix != FixAvailability::None;
    broken.unless(shows_fix || !declares_fix, || {
        format!("`fix: {:?}` must show in a snapshot of a fixture, or be `fix: None`", meta.fix)
    });
    broken.unless(declares_fix || !shows_fix, || {
        "`fix: None` must be `Safe` or `Unsafe`: a snapshot shows a fix".to_owned()
    });
    for name in orphans(id, &fixtures) {
        broken.unless(false, || format!("fixtures/{id}/{name} must be deleted: its fixture does not exist"));
    }
}

/// Snapshots of fixtures that no longer exist.
fn orphans(id: &str, fixtures: &[PathBuf]) -> Vec<String> {
    let entries = fs::read_dir(fixtures::root().join(id)).into_iter().flatten().flatten();
    let mut names: Vec<String> =
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.retain(|name| {
        let of = name.strip_suffix(".snap").filter(|of| *of != "pairs");
        of.is_some_and(|of| !fixtures.iter().any(|path| fixtures::file_name(path) == of))
    });
    names.sort();
    names
}

fn folders() -> Result<(), Failed> {
    let ids: BTreeSet<&str> = RULES.iter().map(|rule| rule.meta().id).collect();
    let mut broken = Broken::default();
    for entry in fs::read_dir(fixtures::root())? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let known = name.starts_with('_') || ids.contains(name.as_str()) || !entry.path().is_dir();
        broken.unless(known, || format!("fixtures/{name} must be deleted, or named after a rule"));
    }
    broken.outcome()
}

fn unique() -> Result<(), Failed> {
    let mut names = BTreeSet::new();
    let mut broken = Broken::default();
    for meta in RULES.iter().map(|rule| rule.meta()) {
        for name in std::iter::once(meta.id).chain(meta.aliases.iter().copied()) {
            let is_new = names.insert(name.to_ascii_lowercase());
            broken.unless(is_new, || format!("`{name}` must be used only once, as an id or an alias"));
        }
    }
    broken.outcome()
}

/// Acknowledgements of the rules of cdk-nag apply to ours only where the comparison says why.
fn cdk_nag() -> Result<(), Failed> {
    let mapping =
        fs::read_to_string(fixtures::root().join("../tests/comparison/mapping.toml"))?.replace("\r\n", "\n");
    let mut broken = Broken::default();
    for (foreign, own) in CDK_NAG_RULES {
        let entry = format!("tool = \"cdk-nag\"\nrule = \"{foreign}\"\nsame_as = \"{own}\"\n");
        let is_known = RULES.iter().any(|rule| rule.meta().id == own);
        broken.unless(is_known && mapping.contains(&entry), || {
            format!("`{foreign}` must be the same as a rule `{own}` in `tests/comparison/mapping.toml`")
        });
    }
    broken.outcome()
}

/// All conventions that are broken, so that one round of fixes is enough.
#[derive(Default)]
struct Broken(Vec<String>);

impl Broken {
    fn unless(&mut self, holds: bool, convention: impl FnOnce() -> String) {
        if !holds {
            self.0.push(convention());
        }
    }

    fn outcome(self) -> Result<(), Failed> {
        if self.0.is_empty() { Ok(()) } else { Err(self.0.join("\n").into()) }
    }
}
