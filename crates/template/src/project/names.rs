//! Names of exports, found by the text that they start or end with.

use std::collections::{BTreeMap, BTreeSet};

use crate::value::Text;

/// Names with what they stand for.
#[derive(Debug, Default)]
pub(super) struct Names {
    by_start: Edge,
    by_end: Edge,
}

impl Names {
    pub(super) fn add(&mut self, name: &Text, index: usize) {
        self.by_start.add(name.prefix().bytes().collect(), index);
        self.by_end.add(name.suffix().bytes().rev().collect(), index);
    }

    /// The names that can be the same text as another one, and a few that cannot: those that do not contradict the
    /// longer one of its ends.
    pub(super) fn like(&self, name: &Text) -> impl Iterator<Item = usize> {
        if name.suffix().len() > name.prefix().len() {
            self.by_end.compatible(name.suffix().bytes().rev().collect())
        } else {
            self.by_start.compatible(name.prefix().bytes().collect())
        }
    }
}

/// What is known about one end of the names.
#[derive(Debug, Default)]
struct Edge {
    known: BTreeMap<Vec<u8>, Vec<usize>>,
    lengths: BTreeSet<usize>,
}

impl Edge {
    fn add(&mut self, known: Vec<u8>, index: usize) {
        self.lengths.insert(known.len());
        self.known.entry(known).or_default().push(index);
    }

    /// Those that continue the text, and those that it continues.
    fn compatible(&self, text: Vec<u8>) -> impl Iterator<Item = usize> {
        let (start, longer) = (text.clone(), self.known.range(text.clone()..));
        let longer =
            longer.take_while(move |(known, _)| known.starts_with(&start)).map(|(_, indices)| indices);
        let shorter = self.lengths.range(..text.len());
        let shorter = shorter.filter_map(move |&length| self.known.get(text.get(..length)?));
        shorter.chain(longer).flatten().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::Names;
    use crate::value::{Hole, Reference, Text, Tri};

    /// A text in which `{Name}` is a parameter.
    fn text(written: &str) -> Text {
        let mut text = Text::default();
        for piece in written.split_inclusive('}') {
            let (literal, name) = piece.split_once('{').unwrap_or((piece, ""));
            text.push_str(literal);
            if let Some(name) = name.strip_suffix('}') {
                text.push_hole(Hole::new(Reference::Parameter(name.to_owned())));
            }
        }
        text
    }

    #[test]
    fn none_that_may_be_equal_is_missed() {
        let written =
            ["", "a", "ab", "a{S}", "ab{S}", "b{S}", "{S}", "{T}b", "{T}ab", "a{S}b", "{S}{T}", "ü{S}é"];
        let texts: Vec<Text> = written.iter().map(|name| text(name)).collect();
        let mut names = Names::default();
        for (index, name) in texts.iter().enumerate() {
            names.add(name, index);
        }
        for name in &texts {
            let like: Vec<usize> = names.like(name).collect();
            let others = (0..texts.len()).filter(|index| !like.contains(index));
            for other in others {
                assert_eq!(name.equals(&texts[other]), Tri::False, "{name} and {}", texts[other]);
            }
        }
    }

    #[test]
    fn names_that_end_in_another_way_are_left_out() {
        let mut names = Names::default();
        for index in 0..1_000 {
            names.add(&text(&format!("{{Stage}}-host-{index:03}")), index);
        }
        assert!(names.like(&text("{Stage}-host-042")).eq([42]));
        assert_eq!(names.like(&text("{Other}42")).count(), 10);
    }
}
