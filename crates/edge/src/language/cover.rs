//! Whether the strings of one language are all in some others: subset construction, pruned by antichains.

use std::collections::{HashMap, HashSet, VecDeque};
use std::ops::Range;

use super::class::{predecessor, successor, ugliness};
use super::set::{Set, contains, insert, intersects, is_subset, remove};
use super::{Budget, Class, Domain, Language, Place, Token};

/// The answer to "is every string in there?".
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cover {
    Full,
    /// This one is not. It is a shortest one, unless finding that would have taken too long.
    Missing(String),
    /// Finding out would take too long.
    Unknown,
}

/// Whether every string of `language` that belongs to `domain` is in at least one of `others`.
///
/// No single one needs to hold all of them: `/a*` and `/*` without `/a*` would cover `/*` together.
pub fn covered_by(language: &Language, others: &[&Language], domain: Domain) -> Cover {
    covered_within(language, others, domain, &Budget::of_question())
}

/// As [`covered_by`], as one of several questions.
pub fn covered_within(language: &Language, others: &[&Language], domain: Domain, budget: &Budget) -> Cover {
    if others.iter().any(|other| other.obviously_contains_within(language, budget)) {
        return Cover::Full;
    }
    match Search::answer(language, None, others, domain, budget) {
        Cover::Unknown => obviously_missing(language, others, domain).map_or(Cover::Unknown, Cover::Missing),
        answer => answer,
    }
}

/// As [`covered_by`], of the strings that are in both of two languages.
pub fn shared_covered_by(
    left: &Language,
    right: &Language,
    others: &[&Language],
    domain: Domain,
    budget: &Budget,
) -> Cover {
    Search::answer(left, Some(right), others, domain, budget)
}

/// A string of `language` that is missing, if the most obvious one is. Most languages that do not cover
/// each other are distinguished like that, at the cost of one match.
pub(super) fn obviously_missing(language: &Language, others: &[&Language], domain: Domain) -> Option<String> {
    let text: String = language
        .tokens
        .iter()
        .filter(|token| !token.is_many())
        .map(|token| token.class().representative())
        .collect();
    (domain.holds(&text) && !others.iter().any(|other| other.matches(&text))).then_some(text)
}

struct Node {
    /// Positions in the language that is to be covered, and in the one that its strings have to be in as well.
    position: (usize, usize),
    place: Place,
    set: Set,
    parent: Option<(usize, char)>,
}

/// The covering languages side by side: the positions of one follow the accepting position of the one before.
struct Positions {
    words: usize,
    /// Positions with a repetition; a repetition keeps its position when it consumes.
    many: Set,
    accepting: Set,
    /// For each repetition of everything, the positions from the start of its language to it: it accepts all they
    /// accept.
    dominated: Vec<Range<usize>>,
    /// Which positions consume each class.
    classes: Vec<(Class, Set)>,
}

struct Search<'a> {
    left: &'a [Token],
    /// `None` where every string will do.
    right: Option<&'a [Token]>,
    domain: Domain,
    positions: Positions,
    start: Set,
    /// Characters that represent all that the languages distinguish, with the positions that consume each.
    letters: Vec<(char, Set)>,
    nodes: Vec<Node>,
    queue: VecDeque<usize>,
    /// Nodes by position and place; none of the sets of one entry includes another.
    seen: HashMap<((usize, usize), Place), Vec<usize>>,
    spent: usize,
}

/// Machine words that are compared in the time of one step where nothing is stored.
const WORDS_A_STEP: usize = 8;

impl<'a> Search<'a> {
    fn answer(
        language: &'a Language,
        right: Option<&'a Language>,
        others: &[&Language],
        domain: Domain,
        budget: &Budget,
    ) -> Cover {
        let limit = budget.question();
        if limit <= set_up(language, right, others) {
            budget.spend(limit);
            return Cover::Unknown;
        }
        let mut search = Self::new(language, right, others, domain);
        let answer = search.run(limit);
        budget.spend(search.spent);
        answer
    }

    fn new(
        language: &'a Language,
        right: Option<&'a Language>,
        others: &[&Language],
        domain: Domain,
    ) -> Self {
        let positions = Positions::new(others);
        let mut start = vec![0; positions.words].into_boxed_slice();
        let mut offset = 0;
        for other in others {
            insert(&mut start, offset);
            offset += other.tokens.len() + 1;
        }
        positions.close(&mut start);
        let right = right.map(Language::tokens);
        let tokens: Vec<&Token> = language.tokens.iter().chain(right.into_iter().flatten()).collect();
        let letters = letters(&tokens, &positions);
        let spent =
            letters.len() * positions.classes.len() * positions.words / WORDS_A_STEP + positions.words;
        Self {
            left: &language.tokens,
            right,
            domain,
            positions,
            start,
            letters,
            nodes: Vec::new(),
            queue: VecDeque::new(),
            seen: HashMap::new(),
            spent,
        }
    }

