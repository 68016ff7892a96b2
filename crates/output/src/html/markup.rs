//! Text of a report as text of a page, which is well-formed XML as well.

use std::fmt::Write as _;

use crate::text::{short, visible, visible_lines};

/// The longest text of a page, in characters: a template can hold any.
const LONGEST: usize = 2_000;

/// Text that is not markup and does not act on its reader, in one line.
pub(super) fn text(text: &str) -> String {
    escaped(&visible(&short(text, LONGEST)))
}

/// The same for text of several lines in which what stands between backticks is code.
pub(super) fn prose(text: &str) -> String {
    let text = short(text, LONGEST);
    let text = visible_lines(&text);
    let parts: Vec<&str> = text.split('`').collect();
    let mut out = String::with_capacity(text.len());
    for (index, part) in parts.iter().enumerate() {
        let is_code = index % 2 == 1;
        match (is_code, index + 1 == parts.len()) {
            (true, false) => _ = write!(out, "<code>{}</code>", escaped(part)),
            (true, true) => _ = write!(out, "`{}", escaped(part)),
            (false, _) => out.push_str(&escaped(part)),
        }
    }
    out
}

/// What cannot end an element or the value of an attribute.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}
