//! Documents made at random, written in every style, and read by both parsers.

use std::fmt::Write;

use proptest::prelude::*;

use crate::differential::same_values;
use crate::invariants;
use crate::support::{read, try_read};

#[derive(Debug, Clone)]
enum Doc {
    Plain(String),
    Single(String),
    Double(String),
    Literal(Vec<String>),
    Short(String),
    List(bool, Vec<Doc>),
    Map(bool, Vec<Doc>),
}

fn doc() -> impl Strategy<Value = Doc> {
    let odd = prop::sample::select(vec![
        "yes",
        "No",
        "on",
        "0777",
        "0o17",
        "1:30",
        "1_000",
        "12",
        "-1.5",
        "1e3",
        "1.5e+3",
        ".5",
        "~",
        "null",
        "True",
        "2012-10-17",
        "0x1F",
        ".inf",
        "012345670123",
        "a:b",
        "x#y",
        "é",
        "10.0.0.0/16",
        "arn:aws:s3:::b/*",
    ]);
    let leaf = prop_oneof![
        "[a-zA-Z][a-zA-Z0-9_./ -]{0,9}[a-z0-9]".prop_map(Doc::Plain),
        odd.prop_map(|text| Doc::Plain(text.to_owned())),
        "[ -~é😀]{0,12}".prop_map(Doc::Single),
        "[ -~é😀\n\t\\\\\"]{0,12}".prop_map(Doc::Double),
        prop::collection::vec("[a-z][a-z #:'\"-]{0,9}", 1..4).prop_map(Doc::Literal),
        "[A-Za-z][A-Za-z.]{0,9}".prop_map(Doc::Short),
    ];
    leaf.prop_recursive(5, 60, 6, |inner| {
        prop_oneof![
            (any::<bool>(), prop::collection::vec(inner.clone(), 0..5))
                .prop_map(|(flow, items)| Doc::List(flow, items)),
            (any::<bool>(), prop::collection::vec(inner, 0..20))
                .prop_map(|(flow, items)| Doc::Map(flow, items)),
        ]
    })
}

/// Writes a value after its indicator; a block starts a new line.
fn write(out: &mut String, doc: &Doc, indent: usize, flow: bool) {
    match doc {
        Doc::Plain(text) => _ = write!(out, " {text}"),
        Doc::Single(text) => _ = write!(out, " '{}'", text.replace('\'', "''")),
        Doc::Double(text) => _ = write!(out, " {}", serde_json::to_string(text).unwrap()),
        Doc::Literal(lines) if flow => {
            _ = write!(out, " {}", serde_json::to_string(&lines.join(" ")).unwrap())
        }
        Doc::Literal(lines) => {
            out.push_str(" | # é");
            for line in lines {
                _ = write!(out, "\n{:indent$}{line}", "");
            }
        }
        Doc::Short(text) => _ = write!(out, " !Sub {text}"),
        Doc::List(inline, items) if flow || *inline || items.is_empty() => {
            out.push_str(" [");
            for (i, item) in items.iter().enumerate() {
                out.push_str(if i == 0 { "" } else { "," });
                write(out, item, indent, true);
            }
            out.push(']');
        }
        Doc::Map(inline, items) if flow || *inline || items.is_empty() => {
            out.push_str(" {");
            for (i, item) in items.iter().enumerate() {
                _ = write!(out, "{}\"k{i}\":", if i == 0 { "" } else { ", " });
                write(out, item, indent, true);
            }
            out.push('}');
        }
        Doc::List(_, items) => {
            for item in items {
                _ = write!(out, "\n{:indent$}-", "");
                write(out, item, indent + 2, false);
            }
        }
        Doc::Map(_, items) => {
            for (i, item) in items.iter().enumerate() {
                _ = write!(out, "\n{:indent$}key {i}:", "");
                write(out, item, indent + 2, false);
            }
        }
    }
}

fn json() -> impl Strategy<Value = serde_json::Value> {
    use serde_json::Value;
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        // Eighths have few digits, which the other parser reads exactly.
        any::<i32>().prop_map(|eighths| Value::from(f64::from(eighths) / 8.0)),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 80, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((any::<String>(), inner), 0..20)
                .prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn yaml_has_the_values_that_the_other_parser_reads(doc in doc(), crlf in any::<bool>()) {
        let mut text = "root:".to_owned();
        write(&mut text, &doc, 2, false);
        text.push('\n');
        let text = if crlf { text.replace('\n', "\r\n") } else { text };
        let parsed = read(&text);
        invariants::check(&parsed);
        prop_assert_eq!(same_values(&text, &parsed), Ok(true), "{}", text);
    }

    #[test]
    fn json_has_the_values_that_the_other_parser_reads(value in json(), pretty in any::<bool>()) {
        let value = serde_json::json!({ "root": value });
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) };
        let text = text.unwrap();
        let parsed = read(&text);
        invariants::check(&parsed);
        prop_assert_eq!(same_values(&text, &parsed), Ok(true), "{}", text);
    }

    #[test]
    fn json_is_what_the_other_parser_accepts(text in r#"[\[{][\[\]{}:, \n0-9eE.+"\\utrlnfase\-é\u{a0}\u{1}]{0,24}"#) {
        let theirs = serde_json::from_str::<serde_json::Value>(&text);
        let ours = try_read(&text).ok().filter(|parsed| parsed.tree.format() == cflint_template::syntax::Format::Json);
        let beyond = theirs.as_ref().err().is_some_and(|error| error.to_string().contains("out of range"));
        prop_assert!(beyond || ours.is_some() == theirs.is_ok(), "{} {:?}", text, theirs);
    }
}
