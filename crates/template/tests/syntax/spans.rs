use cflint_template::syntax::{Format, Kind, ProblemKind, Style};

use crate::support::{at, read, written};

/// Every place in this file comes after a character of two bytes.
const ALL: &str = "\
# é
plain: a b
single: 'it''s'
double: \"x\\ty\"
literal: |
  one
    two

folded: >- # header
  three
  four
flow: {k: [1, 'x'], none: , e: {}}
block:
  - p
  - q: r
    s: t

tag: !Sub text
list: !Join
  - ','
  - [a, !Ref b]
empty:
last: !Ref
";

#[test]
fn every_style_has_its_exact_place() {
    let parsed = read(ALL);
    let check = |path: &str, style: Style, place: &str, text: Option<&str>| {
        let node = at(&parsed, path);
        assert_eq!((node.style(), written(node), node.text()), (style, place, text), "{path}");
    };
    check("plain", Style::Plain, "a b", Some("a b"));
    check("single", Style::SingleQuoted, "'it''s'", Some("it's"));
    check("double", Style::DoubleQuoted, "\"x\\ty\"", Some("x\ty"));
    check("literal", Style::Literal, "one\n    two", Some("one\n  two\n"));
    check("folded", Style::Folded, "three\n  four", Some("three four"));
    check("flow", Style::Flow, "{k: [1, 'x'], none: , e: {}}", None);
    check("flow.k", Style::Flow, "[1, 'x']", None);
    check("flow.k.1", Style::SingleQuoted, "'x'", Some("x"));
    check("flow.none", Style::Implicit, "", Some(""));
    check("flow.e", Style::Flow, "{}", None);
    check("block", Style::Block, "- p\n  - q: r\n    s: t", None);
    check("block.1", Style::Block, "q: r\n    s: t", None);
    check("tag", Style::ShortForm, "!Sub text", None);
    check("tag.Fn::Sub", Style::Plain, "text", Some("text"));
    check("list", Style::ShortForm, "!Join\n  - ','\n  - [a, !Ref b]", None);
    check("list.Fn::Join", Style::Block, "- ','\n  - [a, !Ref b]", None);
    check("list.Fn::Join.1.1", Style::ShortForm, "!Ref b", None);
    check("list.Fn::Join.1.1.Ref", Style::Plain, "b", Some("b"));
    check("empty", Style::Implicit, "", Some(""));
    check("last", Style::ShortForm, "!Ref", None);
    check("last.Ref", Style::Implicit, "", Some(""));
}

#[test]
fn offsets_count_bytes() {
    let parsed = read(ALL);
    assert_eq!(at(&parsed, "plain").span().range(), 12..15);
    assert_eq!(at(&parsed, "empty").span().start, ALL.find("empty:").map_or(0, |at| at as u32 + 6));
    assert_eq!(at(&parsed, "last.Ref").span().start, ALL.len() as u32 - 1);
}

#[test]
fn keys_have_places_and_the_key_of_a_short_form_is_its_tag() {
    let parsed = read("\"a b\": 1\n? c\n: !Ref d\n!Sub e: f\n");
    let root = at(&parsed, "");
    let keys: Vec<_> = root.entries().map(|entry| written(entry.key)).collect();
    assert_eq!(keys, ["\"a b\"", "c", "!Sub e"]);
    let short = at(&parsed, "c").intrinsic().unwrap();
    assert_eq!((short.name(), written(short.key), written(short.value)), ("Ref", "!Ref", "d"));
    assert_eq!(root.entries().last().map(|entry| entry.key.kind()), Some(Kind::Mapping));
}

#[test]
fn short_forms_get_the_name_of_the_long_form() {
    for (written, name) in [
        ("!Ref x", "Ref"),
        ("!Condition x", "Condition"),
        ("!Sub x", "Fn::Sub"),
        ("!<!Sub> x", "Fn::Sub"),
        ("!Transform {a: b}", "Fn::Transform"),
        ("&a !GetAtt x.y", "Fn::GetAtt"),
        ("!GetAtt &a x.y", "Fn::GetAtt"),
    ] {
        let parsed = read(&format!("v: {written}\n"));
        assert_eq!(at(&parsed, "v").intrinsic().map(|entry| entry.name()), Some(name), "{written}");
    }
    let parsed = read("v: !GetAtt A.B.C\nw: !!map {a: b}\nx: ! y\n");
    assert_eq!(at(&parsed, "v.Fn::GetAtt").text(), Some("A.B.C"));
    assert_eq!(at(&parsed, "w").style(), Style::Flow);
    assert_eq!(at(&parsed, "x").style(), Style::Plain);
}

