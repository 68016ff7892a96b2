use cflint_diagnostics::Span;
use cflint_template::syntax::{Kind, decode, limits, load};
use proptest::prelude::*;

use crate::invariants;
use crate::support::{FILE, at, read, refused, try_read};

const YAML: &str = include_str!("../../../../fixtures/_load/styles.yaml");
const SHORT: &str = include_str!("../../../../fixtures/_load/short-forms.yaml");
const MERGE: &str = include_str!("../../../../fixtures/_load/aliases-and-merge-keys.yaml");
const QUOTED: &str = include_str!("../../../../fixtures/_load/quoted-text-not-indented.yaml");
const JSON: &str = include_str!("../../../../fixtures/_load/escapes.json");
const SEEDS: [&str; 5] = [YAML, SHORT, MERGE, QUOTED, JSON];

const INDICATORS: &[u8] = b" \t\n\r:-?,[]{}#&*!|>'\"%@`<~\\";

/// Reads bytes that may be anything and checks what must hold in any case.
fn survives(bytes: &[u8]) {
    match (decode(bytes), load(FILE, bytes)) {
        (Ok(_), Ok(parsed)) => invariants::check(&parsed),
        (Ok(text), Err(error)) => invariants::check_error(&text, &error),
        (Err(undecodable), Err(error)) => {
            assert_eq!(undecodable.clone().into_error(FILE), error);
            invariants::check_error(&undecodable.text, &error);
        }
        (Err(undecodable), Ok(_)) => panic!("read although {}", undecodable.message),
    }
}

#[test]
fn deep_nesting_is_an_error_with_a_place() {
    for unit in ["[", "{\"a\":", "{a: ", "- ", "? ", "!A [", "&a [", "[{", "[!A {a: "] {
        let text = unit.repeat(100_000);
        let error = refused(text.as_bytes());
        invariants::check_error(&text, &error);
    }
    let indented: String = (0..2_000).map(|depth| format!("{:depth$}a:\n", "")).collect();
    assert!(refused(indented.as_bytes()).message.contains("nested more than 255 levels"));
}

#[test]
fn the_depth_limit_is_the_same_in_both_formats() {
    for (open, middle, close) in [("[", "", "]"), ("{\"a\":", "1", "}"), ("[", "x", "]")] {
        let nested = |depth| format!("{}{middle}{}", open.repeat(depth), close.repeat(depth));
        invariants::check(&read(&nested(limits::MAX_DEPTH)));
        let text = nested(limits::MAX_DEPTH + 1);
        assert_eq!(refused(text.as_bytes()).message, "values are nested more than 255 levels deep");
    }
}

#[test]
fn aliases_do_not_multiply_without_bound() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..10 {
        let above = format!("*a{}", level - 1);
        bomb += &format!("a{level}: &a{level} [{}]\n", [above.as_str(); 9].join(", "));
    }
    let expected = "aliases expand to more than 4000000 nodes";
    assert_eq!(refused(bomb.as_bytes()).message, expected);

    let quadratic = format!("a: &a [{}]\nb: [{}]\n", "x, ".repeat(10_000), "*a, ".repeat(10_000));
    assert_eq!(refused(quadratic.as_bytes()).message, expected);

    let entries: String = (0..1_000).map(|i| format!("k{i}: v, ")).collect();
    let merges = format!("a: &a {{{entries}}}\nb:\n{}", "- {<<: *a, x: 1}\n".repeat(10_000));
    assert_eq!(refused(merges.as_bytes()).message, expected);
}

#[test]
fn aliases_do_not_nest_without_bound() {
    let mut text = format!("a0: &a0 {}x{}\n", "[".repeat(100), "]".repeat(100));
    for level in 1..5 {
        let (open, close) = ("[".repeat(100), "]".repeat(100));
        text += &format!("a{level}: &a{level} {open}*a{}{close}\n", level - 1);
    }
    assert_eq!(refused(text.as_bytes()).message, "values are nested more than 255 levels deep");
}

