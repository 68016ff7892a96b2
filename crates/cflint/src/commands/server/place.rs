//! Where in a document something is being written, read from the text alone: while someone types, it often cannot be parsed.

/// How many keys can be around a place; no template has more.
const MAX_DEPTH: usize = 255;

/// A value that is being written.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Place<'t> {
    /// The keys around it, the innermost first.
    pub(super) keys: Vec<&'t str>,
    /// The bytes of what is there.
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) is_quoted: bool,
    pub(super) is_json: bool,
    /// Whether the blank behind the colon or the dash is missing.
    pub(super) needs_blank: bool,
    /// The function whose argument it is, or the first one of several.
    pub(super) function: Option<&'t str>,
}

/// The value around an offset.
pub(super) fn place(text: &str, at: usize) -> Option<Place<'_>> {
    let (before, after) = (text.get(..at)?, text.get(at..)?);
    let line = before.rfind('\n').map_or(0, |end| end + 1);
    let prefix = before.get(line..)?;
    let cut = prefix.rfind(ends).map_or(0, |cut| cut + 1);
    let (head, written) = (prefix.get(..cut)?, prefix.get(cut..)?);
    // In a comment, in the variable of a text, or behind a value.
    if head.ends_with(['#', '}', ']']) || head.ends_with("${") || is_comment(prefix) {
        return None;
    }
    let written = value_of(written);
    let start = at - written.len();
    let is_json = text.trim_start_matches('\u{feff}').trim_start().starts_with(['{', '[']);
    let keys = if is_json {
        open_keys(text.get(..start)?)?
    } else {
        let mut keys = above(text.get(..line)?, indentation(prefix));
        let own = indentation(prefix).2;
        keys.extend(open_keys(text.get(line..start)?.get(own..).unwrap_or_default())?);
        keys
    };
    let end = at + after.find(|c| ends(c) || c == ' ').unwrap_or(after.len());
    let is_key = match text.get(end..)?.strip_prefix(['"', '\'']) {
        Some(rest) => rest.starts_with(':'),
        None => text.get(at..end)?.ends_with(':'),
    };
    if is_key {
        return None;
    }
    let before = text.get(..start)?;
    let function = function(before);
    let is_quoted = before.ends_with(['"', '\'']);
    let needs_blank = !is_json && before.ends_with([':', '-']);
    let keys = keys.into_iter().rev().collect();
    Some(Place { keys, start, end, is_quoted, is_json, needs_blank, function })
}

/// Whether a line is in a comment at its end.
fn is_comment(line: &str) -> bool {
    let is_even = |text: &str| ['"', '\''].iter().all(|quote| text.matches(*quote).count() % 2 == 0);
    line.match_indices(" #").any(|(at, _)| line.get(..at).is_some_and(is_even))
}

/// The function that a text ends with, without `Fn::`.
fn function(text: &str) -> Option<&str> {
    let is_between = |c: char| c.is_whitespace() || matches!(c, '-' | '[' | '"' | '\'' | ':');
    let word = text
        .trim_end_matches(is_between)
        .rsplit(|c: char| !c.is_alphanumeric() && !"!:".contains(c))
        .next()?;
    match word.strip_prefix("Fn::").or(word.strip_prefix('!')) {
        None => Some(word).filter(|word| *word == "Ref"),
        name => name,
    }
}

fn ends(c: char) -> bool {
    matches!(c, ',' | '{' | '}' | '[' | ']' | '"' | '\'' | '#') || c.is_control()
}

/// What follows the key, the dashes and the tag in front of a value.
fn value_of(written: &str) -> &str {
    let value = match written.rfind(": ") {
        Some(colon) => written.get(colon + 2..).unwrap_or_default(),
        None => {
            written.rsplit_once(':').filter(|(_, rest)| rest.is_empty()).map_or(written, |(_, rest)| rest)
        }
    };
    let mut value = value.trim_start();
    while let Some(rest) = value.strip_prefix("- ").or(value.strip_prefix('-').filter(|rest| rest.is_empty()))
    {
        value = rest.trim_start();
    }
    match value.strip_prefix('!').and_then(|tagged| tagged.split_once(' ')) {
        Some((_, rest)) => rest.trim_start(),
        None => value,
    }
}

