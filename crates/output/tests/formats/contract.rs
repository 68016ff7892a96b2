//! `cflint/v1` as it is promised, key by key.

use cflint_output::Format;
use serde_json::Value;

use crate::sample;
use crate::snapshots::render;

const DOCUMENT: &[&str] = &["schema", "version", "findings", "errors", "summary"];
const FINDING: &[&str] = &[
    "rule",
    "group",
    "severity",
    "confidence",
    "message",
    "path",
    "span",
    "subject",
    "source",
    "conditions",
    "related",
    "notes",
    "help",
    "fix",
    "suppressed",
    "fingerprint",
    "url",
    "cause",
];
const SUBJECT: &[&str] = &[
    "stack",
    "logical_id",
    "resource_type",
    "property",
    "behavior",
    "construct",
    "distribution",
    "behaviors",
];

/// The keys of an object, which have to be these in this order.
fn keys(value: &Value, expected: &[&str]) {
    let object = value.as_object().unwrap_or_else(|| panic!("an object with {expected:?}, not {value}"));
    assert_eq!(object.keys().map(String::as_str).collect::<Vec<_>>(), expected);
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("a string, not {value}"))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("a list, not {value}"))
}

fn number(value: &Value, least: u64) {
    assert!(value.as_u64().is_some_and(|number| number >= least), "a number from {least}, not {value}");
}

fn null_or(value: &Value, check: impl Fn(&Value)) {
    if !value.is_null() {
        check(value);
    }
}

fn span(value: &Value) {
    keys(value, &["start", "end"]);
    for end in ["start", "end"] {
        keys(&value[end], &["line", "column", "offset"]);
        number(&value[end]["line"], 1);
        number(&value[end]["column"], 1);
        number(&value[end]["offset"], 0);
    }
}

fn finding(value: &Value) {
    keys(value, FINDING);
    for key in ["rule", "group", "message", "path", "fingerprint", "cause"] {
        text(&value[key]);
    }
    assert!(["error", "warning", "info"].contains(&text(&value["severity"])));
    assert!(["possible", "likely", "certain"].contains(&text(&value["confidence"])));
    assert!(text(&value["url"]).starts_with("https://"));
    span(&value["span"]);
    keys(&value["subject"], SUBJECT);
    for key in SUBJECT.iter().filter(|key| **key != "behaviors") {
        null_or(&value["subject"][key], |value| assert!(value.is_string()));
    }
    assert!(list(&value["subject"]["behaviors"]).iter().all(Value::is_string));
    null_or(&value["source"], |source| {
        keys(source, &["path", "line", "column"]);
        text(&source["path"]);
        number(&source["line"], 1);
        number(&source["column"], 1);
    });
    null_or(&value["conditions"], |conditions| {
        let conditions = conditions.as_object().unwrap();
        assert!(!conditions.is_empty() && conditions.values().all(Value::is_boolean));
    });
    for related in list(&value["related"]) {
        keys(related, &["path", "span", "label"]);
        text(&related["path"]);
        span(&related["span"]);
        text(&related["label"]);
    }
    assert!(list(&value["notes"]).iter().all(Value::is_string));
    null_or(&value["help"], |help| assert!(help.is_string()));
    null_or(&value["fix"], |fix| {
        keys(fix, &["applicability", "title", "edits"]);
        assert!(["safe", "unsafe", "display"].contains(&text(&fix["applicability"])));
        text(&fix["title"]);
        for edit in list(&fix["edits"]) {
            keys(edit, &["path", "span", "text"]);
            text(&edit["path"]);
            span(&edit["span"]);
            text(&edit["text"]);
        }
    });
    null_or(&value["suppressed"], |suppressed| {
        keys(suppressed, &["channel", "reason"]);
        text(&suppressed["channel"]);
        null_or(&suppressed["reason"], |reason| assert!(reason.is_string()));
    });
}

fn document(json: &str) -> Value {
    let value: Value = serde_json::from_str(json).unwrap();
    keys(&value, DOCUMENT);
    assert_eq!(text(&value["schema"]), "cflint/v1");
    text(&value["version"]);
    list(&value["findings"]).iter().for_each(finding);
    for error in list(&value["errors"]) {
        match error.get("span") {
            None => keys(error, &["path", "message"]),
            Some(place) => {
                keys(error, &["path", "message", "span"]);
                span(place);
            }
        }
        text(&error["path"]);
        text(&error["message"]);
    }
    let summary = &value["summary"];
    keys(
        summary,
        &["files", "templates", "findings", "suppressed", "fixable", "distributions", "behaviors", "apis"],
    );
    keys(&summary["findings"], &["error", "warning", "info"]);
    for value in summary["findings"].as_object().unwrap().values() {
        number(value, 0);
    }
    for key in ["files", "templates", "suppressed", "fixable"] {
        number(&summary[key], 0);
    }
    value
}

#[test]
fn every_document_keeps_the_contract() {
    for report in [
        sample::rich(),
        sample::minified(),
        sample::hostile(),
        sample::astray(),
        sample::app(),
        cflint_linter::Report::default(),
    ] {
        let json = render(Format::Json, &report, false);
        assert!(json.ends_with("}\n"));
        document(&json);
    }
}

#[test]
fn every_optional_part_is_present_once_and_null_once() {
    let value = document(&render(Format::Json, &sample::rich(), false));
    for key in ["source", "conditions", "help", "fix", "suppressed"] {
        let nulls: Vec<_> = list(&value["findings"]).iter().map(|finding| finding[key].is_null()).collect();
        assert!(nulls.contains(&true) && nulls.contains(&false), "{key}");
    }
}

#[test]
fn columns_are_code_points_and_offsets_are_bytes() {
    let report = sample::rich();
    let value = document(&render(Format::Json, &report, false));
    let host =
        list(&value["findings"]).iter().find(|finding| finding["rule"] == "host-header-forwarded").unwrap();
    let start = &host["span"]["start"];
    let source = report.sources.get(cflint_diagnostics::FileId(0)).unwrap();
    let line =
        source.text().lines().nth(usize::try_from(start["line"].as_u64().unwrap()).unwrap() - 1).unwrap();
    let column =
        line.chars().collect::<String>().find("216adef6").map(|byte| line[..byte].chars().count() + 1);
    assert_eq!(start["column"].as_u64(), column.map(|column| column as u64));
    let offset = usize::try_from(start["offset"].as_u64().unwrap()).unwrap();
    assert!(source.text()[offset..].starts_with("216adef6"));
}

#[test]
fn machines_get_the_text_as_it_is() {
    let value = document(&render(Format::Json, &sample::hostile(), false));
    assert_eq!(value["findings"][0]["message"], "\u{1b}[31mred\r\nerror[fake]: line");
    assert_eq!(value["findings"][0]["path"], "a\u{1b}[2J\nb.yaml");
}

#[test]
fn the_schema_for_programs_requires_the_same_keys() {
    let schema: Value = serde_json::from_str(include_str!("../../../../docs/cflint-v1.schema.json")).unwrap();
    for (shape, expected) in
        [(&schema, DOCUMENT), (&schema["$defs"]["finding"], FINDING), (&schema["$defs"]["subject"], SUBJECT)]
    {
        let required: Vec<&str> = list(&shape["required"]).iter().map(text).collect();
        assert_eq!(required, expected);
        keys(&shape["properties"], expected);
    }
}
