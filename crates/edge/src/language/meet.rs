//! Strings that two languages share: a search through pairs of positions.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::class::{Common, ugliness};
use super::{Class, Domain, Language, PARAMETER, PLURAL, Place, Token};

/// A string in both languages, and how free the choice of each of its characters was.
pub(super) struct Witness {
    chars: Vec<(char, Choice)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Choice {
    /// One of the languages has a literal here.
    Literal,
    /// A wildcard that does not reach past the segment.
    InSegment,
    /// A wildcard that also includes `/`.
    Anything,
}

impl Witness {
    pub(super) fn text(&self) -> String {
        self.chars.iter().map(|(c, _)| *c).collect()
    }
}

/// Length first, then the sum of [`ugliness`]; shifted so that one number compares both.
type Cost = u64;
const CHARACTER: Cost = 1 << 32;

const PLACES: [Place; 4] = [Place::InSegment, Place::SegmentStart, Place::AfterDot, Place::AfterTwoDots];

/// A path to a state. Paths are never changed, so that each can be followed back to the start.
#[derive(Clone, Copy)]
struct Way {
    state: usize,
    cost: Cost,
    /// The path before, and the character that was added to it.
    before: usize,
    via: Option<(char, Choice)>,
}

struct Search {
    /// Per state the least cost so far plus one; zero is "not reached", so that a large table costs nothing
    /// where no search goes.
    costs: Vec<Cost>,
    ways: Vec<Way>,
    /// By estimate: cost so far, and one character for each that is needed at least.
    queue: BinaryHeap<Reverse<(Cost, usize)>>,
}

impl Search {
    fn reach(&mut self, way: Way, needed: Cost) {
        let Some(least) = self.costs.get_mut(way.state) else { return };
        if *least == 0 || way.cost + 1 < *least {
            *least = way.cost + 1;
            self.queue.push(Reverse((way.cost + needed * CHARACTER, self.ways.len())));
            self.ways.push(way);
        }
    }

