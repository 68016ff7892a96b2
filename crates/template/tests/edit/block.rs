//! YAML by indentation.

use cflint_template::edit::NewValue::{Bool, Entry, Host, Int, Sub, Text, Texts};

use crate::support::Op::{Append, RemoveItem, RemoveKey, Replace, Set, SetAfter};
use crate::support::check;

#[test]
fn scalars_are_replaced_byte_for_byte() {
    check(
        "A:\n  Key:   old # why\n  B: 1\n",
        "A/Key",
        Replace(Text("new")),
        "A:\n  Key:   new # why\n  B: 1\n",
    );
    check("- a\n- b # é\n", "1", Replace(Text("ü")), "- a\n- ü # é\n");
    check("é: ü # ä\nb: 1\n", "é", Replace(Text("ö😀")), "é: ö😀 # ä\nb: 1\n");
    check("Key:\n  old\n", "Key", Replace(Text("new")), "Key:\n  new\n");
    check("Key: a\n  b\n  c\nD: 1\n", "Key", Replace(Text("new")), "Key: new\nD: 1\n");
    check("Key: 300\n", "Key", Replace(Int(0)), "Key: 0\n");
    check("Key: 'true'\n", "Key", Replace(Bool(false)), "Key: false\n");
    check("- a: x\n  b: y\n", "0/b", Replace(Text("z")), "- a: x\n  b: z\n");
}

#[test]
fn what_is_not_written_gets_a_place() {
    check("a:\nb: 1\n", "a", Replace(Text("x")), "a: x\nb: 1\n");
    check("a: # why\nb: 1\n", "a", Replace(Text("x")), "a: x # why\nb: 1\n");
    check("-\n- b\n", "0", Replace(Text("x")), "- x\n- b\n");
    check("l:\n- a\nk:\n", "k", Replace(Texts(&["x"])), "l:\n- a\nk:\n- x\n");
}

#[test]
fn tags_go_with_their_value() {
    check("A: !Sub x\nB: 1\n", "A", Replace(Text("y")), "A: y\nB: 1\n");
    check("A: !Sub x\nB: 1\n", "A/Fn::Sub", Replace(Text("yes")), "A: !Sub 'yes'\nB: 1\n");
    check("A: !!str yes\n", "A", Replace(Text("y")), "A: y\n");
    check("A: !If [X, a, b] # c\n", "A", Replace(Text("y")), "A: y # c\n");
    check("A: !If\n  - X\n  - a\n  - b\nB: 1\n", "A", Replace(Text("y")), "A: y\nB: 1\n");
    check(
        "A: !If\n  - X\n  - a\n  - b\nB: 1\n",
        "A/Fn::If/1",
        Replace(Sub("${Z}")),
        "A: !If\n  - X\n  - !Sub '${Z}'\n  - b\nB: 1\n",
    );
}

#[test]
fn a_substitution_is_written_as_in_the_rest_of_the_file() {
    check("A: x\n", "A", Replace(Sub("${B}.c")), "A: !Sub '${B}.c'\n");
    check("A: x\nR:\n  Ref: B\n", "A", Replace(Sub("${B}")), "A:\n  Fn::Sub: '${B}'\nR:\n  Ref: B\n");
    check("- x # c\n- Ref: B\n", "0", Replace(Sub("${B}")), "- Fn::Sub: '${B}' # c\n- Ref: B\n");
    check("A: [x]\nR:\n  Ref: B\n", "A/0", Replace(Sub("${B}")), "A: [{'Fn::Sub': '${B}'}]\nR:\n  Ref: B\n");
    check(
        "R: !Ref B\nA:\n    B: 1\n",
        "A",
        Set("C", Sub("x's")),
        "R: !Ref B\nA:\n    B: 1\n    C: !Sub 'x''s'\n",
    );
    check("A: !Sub \"x\"\n", "A", Replace(Sub("${B}")), "A: !Sub \"${B}\"\n");
    check("A:\n  Fn::Sub: x # c\n", "A", Replace(Sub("a${B}")), "A:\n  Fn::Sub: a${B} # c\n");
}

