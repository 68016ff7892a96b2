//! The words around a place, read from the text alone: while someone types, it is seldom a template.

/// The id or word around an offset.
pub(super) fn around(text: &str, at: usize) -> Option<&str> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let (before, after) = (text.get(..at)?, text.get(at..)?);
    let start = before.trim_end_matches(is_part).len();
    let end = at + after.len() - after.trim_start_matches(is_part).len();
    text.get(start..end).filter(|word| !word.is_empty())
}

/// The value of a property that is being written.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Value<'k> {
    pub(super) key: &'k str,
    /// The bytes of what is there.
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) is_quoted: bool,
}

/// The value around an offset, if it is that of one of these keys.
pub(super) fn value<'k>(text: &str, at: usize, keys: &[&'k str]) -> Option<Value<'k>> {
    let before = text.get(..at)?;
    let line = before.rfind('\n').map_or(0, |end| end + 1);
    let prefix = before.get(line..)?;
    let (found, key) = keys.iter().filter_map(|key| Some((prefix.rfind(key)?, *key))).max()?;
    let head = prefix.get(..found)?;
    if !head.ends_with([' ', '"', '\'', '{', ',']) && !head.is_empty() {
        return None;
    }
    let rest = prefix.get(found + key.len()..)?;
    let written = rest.trim_start_matches(['"', '\'']).trim_start().strip_prefix(':')?.trim_start();
    let is_quoted = written.starts_with(['"', '\'']);
    let written = written.trim_start_matches(['"', '\'']);
    let ends = |c: char| matches!(c, ',' | '{' | '}' | '[' | ']' | '"' | '\'' | '#') || c.is_control();
    if written.contains(ends) {
        return None;
    }
    let after = text.get(at..)?;
    let end = at + after.find(|c| ends(c) || c == ' ').unwrap_or(after.len());
    Some(Value { key, start: at - written.len(), end, is_quoted })
}

/// The key of the line that an offset is in.
pub(super) fn key_of_line(text: &str, at: usize) -> Option<&str> {
    let start = text.get(..at)?.rfind('\n').map_or(0, |end| end + 1);
    let line = text.get(start..)?.lines().next()?;
    let key = line.split_once(':')?.0.trim_start_matches(['-', ' ', '{', '\t']);
    Some(key.trim().trim_matches(['"', '\'']))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: [&str; 2] = ["CachePolicyId", "TargetOriginId"];

    fn at(text: &str) -> Option<(&'static str, String, bool)> {
        let at = text.find('|').unwrap();
        let text = text.replace('|', "");
        value(&text, at, &KEYS)
            .map(|value| (value.key, text[value.start..value.end].to_owned(), value.is_quoted))
    }

    #[test]
    fn a_value_is_that_of_its_key() {
        let found = |value: &str, quoted| Some(("CachePolicyId", value.to_owned(), quoted));
        assert_eq!(at("a:\n  CachePolicyId: |\n"), found("", false));
        assert_eq!(at("a:\n  - CachePolicyId: Cach|ing # x\n"), found("Caching", false));
        assert_eq!(at("  \"CachePolicyId\": \"65|8\","), found("658", true));
        assert_eq!(at("{TargetOriginId: x, CachePolicyId: y|}"), found("y", false));
        assert_eq!(at("  CachePolicyId:\n    |"), None);
        assert_eq!(at("  CachePolicyId: x, Other: |"), None);
        assert_eq!(at("  MyCachePolicyId: |"), None);
        assert_eq!(at("  CachePolicy|Id: x"), None);
    }

    #[test]
    fn a_word_is_what_is_around() {
        assert_eq!(around("a: 4135ea2d-6df8 # x", 5), Some("4135ea2d-6df8"));
        assert_eq!(around("a: é", 4), None);
        assert_eq!(around("", 0), None);
    }

    #[test]
    fn a_line_has_a_key() {
        assert_eq!(key_of_line("a:\n  - PathPattern: /x\n", 8), Some("PathPattern"));
        assert_eq!(key_of_line("{\n  \"PathPattern\": \"/x\"\n", 10), Some("PathPattern"));
        assert_eq!(key_of_line("a\n", 1), None);
    }
}
