//! Laws of texts with holes, checked against concrete texts: a law holds for every value of the holes.

use std::collections::BTreeMap;

use cflint_template::value::{Alphabet, Hole, Part, Reference, Text, Tri};
use proptest::prelude::*;

const HOLES: [(&str, Alphabet, bool); 4] = [
    ("any", Alphabet::ANY, true),
    ("id", Alphabet::ID, false),
    ("host", Alphabet::HOST, false),
    ("maybe", Alphabet::STAGE, true),
];

fn hole(index: usize) -> Hole {
    let (name, alphabet, may_be_empty) = HOLES[index];
    let mut hole = Hole::of(Reference::Parameter(name.to_owned()), alphabet);
    hole.may_be_empty = may_be_empty;
    hole
}

#[derive(Debug, Clone)]
enum Piece {
    Lit(String),
    Hole(usize),
}

fn text() -> impl Strategy<Value = Text> {
    let piece = prop_oneof![
        "[ab./:-]{0,3}".prop_map(Piece::Lit),
        Just(Piece::Lit("://".to_owned())),
        (0..HOLES.len()).prop_map(Piece::Hole),
    ];
    proptest::collection::vec(piece, 0..6).prop_map(|pieces| {
        let mut text = Text::default();
        for piece in pieces {
            match piece {
                Piece::Lit(literal) => text.push_str(&literal),
                Piece::Hole(index) => text.push_hole(hole(index)),
            }
        }
        text
    })
}

/// Values for the holes that their alphabets allow.
fn values() -> impl Strategy<Value = BTreeMap<String, String>> {
    ("[ab./:-]{0,3}", "[ab]{1,3}", "[ab.-]{1,3}", "[ab_-]{0,2}").prop_map(|(any, id, host, maybe)| {
        let named = [("any", any), ("id", id), ("host", host), ("maybe", maybe)];
        named.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    })
}

/// The text that a deployment with these values has.
fn concrete(text: &Text, values: &BTreeMap<String, String>) -> String {
    let part = |part: &Part| match part {
        Part::Lit(literal) => literal.clone(),
        Part::Hole(hole) => match &hole.reference {
            Reference::Parameter(name) => values[name].clone(),
            Reference::Piece { source, delimiter, index } => {
                concrete(source, values).split(delimiter.as_str()).nth(*index).unwrap_or_default().to_owned()
            }
            other => panic!("no such hole in this test: {other:?}"),
        },
    };
    text.parts().iter().map(part).collect()
}

fn delimiter() -> impl Strategy<Value = String> {
    prop_oneof![Just("/".to_owned()), Just(".".to_owned()), Just("://".to_owned()), Just("--".to_owned())]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn a_text_is_normal_however_it_is_put_together(a in text(), b in text(), c in text()) {
        let mut left = a.clone();
        left.push(&b);
        left.push(&c);
        let mut right = b.clone();
        right.push(&c);
        let mut whole = a;
        whole.push(&right);
        prop_assert_eq!(left, whole);
    }

    #[test]
    fn joining_what_was_split_gives_the_text_back(text in text(), delimiter in delimiter()) {
        let split = text.split(&delimiter);
        if split.complete {
            prop_assert_eq!(Text::join(&Text::literal(delimiter), &split.pieces), text);
        }
    }

    #[test]
    fn every_certain_piece_is_the_piece_of_every_deployment(
        text in text(), delimiter in delimiter(), values in values(),
    ) {
        let split = text.split(&delimiter);
        let whole = concrete(&text, &values);
        let pieces: Vec<&str> = whole.split(delimiter.as_str()).collect();
        for (piece, expected) in split.pieces.iter().zip(&pieces) {
            prop_assert_eq!(&concrete(piece, &values), expected);
        }
        if split.complete {
            prop_assert_eq!(split.pieces.len(), pieces.len());
        }
    }

    #[test]
    fn a_piece_is_symbolic_or_right(
        text in text(), delimiter in delimiter(), index in 0..4usize, values in values(),
    ) {
        let whole = concrete(&text, &values);
        let expected = whole.split(delimiter.as_str()).nth(index);
        match text.piece(&delimiter, index) {
            Some(piece) => if let Some(expected) = expected {
                prop_assert_eq!(concrete(&piece, &values), expected);
            },
            None => prop_assert_eq!(expected, None),
        }
    }

    #[test]
    fn equality_that_is_certain_holds_in_every_deployment(a in text(), b in text(), values in values()) {
        let same = concrete(&a, &values) == concrete(&b, &values);
        match a.equals(&b) {
            Tri::True => prop_assert!(same),
            Tri::False => prop_assert!(!same),
            Tri::Unknown => {}
        }
        prop_assert_eq!(a.equals(&b), b.equals(&a));
        prop_assert_eq!(a.equals(&a), Tri::True);
    }

    #[test]
    fn literals_are_compared_exactly(a in "[ab/]{0,4}", b in "[ab/]{0,4}") {
        prop_assert_eq!(Text::literal(&*a).equals(&Text::literal(&*b)), Tri::from(a == b));
    }
}

#[test]
fn a_name_with_something_added_is_another_name() {
    let mut stage = Text::literal("/");
    stage.push_hole(hole(0));
    let mut longer = stage.clone();
    longer.push_str("x");
    assert_eq!(stage.equals(&longer), Tri::False);
}

#[test]
fn a_hole_never_equals_what_its_alphabet_excludes() {
    let id = Text::hole(hole(1));
    assert_eq!(id.equals(&Text::literal("a/b")), Tri::False);
    assert_eq!(id.equals(&Text::literal("ab1")), Tri::Unknown);
    assert_eq!(id.equals(&Text::literal("")), Tri::False);
}
