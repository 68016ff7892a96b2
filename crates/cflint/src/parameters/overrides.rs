//! The words of `parameter_overrides`, which SAM reads much like a shell.

use super::given::Given;

/// Reads `Key=Value Other="two words"`, and the older `ParameterKey=Key,ParameterValue=Value`.
pub(super) fn read(text: &str) -> Result<Vec<Given>, String> {
    let mut all = Vec::new();
    for word in words(text)? {
        let pair = word.strip_prefix("ParameterKey=").and_then(|rest| rest.split_once(",ParameterValue="));
        let given = match pair {
            Some((key, value)) => Given::new(key, value),
            None => Given::pair(&word),
        };
        all.push(given.ok_or_else(|| format!("expected `NAME=VALUE`, found `{word}`"))?);
    }
    Ok(all)
}

/// Splits at blanks outside of quotes. Quotes count where a name or a value starts.
fn words(text: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut in_word = false;
    let mut before = ' ';
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            _ if c.is_whitespace() => {
                if in_word {
                    words.push(std::mem::take(&mut word));
                }
                in_word = false;
            }
            '"' | '\'' if !in_word || before == '=' => {
                in_word = true;
                loop {
                    match chars.next() {
                        None => return Err(format!("a `{c}` is opened and not closed")),
                        Some(end) if end == c => break,
                        Some('\\') => word.push(escaped(&mut chars)),
                        Some(inner) => word.push(inner),
                    }
                }
            }
            '\\' => {
                in_word = true;
                word.push(escaped(&mut chars));
            }
            _ => {
                in_word = true;
                word.push(c);
            }
        }
        before = c;
    }
    if in_word {
        words.push(word);
    }
    Ok(words)
}

/// What a backslash and the next character stand for: only blanks and quotes need one.
fn escaped(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> char {
    chars.next_if(|c| c.is_whitespace() || matches!(c, '"' | '\'')).unwrap_or('\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(text: &str) -> Vec<(String, String)> {
        read(text).unwrap().into_iter().map(|given| (given.name, given.value)).collect()
    }

    fn is(text: &str, expected: &[(&str, &str)]) {
        let expected: Vec<_> =
            expected.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        assert_eq!(pairs(text), expected, "{text}");
    }

    #[test]
    fn blanks_and_quotes_are_those_of_sam() {
        is("", &[]);
        is(
            "Stage=prod  Url=https://a/?b=c\n Empty=",
            &[("Stage", "prod"), ("Url", "https://a/?b=c"), ("Empty", "")],
        );
        is(
            r#"A="a b" B='c "d"' "C"="e\"f" D="""#,
            &[("A", "a b"), ("B", "c \"d\""), ("C", "e\"f"), ("D", "")],
        );
        is(r"A=a\ b B=\d+ C=it's", &[("A", "a b"), ("B", r"\d+"), ("C", "it's")]);
    }

    #[test]
    fn the_older_form_is_read_too() {
        is(
            r#"ParameterKey=A,ParameterValue=1 ParameterKey=B,ParameterValue="a, b""#,
            &[("A", "1"), ("B", "a, b")],
        );
    }

    #[test]
    fn other_words_are_refused() {
        assert_eq!(read("A=1 two").unwrap_err(), "expected `NAME=VALUE`, found `two`");
        assert_eq!(read("=1").unwrap_err(), "expected `NAME=VALUE`, found `=1`");
        assert_eq!(read("A=\"1 B=2").unwrap_err(), "a `\"` is opened and not closed");
    }
}