    /// Breadth first, so that the first string that is found missing is a shortest one.
    fn run(&mut self, limit: usize) -> Cover {
        if let Some(missing) = self.reach((0, 0), self.domain.start(), self.start.clone(), None) {
            return Cover::Missing(missing);
        }
        while let Some(index) = self.queue.pop_front() {
            let Some(node) = self.nodes.get(index) else { continue };
            let (position, place, set) = (node.position, node.place, node.set.clone());
            let Some(token) = self.left.get(position.0) else { continue };
            let other = self.right.map(|right| right.get(position.1));
            if other == Some(None) {
                continue;
            }
            let other = other.flatten();
            let after =
                |token: &Token, position: usize| if token.is_many() { position } else { position + 1 };
            let next = (after(token, position.0), other.map_or(0, |token| after(token, position.1)));
            for letter in 0..self.letters.len() {
                let Some((c, consuming)) = self.letters.get(letter) else { continue };
                self.spent += self.positions.words + 1;
                if !token.class().contains(*c) || other.is_some_and(|other| !other.class().contains(*c)) {
                    continue;
                }
                let Some(place) = self.domain.step(place, *c) else { continue };
                let stepped = self.positions.step(&set, consuming);
                let parent = Some((index, *c));
                if let Some(missing) = self.reach(next, place, stepped, parent) {
                    return Cover::Missing(missing);
                }
                if self.spent > limit {
                    return Cover::Unknown;
                }
            }
        }
        Cover::Full
    }

    /// Records a state and those that follow without a character; returns a string that is not covered.
    fn reach(
        &mut self,
        position: (usize, usize),
        place: Place,
        set: Set,
        parent: Option<(usize, char)>,
    ) -> Option<String> {
        let mut open = vec![position];
        while let Some(position) = open.pop() {
            let known = self.seen.entry((position, place)).or_default();
            // What a smaller set does not cover, a larger one may; the larger one is never worse.
            self.spent += known.len() * self.positions.words;
            let nodes = &self.nodes;
            if known.iter().any(|i| nodes.get(*i).is_some_and(|node| is_subset(&node.set, &set))) {
                // Whatever follows without a character was recorded with the smaller set.
                continue;
            }
            known.retain(|i| nodes.get(*i).is_none_or(|node| !is_subset(&set, &node.set)));
            let index = nodes.len();
            known.push(index);
            self.nodes.push(Node { position, place, set: set.clone(), parent });
            self.queue.push_back(index);
            let (left, right) =
                (self.left.get(position.0), self.right.and_then(|right| right.get(position.1)));
            if left.is_none()
                && right.is_none()
                && self.domain.may_end(place)
                && !intersects(&set, &self.positions.accepting)
            {
                return Some(self.text(index));
            }
            if left.is_some_and(Token::is_many) {
                open.push((position.0 + 1, position.1));
            }
            if right.is_some_and(Token::is_many) {
                open.push((position.0, position.1 + 1));
            }
        }
        None
    }

    fn text(&self, end: usize) -> String {
        let mut chars = Vec::new();
        let mut node = self.nodes.get(end);
        while let Some((parent, c)) = node.and_then(|node| node.parent) {
            chars.push(c);
            node = self.nodes.get(parent);
        }
        chars.iter().rev().collect()
    }
}

/// What is so cheap to set up that counting the classes would cost more.
const SMALL: usize = 50_000;

/// How much it costs at most to set up a search, before anything of it is made.
fn set_up(language: &Language, right: Option<&Language>, others: &[&Language]) -> usize {
    let positions = others.iter().map(|other| other.tokens.len() + 1).sum::<usize>();
    let cost = |ranges: usize, own: usize, covering: usize| {
        // A letter for each start and each end of a range, each with the classes that hold it.
        let looks = positions.div_ceil(64).saturating_mul(covering).saturating_add(own);
        (2 * ranges + SPECIAL.len()).saturating_mul(looks) / WORDS_A_STEP + positions / WORDS_A_STEP
    };
    let tokens = language.tokens.len() + right.map_or(0, |right| right.tokens.len());
    // Most classes are one character, or two ranges.
    let at_most = cost(2 * (tokens + positions), tokens, positions);
    if at_most < SMALL {
        return at_most.min(positions / WORDS_A_STEP);
    }
    let own = classes([language].into_iter().chain(right));
    let covering = classes(others.iter().copied());
    let ranges = own.iter().chain(&covering).flat_map(|class| class.as_ranges()).count();
    cost(ranges, own.len(), covering.len())
}

