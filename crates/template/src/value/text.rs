use std::fmt;

use super::{Alphabet, Hole, Reference, Tri};

/// A piece of a [`Text`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    Lit(String),
    /// A value that is known only at deployment.
    Hole(Box<Hole>),
}

/// A text in which some parts may be known only at deployment.
///
/// Always normal: no two literals follow each other and none is empty, so that equal texts compare equal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Text {
    parts: Vec<Part>,
}

/// The result of `Fn::Split` on a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// The pieces that are certain, from the first one on.
    pub pieces: Vec<Text>,
    /// Whether these are all of them.
    pub complete: bool,
}

impl Text {
    pub fn literal(text: impl Into<String>) -> Self {
        let mut new = Self::default();
        new.push_str(&text.into());
        new
    }

    /// A text that is one hole.
    pub fn hole(hole: Hole) -> Self {
        Self { parts: vec![Part::Hole(Box::new(hole))] }
    }

    pub(crate) fn from_part(part: Part) -> Self {
        Self { parts: vec![part] }
    }

    /// The parts in order.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// The holes in order.
    pub fn holes(&self) -> impl Iterator<Item = &Hole> {
        self.parts.iter().filter_map(|part| match part {
            Part::Hole(hole) => Some(&**hole),
            Part::Lit(_) => None,
        })
    }

    /// The literal parts in order.
    pub fn literals(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Lit(text) => Some(text.as_str()),
            Part::Hole(_) => None,
        })
    }

    /// How many bytes and holes it has, those of the texts in its holes included, and how deep these lie in each other.
    pub(crate) fn extent(&self) -> (usize, usize) {
        let (mut size, mut deepest) = (0, 0);
        let mut open = vec![(self, 0)];
        while let Some((text, depth)) = open.pop() {
            size += text.literals().map(str::len).sum::<usize>();
            deepest = deepest.max(depth);
            for hole in text.holes() {
                size += 1;
                open.extend(hole.texts().map(|inner| (inner, depth + 1)));
            }
        }
        (size, deepest)
    }

    /// The same holes with other literals between them.
    pub(crate) fn map_literals(&self, change: impl Fn(&str) -> String) -> Self {
        let mut changed = Self::default();
        for part in &self.parts {
            match part {
                Part::Lit(literal) => changed.push_str(&change(literal)),
                Part::Hole(hole) => changed.push_hole((**hole).clone()),
            }
        }
        changed
    }

    /// The text, if all of it is known.
    pub fn as_literal(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [] => Some(""),
            [Part::Lit(text)] => Some(text),
            _ => None,
        }
    }

    /// The hole, if the text consists of nothing else.
    pub fn as_hole(&self) -> Option<&Hole> {
        match self.parts.as_slice() {
            [Part::Hole(hole)] => Some(hole),
            _ => None,
        }
    }

    /// The name of the resource, if the text is what `Ref` returns for one.
    pub fn as_resource(&self) -> Option<&str> {
        match &self.as_hole()?.reference {
            Reference::Resource { id, attribute } if attribute.is_empty() => Some(id),
            _ => None,
        }
    }

    /// The name of the resource, if the text is what `Ref` returns for one or an attribute of it.
    pub fn owner(&self) -> Option<&str> {
        match &self.as_hole()?.reference {
            Reference::Resource { id, .. } => Some(id),
            _ => None,
        }
    }

    /// Whether it is certainly the empty text.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// The literal at the start; empty if the text starts with a hole.
    pub fn prefix(&self) -> &str {
        match self.parts.first() {
            Some(Part::Lit(text)) => text,
            _ => "",
        }
    }

    /// The literal at the end; empty if the text ends with a hole.
    pub fn suffix(&self) -> &str {
        match self.parts.last() {
            Some(Part::Lit(text)) => text,
            _ => "",
        }
    }

    pub fn push_str(&mut self, text: &str) {
        match self.parts.last_mut() {
            _ if text.is_empty() => {}
            Some(Part::Lit(last)) => last.push_str(text),
            _ => self.parts.push(Part::Lit(text.to_owned())),
        }
    }

    pub fn push_hole(&mut self, hole: Hole) {
        self.parts.push(Part::Hole(Box::new(hole)));
    }

    pub fn push_part(&mut self, part: &Part) {
        match part {
            Part::Lit(text) => self.push_str(text),
            Part::Hole(_) => self.parts.push(part.clone()),
        }
    }

    pub fn push(&mut self, other: &Self) {
        other.parts.iter().for_each(|part| self.push_part(part));
    }

    /// The texts with `delimiter` between them, as `Fn::Join` does.
    pub fn join<'a>(delimiter: &Self, texts: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut joined = Self::default();
        for (i, text) in texts.into_iter().enumerate() {
            if i > 0 {
                joined.push(delimiter);
            }
            joined.push(text);
        }
        joined
    }

    /// Splits at a delimiter, as far as the holes allow: a hole that could contain a part of the delimiter ends what is
    /// certain.
    pub fn split(&self, delimiter: &str) -> Split {
        let mut pieces = Vec::new();
        let mut piece = Self::default();
        if delimiter.is_empty() {
            return Split { pieces, complete: false };
        }
        for (index, part) in self.parts.iter().enumerate() {
            match part {
                Part::Lit(text) => {
                    let mut rest = text.as_str();
                    while let Some((before, after)) = rest.split_once(delimiter) {
                        piece.push_str(before);
                        pieces.push(std::mem::take(&mut piece));
                        rest = after;
                    }
                    piece.push_str(rest);
                }
                Part::Hole(hole)
                    if hole.is_clear_of(delimiter)
                        || hole.is_apart_from(delimiter, self.parts.get(index + 1)) =>
                {
                    piece.push_hole((**hole).clone());
                }
                Part::Hole(_) => return Split { pieces, complete: false },
            }
        }
        pieces.push(piece);
        Split { pieces, complete: true }
    }

    /// One piece of the split text; symbolic where the split is not certain, `None` where there is no such piece.
    pub fn piece(&self, delimiter: &str, index: usize) -> Option<Self> {
        let mut split = self.split(delimiter);
        if index < split.pieces.len() {
            return Some(split.pieces.swap_remove(index));
        }
        if split.complete {
            return None;
        }
        let mut hole =
            Hole::new(Reference::Piece { source: self.clone(), delimiter: delimiter.to_owned(), index });
        hole.alphabet = self.alphabet();
        Some(Self::hole(hole))
    }

    /// The characters that can occur.
    pub fn alphabet(&self) -> Alphabet {
        let literal = Alphabet::of(self.literals());
        self.holes().fold(literal, |set, hole| set.union(hole.alphabet))
    }

    /// Whether the two are the same text in every deployment, in none, or whether that is open.
    pub fn equals(&self, other: &Self) -> Tri {
        let (mut left, mut right) = (&self.parts[..], &other.parts[..]);
        // Equal parts at both ends say nothing about the rest: strip them, so that `/{h}x` and `/{h}` differ by `x`.
        while let (Some(a), Some(b)) = (left.first(), right.first())
            && a == b
        {
            (left, right) = (&left[1..], &right[1..]);
        }
        while let (Some(a), Some(b)) = (left.last(), right.last())
            && a == b
        {
            (left, right) = (&left[..left.len() - 1], &right[..right.len() - 1]);
        }
        match (left, right) {
            ([], []) => Tri::True,
            ([], rest) | (rest, []) if rest.iter().any(|part| !part.may_be_empty()) => Tri::False,
            ([], _) | (_, []) => Tri::Unknown,
            _ if ends_differ(left, right) => Tri::False,
            _ if can_equal(left, right) => Tri::Unknown,
            _ => Tri::False,
        }
    }
}

