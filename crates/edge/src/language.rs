//! Small regular languages over characters, as token sequences.
//!
//! Path patterns, stage prefixes and routes are all sequences of literal text and wildcards, so whether a request
//! can take a certain path through a template is a question about two such languages. It is answered exactly, and every
//! answer can be shown: as a string that is in both languages, or in one and not in the other.
//!
//! A union is a slice of languages; see [`covered_by`].

mod budget;
mod class;
mod cover;
mod domain;
mod example;
mod meet;
mod set;

pub use budget::Budget;
pub use class::Class;
pub use cover::{Cover, covered_by, covered_within, shared_covered_by};
pub use domain::Domain;
use domain::Place;
use example::{PARAMETER, PLURAL, filling};

/// One step of a [`Language`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Token {
    /// Exactly one character of the class.
    One(Class),
    /// Zero or more characters of the class.
    Many(Class),
}

impl Token {
    /// The characters that the token consumes.
    pub const fn class(&self) -> &Class {
        match self {
            Self::One(class) | Self::Many(class) => class,
        }
    }

    const fn is_many(&self) -> bool {
        matches!(self, Self::Many(_))
    }
}

/// A set of strings, written as a sequence of tokens. Never empty: every class has a character.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Language {
    tokens: Vec<Token>,
}

/// How many pairs of tokens are compared for a quick answer, and when the budget is spent.
const AT_ONCE: usize = 4_000;
const AT_A_GLANCE: usize = 200;

/// How many of them are compared in the time of one step.
const LOOKS_A_STEP: usize = 4;

impl Language {
    /// The language that holds only the empty string.
    pub const fn empty() -> Self {
        Self { tokens: Vec::new() }
    }

    pub fn literal(text: &str) -> Self {
        Self { tokens: text.chars().map(|c| Token::One(Class::single(c))).collect() }
    }

    /// One whole path segment, as `{id}` in a route: one or more characters, none of them `/`.
    pub fn segment() -> Self {
        Self::one_or_more(Class::not_slash())
    }

    /// The rest of a path, as `{proxy+}` in a route: one or more characters.
    pub fn greedy() -> Self {
        Self::one_or_more(Class::any())
    }

    pub fn anything() -> Self {
        Self { tokens: vec![Token::Many(Class::any())] }
    }

    /// One or more characters of `class`.
    pub fn one_or_more(class: Class) -> Self {
        Self { tokens: vec![Token::One(class.clone()), Token::Many(class)] }
    }

    /// A glob in CloudFront's syntax: `*` is zero or more characters and `?` exactly one, `/` included; everything
    /// else is literal. Nothing is added in front.
    pub fn glob(pattern: &str) -> Self {
        let mut language = Self::empty();
        for c in pattern.chars() {
            language.push(match c {
                '*' => Token::Many(Class::any()),
                '?' => Token::One(Class::any()),
                _ => Token::One(Class::single(c)),
            });
        }
        language
    }

    /// Appends a token. A repetition next to one that includes it is dropped: `**` is `*`.
    pub fn push(&mut self, token: Token) {
        if let (Token::Many(new), Some(Token::Many(last))) = (&token, self.tokens.last_mut()) {
            if new.is_subset(last) {
                return;
            }
            if last.is_subset(new) {
                *last = new.clone();
                return;
            }
        }
        self.tokens.push(token);
    }

    pub fn push_literal(&mut self, text: &str) {
        self.tokens.extend(text.chars().map(|c| Token::One(Class::single(c))));
    }

    /// This language followed by another.
    #[must_use]
    pub fn then(mut self, next: &Self) -> Self {
        for token in &next.tokens {
            self.push(token.clone());
        }
        self
    }

    /// The tokens, in order.
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// The only string of the language, if it has only one.
    pub fn as_literal(&self) -> Option<String> {
        self.tokens
            .iter()
            .map(|token| match token {
                Token::One(class) => class.as_single(),
                Token::Many(_) => None,
            })
            .collect()
    }

    /// The text that every member starts with.
    pub fn literal_prefix(&self) -> String {
        let literal = |token: &Token| match token {
            Token::One(class) => class.as_single(),
            Token::Many(_) => None,
        };
        self.tokens.iter().map_while(literal).collect()
    }

