//! YAML in brackets and braces.

use cflint_template::edit::NewValue::{Int, Sub, Text, Texts};

use crate::support::Op::{Append, RemoveItem, RemoveKey, Replace, Set, SetAfter};
use crate::support::check;

#[test]
fn on_one_line() {
    check("A: [x, y]\n", "A", Append(Text("z")), "A: [x, y, z]\n");
    check("A: ['x','y']\n", "A", Append(Text("z")), "A: ['x','y','z']\n");
    check("A: [ x, ] # c\n", "A", Append(Text("z")), "A: [ x, z, ] # c\n");
    check("A: []\n", "A", Append(Text("a,b")), "A: ['a,b']\n");
    check("A: {}\n", "A", Set("k", Text("v")), "A: {k: v}\n");
    check("A: {b: 1}\n", "A", Set("k", Sub("${V}")), "A: {b: 1, k: !Sub '${V}'}\n");
    check("A: {b: 1, c: 2}\n", "A", SetAfter("b", "k", Int(3)), "A: {b: 1, k: 3, c: 2}\n");
    check("A: {\"b\": \"1\"}\n", "A", Set("k", Text("v")), "A: {\"b\": \"1\", \"k\": \"v\"}\n");
    check("A: {b: 1}\n", "A", Set("k", Texts(&["p", "{q}"])), "A: {b: 1, k: [p, '{q}']}\n");
    check("A: [x, y]\n", "A/1", Replace(Text("a, b")), "A: [x, 'a, b']\n");
    check("A: [é, [y]]\n", "A/1", Replace(Text("z")), "A: [é, z]\n");
    check("A: {b: , c: 1}\n", "A/b", Replace(Text("z")), "A: {b: z , c: 1}\n");
    check("A: {b: !Ref X, c: 1}\n", "A/b", Replace(Text("z")), "A: {b: z, c: 1}\n");
}

#[test]
fn commas_go_with_what_is_removed() {
    check("A: [x, y, z] # c\n", "A", RemoveItem(0), "A: [y, z] # c\n");
    check("A: [x, y, z]\n", "A", RemoveItem(1), "A: [x, z]\n");
    check("A: [x, y, z]\n", "A", RemoveItem(2), "A: [x, y]\n");
    check("A: [ x ]\n", "A", RemoveItem(0), "A: []\n");
    check("A: [ x, y, ]\n", "A", RemoveItem(1), "A: [ x, ]\n");
    check("A: {a: [1, 2], b: {c: d}}\n", "A", RemoveKey("a"), "A: {b: {c: d}}\n");
    check("A: {a: [1, 2], b: {c: d}}\n", "A", RemoveKey("b"), "A: {a: [1, 2]}\n");
    check("A: {a: [1, 2], b: {c: d}}\n", "A/b", RemoveKey("c"), "A: {a: [1, 2], b: {}}\n");
    check("A: {a, b: 1}\n", "A", RemoveKey("a"), "A: {b: 1}\n");
    check("A: [!Sub 'a,b', ']', \"[\"]\n", "A", RemoveItem(0), "A: [']', \"[\"]\n");
    check("A: [a, b]\n", "A", Replace(Texts(&["b"])), "A: [b]\n");
    check("A: [a, b, c]\n", "A", Replace(Texts(&["x"])), "A: [x]\n");
    check("A: ['*']\n", "A", Replace(Texts(&["x", "y"])), "A: ['x', 'y']\n");
    check("A: [a]\n", "A", Replace(Texts(&[])), "A: []\n");
    check("A: []\n", "A", Replace(Texts(&["a", "b"])), "A: [a, b]\n");
}

#[test]
fn over_several_lines() {
    let tall = "A: [\n  x, # x\n  # about y\n  y # y\n]\nB: 1\n";
    check(tall, "A", Append(Text("z")), "A: [\n  x, # x\n  # about y\n  y, # y\n  z\n]\nB: 1\n");
    check(tall, "A", RemoveItem(0), "A: [\n  # about y\n  y # y\n]\nB: 1\n");
    check(tall, "A", RemoveItem(1), "A: [\n  x # x\n  # about y\n]\nB: 1\n");
    let trailing = "A: {\n  x: 1, # x\n  y: 2, # y\n}\nB: 1\n";
    check(trailing, "A", Set("k", Text("v")), "A: {\n  x: 1, # x\n  y: 2, # y\n  k: v,\n}\nB: 1\n");
    check(trailing, "A", SetAfter("x", "k", Text("v")), "A: {\n  x: 1, # x\n  k: v,\n  y: 2, # y\n}\nB: 1\n");
    check(trailing, "A", RemoveKey("y"), "A: {\n  x: 1, # x\n}\nB: 1\n");
    check(trailing, "A", RemoveKey("x"), "A: {\n  y: 2, # y\n}\nB: 1\n");
    check("A: [a, b,\n  c, d]\n", "A", RemoveItem(1), "A: [a,\n  c, d]\n");
    check("A: [a, b,\n  c, d]\n", "A", RemoveItem(2), "A: [a, b,\n  d]\n");
    check("A: [a, b,\n  c, d]\n", "A", Append(Text("e")), "A: [a, b,\n  c, d, e]\n");
    check("A: [a,\n  b]\n", "A", Append(Text("e")), "A: [a,\n  b,\n  e]\n");
    check("A: [\n]\n", "A", Append(Text("e")), "A: [e]\n");
}