#[test]
fn block_scalars_become_scalars() {
    check("A: |\n  x\n  y\n\nB: 1\n", "A", Replace(Text("z")), "A: z\n\nB: 1\n");
    check("A: |- # why\n  x\n  y\nB: 1\n", "A", Replace(Text("z")), "A: z # why\nB: 1\n");
    check("A: !Sub |\n  x\nB: 1\n", "A", Replace(Sub("z")), "A: !Sub z\nB: 1\n");
    check("A: !Sub |\n  x\nB: 1\n", "A", Replace(Text("z")), "A: z\nB: 1\n");
    check("- >-\n  x\n- b\n", "0", Replace(Text("z")), "- z\n- b\n");
    check("A: |\nB: 1\n", "A", Replace(Text("z")), "A: z\nB: 1\n");
}

#[test]
fn keys_are_added_with_the_indentation_of_their_siblings() {
    check("A:\n    b: 1\nC: 2\n", "A", Set("k", Text("v")), "A:\n    b: 1\n    k: v\nC: 2\n");
    check(
        "A:\n  b:\n    c: 1 # c\n\n# D\nD: 2\n",
        "A",
        Set("k", Text("v")),
        "A:\n  b:\n    c: 1 # c\n  k: v\n\n# D\nD: 2\n",
    );
    check("- a: 1\n- b: 2\n", "0", Set("k", Text("v")), "- a: 1\n  k: v\n- b: 2\n");
    check("- - a: 1\n", "0/0", Set("k", Text("v")), "- - a: 1\n    k: v\n");
    check("A:\n  b: |\n    x\n\nC: 2\n", "A", Set("k", Text("v")), "A:\n  b: |\n    x\n  k: v\n\nC: 2\n");
    check("A:\n  b:\nC: 2\n", "A", Set("k", Text("v")), "A:\n  b:\n  k: v\nC: 2\n");
    check("A:\n  b: |\nC: 2\n", "A", Set("k", Text("v")), "A:\n  b: |\n  k: v\nC: 2\n");
    check("'a': 1\n", "", Set("k", Int(2)), "'a': 1\n'k': 2\n");
    check("A:\n  b: 1\n  c: 2\n", "A", SetAfter("b", "k", Text("v")), "A:\n  b: 1\n  k: v\n  c: 2\n");
    check("A:\n  b: 1\n  c: 2\n", "A", SetAfter("z", "k", Text("v")), "A:\n  b: 1\n  c: 2\n  k: v\n");
    check("A:\n  b: 1\n  c: 2\n", "A", SetAfter("c", "b", Text("v")), "A:\n  b: v\n  c: 2\n");
    check("A:\n  b: 1\n", "A", Set("on", Text("yes")), "A:\n  b: 1\n  'on': 'yes'\n");
}

#[test]
fn lists_are_added_as_the_file_writes_them() {
    check(
        "A:\n  b: 1\n  l:\n    - x\n",
        "A",
        Set("k", Texts(&["p", "*"])),
        "A:\n  b: 1\n  l:\n    - x\n  k:\n    - p\n    - '*'\n",
    );
    check("A:\n  l:\n  - x\n", "A", Set("k", Texts(&["p", "q"])), "A:\n  l:\n  - x\n  k:\n  - p\n  - q\n");
    check("A:\n  l: [x]\n", "A", Set("k", Texts(&["p", "q"])), "A:\n  l: [x]\n  k: [p, q]\n");
    check(
        "A:\n  l:\n    - x\n  k: y # c\n  z: 1\n",
        "A/k",
        Replace(Texts(&["p", "q"])),
        "A:\n  l:\n    - x\n  k: # c\n    - p\n    - q\n  z: 1\n",
    );
    check(
        "A:\n  l: [x]\n  k: y # c\n",
        "A/k",
        Replace(Texts(&["p", "q"])),
        "A:\n  l: [x]\n  k: [p, q] # c\n",
    );
    check("A:\n  l:\n    - x\n", "A", Set("k", Texts(&[])), "A:\n  l:\n    - x\n  k: []\n");
    check("- x\n- y\n", "1", Replace(Texts(&["p", "q"])), "- x\n- - p\n  - q\n");
}

