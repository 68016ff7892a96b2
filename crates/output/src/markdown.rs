//! Markdown for the comment on a pull request or the summary of a job: a table, then one block for each finding.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::io::{self, Write};

use cflint_diagnostics::Finding;
use cflint_linter::Report;

use crate::causes::{Cause, causes, others};
use crate::context::Context;
use crate::details::{details, made_into};
use crate::summary::summary;
use crate::text::{short, visible};
use crate::{full, place};

/// A comment on GitHub holds 65,536 characters; these limits, in bytes, leave room for the text around.
const MAX_TABLE: usize = 20_000;
const MAX_BLOCKS: usize = 30_000;
const MAX_ERRORS: usize = 4_000;
/// The longest text of a finding in the table and in a block, in characters.
const MAX_CELL: usize = 300;
pub(crate) const MAX_TEXT: usize = 2_000;

/// Writes the findings that count, the most severe first, and the inputs that could not be read. The first line tells the
/// comment from others, for a tool that wants to replace it.
///
/// # Errors
/// Those of the writer.
pub fn write(report: &Report, context: &Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<!-- cflint -->\n### cflint: {}", inline(&summary(report), MAX_CELL))?;
    let mut causes = causes(report);
    causes.sort_by_key(|cause| Reverse(cause.first.severity));
    let rows = causes.iter().map(|cause| row(report, cause, context));
    let (rows, left_out) = within(MAX_TABLE, rows.collect());
    if !rows.is_empty() {
        writeln!(out, "\n| severity | rule | place | finding |\n|---|---|---|---|")?;
        write!(out, "{}", rows.concat())?;
        more(left_out, "more", out)?;
    }
    let blocks = causes.iter().map(|cause| block(report, cause, context));
    let (blocks, left_out) = within(MAX_BLOCKS, blocks.collect::<io::Result<_>>()?);
    write!(out, "{}", blocks.concat())?;
    more(left_out, "not shown with their lines", out)?;
    let errors = report.unshown_errors().map(|error| {
        let path = code(&short(&visible(&(context.from_root)(&error.path)), MAX_CELL));
        format!("- cannot read {path}: {}\n", inline(&error.message, MAX_CELL))
    });
    let (errors, left_out) = within(MAX_ERRORS, errors.collect());
    if !errors.is_empty() {
        write!(out, "\n{}", errors.concat())?;
    }
    more(left_out, "more that cannot be read", out)?;
    let used: BTreeSet<&str> = causes.iter().map(|cause| cause.first.rule).collect();
    let pages: Vec<String> =
        used.into_iter().filter_map(|id| Some(format!("[{id}]: {}\n", context.rule(id)?.url()))).collect();
    if pages.is_empty() { Ok(()) } else { write!(out, "\n{}", pages.concat()) }
}

/// The texts that fit, and how many do not.
fn within(bytes: usize, mut texts: Vec<String>) -> (Vec<String>, usize) {
    let all = texts.len();
    let mut left = bytes;
    texts.retain(|text| {
        let fits = text.len() <= left;
        if fits {
            left -= text.len();
        }
        fits
    });
    let left_out = all - texts.len();
    (texts, left_out)
}

fn more(left_out: usize, what: &str, out: &mut dyn Write) -> io::Result<()> {
    if left_out > 0 {
        writeln!(out, "\n… and {left_out} {what}: `cflint check` shows them")?;
    }
    Ok(())
}

fn row(report: &Report, cause: &Cause<'_>, context: &Context<'_>) -> String {
    let finding = cause.first;
    format!(
        "| {} | {} | {} | {}{} |\n",
        finding.severity,
        rule(finding, context),
        at(report, finding, context),
        inline(&finding.message, MAX_CELL),
        cause.times()
    )
}

