//! The words of a command for a POSIX shell, with the `$'…'` of bash, in which browsers put what has control characters.
//! <https://www.gnu.org/software/bash/manual/html_node/Quoting.html>

use std::iter::Peekable;
use std::str::Chars;

use crate::problem::Problem;

/// Splits one command into its words. Nothing is expanded: what a shell would have to run or look up is rejected.
pub(super) fn words(command: &str) -> Result<Vec<String>, Problem> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut chars = command.trim().chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            ' ' | '\t' | '\r' => words.extend(word.take()),
            // The program after a pipe gets the response.
            '|' => break,
            '#' if word.is_none() => break,
            '\n' | ';' if chars.clone().all(|c| c.is_whitespace() || c == ';') => break,
            '\n' | ';' => return Err(several()),
            '&' | '<' | '>' | '(' | ')' => return Err(of_the_shell(c)),
            '\'' => single(&mut chars, word.get_or_insert_default())?,
            '"' => double(&mut chars, word.get_or_insert_default())?,
            '$' if chars.peek() == Some(&'\'') => {
                chars.next();
                ansi(&mut chars, word.get_or_insert_default())?;
            }
            '$' if chars.peek() == Some(&'"') => {}
            '$' | '`' => literal_or_refused(c, &mut chars, word.get_or_insert_default())?,
            '\\' => {
                if !continues(&mut chars) {
                    word.get_or_insert_default().extend(chars.next());
                }
            }
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    Ok(words)
}

fn several() -> Problem {
    Problem::new("there is more than one command").with_help("paste one curl command at a time")
}

fn of_the_shell(c: char) -> Problem {
    Problem::new(format!("`{c}` outside quotes is an operator of the shell, and cflint does not run a shell"))
        .with_help("put the URL and each value into single quotes")
}

fn open(quote: &str) -> Problem {
    Problem::new(format!("the command ends inside {quote}")).with_help("paste the whole command")
}

/// Skips the end of a line behind a backslash.
fn continues(chars: &mut Peekable<Chars<'_>>) -> bool {
    let mut ahead = chars.clone();
    let is_end = match ahead.next() {
        Some('\n') => true,
        Some('\r') => ahead.next() == Some('\n'),
        _ => false,
    };
    if is_end {
        *chars = ahead;
    }
    is_end
}

fn single(chars: &mut Peekable<Chars<'_>>, word: &mut String) -> Result<(), Problem> {
    loop {
        match chars.next() {
            None => return Err(open("`'…'`")),
            Some('\'') => return Ok(()),
            Some(c) => word.push(c),
        }
    }
}

fn double(chars: &mut Peekable<Chars<'_>>, word: &mut String) -> Result<(), Problem> {
    loop {
        match chars.next() {
            None => return Err(open("`\"…\"`")),
            Some('"') => return Ok(()),
            Some(c @ ('$' | '`')) => literal_or_refused(c, chars, word)?,
            Some('\\') if continues(chars) => {}
            Some('\\') => match chars.next_if(|next| "$`\"\\".contains(*next)) {
                Some(escaped) => word.push(escaped),
                None => word.push('\\'),
            },
            Some(c) => word.push(c),
        }
    }
}

/// A `$` that names nothing stands for itself.
fn literal_or_refused(c: char, chars: &mut Peekable<Chars<'_>>, word: &mut String) -> Result<(), Problem> {
    let expands = |next: &char| next.is_ascii_alphanumeric() || "_{(@*#?!-$".contains(*next);
    if c == '$' && !chars.peek().is_some_and(expands) {
        word.push('$');
        return Ok(());
    }
    let rest: String =
        chars.clone().take_while(|c| !c.is_whitespace() && !"'\"`".contains(*c)).take(40).collect();
    let what =
        if c == '$' { format!("expand `${rest}`") } else { "run what is between backticks".to_owned() };
    Err(Problem::new(format!("cflint does not run a shell, so it cannot {what}"))
        .with_help("write the value itself"))
}

/// `$'…'`: escapes as in C.
fn ansi(chars: &mut Peekable<Chars<'_>>, word: &mut String) -> Result<(), Problem> {
    loop {
        let escaped = match chars.next() {
            None => return Err(open("`$'…'`")),
            Some('\'') => return Ok(()),
            Some('\\') => chars.next(),
            Some(c) => {
                word.push(c);
                continue;
            }
        };
        let value = match escaped {
            None => return Err(open("`$'…'`")),
            Some('a') => 0x07,
            Some('b') => 0x08,
            Some('e' | 'E') => 0x1b,
            Some('f') => 0x0c,
            Some('n') => 0x0a,
            Some('r') => 0x0d,
            Some('t') => 0x09,
            Some('v') => 0x0b,
            Some(digit @ '0'..='7') => number(digit.to_digit(8).unwrap_or_default(), chars, 8, 2) & 0xff,
            Some(kind @ ('x' | 'u' | 'U')) if chars.peek().is_some_and(char::is_ascii_hexdigit) => {
                let most = match kind {
                    'x' => 2,
                    'u' => 4,
                    _ => 8,
                };
                number(0, chars, 16, most)
            }
            Some('c') => match chars.next() {
                Some(c) => u32::from(c.to_ascii_uppercase()) & 0x1f,
                None => return Err(open("`$'…'`")),
            },
            Some(c @ ('\\' | '\'' | '"' | '?')) => u32::from(c),
            Some(c) => {
                word.push('\\');
                u32::from(c)
            }
        };
        match char::from_u32(value) {
            // A word of a shell ends there.
            Some('\0') | None => {
                return Err(Problem::new("`$'…'` holds an invalid character")
                    .with_help("copy the command from the browser again"));
            }
            Some(c) => word.push(c),
        }
    }
}

/// The digits that follow, at most so many of them.
fn number(first: u32, chars: &mut Peekable<Chars<'_>>, radix: u32, most: usize) -> u32 {
    let mut value = first;
    for _ in 0..most {
        let Some(digit) = chars.peek().and_then(|c| c.to_digit(radix)) else { break };
        value = value.wrapping_mul(radix).wrapping_add(digit);
        chars.next();
    }
    value
}
