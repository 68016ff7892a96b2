//! Quotes: kept where they are, added where a text would be read as something else.

use cflint_template::edit::NewValue::Text;
use cflint_template::syntax::Scalar;

use crate::support::Op::{Append, Replace, Set};
use crate::support::{at, check, edited, read};

const HARD: [&str; 54] = [
    "", " ", "a ", " a", "yes", "No", "on", "null", "~", "1", "0777", "1:30", "1_0", "1.5", "1e3", ".5", "-",
    "- a", "-a", "*", "&a", "!a", "|", ">", "%a", "@a", "`a", "#a", "a #b", "a: b", "a:", ":a", "?", "? a",
    "[a", "{a}", "a,b", "a]", "'", "\"", "it's", "a\nb", "a\n", "\t", "a\tb", "\r", "é\u{85}", "\u{2028}",
    "\u{feff}", "\u{1}", "😀", "<<", "...", "---",
];

#[test]
fn quotes_are_kept() {
    check("A: 'x' # c\n", "A", Replace(Text("it's")), "A: 'it''s' # c\n");
    check("A: \"x\" # c\n", "A", Replace(Text("\"\\")), "A: \"\\\"\\\\\" # c\n");
    check("A: 'x'\n", "A", Replace(Text("a\nb")), "A: \"a\\nb\"\n");
    check("A: x\n", "A", Replace(Text("/api/*")), "A: /api/*\n");
    check("A: x\n", "A", Replace(Text("https://a.b/c?d=e")), "A: https://a.b/c?d=e\n");
    check("A: x\n", "A", Replace(Text("*")), "A: '*'\n");
    check("A: x\n", "A", Replace(Text("TLSv1.2_2021")), "A: TLSv1.2_2021\n");
    check("A: [x]\n", "A/0", Replace(Text("TLSv1.2")), "A: [TLSv1.2]\n");
    check(
        "A: x\n",
        "A",
        Replace(Text("b689b0a8-53d0-40ab-baf2-68738e2966ac")),
        "A: b689b0a8-53d0-40ab-baf2-68738e2966ac\n",
    );
    check(
        "A: x\n",
        "A",
        Replace(Text("4135ea2d-6df8-44a3-9df3-4b5a84be39ad")),
        "A: 4135ea2d-6df8-44a3-9df3-4b5a84be39ad\n",
    );
}

#[test]
fn every_text_is_read_back_as_that_text() {
    let sources = [
        ("A: x # c\nB: 1\n", "A"),
        ("A: 'x'\n", "A"),
        ("A: \"x\"\n", "A"),
        ("A: !Sub x\n", "A/Fn::Sub"),
        ("A: [x, y]\n", "A/0"),
        ("A: {x: y}\n", "A/x"),
        ("- x\n", "0"),
        ("{\"A\":\"x\"}", "A"),
        ("A: |\n  x\nB: 1\n", "A"),
        ("A: {\"x\":y}\n", "A/x"),
    ];
    for (source, path) in sources {
        for text in HARD {
            let after = edited(source, path, Replace(Text(text))).expect("edits");
            assert_eq!(at(&read(&after), path).scalar(), Some(Scalar::Str(text)), "{source:?} to {after:?}");
        }
    }
    for text in HARD {
        for (source, path) in [("- x\n", ""), ("A: [x]\n", "A"), ("A: []\n", "A"), ("[\"x\"]", "")] {
            let after = edited(source, path, Append(Text(text))).expect("edits");
            let parsed = read(&after);
            assert_eq!(
                at(&parsed, path).items().last().and_then(|item| item.scalar()),
                Some(Scalar::Str(text))
            );
        }
        for source in ["A: {B: 1}\n", "A:\n  B: 1\n", "A: {}\n", "{\"A\":{}}", "A:\n  'B': 1\n"] {
            let after = edited(source, "A", Set(text, Text(text))).expect("edits");
            let parsed = read(&after);
            let entry = at(&parsed, "A").get(text).unwrap_or_else(|| panic!("{after:?}"));
            assert_eq!(
                (entry.key.scalar(), entry.value.scalar()),
                (Some(Scalar::Str(text)), Some(Scalar::Str(text)))
            );
        }
    }
}
