//! Languages agree with a matcher that is too simple to be wrong, over all short strings, and with `regex-lite`.

#![allow(clippy::unwrap_used, reason = "a helper of a test may fail it")]

use std::sync::LazyLock;

use cflint_edge::language::{Budget, Class, Cover, Domain, Language, Token, covered_by, shared_covered_by};
use cflint_edge::routes::pattern::{PathPattern, normalize_path};
use proptest::prelude::*;
use regex_lite::Regex;

/// A token as the tests see it: the characters, and whether it repeats.
#[derive(Debug, Clone, Copy)]
struct Step {
    /// `None` is any character; a leading `^` excludes the others.
    chars: Option<&'static str>,
    many: bool,
}

impl Step {
    fn takes(self, c: char) -> bool {
        match self.chars {
            None => true,
            Some(chars) => chars.strip_prefix('^').map_or_else(|| chars.contains(c), |not| !not.contains(c)),
        }
    }

    fn token(self) -> Token {
        let class = match self.chars {
            None => Class::any(),
            Some("^/") => Class::not_slash(),
            Some(chars) => {
                let ranges: Vec<(char, char)> = chars.chars().map(|c| (c, c)).collect();
                Class::ranges(&ranges).unwrap()
            }
        };
        if self.many { Token::Many(class) } else { Token::One(class) }
    }

    fn regex(self) -> String {
        let class = self.chars.map_or_else(|| ".".to_owned(), |chars| format!("[{chars}]"));
        if self.many { format!("{class}*") } else { class }
    }
}

/// The definition, one case after the other.
fn is_member(steps: &[Step], text: &[char]) -> bool {
    match (steps.split_first(), text.split_first()) {
        (None, rest) => rest.is_none(),
        (Some((step, more)), None) => step.many && is_member(more, text),
        (Some((step, more)), Some((c, rest))) if step.many => {
            is_member(more, text) || (step.takes(*c) && is_member(steps, rest))
        }
        (Some((step, more)), Some((c, rest))) => step.takes(*c) && is_member(more, rest),
    }
}

fn language(steps: &[Step]) -> Language {
    let mut language = Language::empty();
    steps.iter().for_each(|step| language.push(step.token()));
    language
}

fn is_normalized(text: &[char]) -> bool {
    let text: String = text.iter().collect();
    let segments: Vec<&str> = text.split('/').skip(1).collect();
    segments.iter().enumerate().all(|(i, segment)| {
        *segment != "." && *segment != ".." && (!segment.is_empty() || i + 1 == segments.len())
    })
}

fn is_in(domain: Domain, text: &[char]) -> bool {
    domain == Domain::Text || is_normalized(text)
}

const LONGEST: usize = 5;

/// Every string of up to five letters, shortest first. `x` is a letter that no literal mentions.
static STRINGS: LazyLock<Vec<Vec<char>>> = LazyLock::new(|| {
    let mut all = vec![Vec::new()];
    let mut layer = all.clone();
    for _ in 0..LONGEST {
        layer = layer
            .iter()
            .flat_map(|text| {
                ['a', 'b', '/', '.', 'x'].map(|c| text.iter().copied().chain([c]).collect::<Vec<char>>())
            })
            .collect();
        all.extend(layer.iter().cloned());
    }
    all
});

fn chars(text: &str) -> Vec<char> {
    text.chars().collect()
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let chars = prop_oneof![
        Just(None),
        Just(Some("^/")),
        Just(Some("a")),
        Just(Some("b")),
        Just(Some("/")),
        Just(Some(".")),
        Just(Some("ab")),
        Just(Some("a/")),
    ];
    prop::collection::vec((chars, any::<bool>()).prop_map(|(chars, many)| Step { chars, many }), 0..5)
}

fn domain() -> impl Strategy<Value = Domain> {
    prop_oneof![Just(Domain::Text), Just(Domain::NormalizedPath)]
}