#[test]
fn an_alias_needs_a_complete_anchor_above() {
    for text in ["&a [*a]", "a: &a {b: *a}", "&a {*a : 1}", "a: &a\n  - x\n  - *a\n", "&a !Sub [*a]"] {
        let error = refused(text.as_bytes());
        assert_eq!(error.message, "the alias refers to a value that contains the alias itself");
        assert_eq!(&text[error.span.range()], "*a");
    }
    let error = refused(b"a: *b\nb: &b 1\n");
    assert_eq!(error.span, Span::new(FILE, 3, 5));
    assert_eq!(error.message, "the alias refers to an anchor that is not defined above it");
}

#[test]
fn many_keys_are_compared_quickly() {
    let keys: String = (0..1_000_000).map(|key| format!("\"key{key}\":0,")).collect();
    let parsed = read(&format!("{{{keys}\"key7\":1}}"));
    assert_eq!(parsed.tree.root().map(|root| root.len()), Some(1_000_001));
    assert_eq!(parsed.duplicates.len(), 1);
    let lines: String = (0..50_000).map(|key| format!("key{key}: 0\n")).collect();
    assert_eq!(read(&lines).tree.len(), 100_001);
}

#[test]
fn long_texts_are_read() {
    let long = "x".repeat(5_000_000);
    for text in [format!("a: {long}\n"), format!("a: \"{long}\"\n"), format!("{{\"a\": \"{long}\"}}")] {
        assert_eq!(at(&read(&text), "a").text().map(str::len), Some(5_000_000));
    }
    assert_eq!(at(&read(&format!("a: |\n  {long}\n")), "a").text().map(str::len), Some(5_000_001));
    survives(format!("# {long}\n").as_bytes());
    survives(format!("a: \"{long}").as_bytes());
}

#[test]
fn a_file_that_is_too_large_is_refused_before_it_is_read() {
    let error = refused(&vec![b'a'; limits::MAX_BYTES + 1]);
    assert_eq!(
        (error.message.as_str(), error.span),
        ("the file is larger than 32 MiB", Span::new(FILE, 0, 0))
    );
}

#[test]
fn many_texts_that_are_not_indented_are_repaired_within_a_bound() {
    let text = |count: usize| -> String { (0..count).map(|i| format!("k{i}: 'a\nb'\n")).collect() };
    let few = text(limits::MAX_QUOTE_REPAIRS);
    assert_eq!(at(&read(&few), "k63").text(), Some("a b"));
    let many = text(limits::MAX_QUOTE_REPAIRS + 1);
    assert_eq!(refused(many.as_bytes()).message, "the quoted text is never closed");
}

#[test]
fn bytes_that_are_no_text_are_refused() {
    let place = |bytes: &[u8]| {
        let error = refused(bytes);
        (error.span.start, error.message)
    };
    assert_eq!(place(b"ab\0c"), (2, "the file contains a NUL byte, so it is not text".to_owned()));
    assert_eq!(place(b"a: \xC3("), (3, "the byte 0xC3 is not valid UTF-8 here".to_owned()));
    assert_eq!(place(b"\xFF\xFEa\0"), (0, "the file is UTF-16, expected UTF-8".to_owned()));
    assert_eq!(place(b"\xFE\xFF\0a"), (0, "the file is UTF-16, expected UTF-8".to_owned()));
    let shown = |bytes| decode(bytes).unwrap_err().text;
    assert_eq!(&*shown(b"\xFE\xFF\0a\0b"), "ab");
    assert_eq!(&*shown(b"a\xFFb"), "a\u{fffd}b");
    for bytes in
        [b"\xFF\xFE".as_slice(), b"\xFE\xFF\xD8\0", b"\xFF\xFEa", b"\0", b"\xED\xA0\x80", b"\xF0\x9F"]
    {
        survives(bytes);
    }
}

