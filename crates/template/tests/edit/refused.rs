//! Where it is unclear how to edit.

use cflint_template::edit::NewValue::{Int, Sub, Text, Texts};

use crate::support::Op::{Append, RemoveItem, RemoveKey, Replace, Set};
use crate::support::{at, check, check_refused, read};

#[test]
fn aliases_anchors_and_merge_keys() {
    let source = "B: &b\n  x: [1]\n  y: &y 2\nC: *b\nD:\n  <<: *b\n  z: 3\nE: [*y, 4]\nF: &f 5\n";
    for (path, op) in [
        ("C", Replace(Text("v"))),
        ("C", Set("k", Text("v"))),
        ("C/x", Append(Text("v"))),
        ("C/x/0", Replace(Text("v"))),
        ("B", Set("k", Text("v"))),
        ("B/x", Append(Text("v"))),
        ("B/x/0", Replace(Text("v"))),
        ("B", RemoveKey("x")),
        ("B", Replace(Text("v"))),
        ("D", Set("k", Text("v"))),
        ("D", RemoveKey("z")),
        ("D/x", Append(Text("v"))),
        ("", RemoveKey("C")),
        ("", RemoveKey("B")),
        ("E", RemoveItem(0)),
        ("E", Append(Text("v"))),
        ("E", RemoveItem(1)),
        ("B/y", Replace(Text("v"))),
        ("F", Replace(Text("v"))),
    ] {
        check_refused(source, path, op);
    }
    check(source, "D/z", Replace(Text("v")), &source.replace("z: 3", "z: v"));
    check(source, "E/1", Replace(Text("v")), &source.replace("4]", "v]"));
}

#[test]
fn merge_keys_without_entries() {
    check_refused("E: &e {}\nA: {<<: *e, b: 1}\n", "A", RemoveKey("b"));
    check_refused("E: &e {}\nA:\n  b: 1\n  <<: *e\n", "A", RemoveKey("b"));
    check(
        "E: &e {}\nA:\n  b: 1\n  <<: *e\nC: 1\n",
        "",
        Set("k", Text("v")),
        "E: &e {}\nA:\n  b: 1\n  <<: *e\nC: 1\nk: v\n",
    );
    check_refused("E: &e {}\nA:\n  <<: *e\n", "E", Set("k", Text("v")));
}

#[test]
fn layouts_that_are_not_known() {
    check_refused("? a\n: b\n", "", RemoveKey("a"));
    check_refused("? a\n: b\n", "", Set("k", Text("v")));
    check_refused("A: [a: b]\n", "A/0", Set("k", Text("v")));
    check_refused("A: [a: b]\n", "A/0", RemoveKey("a"));
    check_refused("A: !Sub x\n", "A", Set("k", Text("v")));
    check_refused("A: !Sub x\n", "A", RemoveKey("Fn::Sub"));
    check_refused("A: !Ref x\n", "A/Ref", Replace(Sub("v")));
    check_refused("A: !Ref x\n", "A/Ref", Replace(Int(1)));
    check_refused("A: x\n", "", Replace(Text("v")));
    check_refused("A: x\n", "A", Set("k", Text("v")));
    check_refused("A: x\n", "A", Append(Text("v")));
    check_refused("A: x\n", "", RemoveKey("B"));
    check_refused("A: x\nB: 1\nA: y\n", "", RemoveKey("A"));
    check_refused("A: x\nB: 1\nA: y\n", "", Set("A", Text("v")));
    check_refused("A: !!seq\n  - x\n", "A", RemoveItem(0));
    check_refused("A: !<tag:yaml.org,2002:str> x\n", "A", Replace(Text("v")));
    check_refused("A: &a\nB: 1\n", "A", Replace(Text("v")));
}

#[test]
fn block_scalars_that_would_change() {
    check_refused("A: |+\n  x\n\n\n", "", Set("k", Text("v")));
    check_refused("A: |+\n  x\nB: 1\n\nC: 1\n", "", RemoveKey("B"));
    check_refused("A: |\n  x\nB: 1\n  # c\nC: 1\n", "", RemoveKey("B"));
    check_refused("A: |\n  x\n     \n", "", Set("k", Text("v")));
    // Without a last line break the text has none either.
    check_refused("A: |\n  x", "", Set("k", Text("v")));
    check_refused("A: |\n  x\nB: 1", "", RemoveKey("B"));
    check("A: |-\n  x", "", Set("k", Text("v")), "A: |-\n  x\nk: v");
    check("A: |-\n  x\nB: 1", "", RemoveKey("B"), "A: |-\n  x");
    check("A: |\n  x\nB: 1\n# c\nC: 1\n", "", RemoveKey("B"), "A: |\n  x\n# c\nC: 1\n");
}

#[test]
fn a_key_is_no_value_and_an_item_belongs_to_its_list() {
    use cflint_template::edit::{NewValue, remove_item, replace};
    let parsed = read("A: [x]\nB: [y]\n");
    let root = at(&parsed, "");
    let key = root.get("A").expect("a key").key;
    assert_eq!(replace(key, &NewValue::Texts(&["v"])), None);
    assert_eq!(remove_item(at(&parsed, "A"), at(&parsed, "B/0")), None);
    assert_eq!(replace(root, &Texts(&[])), None);
}
