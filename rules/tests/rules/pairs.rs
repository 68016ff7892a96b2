//! One cause is one finding: all rules on every fixture, and which of them report besides the one that it belongs to.
//!
//! `fixtures/<id>/pairs.snap` lists them; where only the rule itself speaks, there is no such file.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;

use cflint_linter::{Options, check};
use cflint_rules::RULES;
use libtest_mimic::{Failed, Trial};

use crate::fixtures::{self, accept, accepts, file_name, snapshot};

pub(crate) fn trials() -> Vec<Trial> {
    let ids = RULES.iter().map(|rule| rule.meta().id);
    ids.map(|id| Trial::test(format!("{id}::pairs"), move || compare(id))).collect()
}

fn compare(id: &str) -> Result<(), Failed> {
    let text = pairs(id)?;
    let folder = fixtures::root().join(id);
    if !text.is_empty() {
        return snapshot(&folder, "pairs", &text, || {
            format!(
                "it lists which other rules report something in the fixtures of `{id}`. Two findings must not have \
                 one cause: let the more specific rule report it, or mend the fixture"
            )
        });
    }
    let stale = folder.join("pairs.snap");
    match stale.exists() {
        true if accepts() => Ok(fs::remove_file(stale)?),
        true => Err(format!(
            "fixtures/{id}/pairs.snap must be deleted: no other rule reports anything in these fixtures. {}",
            accept(id)
        )
        .into()),
        false => Ok(()),
    }
}

fn pairs(id: &str) -> Result<String, Failed> {
    let mut text = String::new();
    for path in fixtures::of(id) {
        let report = check(fixtures::inputs(&path)?, RULES, &Options::default());
        let others: BTreeSet<&str> =
            report.findings.iter().map(|finding| finding.rule).filter(|other| *other != id).collect();
        if !others.is_empty() {
            let others: Vec<&str> = others.into_iter().collect();
            let _ = writeln!(text, "{id}/{}: {}", file_name(&path), others.join(", "));
        }
    }
    Ok(text)
}
