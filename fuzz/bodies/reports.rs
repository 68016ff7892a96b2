//! What holds for every report.

use std::collections::BTreeMap;

use cflint_diagnostics::{Edit, Finding, Sources, Span};
use cflint_linter::{Input, Options, Report, check};
use cflint_rules::RULES;
use cflint_template::edit::apply;

/// The report of a check, after what holds for it was asserted.
pub(super) fn checked(inputs: &[Input], options: &Options) -> Report {
    let report = check(inputs.to_vec(), RULES, options);
    sound(&report);
    report
}

/// Asserts that everything in a report is at a place that there is, and that its fixes can be applied.
pub(super) fn sound(report: &Report) {
    for finding in &report.findings {
        let related = finding.related.iter().map(|label| label.span);
        for span in std::iter::once(finding.primary.span).chain(related) {
            is_there(&report.sources, span, finding.rule);
        }
        assert!(
            !finding.message.is_empty() && !finding.fingerprint.is_empty(),
            "`{}` says nothing",
            finding.rule
        );
        fits(&report.sources, finding);
    }
    for span in report.errors.iter().filter_map(|error| error.span) {
        is_there(&report.sources, span, "an error");
    }
}

/// Asserts that a span lies in its file and cuts no character in two.
pub(super) fn is_there(sources: &Sources, span: Span, of: &str) {
    let file = sources.get(span.file);
    let text = file.and_then(|file| file.text().get(span.range()));
    assert!(text.is_some(), "{span:?} of `{of}` is no place in its file");
}

/// Asserts that the edits of a fix are in order, do not overlap, and fit their files.
fn fits(sources: &Sources, finding: &Finding) {
    let mut files: BTreeMap<u32, Vec<Edit>> = BTreeMap::new();
    for edit in finding.fix.iter().flat_map(|fix| &fix.edits) {
        files.entry(edit.span.file.0).or_default().push(edit.clone());
    }
    for edits in files.values() {
        let in_order = edits.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start);
        let text = sources.get(edits[0].span.file).and_then(|file| apply(file.text(), edits));
        assert!(in_order && text.is_some(), "the edits of `{}` do not go together: {edits:?}", finding.rule);
    }
}

/// Asserts that two checks came to the same.
pub(super) fn same(one: &Report, other: &Report) {
    assert_eq!(one.findings, other.findings, "two checks of one input differ");
    assert_eq!(
        (&one.errors, &one.notices),
        (&other.errors, &other.notices),
        "two checks of one input differ"
    );
}