fn regex(steps: &[Step]) -> Regex {
    let body: String = steps.iter().map(|step| step.regex()).collect();
    Regex::new(&format!("^(?s:{body})$")).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn matching_agrees_with_the_definition_and_with_regexes(steps in steps()) {
        let (language, regex) = (language(&steps), regex(&steps));
        for text in STRINGS.iter().filter(|text| text.len() < LONGEST) {
            let string: String = text.iter().collect();
            let member = is_member(&steps, text);
            prop_assert_eq!(language.matches(&string), member, "{:?}", string);
            prop_assert_eq!(regex.is_match(&string), member, "{:?}", string);
        }
        prop_assert!(is_member(&steps, &chars(&language.example())), "{}", language.example());
        if let Some(literal) = language.as_literal() {
            prop_assert!(is_member(&steps, &chars(&literal)));
        }
    }

    #[test]
    fn longer_texts_match_as_regexes_do(steps in steps(), text in "[ab/.x\n\u{e9}]{0,40}") {
        prop_assert_eq!(language(&steps).matches(&text), regex(&steps).is_match(&text));
    }

    #[test]
    fn intersections_are_exact_and_shortest(left in steps(), right in steps(), domain in domain()) {
        let (a, b) = (language(&left), language(&right));
        let both = |text: &[char]| is_member(&left, text) && is_member(&right, text) && is_in(domain, text);
        let brute = STRINGS.iter().find(|text| both(text)).map(Vec::len);
        let witness = a.intersection_in(&b, domain);
        match &witness {
            None => prop_assert_eq!(brute, None),
            Some(text) => {
                let text = chars(text);
                prop_assert!(both(&text), "{:?}", text);
                prop_assert_eq!(brute, Some(text.len()).filter(|length| *length <= LONGEST), "{:?}", text);
            }
        }
        let nice = a.shared_example(&b, domain);
        prop_assert_eq!(nice.is_some(), witness.is_some());
        if let Some(text) = nice {
            prop_assert!(both(&chars(&text)), "{:?}", text);
        }
        prop_assert_eq!(a.intersection(&b).is_some(), b.intersection(&a).is_some());
    }

    #[test]
    fn covers_are_exact_and_what_is_missing_is_shortest(
        inner in steps(), others in prop::collection::vec(steps(), 0..3), domain in domain()
    ) {
        let languages: Vec<Language> = others.iter().map(|steps| language(steps)).collect();
        let missing = |text: &[char]| {
            is_member(&inner, text) && is_in(domain, text) && !others.iter().any(|steps| is_member(steps, text))
        };
        let brute = STRINGS.iter().find(|text| missing(text)).map(Vec::len);
        match covered_by(&language(&inner), &languages.iter().collect::<Vec<_>>(), domain) {
            Cover::Full => prop_assert_eq!(brute, None),
            Cover::Missing(text) => {
                let text = chars(&text);
                prop_assert!(missing(&text), "{:?}", text);
                prop_assert_eq!(brute, Some(text.len()).filter(|length| *length <= LONGEST), "{:?}", text);
            }
            Cover::Unknown => prop_assert!(false, "small questions have answers"),
        }
        if let [other] = languages.as_slice() {
            let inner = language(&inner);
            let missing = other.counterexample_in(&inner, domain);
            prop_assert_eq!(other.contains_in(&inner, domain), Some(missing.is_none()));
        }
    }

    #[test]
    fn what_two_languages_share_is_covered_exactly_and_what_is_missing_is_shortest(
        left in steps(), right in steps(), other in steps(), domain in domain()
    ) {
        let missing = STRINGS.iter().find(|text| {
            is_in(domain, text) && is_member(&left, text) && is_member(&right, text) && !is_member(&other, text)
        });
        match shared_covered_by(&language(&left), &language(&right), &[&language(&other)], domain, &Budget::of_question()) {
            Cover::Full => prop_assert!(missing.is_none(), "{missing:?}"),
            Cover::Missing(text) => {
                let text = chars(&text);
                prop_assert!(is_in(domain, &text));
                prop_assert!(is_member(&left, &text) && is_member(&right, &text) && !is_member(&other, &text));
                prop_assert!(missing.is_none_or(|shortest| shortest.len() == text.len()), "{missing:?} {text:?}");
            }
            Cover::Unknown => {}
        }
    }

    #[test]
    fn what_follows_a_prefix_is_what_makes_a_member_of_it(steps in steps(), prefix in "[ab/.]{0,3}") {
        let rests = language(&steps).after(&prefix);
        for text in STRINGS.iter().filter(|text| text.len() <= 3) {
            let rest: String = text.iter().collect();
            let whole = chars(&format!("{prefix}{rest}"));
            let follows = rests.iter().any(|language| language.matches(&rest));
            prop_assert_eq!(follows, is_member(&steps, &whole), "{} {}", prefix, rest);
        }
    }

    #[test]
    fn normalization_settles(raw in "[ab./]{0,12}") {
        let normal = normalize_path(&raw);
        prop_assert_eq!(normalize_path(&normal), normal.clone());
        prop_assert!(normal.starts_with('/') && is_normalized(&chars(&normal)), "{}", normal);
        if raw.starts_with('/') && is_normalized(&chars(&raw)) {
            prop_assert_eq!(normal, raw);
        }
    }

    #[test]
    fn patterns_answer_about_normalized_paths(left in "/?[ab*?/.]{0,6}", right in "/?[ab*?/.]{0,6}") {
        let (a, b) = (PathPattern::new(&left), PathPattern::new(&right));
        let paths = || STRINGS.iter().filter(|text| text.starts_with(&['/']) && is_normalized(text));
        let text = |path: &Vec<char>| path.iter().collect::<String>();
        if let Some(path) = a.intersects(&b) {
            prop_assert!(a.matches(&path) && b.matches(&path) && normalize_path(&path) == path);
        } else {
            prop_assert!(!paths().any(|path| a.matches(&text(path)) && b.matches(&text(path))));
        }
        match (a.contains(&b), a.counterexample(&b)) {
            (Some(true), None) => {
                prop_assert!(!paths().any(|path| b.matches(&text(path)) && !a.matches(&text(path))));
            }
            (Some(false), Some(path)) => {
                prop_assert!(b.matches(&path) && !a.matches(&path) && normalize_path(&path) == path);
            }
            other => prop_assert!(false, "{:?}", other),
        }
    }

    #[test]
    fn classes_are_sets(left in class(), right in class()) {
        let both = left.intersect(&right);
        for c in ['\0', 'a', 'b', 'c', 'd', 'e', '\u{d7ff}', '\u{e000}', '\u{e001}', char::MAX] {
            let expected = left.contains(c) && right.contains(c);
            prop_assert_eq!(both.as_ref().is_some_and(|both| both.contains(c)), expected);
            let without = left.without(c);
            prop_assert!(!without.as_ref().is_some_and(|rest| rest.contains(c)));
            prop_assert_eq!(without.is_none(), left.as_single() == Some(c));
        }
        prop_assert_eq!(left.is_subset(&right), both.as_ref() == Some(&left));
        prop_assert!(left.contains(left.representative()));
    }
}

