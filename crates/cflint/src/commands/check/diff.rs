//! What `--diff` prints.

use anstyle::{AnsiColor, Style};
use cflint_linter::{Fixed, Input};
use cflint_output::harmless_lines;
use similar::TextDiff;

/// How a diff is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    pub(super) color: bool,
    /// Whether a terminal or a log shows it. Only a program gets every character as it is.
    pub(super) is_shown: bool,
}

/// A diff that `patch` accepts, if it has no colors.
pub(super) fn diff(before: &[Input], fixed: &Fixed, look: Look) -> String {
    let mut all = String::new();
    for index in &fixed.changed {
        let (Some(old), Some(new)) = (before.get(*index), fixed.inputs.get(*index)) else { continue };
        let (old_text, new_text) = (String::from_utf8_lossy(&old.bytes), String::from_utf8_lossy(&new.bytes));
        let name = old.name.trim_start_matches('/');
        let head = format!("--- {}\n+++ {}\n", in_header("a", name), in_header("b", name));
        look.write(&head, &mut all, |_| Style::new().bold());
        for hunk in TextDiff::from_lines(old_text.as_ref(), new_text.as_ref()).unified_diff().iter_hunks() {
            look.write(&hunk.to_string(), &mut all, |line| match line.bytes().next() {
                Some(b'@') => AnsiColor::Cyan.on_default(),
                Some(b'+') => AnsiColor::Green.on_default(),
                Some(b'-') => AnsiColor::Red.on_default(),
                _ => Style::new(),
            });
        }
    }
    all
}

impl Look {
    fn write(self, text: &str, all: &mut String, style: impl Fn(&str) -> Style) {
        let safe = if self.is_shown { harmless_lines(text) } else { text.into() };
        for line in safe.split_inclusive('\n') {
            let content = line.trim_end_matches('\n');
            let style = if self.color && !content.is_empty() { style(content) } else { Style::new() };
            all.push_str(&format!("{style}{content}{style:#}"));
            all.push_str(line.get(content.len()..).unwrap_or_default());
        }
    }
}

/// A name as `git` writes it into a diff: in quotes where it has signs that are not text, and with a tab behind it where a
/// blank could end it.
fn in_header(side: &str, name: &str) -> String {
    if name.contains(|c: char| c.is_control() || c == '"' || c == '\\') {
        let quoted = name.bytes().fold(String::new(), |all, byte| match byte {
            b'"' | b'\\' => format!("{all}\\{}", char::from(byte)),
            b' '..=b'~' => all + char::from(byte).encode_utf8(&mut [0; 4]),
            _ => format!("{all}\\{byte:03o}"),
        });
        return format!("\"{side}/{quoted}\"");
    }
    let end = if name.contains(' ') { "\t" } else { "" };
    format!("{side}/{name}{end}")
}
