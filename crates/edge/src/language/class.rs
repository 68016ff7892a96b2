use std::borrow::Cow;

/// A non-empty set of characters.
///
/// It cannot be empty by construction: [`Class::intersect`] returns `None` instead. A [`Language`] made of
/// classes therefore always has a member, and asking for an example never fails.
///
/// [`Language`]: super::Language
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Class(Repr);

/// Canonical: a set of one character is always `Single`, so that equality of values is equality of sets.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Repr {
    Single(char),
    /// Inclusive ranges, ordered, neither overlapping nor adjacent.
    Ranges(Cow<'static, [(char, char)]>),
}

const ANY: &[(char, char)] = &[('\0', char::MAX)];
const NOT_SLASH: &[(char, char)] = &[('\0', '.'), ('0', char::MAX)];

/// What represents a set to a reader, best first: a letter that means nothing, then other letters,
/// digits, and the characters that a path segment may hold unescaped.
const READABLE: &str = "xabcdefghijklmnopqrstuvwyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_.~";

impl Class {
    pub const fn single(c: char) -> Self {
        Self(Repr::Single(c))
    }

    pub const fn any() -> Self {
        Self(Repr::Ranges(Cow::Borrowed(ANY)))
    }

    /// Every character except `/`.
    pub const fn not_slash() -> Self {
        Self(Repr::Ranges(Cow::Borrowed(NOT_SLASH)))
    }

    /// The characters of these inclusive ranges, in any order; `None` when there is no character in them.
    ///
    /// `Class::ranges(&[('a', 'z'), ('0', '9'), ('-', '-')])` is `[a-z0-9-]`.
    pub fn ranges(ranges: &[(char, char)]) -> Option<Self> {
        let mut sorted: Vec<(char, char)> =
            ranges.iter().copied().filter(|(low, high)| low <= high).collect();
        sorted.sort_unstable();
        let mut merged: Vec<(char, char)> = Vec::with_capacity(sorted.len());
        for (low, high) in sorted {
            match merged.last_mut() {
                Some(last) if successor(last.1).is_none_or(|next| low <= next) => last.1 = last.1.max(high),
                _ => merged.push((low, high)),
            }
        }
        Self::from_canonical(merged)
    }

    fn from_canonical(ranges: Vec<(char, char)>) -> Option<Self> {
        match ranges.as_slice() {
            [] => None,
            [(low, high)] if low == high => Some(Self::single(*low)),
            _ => Some(Self(Repr::Ranges(Cow::Owned(ranges)))),
        }
    }

    /// The one character of the set, if it has only one.
    pub fn as_single(&self) -> Option<char> {
        match self.0 {
            Repr::Single(c) => Some(c),
            Repr::Ranges(_) => None,
        }
    }

    /// Whether the set holds every character.
    pub fn is_any(&self) -> bool {
        matches!(&self.0, Repr::Ranges(ranges) if ranges.as_ref() == ANY)
    }

    /// Whether `c` is in the set.
    pub fn contains(&self, c: char) -> bool {
        match &self.0 {
            Repr::Single(single) => *single == c,
            Repr::Ranges(ranges) => {
                let after = ranges.partition_point(|(low, _)| *low <= c);
                after.checked_sub(1).and_then(|i| ranges.get(i)).is_some_and(|(_, high)| c <= *high)
            }
        }
    }

