//! JSON, indented and on one line.

use cflint_template::edit::NewValue::{Entry, Host, Int, Sub, Text, Texts};

use crate::support::Op::{Append, RemoveItem, RemoveKey, Replace, Set, SetAfter};
use crate::support::{check, edited};

const PRETTY: &str = "{\n    \"A\": {\n        \"b\": [\n            \"x\",\n            \"y\"\n        ],\n        \"c\": {\n            \"Ref\": \"Z\"\n        }\n    }\n}\n";

fn pretty(from: &str, to: &str) -> String {
    assert_eq!(PRETTY.matches(from).count(), 1, "{from}");
    PRETTY.replace(from, to)
}

#[test]
fn indented() {
    check(PRETTY, "A/b/1", Replace(Text("q\"\\\n\u{1}é")), &pretty("\"y\"", "\"q\\\"\\\\\\n\\u0001é\""));
    check(PRETTY, "A/b", Append(Text("z")), &pretty("\"y\"\n", "\"y\",\n            \"z\"\n"));
    check(PRETTY, "A/b", RemoveItem(0), &pretty("            \"x\",\n", ""));
    check(PRETTY, "A/b", RemoveItem(1), &pretty(",\n            \"y\"", ""));
    check(
        PRETTY,
        "A",
        RemoveKey("c"),
        &pretty(",\n        \"c\": {\n            \"Ref\": \"Z\"\n        }", ""),
    );
    check(PRETTY, "A/c", RemoveKey("Ref"), &pretty("{\n            \"Ref\": \"Z\"\n        }", "{}"));
    check(
        PRETTY,
        "A",
        SetAfter("b", "k", Int(0)),
        &pretty("        ],\n", "        ],\n        \"k\": 0,\n"),
    );
    check(PRETTY, "A/c", Replace(Text("z")), &pretty("{\n            \"Ref\": \"Z\"\n        }", "\"z\""));
    check(
        PRETTY,
        "A",
        Set("k", Sub("${Z}")),
        &pretty(
            "        }\n    }",
            "        },\n        \"k\": {\n            \"Fn::Sub\": \"${Z}\"\n        }\n    }",
        ),
    );
    check(
        PRETTY,
        "A/c",
        Replace(Texts(&["p", "q"])),
        &pretty(
            "{\n            \"Ref\": \"Z\"\n        }",
            "[\n            \"p\",\n            \"q\"\n        ]",
        ),
    );
    check(
        PRETTY,
        "A/b",
        Append(Sub("z")),
        &pretty("\"y\"\n", "\"y\",\n            {\n                \"Fn::Sub\": \"z\"\n            }\n"),
    );
}

#[test]
fn empty_containers_are_filled_in_the_style_of_the_file() {
    let source = "{\n  \"A\": {\n    \"b\": [],\n    \"c\": {}\n  },\n  \"l\": [\n    1\n  ]\n}\n";
    let with = |from: &str, to: &str| source.replace(from, to);
    check(source, "A/b", Append(Text("x")), &with("[]", "[\n      \"x\"\n    ]"));
    check(source, "A/c", Set("k", Text("v")), &with("{}", "{\n      \"k\": \"v\"\n    }"));
    check(
        source,
        "A/c",
        Set("k", Sub("v")),
        &with("{}", "{\n      \"k\": {\n        \"Fn::Sub\": \"v\"\n      }\n    }"),
    );
}

#[test]
fn on_one_line() {
    let source = r#"{"A":{"b":["x","y"],"c":{"Ref":"Z"},"n":300},"e":[],"f":{}}"#;
    let cases = [
        ("A/b", Append(Text("z")), r#"["x","y"]"#, r#"["x","y","z"]"#),
        ("A/b", RemoveItem(0), r#"["x","y"]"#, r#"["y"]"#),
        ("A/b", RemoveItem(1), r#"["x","y"]"#, r#"["x"]"#),
        ("A", RemoveKey("b"), r#""b":["x","y"],"#, ""),
        ("A", RemoveKey("n"), r#","n":300"#, ""),
        ("A", Set("k", Entry("c", &Texts(&["p"]))), r#""n":300"#, r#""n":300,"k":{"c":["p"]}"#),
        (
            "A/c",
            Replace(Host("Url", "FunctionUrl")),
            r#"{"Ref":"Z"}"#,
            r#"{"Fn::Select":[2,{"Fn::Split":["/",{"Fn::GetAtt":["Url","FunctionUrl"]}]}]}"#,
        ),
        ("A", Set("k", Sub("${Z}")), r#""n":300"#, r#""n":300,"k":{"Fn::Sub":"${Z}"}"#),
        ("A/n", Replace(Int(0)), "300", "0"),
        ("A/n", Replace(Text("0")), "300", r#""0""#),
        ("A/c", Replace(Texts(&["p", "q"])), r#"{"Ref":"Z"}"#, r#"["p","q"]"#),
        ("e", Append(Text("z")), r#""e":[]"#, r#""e":["z"]"#),
        ("f", Set("k", Text("v")), r#""f":{}"#, r#""f":{"k":"v"}"#),
        ("A/b", Replace(Texts(&["y", "z"])), r#"["x","y"]"#, r#"["y","z"]"#),
    ];
    for (path, op, from, to) in cases {
        assert_eq!(source.matches(from).count(), 1, "{from}");
        assert_eq!(edited(source, path, op), Some(source.replace(from, to)), "{op:?}");
    }
}

#[test]
fn short_containers_stay_on_their_line() {
    let source = "{\n  \"A\": { \"b\": [\"x\", \"y\"], \"c\": { \"Ref\": \"Z\" } }\n}\n";
    check(source, "A/b", Append(Text("z")), &source.replace("\"y\"]", "\"y\", \"z\"]"));
    check(source, "A", Set("k", Text("v")), &source.replace("\"Z\" } }", "\"Z\" }, \"k\": \"v\" }"));
    check(source, "A", RemoveKey("b"), &source.replace("\"b\": [\"x\", \"y\"], ", ""));
}

#[test]
fn a_byte_order_mark_stays() {
    let source = "\u{feff}{\"a\":1,\"b\":2}";
    assert_eq!(edited(source, "", RemoveKey("a")).as_deref(), Some("\u{feff}{\"b\":2}"));
    assert_eq!(edited("\u{feff}a: 1\nb: 2\n", "", RemoveKey("a")).as_deref(), Some("\u{feff}b: 2\n"));
    assert_eq!(edited("\u{feff}a: 1\n", "", Set("k", Int(1))).as_deref(), Some("\u{feff}a: 1\nk: 1\n"));
}
