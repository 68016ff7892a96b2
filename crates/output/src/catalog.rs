//! The list of rules, as a table and as JSON.

use std::io::{self, Write};

use crate::json::write_value;
use cflint_linter::{FixAvailability, Group, Rule, RuleMeta};
use serde_json::{Value, json};

/// The name of the contract of [`write_json`].
pub const SCHEMA: &str = "cflint-rules/v1";

/// Writes one table for each group that has rules.
///
/// # Errors
/// Those of the writer.
pub fn write_table(rules: &[&'static dyn Rule], color: bool, out: &mut dyn Write) -> io::Result<()> {
    let (bold, dim, reset) = if color { ("\u{1b}[1m", "\u{1b}[2m", "\u{1b}[0m") } else { ("", "", "") };
    let metas = sorted(rules);
    let width = metas.iter().map(|meta| meta.id.len()).max().unwrap_or(0);
    if !metas.is_empty() {
        writeln!(out, "  {bold}{:width$}  {:8}  {:6}  summary{reset}", "rule", "severity", "fix")?;
    }
    let mut first = true;
    for group in Group::ALL {
        let members: Vec<_> = metas.iter().filter(|meta| meta.group == group).collect();
        if members.is_empty() {
            continue;
        }
        first = false;
        writeln!(out)?;
        writeln!(out, "{bold}{}{reset}", group.as_str())?;
        for meta in members {
            let fix = match meta.fix {
                FixAvailability::None => "-",
                FixAvailability::Safe | FixAvailability::Unsafe => meta.fix.as_str(),
            };
            let pedantic = if meta.pedantic { format!(" {dim}(pedantic){reset}") } else { String::new() };
            writeln!(
                out,
                "  {:width$}  {:8}  {fix:6}  {}{pedantic}",
                meta.id,
                meta.severity.as_str(),
                meta.summary
            )?;
        }
    }
    writeln!(out, "{}{}", if first { "" } else { "\n" }, count(metas.len()))
}

/// Writes every rule as JSON.
///
/// # Errors
/// Those of the writer.
pub fn write_json(rules: &[&'static dyn Rule], out: &mut dyn Write) -> io::Result<()> {
    let rules: Vec<Value> = sorted(rules)
        .into_iter()
        .map(|meta| {
            json!({
                "id": meta.id,
                "group": meta.group.as_str(),
                "severity": meta.severity.as_str(),
                "pedantic": meta.pedantic,
                "fix": meta.fix.as_str(),
                "summary": meta.summary,
                "aliases": meta.aliases,
                "url": meta.url(),
            })
        })
        .collect();
    write_value(&json!({"schema": SCHEMA, "rules": rules}), out)
}

fn sorted(rules: &[&'static dyn Rule]) -> Vec<&'static RuleMeta> {
    let mut metas: Vec<_> = rules.iter().map(|rule| rule.meta()).collect();
    metas.sort_by_key(|meta| (meta.group, meta.id));
    metas
}

fn count(rules: usize) -> String {
    match rules {
        1 => "1 rule".to_owned(),
        _ => format!("{rules} rules"),
    }
}
