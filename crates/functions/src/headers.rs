//! Headers that a function may not change.

use std::sync::LazyLock;

const DATA: &str = include_str!("../data/headers.txt");

/// What a function may not do with a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Restriction {
    /// Add it.
    Disallowed,
    /// Add, change or delete it.
    ReadOnly,
}

struct Row {
    name: String,
    is_prefix: bool,
    restriction: Restriction,
    events: &'static str,
}

static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let lines = DATA.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.filter_map(row).collect()
});

fn row(line: &'static str) -> Option<Row> {
    let mut cells = line.split(" | ");
    let (name, what, events) = (cells.next()?, cells.next()?, cells.next()?);
    let restriction = match what {
        "disallowed" => Restriction::Disallowed,
        "read-only" => Restriction::ReadOnly,
        _ => return None,
    };
    let start = name.strip_suffix('*');
    Some(Row {
        name: start.unwrap_or(name).to_ascii_lowercase(),
        is_prefix: start.is_some(),
        restriction,
        events,
    })
}

/// What a function may not do with a header, whose name is in lower case.
pub(crate) fn restriction(name: &str, is_response: bool) -> Option<Restriction> {
    let event = if is_response { "viewer-response" } else { "viewer-request" };
    let is_it = |row: &&Row| if row.is_prefix { name.starts_with(&row.name) } else { name == row.name };
    ROWS.iter().filter(|row| row.events.contains(event)).find(is_it).map(|row| row.restriction)
}

/// Whether a function does not see a header, whose name is in lower case.
pub fn is_hidden(name: &str) -> bool {
    name == "cookie" || restriction(name, false) == Some(Restriction::Disallowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_understood() {
        let lines = DATA.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).count();
        assert_eq!(lines, ROWS.len());
    }

    #[test]
    fn a_restriction_depends_on_the_event() {
        assert_eq!(restriction("host", false), Some(Restriction::ReadOnly));
        assert_eq!(restriction("host", true), None);
        assert_eq!(restriction("x-edge-location", true), Some(Restriction::Disallowed));
        assert_eq!(restriction("x-forwarded-host", false), None);
    }
}
