//! One cause is one finding: all rules on every fixture, and which of them speak beside the one that it belongs to.
//!
//! The list is a snapshot. Who changes it reads whether two rules report the same cause.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use cflint_linter::{Options, check};
use cflint_rules::RULES;
use libtest_mimic::{Failed, Trial};

use crate::fixtures::{self, file_name};

pub(crate) fn trials() -> Vec<Trial> {
    vec![Trial::test("which rules speak on the fixtures of others", list)]
}

fn list() -> Result<(), Failed> {
    let mut text = String::new();
    for rule in RULES {
        let id = rule.meta().id;
        for path in fixtures::of(id) {
            let report = check(fixtures::inputs(&path)?, RULES, &Options::default());
            let others: BTreeSet<&str> =
                report.findings.iter().map(|finding| finding.rule).filter(|other| *other != id).collect();
            if !others.is_empty() {
                let others: Vec<&str> = others.into_iter().collect();
                let _ = writeln!(text, "{id}/{}: {}", file_name(&path), others.join(", "));
            }
        }
    }
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("pairs", text));
    Ok(())
}