    /// What can follow `text` in members that start with it; none if no member does.
    pub fn after(&self, text: &str) -> Vec<Self> {
        let mut active = Vec::new();
        self.enter(&mut active, 0);
        for c in text.chars() {
            let mut next = Vec::new();
            for &position in &active {
                match self.tokens.get(position) {
                    Some(Token::One(class)) if class.contains(c) => self.enter(&mut next, position + 1),
                    Some(Token::Many(class)) if class.contains(c) => self.enter(&mut next, position),
                    _ => {}
                }
            }
            active = next;
        }
        let rest =
            |position: &usize| Self { tokens: self.tokens.get(*position..).unwrap_or_default().to_vec() };
        active.iter().map(rest).collect()
    }

    /// Whether `text` is in the language. At worst, the time is proportional to the text times the tokens.
    pub fn matches(&self, text: &str) -> bool {
        let mut active = Vec::new();
        let mut next = Vec::new();
        self.enter(&mut active, 0);
        for c in text.chars() {
            next.clear();
            for &position in &active {
                match self.tokens.get(position) {
                    Some(Token::One(class)) if class.contains(c) => self.enter(&mut next, position + 1),
                    Some(Token::Many(class)) if class.contains(c) => self.enter(&mut next, position),
                    _ => {}
                }
            }
            std::mem::swap(&mut active, &mut next);
            if active.is_empty() {
                return false;
            }
        }
        active.last() == Some(&self.tokens.len())
    }

    /// Whether every string of `other` is in this language, token by token. `false` says nothing: only the obvious
    /// is detected.
    pub fn obviously_contains(&self, other: &Self) -> bool {
        self.seems_to_contain(other, AT_ONCE).0
    }

    /// As [`Language::obviously_contains`], as one of many questions.
    pub(crate) fn obviously_contains_within(&self, other: &Self, budget: &Budget) -> bool {
        let most = if budget.is_spent() { AT_A_GLANCE } else { AT_ONCE };
        let (contains, looks) = self.seems_to_contain(other, most);
        budget.spend(looks / LOOKS_A_STEP);
        contains
    }

    /// The answer within this many comparisons, and how many it took.
    fn seems_to_contain(&self, other: &Self, most: usize) -> (bool, usize) {
        let mut active = Vec::new();
        let mut next = Vec::new();
        self.enter(&mut active, 0);
        let mut looks = 0;
        for token in &other.tokens {
            next.clear();
            looks += active.len();
            if looks > most {
                return (false, looks);
            }
            for &position in &active {
                match self.tokens.get(position) {
                    Some(Token::One(class)) if !token.is_many() && token.class().is_subset(class) => {
                        self.enter(&mut next, position + 1);
                    }
                    Some(Token::Many(class)) if token.class().is_subset(class) => {
                        self.enter(&mut next, position);
                    }
                    _ => {}
                }
            }
            std::mem::swap(&mut active, &mut next);
            if active.is_empty() {
                return (false, looks);
            }
        }
        (active.last() == Some(&self.tokens.len()), looks)
    }

    /// Adds a position, and those after it that need no character. `active` stays sorted, because positions are
    /// entered in rising order and each run is contiguous.
    fn enter(&self, active: &mut Vec<usize>, position: usize) {
        if active.last().is_some_and(|last| *last >= position) {
            return;
        }
        let mut position = position;
        loop {
            match self.tokens.get(position) {
                Some(Token::Many(class)) => {
                    if class.is_any() {
                        // Whatever an earlier position accepts, this one accepts too.
                        active.clear();
                    }
                    active.push(position);
                    position += 1;
                }
                _ => break active.push(position),
            }
        }
    }

    /// A member that reads well: `/api/users` for `/api/*`, `/users/42` for `/users/{id}`.
    pub fn example(&self) -> String {
        let mut text = String::new();
        let mut rest = self.tokens.as_slice();
        while let Some((token, tail)) = rest.split_first() {
            rest = tail;
            match token {
                Token::Many(class) => text.push_str(&filling(class, false, &text, rest)),
                Token::One(class) => match rest.split_first() {
                    Some((Token::Many(more), tail)) if more == class && class.as_single().is_none() => {
                        rest = tail;
                        text.push_str(&filling(class, true, &text, rest));
                    }
                    _ => text.push(class.representative()),
                },
            }
        }
        text
    }