#[test]
fn json_offsets_count_the_byte_order_mark() {
    let parsed = read("\u{feff}{\"é\": [1, \"x\\n\", null], \"o\": {}}");
    assert_eq!(parsed.tree.format(), Format::Json);
    let root = at(&parsed, "");
    assert_eq!((root.span().start, root.style()), (3, Style::Flow));
    assert_eq!(root.entries().next().map(|entry| written(entry.key)), Some("\"é\""));
    assert_eq!(at(&parsed, "é").span().range(), 10..26);
    assert_eq!((written(at(&parsed, "é.1")), at(&parsed, "é.1").text()), ("\"x\\n\"", Some("x\n")));
    assert_eq!((written(at(&parsed, "é.2")), at(&parsed, "é.2").style()), ("null", Style::Plain));
    assert_eq!(written(at(&parsed, "o")), "{}");
}

#[test]
fn yaml_offsets_count_the_byte_order_mark() {
    let parsed = read("\u{feff}a: b\n");
    assert_eq!(at(&parsed, "").span().range(), 3..7);
    assert_eq!(at(&parsed, "a").span().range(), 6..7);
}

#[test]
fn braces_that_are_no_json_are_yaml() {
    for text in ["{a: b}", "{\"a\": [1, 2,],}", "{\"a\": !Ref b}", "{\"a\": b # c\n}", "\n\t{\"a\": 'b'}"] {
        assert_eq!(read(text).tree.format(), Format::Yaml, "{text}");
    }
    assert_eq!(read(" \r\n\t{\"a\": 1}").tree.format(), Format::Json);
}

#[test]
fn comments_are_in_the_order_of_the_file() {
    let text = "# 1\na: | # 2\n  # no comment\n# 3\nb: 'x # y' # 4\nc: [x, # 5\n  z#z]\n#6";
    let parsed = read(text);
    let comments: Vec<_> = parsed.tree.comments().iter().map(|span| &text[span.range()]).collect();
    assert_eq!(comments, ["# 1", "# 2", "# 3", "# 4", "# 5", "#6"]);
    let parsed = read("# only\n");
    assert!(parsed.tree.is_empty());
    assert_eq!(parsed.tree.comments().len(), 1);
}

#[test]
fn many_comments_in_a_row_are_read() {
    let parsed = read(&format!("a:\n{}  b: 1\n", "  # c\n".repeat(5_000)));
    assert_eq!(parsed.tree.comments().len(), 5_000);
}

#[test]
fn aliases_are_expanded_and_keep_the_place_of_the_anchor() {
    let text = "a: &x {k: [1]}\nb: *x\nc: [*x, 2]\n";
    let parsed = read(text);
    assert!(!at(&parsed, "a").is_aliased());
    for path in ["b", "b.k.0", "c.0.k"] {
        assert!(at(&parsed, path).is_aliased(), "{path}");
    }
    assert_eq!(written(at(&parsed, "b")), "{k: [1]}");
    assert!(!at(&parsed, "c").is_aliased() && !at(&parsed, "c.1").is_aliased());
    let places: Vec<_> = parsed.aliases.iter().map(|span| &text[span.range()]).collect();
    assert_eq!(places, ["*x", "*x"]);
    assert_eq!(written(at(&parsed, "")), text.trim_end());
}

#[test]
fn a_later_anchor_of_the_same_name_wins() {
    let parsed = read("- &a 1\n- *a\n- &a 2\n- *a\n- &b !Sub x\n- *b\n");
    assert_eq!((at(&parsed, "1").text(), at(&parsed, "3").text()), (Some("1"), Some("2")));
    assert_eq!(at(&parsed, "5.Fn::Sub").text(), Some("x"));
}

fn entries(text: &str, path: &str) -> Vec<String> {
    let parsed = read(text);
    let entry = |entry: cflint_template::syntax::Entry<'_>| {
        let star = if entry.key.is_aliased() { "*" } else { "" };
        format!("{star}{}={}", entry.name(), entry.value.text().unwrap_or("…"))
    };
    at(&parsed, path).entries().map(entry).collect()
}