    /// Whether every character of the set is in `other`.
    pub fn is_subset(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Repr::Single(c), _) => other.contains(*c),
            (Repr::Ranges(_), Repr::Single(_)) => false,
            (Repr::Ranges(ours), Repr::Ranges(theirs)) => ours.iter().all(|(low, high)| {
                let after = theirs.partition_point(|(start, _)| start <= low);
                after.checked_sub(1).and_then(|i| theirs.get(i)).is_some_and(|(_, end)| high <= end)
            }),
        }
    }

    /// The characters that are in both sets; `None` when there are none.
    pub fn intersect(&self, other: &Self) -> Option<Self> {
        // Most pairs are nested (a literal in a wildcard, a segment in `*`): no allocation for those.
        if self.is_subset(other) {
            return Some(self.clone());
        }
        if other.is_subset(self) {
            return Some(other.clone());
        }
        let (Repr::Ranges(ours), Repr::Ranges(theirs)) = (&self.0, &other.0) else { return None };
        let mut both = Vec::new();
        for (low, high) in ours.iter() {
            for (start, end) in theirs.iter() {
                let (from, to) = (*low.max(start), *high.min(end));
                if from <= to {
                    both.push((from, to));
                }
            }
        }
        Self::from_canonical(both)
    }

    /// What kinds of characters are in both sets.
    pub(super) fn common(&self, other: &Self) -> Common {
        let of_one = |c: char, holds: bool| Common {
            plain: holds && !matches!(c, '/' | '.'),
            slash: holds && c == '/',
            dot: holds && c == '.',
        };
        let both = |c| self.contains(c) && other.contains(c);
        match (&self.0, &other.0) {
            (Repr::Single(c), _) => of_one(*c, other.contains(*c)),
            (_, Repr::Single(c)) => of_one(*c, self.contains(*c)),
            (Repr::Ranges(ours), Repr::Ranges(theirs)) => {
                let plain = ours.iter().any(|(low, high)| {
                    theirs.iter().any(|(start, end)| {
                        let (from, to) = (*low.max(start), *high.min(end));
                        from <= to && !(from >= '.' && to <= '/')
                    })
                });
                Common { plain, slash: both('/'), dot: both('.') }
            }
        }
    }

    /// The set without `c`; `None` when nothing is left.
    pub fn without(&self, c: char) -> Option<Self> {
        if !self.contains(c) {
            return Some(self.clone());
        }
        let mut rest = Vec::new();
        for (low, high) in self.as_ranges() {
            if c < low || c > high {
                rest.push((low, high));
                continue;
            }
            if let Some(before) = predecessor(c).filter(|before| low <= *before) {
                rest.push((low, before));
            }
            if let Some(after) = successor(c).filter(|after| *after <= high) {
                rest.push((after, high));
            }
        }
        Self::from_canonical(rest)
    }

    /// The inclusive ranges of the set, in order.
    pub(super) fn as_ranges(&self) -> impl Iterator<Item = (char, char)> + '_ {
        let (single, ranges) = match &self.0 {
            Repr::Single(c) => (Some((*c, *c)), None),
            Repr::Ranges(ranges) => (None, Some(ranges.iter().copied())),
        };
        single.into_iter().chain(ranges.into_iter().flatten())
    }

    /// The character that represents the set best to a reader.
    pub fn representative(&self) -> char {
        if let Repr::Single(c) = self.0 {
            return c;
        }
        let first = || self.as_ranges().next().map_or('x', |(low, _)| low);
        let printable = || ('!'..='~').find(|c| self.contains(*c));
        READABLE.chars().find(|c| self.contains(*c)).or_else(printable).unwrap_or_else(first)
    }

    /// Whether every character of `word` is in the set.
    pub fn contains_all(&self, word: &str) -> bool {
        word.chars().all(|c| self.contains(c))
    }
}

/// Which kinds of characters two sets share, as normalization distinguishes them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Common {
    /// Any but the two others.
    pub(super) plain: bool,
    pub(super) slash: bool,
    pub(super) dot: bool,
}

impl Common {
    pub(super) const fn is_empty(self) -> bool {
        !(self.plain || self.slash || self.dot)
    }
}

/// How unpleasant a character is in a witness that nothing forced it into; lower is better.
pub(super) fn ugliness(c: char) -> u32 {
    match c {
        'x' => 1,
        'a'..='z' => 2,
        '0'..='9' => 3,
        'A'..='Z' => 4,
        '-' | '_' => 5,
        '.' | '~' | '/' => 6,
        '!'..='~' => 8,
        _ => 16,
    }
}

pub(super) fn successor(c: char) -> Option<char> {
    // Steps over the surrogates, which are not characters.
    (c..=char::MAX).nth(1)
}

pub(super) fn predecessor(c: char) -> Option<char> {
    ('\0'..=c).nth_back(1)
}
