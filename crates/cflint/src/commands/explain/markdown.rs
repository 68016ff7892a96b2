//! As much Markdown as the documentation of rules uses, for terminals.

use cflint_output::wrapped;

const BOLD: &str = "\u{1b}[1m";
const DIM: &str = "\u{1b}[2m";
const CYAN: &str = "\u{1b}[36m";
const UNDERLINE: &str = "\u{1b}[4m";
const RESET: &str = "\u{1b}[0m";

/// The same Markdown with its paragraphs and items broken at words to a number of columns.
pub(crate) fn reflowed(markdown: &str, width: usize) -> String {
    let mut out = String::new();
    let mut text = String::new();
    let mut in_code = false;
    for line in markdown.lines().chain([""]) {
        let is_fence = line.trim_start().starts_with("```");
        let is_item = line.trim_start().starts_with("- ");
        let is_own = in_code || is_fence || line.is_empty() || line.starts_with(['#', '|']);
        if is_own || is_item {
            flush(&mut text, width, &mut out);
        }
        in_code ^= is_fence;
        if is_own {
            out.push_str(line);
            out.push('\n');
        } else if text.is_empty() {
            text.push_str(line);
        } else {
            text.push(' ');
            text.push_str(line.trim_start());
        }
    }
    out.pop();
    out
}

/// Writes a paragraph or an item, whose further lines stand below its text.
fn flush(text: &mut String, width: usize, out: &mut String) {
    if text.is_empty() {
        return;
    }
    let blanks = text.len() - text.trim_start().len();
    let content = text.trim_start();
    let indent = blanks + if content.starts_with("- ") { 2 } else { 0 };
    for (index, line) in wrapped(content, width.saturating_sub(indent), 0).iter().enumerate() {
        let indent = if index == 0 { blanks } else { indent };
        out.push_str(&format!("{:indent$}{line}\n", ""));
    }
    text.clear();
}

/// Renders headings, lists, code blocks, code spans, strong text and links with terminal colors.
pub(crate) fn render(markdown: &str) -> String {
    let mut out = String::new();
    let mut in_code = false;
    for line in markdown.lines() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
            continue;
        }
        let heading = line.trim_start_matches('#');
        if in_code {
            if !line.is_empty() {
                out.push_str(&format!("    {DIM}{line}{RESET}"));
            }
        } else if heading.len() < line.len() && heading.starts_with(' ') {
            out.push_str(&format!("{BOLD}{}{RESET}", heading.trim()));
        } else {
            inline(line, &mut out);
        }
        out.push('\n');
    }
    out
}

fn inline(line: &str, out: &mut String) {
    let mut rest = line;
    while let Some(at) = rest.find(['`', '*', '[']) {
        let (before, here) = rest.split_at(at);
        out.push_str(before);
        rest = span(here, out).unwrap_or_else(|| {
            // No span starts here: the character is literal, and each of these is one byte.
            let (sign, after) = here.split_at(1);
            out.push_str(sign);
            after
        });
    }
    out.push_str(rest);
}

/// Renders the span at the start of the text, if there is one, and returns what follows it.
fn span<'a>(text: &'a str, out: &mut String) -> Option<&'a str> {
    if let Some(after) = text.strip_prefix("**") {
        let (strong, after) = after.split_once("**")?;
        out.push_str(&format!("{BOLD}{strong}{RESET}"));
        Some(after)
    } else if let Some(after) = text.strip_prefix('`') {
        let (code, after) = after.split_once('`')?;
        out.push_str(&format!("{CYAN}{code}{RESET}"));
        Some(after)
    } else {
        let (label, after) = text.strip_prefix('[')?.split_once("](")?;
        let (url, after) = after.split_once(')')?;
        if label.contains('[') {
            return None;
        }
        inline(label, out);
        out.push_str(&format!(" {UNDERLINE}{url}{RESET}"));
        Some(after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(markdown: &str) -> String {
        render(markdown)
            .replace(CYAN, "<code>")
            .replace(BOLD, "<bold>")
            .replace(UNDERLINE, "<url>")
            .replace(RESET, "</>")
    }

    #[test]
    fn paragraphs_and_items_follow_the_width() {
        let markdown = "# a heading that is longer than the width\n\none two three four five\nsix\n\n- an item of some words\n  and more\n- b\n\n```yaml\na: a line of code that stays as it is\n```\n";
        assert_eq!(
            reflowed(markdown, 24),
            "# a heading that is longer than the width\n\none two three four five\nsix\n\n- an item of some words\n  and more\n- b\n\n```yaml\na: a line of code that stays as it is\n```\n"
        );
        assert_eq!(
            reflowed("one two three four\nfive six seven\n", 30),
            "one two three four five six\nseven\n"
        );
    }

    #[test]
    fn signs_that_start_nothing_stand_for_themselves() {
        assert_eq!(shown("a * b, `c, [d] e, #f, **g"), "a * b, `c, [d] e, #f, **g\n");
        assert_eq!(shown("/api/* and `/*`"), "/api/* and <code>/*</>\n");
    }

    #[test]
    fn code_keeps_what_looks_like_markup() {
        assert_eq!(shown("`a*b*[c](d)`"), "<code>a*b*[c](d)</>\n");
    }

    #[test]
    fn a_link_shows_where_it_goes() {
        assert_eq!(
            shown("see [the `Host` page](https://a/b)."),
            "see the <code>Host</> page <url>https://a/b</>.\n"
        );
        assert_eq!(shown("[a] [b](c)"), "[a] b <url>c</>\n");
    }
}