#[test]
fn merge_keys_are_expanded_where_they_stand() {
    let base = "x: &x {a: 1, b: 2}\ny: &y {b: 3, c: 4}\n";
    let check = |rest: &str, expected: &[&str]| {
        assert_eq!(entries(&format!("{base}{rest}"), "m"), expected, "{rest}")
    };
    check("m: {<<: *x, z: 9}", &["*a=1", "*b=2", "z=9"]);
    check("m:\n  b: 7\n  <<: *x", &["b=7", "*a=1"]);
    check("m:\n  <<: *x\n  b: 7", &["*a=1", "b=7"]);
    check("m: {<<: [*x, *y]}", &["*a=1", "*b=2", "*c=4"]);
    check("m: {<<: [*y, *x]}", &["*b=3", "*c=4", "*a=1"]);
    check("m: {<<: *x, <<: *y}", &["*a=1", "*b=3", "*c=4"]);
    check("m: {<<: {p: 1}, <<: []}", &["*p=1"]);
    check("m: {\"<<\": *x}", &["<<=…"]);
    check("m: &m {<<: *x}\nn: {<<: *m, d: *m}", &["*a=1", "*b=2"]);
    assert_eq!(entries(&format!("{base}m: &m {{<<: *x}}\nn: {{<<: *m}}"), "n"), ["*a=1", "*b=2"]);
    assert_eq!(entries("m: {<<: {a: {b: [c]}}, d: {e: f}}", "m.d"), ["e=f"]);
}

#[test]
fn keys_that_are_written_twice_are_reported_and_kept() {
    let text = "a: 1\nb: {x: 1, \"x\": 2, 'x': 3}\na: 2\n";
    let parsed = read(text);
    let names: Vec<_> = parsed
        .duplicates
        .iter()
        .map(|key| (key.name.as_str(), &text[key.first.range()], &text[key.again.range()]))
        .collect();
    assert_eq!(names, [("x", "x", "\"x\""), ("x", "x", "'x'"), ("a", "a", "a")]);
    assert_eq!((at(&parsed, "").len(), at(&parsed, "a").text()), (3, Some("2")));
    assert_eq!(read(r#"{"a": 1, "\u0061": 2}"#).duplicates.len(), 1);
    for count in [15, 16, 17, 40] {
        let keys: String = (0..count).map(|key| format!("k{key}: 1\n")).collect();
        assert_eq!(read(&keys).duplicates.len(), 0);
        assert_eq!(read(&format!("{keys}k{}: 2\nk0: 3\n", count - 1)).duplicates.len(), 2, "{count}");
    }
}

#[test]
fn keys_of_merged_mappings_are_no_duplicates() {
    let parsed = read("x: &x {a: 1}\ny: {<<: *x, a: 2, <<: *x}\nz: [*x, *x]\n");
    assert_eq!(parsed.duplicates, []);
    assert_eq!(read("x: &x {a: 1, a: 2}\ny: {<<: *x, b: 1, b: 2}\nz: *x\n").duplicates.len(), 2);
}

#[test]
fn a_second_document_is_a_problem_beside_the_first() {
    let text = "a: 1\n---\nb: 2\n";
    let parsed = read(text);
    let problem = &parsed.problems[0];
    assert_eq!(problem.kind, ProblemKind::SecondDocument);
    assert_eq!(&text[problem.error.span.range()], "---");
    assert_eq!(at(&parsed, "").len(), 1);
    for text in ["---\na: 1\n", "a: 1\n...\n", "%YAML 1.1\n---\na: 1\n...\n# end\n"] {
        assert!(read(text).problems.is_empty(), "{text}");
    }
}

#[test]
fn files_without_a_value_have_an_empty_tree() {
    for text in ["", "\n", "# c", "---", "---\n# c\n", "\u{feff}", "\u{feff}# c", "...\n"] {
        let parsed = read(text);
        assert!(parsed.tree.is_empty() && parsed.tree.root().is_none(), "{text:?}");
    }
}

#[test]
fn a_quoted_text_may_be_indented_less_than_its_key() {
    let text = "\
a:
  b: !Sub '{
 \"it\": ''s'', # no comment

}' # é
  c: \"p \\
q
  \\tr\" # second
  d:
    - 'x
    y'
";
    let parsed = read(text);
    assert_eq!(at(&parsed, "a.b.Fn::Sub").text(), Some("{ \"it\": 's', # no comment\n}"));
    assert_eq!(at(&parsed, "a.c").text(), Some("p q \tr"));
    assert_eq!(at(&parsed, "a.d.0").text(), Some("x y"));
    assert_eq!(written(at(&parsed, "a.d.0")), "'x\n    y'");
    assert_eq!(parsed.tree.comments().len(), 2);
    assert_eq!(at(&parsed, "a.b.Fn::Sub").style(), Style::SingleQuoted);
}

#[test]
fn the_last_line_of_a_block_text_gets_no_line_break_that_is_not_there() {
    for (written, text) in
        [("|\n  x", "x"), ("|\n  x\n", "x\n"), ("|-\n  x\n", "x"), ("|+\n  x\n\n", "x\n\n"), ("|+\n  x", "x")]
    {
        assert_eq!(at(&read(&format!("a: {written}")), "a").text(), Some(text), "{written:?}");
    }
    assert_eq!(at(&read("a: >\n  x\n  y"), "a").text(), Some("x y"));
}