    /// The same language without the empty repetitions: each `*` stands for at least one character.
    fn filled(&self) -> Self {
        let mut tokens: Vec<Token> = Vec::with_capacity(self.tokens.len() + 4);
        for token in &self.tokens {
            if let Token::Many(class) = token
                && !matches!(tokens.last(), Some(Token::One(last)) if last == class)
            {
                tokens.push(Token::One(class.clone()));
            }
            tokens.push(token.clone());
        }
        Self { tokens }
    }

    /// The shortest string that is in both languages, of those the one that reads best; `None` when there is none.
    pub fn intersection(&self, other: &Self) -> Option<String> {
        self.intersection_in(other, Domain::Text)
    }

    /// As [`Language::intersection`], of the strings of `domain`.
    pub fn intersection_in(&self, other: &Self, domain: Domain) -> Option<String> {
        meet::shortest(self, other, domain, &mut 0).map(|witness| witness.text())
    }

    /// Whether their literal ends show that no string is in both. `false` says nothing.
    pub(crate) fn clashes(&self, other: &Self) -> bool {
        meet::clash(self, other)
    }

    /// Whether a string of `domain` is in both languages.
    pub fn meets(&self, other: &Self, domain: Domain) -> bool {
        meet::is_possible(self, other, domain)
    }

    /// As [`Language::meets`], as one of several questions; `None` when the budget is spent.
    pub(crate) fn meets_within(&self, other: &Self, domain: Domain, budget: &Budget) -> Option<bool> {
        if meet::clash(self, other) {
            return Some(false);
        }
        (!budget.is_spent()).then(|| {
            budget.spend(meet::cells(self, other));
            self.meets(other, domain)
        })
    }

    /// A string of `domain` that is in both languages and reads well: wildcards stand for something where they
    /// can, and for words where both languages allow it. `None` exactly when nothing is in both.
    pub fn shared_example(&self, other: &Self, domain: Domain) -> Option<String> {
        meet::readable(self, other, domain, &mut 0)
    }

    /// As [`Language::shared_example`], as one of several questions; `None` also when the budget is spent.
    pub(crate) fn shared_example_within(
        &self,
        other: &Self,
        domain: Domain,
        budget: &Budget,
    ) -> Option<String> {
        let mut spent = 0;
        let example = if budget.is_spent() { None } else { meet::readable(self, other, domain, &mut spent) };
        budget.spend(spent);
        example
    }

    /// Whether every string of `other` is in this language; `None` when that takes too long to find out.
    pub fn contains(&self, other: &Self) -> Option<bool> {
        self.contains_in(other, Domain::Text)
    }

    /// As [`Language::contains`], of the strings of `domain`.
    pub fn contains_in(&self, other: &Self, domain: Domain) -> Option<bool> {
        self.contains_within(other, domain, &Budget::of_question())
    }

    /// As [`Language::contains_in`], as one of several questions.
    pub(crate) fn contains_within(&self, other: &Self, domain: Domain, budget: &Budget) -> Option<bool> {
        if cover::obviously_missing(other, &[self], domain).is_some() {
            return Some(false);
        }
        match covered_within(other, &[self], domain, budget) {
            Cover::Full => Some(true),
            Cover::Missing(_) => Some(false),
            Cover::Unknown => None,
        }
    }

    /// The shortest string of `other` that is not in this language. `None` when there is none, and also when
    /// [`Language::contains`] does not know.
    pub fn counterexample(&self, other: &Self) -> Option<String> {
        self.counterexample_in(other, Domain::Text)
    }

    /// As [`Language::counterexample`], of the strings of `domain`.
    pub fn counterexample_in(&self, other: &Self, domain: Domain) -> Option<String> {
        match covered_by(other, &[self], domain) {
            Cover::Missing(text) => Some(text),
            Cover::Full | Cover::Unknown => None,
        }
    }
}
