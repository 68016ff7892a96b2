//! Edits put into a text.

use cflint_diagnostics::{Edit, FileId, Span};
use cflint_template::edit::{NewValue, apply, combine, remove_key, set};

use crate::support::{at, read};

fn change(start: u32, end: u32, text: &str) -> Edit {
    Edit { span: Span::new(FileId(0), start, end), text: text.to_owned() }
}

#[test]
fn edits_are_put_into_the_text() {
    let cases: [(&str, &[Edit], Option<&str>); 11] = [
        ("abc", &[], Some("abc")),
        ("abc", &[change(1, 2, "XY")], Some("aXYc")),
        ("abc", &[change(0, 0, "<"), change(3, 3, ">")], Some("<abc>")),
        ("abc", &[change(3, 3, ">"), change(0, 1, "")], Some("bc>")),
        ("abc", &[change(0, 2, "x"), change(2, 3, "y")], Some("xy")),
        ("abc", &[change(1, 1, "1"), change(1, 1, "2")], Some("a12bc")),
        ("abc", &[change(0, 2, "x"), change(1, 3, "y")], None),
        ("abc", &[change(2, 4, "x")], None),
        ("abc", &[change(2, 1, "x")], None),
        ("aé", &[change(2, 3, "x")], None),
        ("é😀b", &[change(2, 6, "é")], Some("ééb")),
    ];
    for (source, edits, expected) in cases {
        assert_eq!(apply(source, edits).as_deref(), expected, "{edits:?}");
    }
}

#[test]
fn edits_of_two_files_are_not_mixed() {
    let other = Edit { span: Span::new(FileId(1), 2, 2), text: "x".to_owned() };
    assert_eq!(apply("abc", &[change(0, 1, ""), other]), None);
}

#[test]
fn operations_on_one_map_go_together() {
    let source = "A:\n  x: 1 # one\n  y: 2\nB: {}\n";
    let parsed = read(source);
    let (map, empty) = (at(&parsed, "A"), at(&parsed, "B"));
    let set = |map, key| set(map, key, &NewValue::Text("v")).expect("edits");
    let edits = combine([set(map, "p"), remove_key(map, "x").expect("edits"), set(map, "q")]).expect("apart");
    assert_eq!(apply(source, &edits).as_deref(), Some("A:\n  y: 2\n  p: v\n  q: v\nB: {}\n"));
    // Two keys into empty braces would need a comma that neither of them knows of.
    assert_eq!(combine([set(empty, "p"), set(empty, "q")]), None);
}