/// The column of the first character of a line, whether that is a dash, and the column of what follows the dashes.
fn indentation(line: &str) -> (usize, bool, usize) {
    let first = line.len() - line.trim_start_matches(' ').len();
    let mut column = first;
    while let Some(rest) = line.get(column..).and_then(|rest| rest.strip_prefix('-')) {
        if !(rest.is_empty() || rest.starts_with(' ')) {
            break;
        }
        column = line.len() - rest.trim_start_matches(' ').len();
    }
    (first, column > first, column)
}

/// The keys of the lines that a line is below in a block, the outermost first.
fn above(text: &str, (first, has_dash, _): (usize, bool, usize)) -> Vec<&str> {
    // A list may start in the column of its key.
    let mut limit = first + usize::from(has_dash);
    let mut found: Vec<Vec<&str>> = Vec::new();
    for line in text.lines().rev() {
        let content = line.trim_start();
        if limit == 0 || found.len() > MAX_DEPTH {
            break;
        }
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        let (first, has_dash, column) = indentation(line);
        if column < limit {
            let keys = line.get(column..).and_then(open_keys).unwrap_or_default();
            if keys.is_empty() {
                continue;
            }
            found.push(keys);
            limit = if has_dash { first + 1 } else { column };
        } else if has_dash {
            limit = limit.min(first + 1);
        }
    }
    found.into_iter().rev().flatten().collect()
}

/// The keys whose values are not complete at the end of a text, the outermost first. Nothing if there are too many.
fn open_keys(text: &str) -> Option<Vec<&str>> {
    let mut open: Vec<Option<&str>> = vec![None];
    let mut last: Option<&str> = None;
    let mut at = 0;
    while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let rest = text.get(at + c.len_utf8()..).unwrap_or_default();
        at += c.len_utf8();
        match c {
            '{' | '[' => {
                open.push(None);
                last = None;
            }
            '}' | ']' => {
                if open.len() > 1 {
                    open.pop();
                }
                last = None;
            }
            ',' => {
                open.last_mut()?.take();
                last = None;
            }
            ':' => *open.last_mut()? = last.take(),
            '"' | '\'' => {
                let length = quoted(rest, c);
                last = rest.get(..length);
                at += length + 1;
            }
            c if c.is_whitespace() => {}
            _ => {
                let plain = text.get(at - c.len_utf8()..).unwrap_or_default();
                let length = unquoted(plain);
                last = plain.get(..length).map(str::trim_end);
                at += length - c.len_utf8();
            }
        }
        if open.len() > MAX_DEPTH {
            return None;
        }
    }
    Some(open.into_iter().flatten().collect())
}

/// How long a text in quotes is; one that is not closed ends with its line.
fn quoted(text: &str, quote: char) -> usize {
    let mut is_escaped = false;
    let end = text.find(|c: char| {
        let ends = c == '\n' || (c == quote && !is_escaped);
        is_escaped = c == '\\' && !is_escaped && quote == '"';
        ends
    });
    end.unwrap_or(text.len())
}