#[test]
fn odd_bytes_are_survived() {
    let odd = [
        "",
        " ",
        "\n",
        "\r",
        "\r\n\r\n",
        "\t",
        "\u{feff}",
        "\u{feff}\u{feff}",
        "\u{feff}{",
        "\u{1}",
        "\u{7f}",
        "\u{85}",
        "\u{2028}",
        "a\u{2028}: b",
        "%",
        "%YAML 1.1\n---\na",
        "%TAG ! x:\n--- !Sub a",
        "---",
        "...",
        "---\n---",
        "--- |",
        "- -",
        "?",
        "? :",
        ": ",
        ":",
        "-",
        "!",
        "!!",
        "!<",
        "!<!Sub> x",
        "! : !",
        "&",
        "&a",
        "*",
        "|",
        ">",
        "|2",
        "\"",
        "'",
        "''",
        "\"\\",
        "\"\\u",
        "{",
        "}",
        "[",
        "]",
        "{,}",
        "[,]",
        "{a",
        "{\"a\"",
        "{\"a\":",
        "{\"a\":\"",
        "{]",
        "[}",
        "<<",
        "<<:",
        "<<: {}",
        "{<<: {}}",
        "- <<: x",
        "<<: [{}, x]",
        "<<: !Ref {a: b}",
        "a: !Ref",
        "!Ref : x",
        "!Ref a: x",
        "!Ref\n",
        "? !Ref\n: !Sub\n- !If\n",
        "&a !Ref &b x",
        "&a : &b",
        "- &a\n- *a",
        "'a\n'",
        "k: 'a\nb' c",
        "k: 'a\n'b'\n",
        "#",
        "a #",
        "a: # b",
        "a: |# b\n",
        "a: | # b\n  c # d\n# e",
        "key: 'a\r b'",
        "a:\rb:",
        "a: |\r  b\r",
    ];
    for text in odd {
        survives(text.as_bytes());
    }
}

#[test]
fn every_beginning_of_a_file_is_survived() {
    for seed in SEEDS {
        for end in 0..=seed.len() {
            survives(&seed.as_bytes()[..end]);
        }
    }
}

#[test]
fn lone_surrogates_are_errors_and_pairs_are_characters() {
    for text in [r#"{"a": "\ud83d"}"#, r#"{"a": "\ude00"}"#, r#"a: "\ud83d""#, r#"{"a": "\ud83dx"}"#] {
        assert_eq!(refused(text.as_bytes()).message, "the escape is half of a surrogate pair");
    }
    for text in [r#"{"a": "\ud83d\ude00"}"#, r#"a: "\ud83d\ude00""#] {
        assert_eq!(at(&read(text), "a").text(), Some("😀"));
    }
}

#[test]
fn all_kinds_of_line_ends_give_the_same_values() {
    let lines = "A: 1\nB: |\n  x\n  y\nC:\n- 'p\n  q'\n";
    for end in ["\n", "\r\n", "\r"] {
        let parsed = read(&lines.replace('\n', end));
        assert_eq!(at(&parsed, "B").text(), Some("x\ny\n"), "{end:?}");
        assert_eq!(at(&parsed, "C.0").text(), Some("p q"));
        assert_eq!(at(&parsed, "C").kind(), Kind::Sequence);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn changed_bytes_are_survived(
        seed in prop::sample::select(SEEDS.to_vec()),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4u8), 1..6),
    ) {
        let mut bytes = seed.as_bytes().to_vec();
        for (place, byte, kind) in changes {
            let at = place.index(bytes.len() + 1).min(bytes.len() - 1);
            let indicator = INDICATORS[usize::from(byte) % INDICATORS.len()];
            match kind {
                0 => bytes[at] = byte,
                1 => bytes[at] = indicator,
                2 => bytes.insert(at, indicator),
                _ => _ = bytes.remove(at),
            }
        }
        survives(&bytes);
    }

    #[test]
    fn any_indicators_are_survived(text in "[ \n\t:,\\[\\]{}#&*!|>'\"ab<-]{0,40}") {
        if let Ok(parsed) = try_read(&text) {
            invariants::check(&parsed);
        }
        survives(text.as_bytes());
    }
}
