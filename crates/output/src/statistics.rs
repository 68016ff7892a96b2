//! How many findings each rule has, as a table and as JSON.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::{self, Write};

use cflint_linter::{Report, RuleMeta};
use serde_json::{Value, json};

use crate::context::Context;
use crate::json::write_value;
use crate::summary::{is_fixable, summary};

/// The name of the contract of [`write_json`].
pub const SCHEMA: &str = "cflint-statistics/v1";

/// What there is of one rule.
struct Count<'c> {
    rule: &'c str,
    findings: usize,
    fixable: usize,
}

/// Writes `count  rule  [*] summary`, the most frequent rule first, for the findings that count. The star says that there is
/// a fix for one of them.
///
/// # Errors
/// Those of the writer.
pub fn write_table(report: &Report, context: &Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    let counts = counts(report);
    let most = counts.first().map_or(0, |count| count.findings.to_string().len());
    let width = counts.iter().map(|count| count.rule.len()).max().unwrap_or(0);
    for count in &counts {
        let fix = if count.fixable > 0 { "[*]" } else { "   " };
        let summary = context.rule(count.rule).map_or("", |meta| meta.summary);
        writeln!(out, "{:>most$}  {:width$}  {fix} {summary}", count.findings, count.rule)?;
    }
    if context.summary {
        writeln!(out, "{}{}", if counts.is_empty() { "" } else { "\n" }, summary(report))?;
    }
    Ok(())
}

/// Writes the same as one document.
///
/// # Errors
/// Those of the writer.
pub fn write_json(report: &Report, context: &Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    let rules: Vec<Value> = counts(report)
        .into_iter()
        .map(|count| {
            let meta = context.rule(count.rule);
            json!({
                "rule": count.rule,
                "findings": count.findings,
                "fixable": count.fixable,
                "summary": meta.map(|meta| meta.summary),
                "url": meta.map(RuleMeta::url),
            })
        })
        .collect();
    write_value(&json!({"schema": SCHEMA, "rules": rules}), out)
}

fn counts(report: &Report) -> Vec<Count<'_>> {
    let mut by_rule: BTreeMap<&str, Count<'_>> = BTreeMap::new();
    for finding in report.active() {
        let new = Count { rule: finding.rule, findings: 0, fixable: 0 };
        let count = by_rule.entry(finding.rule).or_insert(new);
        count.findings += 1;
        count.fixable += usize::from(is_fixable(finding));
    }
    let mut counts: Vec<Count<'_>> = by_rule.into_values().collect();
    counts.sort_by_key(|count| Reverse(count.findings));
    counts
}
