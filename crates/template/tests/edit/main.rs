//! dump
#[test]
fn dump() {
    use cflint_template::syntax::*;
    use std::sync::Arc;
    for text in [
        "a:\n  - x\n  - y # c\nb: 1\n", "a:\n- x\n- - p\n  - q\n-\n  z: 1\n", "a:\n\n# c\nb:\n", "a: !Ref\nb: 1\n", "a: !Sub |- # c\n  x\n  y\n\nb: 1\n",
        "a: |\nb: >-\n\n\nc: 1\n", "a: !!str yes\nb: !If\n  - x\n  - y\n", "a: &x !Sub y\nb: *x\n", "{a, b: , c: [a: b, !Sub 'x', ]}\n", "l:\n  -\n  - \n  - a:\n", "? a\n: b\n", "a: [\n]\nb: {<<: {}}\n",
        "a:\r\n  - x # c\r\nb: 1\r\n", "- a: b\n  c: !GetAtt\n    - x\n", "a: &q\n  b: c\nd:\n  <<: *q\n", "a: !Foo\n  b: c\n", "a: |+\n  x\n\n\nb: |\n   \n  \nc: |2\n   x\n",
    ] {
        println!("=== {text:?}");
        match parse(cflint_diagnostics::FileId(0), Arc::from(text)) {
            Ok(p) => { for n in p.tree.root().unwrap().subtree() {
                println!("  {:?} {:?} {:?} {:?} {:?} al={}", n.kind(), n.style(), n.span().range(), &text[n.span().range()], n.text(), n.is_aliased());
            } println!("  comments {:?}", p.tree.comments().iter().map(|c| &text[c.range()]).collect::<Vec<_>>()); }
            Err(e) => println!("  ERR {e}"),
        }
    }
}
