use cflint_template::syntax::Scalar::{self, Bool, Float, Int, Null, Str};

use crate::support::{at, read};

fn check(text: &str, expected: Scalar<'_>) {
    let parsed = read(&format!("v: {text}\n"));
    assert_eq!(at(&parsed, "v").scalar(), Some(expected), "{text}");
    assert_eq!(at(&parsed, "v").is_null(), expected == Null, "{text}");
}

#[test]
fn booleans_are_those_of_yaml_1_1() {
    for text in ["yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"] {
        check(text, Bool(true));
    }
    for text in ["no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"] {
        check(text, Bool(false));
    }
    for text in ["y", "n", "Y", "N", "yEs", "tRUE", "oN"] {
        check(text, Str(text));
    }
}

#[test]
fn integers_are_those_of_yaml_1_1() {
    let cases = [
        ("0", 0),
        ("-0", 0),
        ("7", 7),
        ("+7", 7),
        ("-12", -12),
        ("0777", 511),
        ("-010", -8),
        ("0x1f", 31),
        ("0xF_F", 255),
        ("0b101", 5),
        ("1_000", 1000),
        ("1:30", 90),
        ("190:20:30", 685_230),
        ("-1:30", -90),
        ("1:5", 65),
        ("0_7", 7),
        ("012345670123", 1_402_433_619),
        ("123456789012", 123_456_789_012),
        ("9223372036854775807", i64::MAX),
        ("-9223372036854775808", i64::MIN),
    ];
    for (text, value) in cases {
        check(text, Int(value));
    }
    check("9223372036854775808", Float(9.223_372_036_854_776e18));
    check("1000000000000000000000000000000000000000000", Float(1e42));
    for text in
        ["08", "0o17", "1:60", "1:x", "0:30", "_1", "+", "0b2", "0b", "0x", "0xg", "1-2", "--1", "1 2"]
    {
        check(text, Str(text));
    }
}

#[test]
fn floats_are_those_of_yaml_1_1() {
    let cases = [
        ("1.5", 1.5),
        ("-0.25", -0.25),
        (".5", 0.5),
        ("1.", 1.0),
        ("1.5e+3", 1500.0),
        ("1_0.5", 10.5),
        ("1:30.5", 90.5),
        ("0.0", 0.0),
        ("010.5", 10.5),
        (".inf", f64::INFINITY),
        ("-.Inf", f64::NEG_INFINITY),
        ("+.INF", f64::INFINITY),
        (".5_0", 0.5),
        ("1.e+1", 10.0),
    ];
    for (text, value) in cases {
        check(text, Float(value));
    }
    let parsed = read("v: .NaN\n");
    assert!(matches!(at(&parsed, "v").scalar(), Some(Float(value)) if value.is_nan()));
    for text in
        ["1e3", "1.5e3", "+.5", "-.5", ".", "._5", "1.2.3", "-.nan", ".infinity", "10.0.0.0/16", "1.5e+"]
    {
        check(text, Str(text));
    }
}

#[test]
fn nulls_and_texts_are_told_apart() {
    for text in ["", "~", "null", "Null", "NULL"] {
        check(text, Null);
    }
    for (text, value) in
        [("''", ""), ("\"null\"", "null"), ("'~'", "~"), ("nUll", "nUll"), ("!!str", ""), ("!!str ~", "~")]
    {
        check(text, Str(value));
    }
}

#[test]
fn dates_and_tagged_texts_are_texts() {
    for text in ["2012-10-17", "2010-09-09", "2001-12-14t21:59:43.10-05:00"] {
        check(text, Str(text));
    }
    for text in ["!!str 12", "! 12", "'12'", "\"12\""] {
        check(text, Str("12"));
    }
    let parsed = read("v: !Sub 12\nw: !Ref\n");
    assert_eq!(at(&parsed, "v.Fn::Sub").scalar(), Some(Str("12")));
    assert_eq!(at(&parsed, "w.Ref").scalar(), Some(Null));
}

#[test]
fn json_has_its_own_rules() {
    let parsed = read(r#"{"v": [null, true, 12, -1.5e3, 1e2, 99999999999999999999, "yes", "12", 0]}"#);
    let values: Vec<_> = at(&parsed, "v").items().filter_map(|item| item.scalar()).collect();
    let expected =
        [Null, Bool(true), Int(12), Float(-1500.0), Float(100.0), Float(1e20), Str("yes"), Str("12"), Int(0)];
    assert_eq!(values, expected);
    assert_eq!(at(&parsed, "v.3").text(), Some("-1.5e3"));
    assert_eq!(at(&parsed, "v").scalar(), None);
}
