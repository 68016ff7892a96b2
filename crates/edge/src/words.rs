//! Lists and durations for sentences, and names that resemble each other.

use std::fmt::Display;

/// Names outside these lengths are not compared.
const MAX_LENGTH: usize = 64;
const MIN_LENGTH: usize = 3;

/// How many names a sentence lists before it only counts the rest.
const LISTED: usize = 4;

/// Names in backticks.
pub fn quoted(names: impl IntoIterator<Item = impl Display>) -> Vec<String> {
    names.into_iter().map(|name| format!("`{name}`")).collect()
}

/// `a, b and c`
pub fn all_of(names: &[String]) -> String {
    joined(names, "and")
}

/// `a, b or c`
pub fn any_of(names: &[String]) -> String {
    joined(names, "or")
}

fn joined(names: &[String], word: &str) -> String {
    match names {
        [some @ .., last] if !some.is_empty() => format!("{} {word} {last}", some.join(", ")),
        _ => names.concat(),
    }
}

/// The first names in their order, and how many more there are: `a, b, c, d and 2 more`
pub fn listed(mut names: Vec<String>) -> String {
    names.sort();
    names.dedup();
    let more = names.len().saturating_sub(LISTED);
    names.truncate(LISTED);
    let names = names.join(", ");
    if more > 0 { format!("{names} and {more} more") } else { names }
}

/// A time in the largest unit that expresses it exactly: `a day`, `90 minutes`
pub fn duration(seconds: i64) -> String {
    let units =
        [(31_536_000, "a year"), (86_400, "a day"), (3_600, "an hour"), (60, "a minute"), (1, "a second")];
    let fits = units.into_iter().find(|(size, _)| seconds >= *size && seconds % size == 0);
    match fits {
        Some((size, one)) if seconds == size => one.to_owned(),
        Some((size, one)) => {
            let unit = one.split(' ').next_back().unwrap_or_default();
            format!("{} {unit}s", seconds / size)
        }
        None => format!("{seconds} seconds"),
    }
}

/// A number of seconds as in settings, with the same time in a larger unit: `86400 s (1 day)`
pub fn seconds(seconds: i64) -> String {
    let unit = |count: i64, name: &str| format!("{count} {name}{}", if count == 1 { "" } else { "s" });
    let larger = match seconds {
        31_536_000 => Some(unit(1, "year")),
        _ if seconds >= 86_400 && seconds % 86_400 == 0 => Some(unit(seconds / 86_400, "day")),
        _ if seconds >= 3_600 && seconds % 3_600 == 0 => Some(unit(seconds / 3_600, "hour")),
        _ if seconds >= 120 && seconds % 60 == 0 => Some(unit(seconds / 60, "minute")),
        _ => None,
    };
    match larger {
        Some(larger) => format!("{seconds} s ({larger})"),
        None => format!("{seconds} s"),
    }
}

/// The one of these names that an unknown name was probably meant to be.
pub fn similar<'a>(name: &str, others: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let fits = |name: &str| (MIN_LENGTH..=MAX_LENGTH).contains(&name.len());
    let written = name.to_lowercase();
    let known = others.into_iter().filter(|other| fits(name) && fits(other));
    known
        .map(|other| (strsim::damerau_levenshtein(&written, &other.to_lowercase()), other))
        .filter(|(distance, other)| *distance <= 1 + other.len().min(name.len()) / 5)
        .min()
        .map(|(_, other)| other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_every_length() {
        assert_eq!(all_of(&[]), "");
        assert_eq!(all_of(&quoted(["a"])), "`a`");
        assert_eq!(any_of(&quoted(["a", "b", "c"])), "`a`, `b` or `c`");
        assert_eq!(listed(quoted(["b", "a", "b"])), "`a`, `b`");
        assert_eq!(listed(quoted(1..=6)), "`1`, `2`, `3`, `4` and 2 more");
    }

    #[test]
    fn durations_in_the_largest_unit_that_fits() {
        let told = |time| (duration(time), seconds(time));
        assert_eq!(told(0), ("0 seconds".to_owned(), "0 s".to_owned()));
        assert_eq!(told(60), ("a minute".to_owned(), "60 s".to_owned()));
        assert_eq!(told(5_400), ("90 minutes".to_owned(), "5400 s (90 minutes)".to_owned()));
        assert_eq!(told(86_400), ("a day".to_owned(), "86400 s (1 day)".to_owned()));
    }
}