#[test]
fn mappings_are_added_as_the_file_writes_them() {
    let types = Entry("Types", &Texts(&["p"]));
    check("A:\n  b: 1\n", "A", Set("k", Entry("c", &Int(2))), "A:\n  b: 1\n  k:\n    c: 2\n");
    check("A:\n  l:\n  - x\n", "A", Set("k", types), "A:\n  l:\n  - x\n  k:\n    Types:\n    - p\n");
    check("A:\n  l: [x]\n", "A", Set("k", types), "A:\n  l: [x]\n  k:\n    Types: [p]\n");
    check("A: {b: 1}\n", "A", Set("k", types), "A: {b: 1, k: {Types: [p]}}\n");
}

#[test]
fn the_host_of_a_url_is_cut_out_of_its_attribute() {
    let host = Replace(Host("Url", "FunctionUrl"));
    let short = "!Select [2, !Split ['/', !GetAtt Url.FunctionUrl]]";
    check("A: !GetAtt Url.FunctionUrl # c\n", "A", host, &format!("A: {short} # c\n"));
    check("A: [!GetAtt Url.FunctionUrl]\n", "A/0", host, &format!("A: [{short}]\n"));
    check(
        "A:\n  Fn::GetAtt: [Url, FunctionUrl]\n",
        "A",
        host,
        "A:\n  Fn::Select: [2, {'Fn::Split': ['/', {'Fn::GetAtt': [Url, FunctionUrl]}]}]\n",
    );
}

#[test]
fn items_are_added_at_the_end() {
    check("A:\n  - x # c\nB: 1\n", "A", Append(Text("y")), "A:\n  - x # c\n  - y\nB: 1\n");
    check("A:\n- x\nB: 1\n", "A", Append(Text("y")), "A:\n- x\n- y\nB: 1\n");
    check("A:\n  -   'x'\nB: 1\n", "A", Append(Text("y")), "A:\n  -   'x'\n  -   'y'\nB: 1\n");
    check("- - a\n- b\n", "0", Append(Text("y")), "- - a\n  - y\n- b\n");
    check("- a: 1\n  b: 2\n", "", Append(Text("y")), "- a: 1\n  b: 2\n- y\n");
    check("- a\n", "", Append(Texts(&["p", "q"])), "- a\n- - p\n  - q\n");
    check(
        "A: !Join\n  - ''\n  - - a\n",
        "A/Fn::Join/1",
        Append(Sub("${B}")),
        "A: !Join\n  - ''\n  - - a\n    - !Sub '${B}'\n",
    );
}

#[test]
fn items_are_removed_with_their_lines() {
    check(
        "A:\n  - x # own\n  # about y\n  - y\nB: 1\n",
        "A",
        RemoveItem(0),
        "A:\n  # about y\n  - y\nB: 1\n",
    );
    check("A:\n  - x\n  - y # own\nB: 1\n", "A", RemoveItem(1), "A:\n  - x\nB: 1\n");
    check("A:\n- x\n- y\n", "A", RemoveItem(1), "A:\n- x\n");
    check("A:\n- x\n- y\n", "A", RemoveItem(0), "A:\n- y\n");
    check("- a: 1\n  b: 2\n- c\n", "", RemoveItem(0), "- c\n");
    check("- - a\n  - b\n  - c\n", "0", RemoveItem(0), "- - b\n  - c\n");
    check("- - a\n  - b\n", "0", RemoveItem(1), "- - a\n");
    check("-\n  a: 1\n- b\n", "", RemoveItem(0), "- b\n");
    check("- |\n  x\n  y\n\n- b\n", "", RemoveItem(0), "\n- b\n");
    check("-\n- b\n", "", RemoveItem(0), "- b\n");
}