    fn text(&self, end: usize) -> Witness {
        let mut chars = Vec::new();
        let mut index = end;
        while let Some(way) = self.ways.get(index) {
            chars.extend(way.via);
            if index == way.before {
                break;
            }
            index = way.before;
        }
        chars.reverse();
        Witness { chars }
    }
}

/// The cheapest string of `domain` that is in both languages; none where they are longer than anything that AWS
/// accepts.
///
/// At most `4 (n + 1) (m + 1)` states, each with few successors, so no input makes it hang.
pub(super) fn shortest(
    left: &Language,
    right: &Language,
    domain: Domain,
    spent: &mut usize,
) -> Option<Witness> {
    let cells = cells(left, right);
    *spent += cells.min(MAX_CELLS);
    if cells > MAX_CELLS || !is_possible(left, right, domain) {
        return None;
    }
    let (rows, columns) = (left.tokens.len() + 1, right.tokens.len() + 1);
    let places = match domain {
        Domain::Text => 1,
        Domain::NormalizedPath => PLACES.len(),
    };
    let states = rows.checked_mul(columns)?.checked_mul(places)?;
    let (left_needs, right_needs) = (needs(left), needs(right));
    let at = |i: usize, j: usize, place: Place| (i * columns + j) * places + place as usize;
    let needed = |i: usize, j: usize| left_needs.get(i).max(right_needs.get(j)).copied().unwrap_or(0);

    let mut search = Search { costs: vec![0; states], ways: Vec::new(), queue: BinaryHeap::new() };
    search.reach(Way { state: at(0, 0, domain.start()), cost: 0, before: 0, via: None }, needed(0, 0));
    while let Some(Reverse((_, before))) = search.queue.pop() {
        let Way { state, cost, .. } = *search.ways.get(before)?;
        if search.costs.get(state).is_none_or(|least| *least < cost + 1) {
            continue;
        }
        let (i, j) = (state / places / columns, state / places % columns);
        let place = PLACES.get(state % places).copied()?;
        let (a, b) = (left.tokens.get(i), right.tokens.get(j));
        if a.is_none() && b.is_none() && domain.may_end(place) {
            *spent += search.ways.len() * STEPS_A_WAY + states / WORDS_A_STEP;
            return Some(search.text(before));
        }
        if a.is_some_and(Token::is_many) {
            search.reach(Way { state: at(i + 1, j, place), cost, before, via: None }, needed(i + 1, j));
        }
        if b.is_some_and(Token::is_many) {
            search.reach(Way { state: at(i, j + 1, place), cost, before, via: None }, needed(i, j + 1));
        }
        let (Some(a), Some(b)) = (a, b) else { continue };
        let Some(shared) = a.class().intersect(b.class()) else { continue };
        let (i, j) = (if a.is_many() { i } else { i + 1 }, if b.is_many() { j } else { j + 1 });
        let choice = match (a.class().as_single().or(b.class().as_single()), shared.contains('/')) {
            (Some(_), _) => Choice::Literal,
            (None, false) => Choice::InSegment,
            (None, true) => Choice::Anything,
        };
        for c in choices(&shared, domain) {
            if let Some(place) = domain.step(place, c) {
                let price = if choice == Choice::Literal { 0 } else { Cost::from(ugliness(c)) };
                let cost = cost + CHARACTER + price;
                search.reach(
                    Way { state: at(i, j, place), cost, before, via: Some((c, choice)) },
                    needed(i, j),
                );
            }
        }
    }
    None
}

/// For how many pairs of positions the cheapest string is searched, at some hundred bytes each. Two patterns of 255
/// characters, the most that CloudFront accepts, have fewer even if each character is a wildcard.
const MAX_CELLS: usize = 300_000;

/// For how many pairs of positions it is found out at all whether two languages share a string.
const MAX_PAIRS: usize = 16_000_000;

/// What a path costs in steps, and how many words of an empty table are one.
const STEPS_A_WAY: usize = 16;
const WORDS_A_STEP: usize = 16;

/// How much it costs to find out whether two languages share a string, in steps.
pub(super) fn cells(left: &Language, right: &Language) -> usize {
    (left.tokens.len() + 1).saturating_mul(right.tokens.len() + 1)
}

/// Whether the languages differ in what all their members start with, or end with, as `*.json` and `*.xml` do.
pub(super) fn clash(left: &Language, right: &Language) -> bool {
    let differs = |(a, b): (&Token, &Token)| a.class().common(b.class()).is_empty();
    let are_single = |(a, b): &(&Token, &Token)| !a.is_many() && !b.is_many();
    let mut starts = left.tokens.iter().zip(&right.tokens).take_while(are_single);
    let mut ends = left.tokens.iter().rev().zip(right.tokens.iter().rev()).take_while(are_single);
    starts.any(differs) || ends.any(differs)
}

/// Whether a string of `domain` is in both languages: one look at each pair of positions. Where there are too many of
/// these, it is assumed to be possible.
pub(super) fn is_possible(left: &Language, right: &Language, domain: Domain) -> bool {
    if clash(left, right) {
        return false;
    }
    if cells(left, right) > MAX_PAIRS {
        return true;
    }
    let columns = right.tokens.len() + 1;
    // For each position of `right`, the places in which a common beginning can be, as bits.
    let mut row = vec![0u8; columns + 1];
    let mut below = vec![0u8; columns + 1];
    if let Some(first) = row.first_mut() {
        *first = bit(domain.start());
    }
    for i in 0..=left.tokens.len() {
        let a = left.tokens.get(i);
        below.fill(0);
        for j in 0..columns {
            let b = right.tokens.get(j);
            let mut places = row.get(j).copied().unwrap_or(0);
            if places == 0 {
                continue;
            }
            let (many_a, many_b) = (a.is_some_and(Token::is_many), b.is_some_and(Token::is_many));
            if let (Some(a), Some(b)) = (a, b) {
                let common = a.class().common(b.class());
                let mut stepped = step(domain, places, common);
                while many_a && many_b && stepped & !places != 0 {
                    places |= stepped;
                    stepped = step(domain, places, common);
                }
                let target = if many_a { &mut row } else { &mut below };
                add(target, if many_b { j } else { j + 1 }, stepped);
            }
            if many_a {
                add(&mut below, j, places);
            }
            if many_b {
                add(&mut row, j + 1, places);
            }
            if a.is_none() && b.is_none() {
                return PLACES.iter().any(|place| places & bit(*place) != 0 && domain.may_end(*place));
            }
        }
        std::mem::swap(&mut row, &mut below);
    }
    false
}

const fn bit(place: Place) -> u8 {
    1 << place as u8
}

fn add(row: &mut [u8], position: usize, places: u8) {
    if let Some(known) = row.get_mut(position) {
        *known |= places;
    }
}

/// The places after one more character of those that are common.
fn step(domain: Domain, places: u8, common: Common) -> u8 {
    let options = [(common.plain, 'x'), (common.slash, '/'), (common.dot, '.')];
    let mut stepped = 0;
    for place in PLACES.into_iter().filter(|place| places & bit(*place) != 0) {
        for (_, c) in options.iter().filter(|(is_common, _)| *is_common) {
            stepped |= domain.step(place, *c).map_or(0, bit);
        }
    }
    stepped
}

/// For every position, how many characters must follow at least.
fn needs(language: &Language) -> Vec<Cost> {
    let mut needs = vec![0];
    let mut count = 0;
    for token in language.tokens.iter().rev() {
        count += Cost::from(!token.is_many());
        needs.push(count);
    }
    needs.reverse();
    needs
}

/// One character of each kind that the domain distinguishes.
fn choices(class: &Class, domain: Domain) -> impl Iterator<Item = char> {
    if domain == Domain::Text || class.as_single().is_some() {
        return [Some(class.representative()), None, None].into_iter().flatten();
    }
    let special = |c: char| Some(c).filter(|c| class.contains(*c));
    let plain = match class.representative() {
        '/' | '.' => class.without('/').and_then(|rest| rest.without('.')).map(|rest| rest.representative()),
        c => Some(c),
    };
    [plain, special('/'), special('.')].into_iter().flatten()
}

/// How many runs of free characters are tried as words; a message needs no more.
const WORDS: usize = 8;

/// A string in both languages that shows what their wildcards are for.
pub(super) fn readable(
    left: &Language,
    right: &Language,
    domain: Domain,
    spent: &mut usize,
) -> Option<String> {
    *spent += if clash(left, right) { 1 } else { cells(left, right).min(MAX_PAIRS) };
    if !is_possible(left, right, domain) {
        return None;
    }
    let (full_left, full_right) = (left.filled(), right.filled());
    let witness = shortest(&full_left, &full_right, domain, spent)
        .or_else(|| shortest(&full_left, right, domain, spent))
        .or_else(|| shortest(left, &full_right, domain, spent))
        .or_else(|| shortest(left, right, domain, spent))?;

    let is_member = |text: &str| domain.holds(text) && left.matches(text) && right.matches(text);
    let mut text = String::new();
    let mut rest = witness.chars.as_slice();
    let mut tried = 0;
    while let Some(((c, choice), tail)) = rest.split_first() {
        let is_free = |(c, choice): &(char, Choice)| *choice != Choice::Literal && *c != '/';
        let run = rest.iter().take_while(|step| is_free(step)).count();
        if run == 0 || tried == WORDS {
            text.push(*c);
            rest = tail;
            continue;
        }
        tried += 1;
        let (current, behind) = rest.split_at(run);
        let behind_text: String = behind.iter().map(|(c, _)| *c).collect();
        // A parameter is a number and a wildcard a name; what continues a word is a version or what is below it.
        let words: &[&str] = match choice {
            _ if !text.ends_with('/') && behind_text.starts_with('/') => &["1", PARAMETER, PLURAL],
            Choice::Anything if !text.ends_with('/') => &["/users", "-users", "1", PARAMETER],
            _ if !text.ends_with('/') => &["1", PARAMETER, PLURAL],
            Choice::Anything => &[PLURAL, PARAMETER, "1"],
            Choice::InSegment | Choice::Literal => &[PARAMETER, PLURAL, "1"],
        };
        match words.iter().find(|word| is_member(&format!("{text}{word}{behind_text}"))) {
            Some(word) => text.push_str(word),
            None => text.extend(current.iter().map(|(c, _)| *c)),
        }
        rest = behind;
    }
    if tried == 0 {
        // Each wildcard took the other's literals, as in `/api/.json`: a name makes it `/api/users.json`.
        let named = text.rmatch_indices('/').take(WORDS).find_map(|(slash, _)| {
            let (before, behind) = text.split_at_checked(slash + 1)?;
            let named = format!("{before}{PLURAL}{behind}");
            (behind.starts_with('.') && is_member(&named)).then_some(named)
        });
        text = named.unwrap_or(text);
    }
    Some(text)
}
