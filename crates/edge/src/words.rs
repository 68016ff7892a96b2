//! Lists and lengths of time as a person reads them.

/// How many names [`some_of`] lists before it breaks off.
const LISTED: usize = 4;

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

/// The first few names in their order, each once, and how many more there are: `a, b, c, d and 3 more`.
pub fn some_of(mut names: Vec<String>) -> String {
    names.sort();
    names.dedup();
    let more = names.len().saturating_sub(LISTED);
    names.truncate(LISTED);
    let names = names.join(", ");
    if more > 0 { format!("{names} and {more} more") } else { names }
}

/// `a day`, `10 minutes`.
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

/// `90 s`, `600 s (10 minutes)`
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