/// Whether known characters at the start or at the end differ, which distinguishes most texts at no cost.
fn ends_differ(left: &[Part], right: &[Part]) -> bool {
    let starts = match (left.first(), right.first()) {
        (Some(Part::Lit(a)), Some(Part::Lit(b))) => a.bytes().zip(b.bytes()).any(|(a, b)| a != b),
        _ => false,
    };
    let ends = match (left.last(), right.last()) {
        (Some(Part::Lit(a)), Some(Part::Lit(b))) => a.bytes().rev().zip(b.bytes().rev()).any(|(a, b)| a != b),
        _ => false,
    };
    starts || ends
}

/// How many pairs of characters are compared to find out whether two texts can be equal.
const MAX_PAIRS: usize = 4_000_000;

/// Whether some values of the holes make the two texts equal. Holes count as independent, so `true` means "perhaps".
fn can_equal(left: &[Part], right: &[Part]) -> bool {
    let (left, right) = (units(left), units(right));
    if left.len().saturating_mul(right.len()) > MAX_PAIRS {
        return true;
    }
    // In the row of i, the place j: the units before (i, j) can spell the same characters.
    let mut row = vec![false; right.len() + 1];
    let mut below = row.clone();
    row[0] = true;
    for i in 0..=left.len() {
        below.fill(false);
        for j in 0..=right.len() {
            if !row[j] {
                continue;
            }
            let (a, b) = (left.get(i), right.get(j));
            if a.is_some_and(|a| a.repeats) {
                below[j] = true;
            }
            if b.is_some_and(|b| b.repeats) {
                row[j + 1] = true;
            }
            let (Some(a), Some(b)) = (a, b) else { continue };
            if !a.meets(b) {
                continue;
            }
            match (a.repeats, b.repeats) {
                (false, false) => below[j + 1] = true,
                (true, false) => row[j + 1] = true,
                (false, true) => below[j] = true,
                (true, true) => {}
            }
        }
        if i < left.len() {
            std::mem::swap(&mut row, &mut below);
        }
    }
    row[right.len()]
}

fn units(parts: &[Part]) -> Vec<Unit> {
    let mut units = Vec::new();
    for part in parts {
        match part {
            Part::Lit(text) => units.extend(text.chars().map(|c| Unit { set: Set::Char(c), repeats: false })),
            Part::Hole(hole) => {
                if !hole.may_be_empty {
                    units.push(Unit { set: Set::Of(hole.alphabet), repeats: false });
                }
                units.push(Unit { set: Set::Of(hole.alphabet), repeats: true });
            }
        }
    }
    units
}

/// One step of a text as a pattern: one character of a set, or any number of them.
struct Unit {
    set: Set,
    repeats: bool,
}

enum Set {
    Char(char),
    Of(Alphabet),
}

impl Unit {
    fn meets(&self, other: &Self) -> bool {
        match (&self.set, &other.set) {
            (Set::Char(a), Set::Char(b)) => a == b,
            (Set::Char(c), Set::Of(set)) | (Set::Of(set), Set::Char(c)) => set.allows(*c),
            (Set::Of(a), Set::Of(b)) => a.meets(*b),
        }
    }
}

impl Part {
    fn may_be_empty(&self) -> bool {
        match self {
            Self::Lit(_) => false,
            Self::Hole(hole) => hole.may_be_empty,
        }
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::literal(text)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in &self.parts {
            match part {
                Part::Lit(text) => f.write_str(text)?,
                Part::Hole(hole) => write!(f, "{hole}")?,
            }
        }
        Ok(())
    }
}
