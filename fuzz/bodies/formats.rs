use std::io::{self, Write};

use cflint_linter::Report;
use cflint_output::{Context, Format, summary};
use cflint_rules::RULES;
use serde_json::Value;

use super::inputs::{everything, templates};
use super::reports::checked;

const FORMATS: [Format; 10] = [
    Format::Full,
    Format::Concise,
    Format::Json,
    Format::Jsonl,
    Format::Sarif,
    Format::Github,
    Format::Gitlab,
    Format::Junit,
    Format::Markdown,
    Format::Html,
];

/// Templates to findings in every format.
pub fn formats(bytes: &[u8]) {
    let report = checked(&templates(bytes), &everything());
    for format in FORMATS {
        for suppressed in [false, true] {
            let text = render(format, &report, false, suppressed);
            assert_eq!(text, render(format, &report, false, suppressed), "{format:?} differs from itself");
            well_formed(format, &text, &report, suppressed);
        }
        render(format, &report, true, true);
    }
    assert_eq!(summary(&report).lines().count(), 1);
}

fn render(format: Format, report: &Report, color: bool, suppressed: bool) -> String {
    let from_root = |path: &str| format!("infra/{path}");
    let context = Context { color, links: color, suppressed, from_root: &from_root, ..Context::plain(RULES) };
    written(|out| format.write(report, &context, out))
}

/// What is written, which has to be text.
pub(super) fn written(write: impl Fn(&mut dyn Write) -> io::Result<()>) -> String {
    let mut bytes = Vec::new();
    write(&mut bytes).expect("memory takes everything");
    String::from_utf8(bytes).expect("output is UTF-8")
}

fn well_formed(format: Format, text: &str, report: &Report, suppressed: bool) {
    let reported = || report.findings.iter().filter(|finding| suppressed || finding.suppressed.is_none());
    let count = |value: &Value, at: &str| value.pointer(at).and_then(Value::as_array).map(Vec::len);
    match format {
        Format::Json => {
            assert_eq!(count(&is_json(text), "/findings"), Some(reported().count()));
        }
        Format::Jsonl => {
            text.lines().for_each(|line| _ = is_json(line));
            assert_eq!(text.lines().count(), reported().count());
        }
        Format::Sarif => {
            assert_eq!(count(&is_json(text), "/runs/0/results"), Some(reported().count()));
        }
        Format::Gitlab | Format::Rdjson => _ = is_json(text),
        Format::Junit => is_xml(text),
        Format::Html => {
            is_page(text);
            is_harmless(text);
        }
        Format::Full | Format::Concise | Format::Github | Format::Markdown => {
            is_harmless(text);
        }
    }
}

/// Asserts that a text without colors holds nothing that a terminal acts on.
pub(super) fn is_harmless(text: &str) {
    let acts = |c: char| c != '\n' && (c.is_control() || "\u{202e}\u{2066}\u{2069}".contains(c));
    assert!(!text.contains(acts), "a terminal acts on this: {text:?}");
}

/// Asserts that a text is JSON.
pub(super) fn is_json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("no JSON: {error}\n{text}"))
}

/// Asserts that a page is well-formed, and that each of its links has a target.
fn is_page(text: &str) {
    let options = roxmltree::ParsingOptions { allow_dtd: true, ..Default::default() };
    let page = roxmltree::Document::parse_with_options(text, options);
    let page = page.unwrap_or_else(|error| panic!("not a page: {error}\n{text}"));
    for link in page.descendants().filter_map(|node| node.attribute("href")) {
        let is_target = |id: &str| page.descendants().any(|node| node.attribute("id") == Some(id));
        assert!(link.strip_prefix('#').is_none_or(is_target), "`{link}` leads nowhere");
    }
}

/// Asserts that a text is XML.
pub(super) fn is_xml(text: &str) {
    let read = roxmltree::Document::parse(text);
    assert!(read.is_ok(), "no XML: {:?}\n{text}", read.err());
}