fn class() -> impl Strategy<Value = Class> {
    let edge = prop::sample::select(vec!['\0', 'a', 'b', 'c', 'd', '\u{d7ff}', '\u{e000}', char::MAX]);
    prop::collection::vec((edge.clone(), edge), 1..4)
        .prop_filter_map("no character", |ends| Class::ranges(&ends))
}

#[test]
fn witnesses_read_well() {
    let shared = |a: &str, b: &str| PathPattern::new(a).intersects(&PathPattern::new(b));
    for (left, right, expected) in [
        ("/api/*", "*", "/api/users"),
        ("*", "*", "/users"),
        ("/api*", "/api/*", "/api/users"),
        ("*.json", "/api/*", "/api/users.json"),
        ("*/api/*", "*", "/users/api/users"),
        ("/v*/users", "*", "/v1/users"),
        ("/api", "/ap?", "/api"),
    ] {
        assert_eq!(shared(left, right).as_deref(), Some(expected), "{left} and {right}");
    }
    assert_eq!(shared("/api", "/api/*"), None);
    assert_eq!(shared("/a/*", "/b*"), None);

    let route = Language::literal("/users/").then(&Language::segment());
    assert_eq!(route.example(), "/users/42");
    let pattern = PathPattern::new("/users/*");
    let seen = pattern.language().shared_example(&route, Domain::NormalizedPath);
    assert_eq!(seen.as_deref(), Some("/users/42"));

    let rest = Language::literal("/").then(&Language::greedy());
    assert_eq!(rest.example(), "/users");
    assert_eq!(Language::glob("/api*").example(), "/api/users");
    assert_eq!(Language::glob("/v*/users").example(), "/v1/users");

    // The shortest of all, and literal text before anything else.
    let text = Language::glob("/a*b").intersection(&Language::glob("*"));
    assert_eq!(text.as_deref(), Some("/ab"));
    let text = Language::glob("*/?").intersection(&Language::glob("/*/*"));
    assert_eq!(text.as_deref(), Some("//"));
    assert_eq!(Language::anything().intersection(&Language::empty()).as_deref(), Some(""));
}

