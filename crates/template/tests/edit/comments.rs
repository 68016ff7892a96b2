//! No comment is lost, but one at the end of a line that goes.

use cflint_template::edit::NewValue::{Text, Texts};

use crate::support::Op::{Append, RemoveItem, RemoveKey, Replace};
use crate::support::{check, check_refused};

#[test]
fn a_comment_inside_of_what_would_be_replaced_refuses() {
    check_refused("A:\n  - x # one\n  - y\nB: 1\n", "A", Replace(Text("z")));
    check_refused("A:\n  # one\n  x: 1\nB: 1\n", "A", Replace(Text("z")));
    check_refused("A: !If # c\n  - X\n  - a\n  - b\n", "A", Replace(Text("z")));
    check_refused("A:\n  Fn::GetAtt: # c\n    - B\n    - C\nD: 1\n", "A", Replace(Text("x")));
    check_refused("A: [x, # c\n  y]\n", "A", Replace(Text("z")));
    check_refused("A: [ # c\n  y]\n", "A", RemoveItem(0));
    check_refused("- - a\n  # c\n  - b\n", "0", RemoveItem(0));
    check_refused("- a: 1\n  # c\n  b: 2\n", "0", RemoveKey("a"));
    check_refused("A: [a # c\n, b]\n", "A", RemoveItem(0));
}

#[test]
fn comments_between_items_stay() {
    let source = "A:\n  # 1\n  - a # 2\n  # 3\n  - b # 4\n  # 5\n  - c # 6\n  # 7\nB: 1\n";
    check(source, "A", RemoveItem(1), &source.replace("  - b # 4\n", ""));
    check(source, "A", Append(Text("d")), &source.replace("# 6\n", "# 6\n  - d\n"));
    check(source, "A", Replace(Texts(&["a", "x", "c"])), &source.replace("- b", "- x"));
    check(source, "A", Replace(Texts(&["c"])), "A:\n  # 1\n  # 3\n  # 5\n  - c # 6\n  # 7\nB: 1\n");
    check(source, "A", Replace(Texts(&[])), "A: []\n  # 1\n  # 3\n  # 5\n  # 7\nB: 1\n");
}
