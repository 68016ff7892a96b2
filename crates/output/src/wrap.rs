//! Text broken at words, for a terminal of some columns.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The least that a text gets, however narrow the terminal is: a word a line is harder to read than a line that wraps.
const LEAST: usize = 24;

/// How many columns a text takes.
pub(crate) fn columns(text: &str) -> usize {
    text.width()
}

/// How many columns a character takes.
pub(crate) fn columns_of(c: char) -> usize {
    c.width().unwrap_or(0)
}

/// The lines of a text that is at most `width` columns wide, and the first of which has `used` columns before it. Words are
/// not broken, so one that is wider has a line of its own, as a command that is to be copied needs it.
pub fn wrapped(text: &str, width: usize, used: usize) -> Vec<String> {
    let width = width.max(LEAST);
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let mut line = String::new();
        let mut at = if lines.is_empty() { used } else { 0 };
        for word in words(paragraph, width) {
            let wide = columns(word);
            if !line.is_empty() && at + 1 + wide > width {
                lines.push(std::mem::take(&mut line));
                at = 0;
            }
            if !line.is_empty() {
                line.push(' ');
                at += 1;
            }
            line.push_str(word);
            at += wide;
        }
        lines.push(line);
    }
    lines
}

/// The words of a text. Text between backticks is one word, unless it is wider than `most`.
fn words(text: &str, most: usize) -> Vec<&str> {
    let mut words = Vec::new();
    let mut start = 0;
    let mut in_code = false;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        in_code ^= c == '`';
        if c != ' ' || (in_code && at < text.len()) {
            continue;
        }
        let word = text.get(start..at).unwrap_or_default();
        if columns(word) <= most {
            words.push(word);
        } else {
            words.extend(word.split(' '));
        }
        start = at + 1;
    }
    words
}

/// The start of a text, with a sign that there is more if it does not fit.
pub(crate) fn clipped(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut columns = 1;
    let mut shown = String::new();
    for c in text.chars() {
        columns += c.width().unwrap_or(0);
        if columns > width {
            break;
        }
        shown.push(c);
    }
    format!("{}…", shown.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_words_and_nowhere_else() {
        let text = "the viewer's `Host` is forwarded to `Api`, which responds only to its own host name";
        let lines = wrapped(text, 40, 10);
        assert_eq!(lines.join(" "), text);
        assert!(columns(&lines[0]) + 10 <= 40);
        assert!(lines.iter().all(|line| columns(line) <= 40));
        assert!(lines.windows(2).all(|pair| {
            let next = pair[1].split(' ').next().unwrap();
            columns(&pair[0]) + 1 + columns(next) > 30
        }));
    }

    #[test]
    fn a_word_that_is_too_wide_stands_alone() {
        let word = "x".repeat(60);
        assert_eq!(wrapped(&format!("a {word} b"), 40, 0), ["a", word.as_str(), "b"]);
    }

    #[test]
    fn code_stays_together() {
        assert_eq!(
            wrapped("requests to `GET /api/users` fail", 24, 0),
            ["requests to", "`GET /api/users` fail"]
        );
    }

    #[test]
    fn wide_characters_count_twice() {
        assert_eq!(wrapped("日本語日本語 日本語日本語", 24, 0), ["日本語日本語", "日本語日本語"]);
    }

    #[test]
    fn line_ends_are_kept() {
        assert_eq!(wrapped("a\nb c", 40, 0), ["a", "b c"]);
    }

    #[test]
    fn only_what_does_not_fit_is_clipped() {
        assert_eq!(clipped("abcdef", 6), "abcdef");
        assert_eq!(clipped("abc def", 5), "abc…");
        assert_eq!(clipped("日本語", 5), "日本…");
    }
}
