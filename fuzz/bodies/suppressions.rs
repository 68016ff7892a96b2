use cflint_diagnostics::{FileId, Finding};
use cflint_linter::{Fixed, Input, Options, Report, add_suppressions};
use cflint_rules::RULES;
use cflint_template::syntax::{self, Kind, NodeRef, Tree};

use super::inputs::{everything, templates};
use super::reports::{checked, sound};

/// Templates with suppressions, and suppressions for what is left.
pub fn suppressions(bytes: &[u8]) {
    let inputs = templates(bytes);
    let before = hide_only(&inputs);
    let options = everything();
    for reason in [None, Some("it's \"known\": #1")] {
        let after = add_suppressions(inputs.clone(), RULES, &options, reason, &|_| true, &|_| true);
        sound(&after.report);
        for finding in before.active().filter(|finding| !is_suppressed(&after, finding)) {
            let is_told = after.refused.iter().any(|refused| refused.rule == finding.rule);
            assert!(is_told, "`{}` has no suppression, and nobody says so", finding.rule);
        }
        for (index, (before, after_)) in inputs.iter().zip(&after.inputs).enumerate() {
            let is_same = before.bytes == after_.bytes;
            assert!(is_same || after.changed.contains(&index), "{} changed and nobody says so", before.name);
            if !is_same {
                assert_eq!(nodes(&before.bytes), nodes(&after_.bytes), "a suppression changes the template");
            }
        }
    }
}

/// The report, in which what is suppressed has to be reported as well.
fn hide_only(inputs: &[Input]) -> Report {
    let with = checked(inputs, &everything());
    let without = checked(inputs, &Options { no_suppressions: true, ..everything() });
    let about = |finding: &Finding| (finding.primary.span, finding.rule, finding.message.clone());
    let all: Vec<_> = with.findings.iter().map(about).collect();
    for finding in &without.findings {
        assert!(finding.suppressed.is_none(), "`{}` is suppressed and must not be", finding.rule);
        assert!(all.contains(&about(finding)), "`{}` is gone", finding.rule);
    }
    with
}

fn is_suppressed(after: &Fixed, finding: &Finding) -> bool {
    let is_it = |other: &Finding| {
        (other.rule, other.primary.span.file, &other.fingerprint)
            == (finding.rule, finding.primary.span.file, &finding.fingerprint)
    };
    !after.report.active().any(is_it)
}

/// The nodes of a file in their order, but for metadata, which may hold suppressions.
fn nodes(bytes: &[u8]) -> Vec<(Kind, String)> {
    let parsed = syntax::load(FileId(0), bytes).expect("a file with suppressions can be read");
    let tree: &Tree = &parsed.tree;
    let Some(root) = tree.root() else { return Vec::new() };
    let sections = root.get("Resources").into_iter().flat_map(|section| section.value.entries());
    let holders = sections.map(|resource| resource.value).chain([root]);
    let metadata: Vec<_> = holders.filter_map(|holder| holder.get("Metadata")).collect();
    let is_metadata = |node: NodeRef<'_>| {
        metadata.iter().any(|entry| {
            node.id() == entry.key.id() || entry.value.subtree().any(|inner| inner.id() == node.id())
        })
    };
    let kept = root.subtree().filter(|node| !is_metadata(*node));
    kept.map(|node| (node.kind(), node.text().unwrap_or_default().to_owned())).collect()
}