#[test]
fn several_languages_cover_together() {
    let class = |ranges: &[(char, char)]| Language::one_or_more(Class::ranges(ranges).unwrap());
    let alphanumeric = class(&[('a', 'z'), ('0', '9')]);
    let first = Language::glob("*").then(&class(&[('a', 'z')]));
    let second = Language::glob("*").then(&class(&[('0', '9')]));
    assert_eq!(first.contains(&alphanumeric), Some(false));
    assert_eq!(covered_by(&alphanumeric, &[&first, &second], Domain::Text), Cover::Full);
    assert_eq!(covered_by(&alphanumeric, &[], Domain::Text), Cover::Missing("x".to_owned()));
    // No normalized path is in there.
    let dots = Language::glob("/..");
    assert_eq!(covered_by(&dots, &[], Domain::NormalizedPath), Cover::Full);
    assert_eq!(covered_by(&dots, &[], Domain::Text), Cover::Missing("/..".to_owned()));
}

#[test]
fn adversarial_patterns_finish() {
    // A little longer than CloudFront accepts.
    let stars = Language::glob(&"*a".repeat(130));
    let more = Language::glob(&format!("{}b", "*a".repeat(130)));
    let holes = Language::glob(&format!("*a{}", "?".repeat(120)));
    let shifted = Language::glob(&format!("*b{}*", "?".repeat(119)));
    let mixed = Language::glob(&"?*a?*b".repeat(50));
    let text = "a".repeat(600);
    let all = [&stars, &more, &holes, &shifted, &mixed];
    assert!(!stars.matches(&format!("{text}c")) && stars.matches(&text));
    assert!(!more.matches(&text) && more.matches(&format!("{text}b")));
    for left in all {
        let _ = left.matches(&text);
        assert!(left.matches(&left.example()));
        for right in all {
            let witness = left.intersection_in(right, Domain::NormalizedPath);
            if let Some(text) = &witness {
                assert!(left.matches(text) && right.matches(text));
            }
            // Any of the three answers will do; it has to come.
            if let Some(text) = left.counterexample(right) {
                assert!(!left.matches(&text) && right.matches(&text));
            }
        }
        assert!(left.shared_example(&stars, Domain::NormalizedPath).is_none_or(|text| left.matches(&text)));
        let others: Vec<&Language> = all.into_iter().filter(|other| *other != left).collect();
        let _ = covered_by(left, &others, Domain::NormalizedPath);
    }
    assert_eq!(stars.contains(&more), Some(false), "their ends differ");
    assert_eq!(Language::glob(&"*".repeat(10_000)).tokens().len(), 1);
}

#[test]
fn long_literals_are_no_trouble() {
    let text = "/abcdefghi".repeat(60);
    let (literal, pattern) = (Language::literal(&text), Language::glob("/*"));
    assert_eq!(pattern.contains(&literal), Some(true));
    assert_eq!(literal.contains(&pattern), Some(false));
    assert_eq!(literal.intersection(&pattern), Some(text.clone()));
    assert_eq!(literal.as_literal(), Some(text));
}