fn block(report: &Report, cause: &Cause<'_>, context: &Context<'_>) -> io::Result<String> {
    let finding = cause.first;
    let mut shown = Vec::new();
    full::write_excerpts(report, finding, context, &mut shown)?;
    let shown = String::from_utf8_lossy(&shown);
    let longest = shown.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat((longest + 1).max(3));
    let rest: String = made_into(report, finding, context)
        .into_iter()
        .chain(details(finding))
        .chain(others(report, cause, context))
        .map(|detail| format!("- {}\n", inline(&detail, MAX_TEXT)))
        .collect();
    Ok(format!(
        "\n**{}** {} at {}: {}{}\n\n{fence}text\n{}\n{fence}\n\n{rest}",
        finding.severity,
        rule(finding, context),
        at(report, finding, context),
        inline(&finding.message, MAX_TEXT),
        cause.times(),
        shown.trim_end()
    ))
}

fn rule(finding: &Finding, context: &Context<'_>) -> String {
    match context.rule(finding.rule) {
        // The link is at the end of the document, because a table of many findings has to fit.
        Some(_) => format!("[{}]", finding.rule),
        None => finding.rule.to_owned(),
    }
}

fn at(report: &Report, finding: &Finding, context: &Context<'_>) -> String {
    let at = place::of(report, finding, context);
    let path = visible(&at.path);
    code(&format!("{}:{}:{}", short(&path, MAX_CELL), at.start.line, at.start.column))
}

/// One line of text in which text between backticks is code, and nothing else is Markdown or HTML.
pub(crate) fn inline(text: &str, characters: usize) -> String {
    let text = visible(text);
    let text = short(&text, characters);
    let parts: Vec<&str> = text.split('`').collect();
    let mut out = String::new();
    for (index, part) in parts.iter().enumerate() {
        let is_last = index + 1 == parts.len();
        match (index % 2 == 1, is_last) {
            (true, true) => out.push_str(&format!("\\`{}", plain(part))),
            (true, false) if out.ends_with('`') => out.push_str(&html_code(part)),
            (true, false) => out.push_str(&code(part)),
            (false, _) => out.push_str(&plain(part)),
        }
    }
    out
}

/// Text that is shown literally, even where platforms turn rendered text into mentions, references and links.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let starts_name = chars.peek().is_some_and(|next| next.is_alphanumeric() || "_\"".contains(*next));
        let is_digit = chars.peek().is_some_and(char::is_ascii_digit);
        match c {
            '@' | '#' | '!' | '~' | '%' | '&' | '$' | '^' | '[' if starts_name => {
                out.push_str(&format!("<span>&#{};</span>", u32::from(c)));
            }
            '\\' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '&' | '$' | '#' | '!' | '`' => {
                out.extend(['\\', c]);
            }
            '/' if out.ends_with(":") && chars.peek() == Some(&'/') => out.push_str("<span>/</span>"),
            // GH-1 is a reference, as #1 is.
            '-' if is_digit && out.to_ascii_lowercase().ends_with("gh") => out.push_str("<span>-</span>"),
            '.' if out.to_ascii_lowercase().ends_with("www") => out.push_str("<span>.</span>"),
            _ => out.push(c),
        }
    }
    out
}

/// A code span on one line, also in a table.
fn code(text: &str) -> String {
    // A bar ends a cell even in a code span, and a backslash before it would take its escape away.
    let is_simple = !text.is_empty() && text.trim() == text && !text.contains(['`', '|', '\\']);
    if is_simple { format!("`{text}`") } else { html_code(text) }
}

/// The same in HTML, where every sign is written by its number.
fn html_code(text: &str) -> String {
    let encode = |mut out: String, c: char| {
        if c.is_alphanumeric() || c == ' ' {
            out.push(c);
        } else if c == '@' {
            // Platforms look for email addresses in the decoded text.
            out.push_str("<span>&#64;</span>");
        } else {
            out.push_str(&format!("&#{};", u32::from(c)));
        }
        out
    };
    format!("<code>{}</code>", text.chars().fold(String::new(), encode))
}
