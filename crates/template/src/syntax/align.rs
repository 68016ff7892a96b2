//! Where a part of a decoded text is in what was written.

/// The offset in a scalar as it was written, quotes or indicator included, of an offset in its text. References of
/// `Fn::Sub` may have been replaced in the text. `None` where the two do not match.
pub fn align(written: &str, text: &str, offset: usize) -> Option<usize> {
    let is_double = written.starts_with('"');
    let is_single = written.starts_with('\'');
    let mut from = match written.chars().next()? {
        '"' | '\'' => 1,
        '|' | '>' => written.find('\n')? + 1,
        _ => 0,
    };
    let mut to = 0;
    while to < offset {
        let rest = written.get(from..)?;
        let wanted = text.get(to..)?;
        let (Some(have), Some(want)) = (rest.chars().next(), wanted.chars().next()) else { return None };
        if is_double && have == '\\' {
            let (length, c) = escape(rest)?;
            from += length;
            // The escape of a line break stands for nothing.
            if let Some(c) = c {
                if c != want && !is_surrogate(rest) {
                    return None;
                }
                to += want.len_utf8();
            }
        } else if is_single && rest.starts_with("''") && want == '\'' {
            from += 2;
            to += 1;
        } else if have == want {
            from += have.len_utf8();
            to += want.len_utf8();
        } else if have == '!' && written[..from].ends_with("${") {
            from += 1;
        } else if have.is_whitespace() {
            from += have.len_utf8();
        } else if want.is_whitespace() {
            to += want.len_utf8();
        } else if rest.starts_with("${") {
            // What a reference was replaced with goes up to what follows it.
            let after = from + rest.find('}')? + 1;
            let next: String =
                written.get(after..)?.chars().take_while(|c| *c != '\n' && *c != '$').take(12).collect();
            from = after;
            to += if next.is_empty() { wanted.len() } else { wanted.find(next.as_str())? };
        } else {
            return None;
        }
    }
    // An escaped line break belongs to nothing.
    while is_double && written.get(from..)?.starts_with("\\\n") {
        let rest = written.get(from + 2..)?;
        from = written.len() - rest.trim_start().len();
    }
    // Nor does indentation.
    let wanted = text.get(to..)?.chars().next();
    let skipped = written.get(from..)?.chars().take_while(|c| c.is_whitespace() && Some(*c) != wanted);
    let skipped: usize = skipped.map(char::len_utf8).sum();
    let is_here = wanted.is_some() && to == offset;
    Some(if is_here { from + skipped } else { from })
}

/// The length of an escape sequence and what it stands for.
fn escape(rest: &str) -> Option<(usize, Option<char>)> {
    let kind = rest.chars().nth(1)?;
    let digits = |count: usize| {
        let code = u32::from_str_radix(rest.get(2..2 + count)?, 16).ok()?;
        Some((2 + count, Some(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER))))
    };
    let simple = |c: char| Some((1 + kind.len_utf8(), Some(c)));
    match kind {
        'n' => simple('\n'),
        't' => simple('\t'),
        'r' => simple('\r'),
        'b' => simple('\u{8}'),
        'f' => simple('\u{c}'),
        '0' => simple('\0'),
        'x' => digits(2),
        'u' => digits(4),
        'U' => digits(8),
        '\n' => Some((2, None)),
        other => simple(other),
    }
}

/// Whether an escape is half of a character, which the other half completes.
fn is_surrogate(rest: &str) -> bool {
    rest.get(2..3).is_some_and(|digit| digit.eq_ignore_ascii_case("d")) && rest.starts_with("\\u")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What was written, from the place of a part of the text.
    fn at<'w>(written: &'w str, text: &str, part: &str) -> &'w str {
        let offset = text.find(part).unwrap_or_default();
        align(written, text, offset).and_then(|from| written.get(from..)).unwrap_or("none")
    }

    #[test]
    fn a_part_of_a_block_is_on_its_line() {
        let written = "|\n      function a() {\n        return 1;\n      }\n";
        let text = "function a() {\n  return 1;\n}\n";
        assert!(at(written, text, "return").starts_with("return 1;"));
        assert!(at(written, text, "function").starts_with("function"));
        assert!(at(written, text, "}\n").starts_with("}\n"));
    }

    #[test]
    fn escapes_of_json_are_one_character() {
        let written = r#""function a() {\n\treturn \"\u0041\\n\";\n}""#;
        let text = "function a() {\n\treturn \"A\\n\";\n}";
        assert!(at(written, text, "return").starts_with("return"));
        assert!(at(written, text, ";\n}").starts_with(";\\n}"));
    }

    #[test]
    fn an_escaped_line_break_is_before_what_follows_it() {
        let written = "\"a();\\\n      b();\\\n      c();\"";
        let text = "a();b();c();";
        assert!(at(written, text, "b();").starts_with("b();"));
        assert!(at(written, text, "c();").starts_with("c();"));
    }

    #[test]
    fn references_are_skipped() {
        let written = "|\n    var a = '${Domain}';\n    var b = `${!c}`;\n    d();\n";
        let text = "var a = 'www.example.com';\nvar b = `${c}`;\nd();\n";
        assert!(at(written, text, "d();").starts_with("d();"));
        assert!(at(written, text, "var b").starts_with("var b"));
    }

    #[test]
    fn two_texts_that_do_not_match_have_no_place() {
        assert_eq!(align("'abc'", "xyz", 2), None);
    }
}
