//! Texts as scalars: without quotes only where they are read back as the same text.

use std::fmt::Write;

use cflint_diagnostics::FileId;

use crate::syntax::{Kind, Scalar, Style, parse};

/// Writes a text as a YAML scalar in the style if possible; styles other than quoted ones count as plain.
pub(super) fn yaml(text: &str, style: Style, in_flow: bool) -> String {
    match style {
        Style::DoubleQuoted => double(text),
        _ if text.chars().any(needs_escape) => double(text),
        Style::SingleQuoted => single(text),
        _ if is_plain(text, in_flow) => text.to_owned(),
        _ => single(text),
    }
}

/// Writes the text of a `Fn::Sub`, always in quotes: most of them have braces.
pub(super) fn argument(text: &str, style: Style, in_flow: bool) -> String {
    let style = if style == Style::DoubleQuoted { style } else { Style::SingleQuoted };
    yaml(text, style, in_flow)
}

fn single(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Writes a text in double quotes, with the escapes that YAML and JSON share.
pub(super) fn double(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            // All of them are below U+10000, so that one escape is enough.
            _ if needs_escape(c) => _ = write!(out, "\\u{:04x}", u32::from(c)),
            _ => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Characters that do not survive in single quotes, or that a reader cannot see.
fn needs_escape(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

fn is_plain(text: &str, in_flow: bool) -> bool {
    // What starts with an indicator may be plain in some places; quotes are clearer in all of them.
    let starts = |c: char| c.is_alphanumeric() || matches!(c, '/' | '_' | '$' | '.' | '(' | '+' | '^');
    let ends = |c: char| c != ':' && !c.is_whitespace();
    // Older parsers end a plain scalar of a flow collection at any colon.
    let inside = |c: char| in_flow && matches!(c, ',' | '[' | ']' | '{' | '}' | ':' | '?');
    text.starts_with(starts)
        && text.ends_with(ends)
        && !text.starts_with("...")
        && !text.contains(inside)
        && !text.contains(": ")
        && !text.contains(" #")
        && reads_back(text, in_flow)
}

/// Uses the parser and the rules for plain scalars rather than repeating them.
fn reads_back(text: &str, in_flow: bool) -> bool {
    let document = if in_flow { format!("[{text}, {text}: 0]") } else { format!("- {text}\n- {text}: 0\n") };
    let Ok(parsed) = parse(FileId(0), document.into()) else { return false };
    let Some(list) = parsed.tree.root().filter(|root| root.kind() == Kind::Sequence) else { return false };
    let items: Vec<_> = list.items().collect();
    let [value, map] = items.as_slice() else { return false };
    let key = map.entries().next().map(|entry| entry.key);
    [Some(*value), key].into_iter().all(|node| {
        node.is_some_and(|node| node.style() == Style::Plain && node.scalar() == Some(Scalar::Str(text)))
    })
}