/// The classes of languages, each once.
fn classes<'l>(languages: impl Iterator<Item = &'l Language>) -> HashSet<&'l Class> {
    languages.flat_map(|language| &language.tokens).map(Token::class).collect()
}

impl Positions {
    fn new(others: &[&Language]) -> Self {
        let total: usize = others.iter().map(|other| other.tokens.len() + 1).sum();
        let words = total.div_ceil(64);
        let none: Set = vec![0; words].into_boxed_slice();
        let mut positions = Self {
            words,
            many: none.clone(),
            accepting: none.clone(),
            dominated: Vec::new(),
            classes: Vec::new(),
        };
        let mut by_class: HashMap<Class, usize> = HashMap::new();
        let mut position = 0;
        for other in others {
            let start = position;
            for token in &other.tokens {
                let slot = *by_class.entry(token.class().clone()).or_insert_with(|| {
                    positions.classes.push((token.class().clone(), none.clone()));
                    positions.classes.len() - 1
                });
                if let Some((_, consuming)) = positions.classes.get_mut(slot) {
                    insert(consuming, position);
                }
                if token.is_many() {
                    insert(&mut positions.many, position);
                    if token.class().is_any() && start < position {
                        positions.dominated.push(start..position);
                    }
                }
                position += 1;
            }
            insert(&mut positions.accepting, position);
            position += 1;
        }
        positions
    }

    /// The positions after one character that the positions `consuming` accept.
    fn step(&self, set: &Set, consuming: &Set) -> Set {
        let mut next: Set = vec![0; self.words].into_boxed_slice();
        let mut carry = 0;
        let words = set.iter().zip(consuming).zip(&self.many).zip(&mut next);
        for (((set, consuming), many), next) in words {
            let taken = set & consuming;
            let leaving = taken & !many;
            *next = (taken & many) | (leaving << 1) | carry;
            carry = leaving >> 63;
        }
        self.close(&mut next);
        next
    }

    /// Adds what follows a repetition without a character, and drops what another position makes superfluous.
    fn close(&self, set: &mut Set) {
        let mut carry = 0;
        for (word, many) in set.iter_mut().zip(&self.many) {
            *word |= carry;
            loop {
                let more = *word | ((*word & many) << 1);
                if more == *word {
                    break;
                }
                *word = more;
            }
            carry = (*word & many) >> 63;
        }
        for before in self.dominated.iter().rev() {
            if contains(set, before.end) {
                remove(set, before);
            }
        }
    }
}

/// The first characters of the groups that normalization distinguishes.
const SPECIAL: [char; 4] = ['\0', '.', '/', '0'];

/// One character for every group of characters that no class in play distinguishes, the most readable first.
fn letters(tokens: &[&Token], positions: &Positions) -> Vec<(char, Set)> {
    let classes: Vec<&Class> = tokens
        .iter()
        .map(|token| token.class())
        .chain(positions.classes.iter().map(|(class, _)| class))
        .collect();
    // Normalization distinguishes `/` and `.`.
    let mut starts = SPECIAL.to_vec();
    for (low, high) in classes.iter().flat_map(|class| class.as_ranges()) {
        starts.push(low);
        starts.extend(successor(high));
    }
    starts.sort_unstable();
    starts.dedup();

    let ends = starts.iter().skip(1).filter_map(|next| predecessor(*next)).chain([char::MAX]);
    let mut own: Vec<&Class> = tokens.iter().map(|token| token.class()).collect();
    own.sort_unstable_by_key(|class| class.as_ranges().next());
    own.dedup();
    let mut groups: Vec<(char, Set)> = Vec::new();
    let mut known: HashMap<(Vec<bool>, Set), usize> = HashMap::new();
    for (low, high) in starts.iter().copied().zip(ends) {
        let Some(range) = Class::ranges(&[(low, high)]) else { continue };
        let c = range.representative();
        let mut consuming: Set = vec![0; positions.words].into_boxed_slice();
        for (class, set) in &positions.classes {
            if class.contains(c) {
                consuming.iter_mut().zip(set).for_each(|(word, more)| *word |= more);
            }
        }
        let mut signature: Vec<bool> = own.iter().map(|class| class.contains(c)).collect();
        signature.extend([c == '/', c == '.']);
        let next = groups.len();
        let group = *known.entry((signature, consuming.clone())).or_insert(next);
        match groups.get_mut(group) {
            Some(group) if ugliness(c) < ugliness(group.0) => group.0 = c,
            Some(_) => {}
            None => groups.push((c, consuming)),
        }
    }
    groups.sort_by_key(|group| ugliness(group.0));
    groups
}
