//! As much Markdown as the documentation of rules uses, for terminals.

const BOLD: &str = "\u{1b}[1m";
const DIM: &str = "\u{1b}[2m";
const CYAN: &str = "\u{1b}[36m";
const UNDERLINE: &str = "\u{1b}[4m";
const RESET: &str = "\u{1b}[0m";

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
            // No span starts here: the sign stands for itself, and every one of these is one byte.
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