/// How long a text without quotes is.
fn unquoted(text: &str) -> usize {
    let ends = |(at, c): &(usize, char)| match c {
        ':' => text.get(at + 1..).is_none_or(|rest| rest.is_empty() || rest.starts_with([' ', '\n', '\r'])),
        ',' | '[' | ']' | '{' | '}' | '\n' => true,
        _ => false,
    };
    let first = text.chars().next().map_or(0, char::len_utf8);
    text.char_indices().find(ends).map_or(text.len(), |(at, _)| at).max(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The keys around the `|`, what is there, and whether it is in quotes.
    fn at(text: &str) -> Option<(String, String, bool)> {
        let at = text.find('|').unwrap();
        let text = text.replacen('|', "", 1);
        place(&text, at).map(|it| (it.keys.join(" < "), text[it.start..it.end].to_owned(), it.is_quoted))
    }

    fn found(keys: &str, value: &str, is_quoted: bool) -> Option<(String, String, bool)> {
        Some((keys.to_owned(), value.to_owned(), is_quoted))
    }

    #[test]
    fn a_value_has_the_keys_around_it() {
        assert_eq!(at("a:\n  Id: |\n"), found("Id < a", "", false));
        assert_eq!(at("a:\n  - Id: Cach|ing # x\n"), found("Id < a", "Caching", false));
        assert_eq!(at("a:\n  - Id:|"), found("Id < a", "", false));
        assert_eq!(at("a:\n- b: 1\n  Id: '6|'\n"), found("Id < a", "6", true));
        assert_eq!(at("a:\n  x: [1\n  b: {\n  c:\n    - d: e\n      Id: |"), found("Id < c < a", "", false));
        assert_eq!(at("x:\n  a:\n  b:\n    # c:\n    - p\n\n    - |q"), found("b < x", "q", false));
        assert_eq!(at("a:\n  b:\n  - |"), found("b < a", "", false));
        assert_eq!(at("a: {b: {c: 1, d: x|}}"), found("d < b < a", "x", false));
        assert_eq!(at("a: {b: [x, y|"), found("b < a", "y", false));
        assert_eq!(at("a: {b: [\n  x,\n  |"), found("b < a", "", false));
        assert_eq!(at("é: !Sub /p|"), found("é", "/p", false));
    }

    #[test]
    fn a_missing_blank_is_noticed() {
        let needs_blank = |text: &str| place(text, text.len()).unwrap().needs_blank;
        assert!(needs_blank("a:\n  Id:") && needs_blank("a:\n  -"));
        assert!(!needs_blank("a:\n  Id: ") && !needs_blank("{\"Id\":"));
    }

    #[test]
    fn the_function_around_a_first_argument_is_known() {
        let function = |text: &'static str| place(text, text.len()).unwrap().function;
        for text in
            ["a: !If [", "a:\n  Fn::If:\n    - ", "{\"a\": {\"Fn::If\": [\"", "a: !If\n  - \"", "a: !If ["]
        {
            assert_eq!(function(text), Some("If"), "{text}");
        }
        assert_eq!(function("a: !Ref B"), Some("Ref"));
        assert_eq!(function("{\"a\": {\"Ref\": \""), Some("Ref"));
        assert_eq!(function("a: !If [b, "), None);
        assert_eq!(function("Preference: "), None);
    }

    #[test]
    fn json_is_read_from_its_start() {
        assert_eq!(at(r#"{"a": {"x": [{}], "Id": "65|8"}}"#), found("Id < a", "658", true));
        assert_eq!(at("{\"a\": [{\"b\": \"}\\\"\", \"c\": [\"p\", |"), found("c < a", "", false));
        assert_eq!(at("{\"a\": {\"b\": \"open\n \"Id\": |"), found("Id < a", "", false));
        assert_eq!(at("{\"a\": 1, \"b\":|}"), found("b", "", false));
    }

    #[test]
    fn some_places_are_no_values() {
        assert_eq!(at("a: b # |"), None);
        assert_eq!(at("a: !Sub /${S|}"), None);
        assert_eq!(at("a: !Sub /${S}x|"), None);
        assert_eq!(at("a: [b]|"), None);
        assert_eq!(at("a: [b] # c, |d"), None);
        assert_eq!(at("a: {b|: c}"), None);
        assert_eq!(at("\u{feff}{\"a\": {\"b|\": 1"), None);
    }

    #[test]
    fn depth_has_a_bound() {
        assert_eq!(at(&format!("{}|", "{a: ".repeat(300))), None);
    }
}