#[test]
fn the_last_item_leaves_brackets() {
    check("A:\n  - x # own\nB: 1\n", "A", RemoveItem(0), "A: []\nB: 1\n");
    check("A: # why\n  # about x\n  - x\nB: 1\n", "A", RemoveItem(0), "A: [] # why\n  # about x\nB: 1\n");
    check("A:\n- x\nB: 1\n", "A", RemoveItem(0), "A: []\nB: 1\n");
    check("- - a\n- b\n", "0", RemoveItem(0), "- []\n- b\n");
    check("A: !Foo\n  - x\nB: 1\n", "A/Fn::Foo", RemoveItem(0), "A: !Foo []\nB: 1\n");
    check("- x\n", "", RemoveItem(0), "[]\n");
    check("A:\n  b: 1\nC: 1\n", "A", RemoveKey("b"), "A: {}\nC: 1\n");
    check("- b: 1 # c\n- x\n", "0", RemoveKey("b"), "- {} # c\n- x\n");
    check("A:\n  b: 1\n", "A", RemoveKey("b"), "A: {}\n");
}

#[test]
fn keys_are_removed_with_their_lines() {
    check("A:\n  b: 1\n  c: 2\n", "A", RemoveKey("b"), "A:\n  c: 2\n");
    check("A:\n  b: 1\n  c: 2\n", "A", RemoveKey("c"), "A:\n  b: 1\n");
    check(
        "A:\n  b:\n    - x\n    - y # c\n  # about d\n  d: 2\n",
        "A",
        RemoveKey("b"),
        "A:\n  # about d\n  d: 2\n",
    );
    check("- a: 1 # own\n  b: 2\n", "0", RemoveKey("a"), "- b: 2\n");
    check("- a: 1\n  b: 2\n", "0", RemoveKey("b"), "- a: 1\n");
    check("a:\nb: 2\n", "", RemoveKey("a"), "b: 2\n");
    check("a: 1\nb: !If\n  - x\n  - y\n", "", RemoveKey("b"), "a: 1\n");
}

#[test]
fn a_list_of_texts_keeps_the_items_that_stay() {
    let source = "A:\n  - Host # no\n  - 'Accept' # yes\n  - Origin\nB: 1\n";
    check(source, "A", Replace(Texts(&["Accept", "Origin"])), "A:\n  - 'Accept' # yes\n  - Origin\nB: 1\n");
    check(
        source,
        "A",
        Replace(Texts(&["Host", "X", "Origin"])),
        "A:\n  - Host # no\n  - 'X' # yes\n  - Origin\nB: 1\n",
    );
    check(source, "A", Replace(Texts(&["Host"])), "A:\n  - Host # no\nB: 1\n");
    check(source, "A", Replace(Texts(&[])), "A: []\nB: 1\n");
    check(source, "A", Replace(Texts(&["Host", "Accept", "Origin"])), source);
    check("A:\n  - '*' # all\n", "A", Replace(Texts(&["p", "q"])), "A:\n  - 'p' # all\n  - 'q'\n");
    check("A:\n  - b\n", "A", Replace(Texts(&["a", "b"])), "A:\n  - a\n  - b\n");
    check("A:\n  - !Ref X\n  - b\n", "A", Replace(Texts(&["a", "b"])), "A:\n  - a\n  - b\n");
}

#[test]
fn blocks_become_scalars() {
    check("A:\n  - x\n  - y # c\nB: 1\n", "A", Replace(Text("z")), "A: z # c\nB: 1\n");
    check("A: # why\n  b: 1\n  c: 2\nB: 1\n", "A", Replace(Text("z")), "A: z # why\nB: 1\n");
    check("- a: 1\n  b: 2\n- c\n", "0", Replace(Text("z")), "- z\n- c\n");
    check("A:\n  Fn::Sub: x\nl:\n  - a\n", "A", Replace(Texts(&["p"])), "A:\n  - p\nl:\n  - a\n");
}
