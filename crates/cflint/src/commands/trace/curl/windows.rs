//! The words of a command for `cmd.exe`, as browsers write it for Windows: first `^` is taken away, then the quotes.
//! <https://learn.microsoft.com/cpp/c-language/parsing-c-command-line-arguments>

use crate::problem::Problem;

/// Whether a command is meant for `cmd.exe`: its words are in `^"…^"`, or its lines end with `^`.
pub(super) fn is_meant(command: &str) -> bool {
    let ends_with = |mark: char| command.lines().any(|line| line.trim_end().ends_with(mark));
    let first = command.split_whitespace().nth(1).unwrap_or_default();
    first.starts_with("^\"") || (ends_with('^') && !ends_with('\\'))
}

/// Splits one command into its words.
pub(super) fn words(command: &str) -> Result<Vec<String>, Problem> {
    let line = without_carets(command.trim());
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut is_quoted = false;
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                let mut count = 1;
                while chars.next_if_eq(&'\\').is_some() {
                    count += 1;
                }
                let word = word.get_or_insert_default();
                if chars.peek() != Some(&'"') {
                    word.extend(std::iter::repeat_n('\\', count));
                    continue;
                }
                // In front of a quote, two backslashes are one, and a single one makes the quote a character.
                word.extend(std::iter::repeat_n('\\', count / 2));
                if count % 2 == 1 {
                    word.extend(chars.next());
                }
            }
            '"' => {
                let word = word.get_or_insert_default();
                if is_quoted && chars.next_if_eq(&'"').is_some() {
                    word.push('"');
                } else {
                    is_quoted = !is_quoted;
                }
            }
            ' ' | '\t' | '\r' | '\n' if !is_quoted => words.extend(word.take()),
            c => word.get_or_insert_default().push(c),
        }
    }
    if is_quoted {
        return Err(Problem::new("the command ends inside `\"…\"`").with_help("paste the whole command"));
    }
    words.extend(word);
    Ok(words)
}

/// What `cmd.exe` passes on: outside quotes, `^` makes what follows a plain character, and joins lines.
fn without_carets(command: &str) -> String {
    let mut line = String::with_capacity(command.len());
    let mut is_quoted = false;
    let mut chars = command.chars().filter(|c| *c != '\r');
    while let Some(c) = chars.next() {
        match c {
            '^' if !is_quoted => {
                let next = chars.next();
                line.extend(if next == Some('\n') { chars.next() } else { next });
            }
            c => {
                is_quoted ^= c == '"';
                line.push(c);
            }
        }
    }
    line
}
