//! The words around a place, read from the text alone: while someone types, it is seldom a template.

/// How many characters of a value are shown.
const MAX_CODE: usize = 300;

/// The id or word around an offset.
pub(super) fn around(text: &str, at: usize) -> Option<&str> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let (before, after) = (text.get(..at)?, text.get(at..)?);
    let start = before.trim_end_matches(is_part).len();
    let end = at + after.len() - after.trim_start_matches(is_part).len();
    text.get(start..end).filter(|word| !word.is_empty())
}

/// The line that an offset is in.
pub(super) fn line_around(text: &str, at: usize) -> Option<&str> {
    let start = text.get(..at)?.rfind('\n').map_or(0, |end| end + 1);
    text.get(start..)?.lines().next()
}

/// A text in one line and not too long.
pub(super) fn short(text: &str, most: usize) -> String {
    let mut short: String = text.chars().take(most).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(most).is_some() {
        short.push('…');
    }
    short
}

/// A text as code, in one line and not too long.
pub(super) fn code(text: &str) -> String {
    let short = short(text, MAX_CODE);
    match short.as_str() {
        "" => "\"\"".to_owned(),
        plain if !plain.contains('`') => format!("`{plain}`"),
        _ => format!("`` {short} ``"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_what_is_around() {
        assert_eq!(around("a: 4135ea2d-6df8 # x", 5), Some("4135ea2d-6df8"));
        assert_eq!(around("a: é", 4), None);
        assert_eq!(around("", 0), None);
    }
}
