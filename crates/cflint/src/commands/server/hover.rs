//! What there is to know about a place: its findings, a managed policy, a behavior.

use cflint_diagnostics::{FileId, Finding, Span};
use cflint_template::syntax::parse;
use gen_lsp_types::{Contents, Hover, MarkupContent, MarkupKind};

use super::diagnostics::rule;
use super::documents::{Documents, Open};
use super::look::Look;
use super::now::{Now, is_template};
use super::spot::holds;
use super::{behavior, managed, values, words};

pub(super) fn hover(documents: &Documents, document: &Open, at: usize) -> Option<Hover> {
    let text = document.text.as_deref().filter(|_| is_template(document))?;
    let now = Now::of(document);
    // What was found in another text is in other places.
    let look = document.look.as_deref().filter(|look| look.is_parsed);
    let look = look.filter(|look| look.file().is_some_and(|file| **file.text() == *text));
    let mut parts: Vec<String> = look.into_iter().flat_map(|look| findings(look, at)).collect();
    if let Some(mut value) = now.as_ref().and_then(|now| values::describe(now, at)) {
        let stacks = values::in_stacks(documents, document, at, &value);
        stacks.iter().for_each(|stack| value.push_str(&format!("- {stack}\n")));
        parts.push(value);
    }
    let policy = words::around(text, at).and_then(managed::describe);
    let is_told = |policy: &String| parts.iter().any(|part| part.contains(policy.trim_end()));
    if let Some(policy) = policy.filter(|policy| !is_told(policy)) {
        parts.push(policy);
    }
    parts.extend(now.as_ref().and_then(|now| behavior(now, at)));
    let parts: Vec<&str> = parts.iter().map(|part| part.trim_end()).collect();
    (!parts.is_empty()).then(|| Hover {
        contents: Contents::MarkupContent(MarkupContent {
            kind: MarkupKind::Markdown,
            value: parts.join("\n\n---\n\n"),
        }),
        range: None,
    })
}

/// The findings at a place: what an editor shows of them anyway is left out, what their page says is added.
fn findings(look: &Look, at: usize) -> Vec<String> {
    let is_here = |finding: &&Finding| {
        let range = finding.primary.span.range();
        range.contains(&at) || range.end == at
    };
    let text = |finding: &Finding| {
        let meta = rule(finding.rule)?;
        let why = section(&meta.documentation(), "Why is this bad?");
        let witness =
            finding.witness.as_ref().map(|witness| format!("\n\n`{}` shows it.", witness.command()));
        Some(format!(
            "**{}**: {}\n\n{why}{}\n\n[More about the rule]({})",
            meta.id,
            meta.summary,
            witness.unwrap_or_default(),
            meta.url()
        ))
    };
    look.own().filter(is_here).filter_map(text).collect()
}

/// The first paragraph of a section of a page, in one line: some editors keep the ends of its lines.
fn section(page: &str, title: &str) -> String {
    let rest = page.split(&format!("## {title}\n")).nth(1).unwrap_or_default().trim_start();
    let ends = |line: &&str| !line.is_empty() && !line.starts_with("## ");
    rest.lines().map(str::trim_end).take_while(ends).collect::<Vec<_>>().join(" ")
}

/// What a behavior forwards, and where it goes: on the lines that say which one it is.
fn behavior(now: &Now<'_>, at: usize) -> Option<String> {
    let text = now.text();
    let key = words::key_of_line(text, at);
    let (is_default, at) = match key {
        Some("PathPattern") => (false, at),
        Some("TargetOriginId") => match default_around(text, at) {
            Some(key) => (true, key.start as usize),
            None => (false, at),
        },
        Some("DefaultCacheBehavior") => (true, at),
        _ => return None,
    };
    let line = |at: usize| text.get(..at).map(|before| before.rfind('\n'));
    // The place of the default behavior is its key.
    let is_here = |span: Span| match is_default {
        _ if span.file.0 != 0 => false,
        true => line(span.start as usize) == line(at),
        false => span.range().contains(&at),
    };
    let texts = behavior::describe(now, is_here);
    (!texts.is_empty()).then(|| texts.iter().map(|text| text.trim_end()).collect::<Vec<_>>().join("\n\n"))
}

/// The key of the default behavior that an offset is in.
fn default_around(text: &str, at: usize) -> Option<Span> {
    let parsed = parse(FileId(0), text.into()).ok()?;
    let mut all = parsed.tree.root()?.subtree().filter_map(|node| node.get("DefaultCacheBehavior"));
    all.find(|entry| holds(entry.value.span(), at)).map(|entry| entry.key.span())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_is_found_in_every_page() {
        for meta in cflint_rules::RULES.iter().map(|rule| rule.meta()) {
            let why = section(&meta.documentation(), "Why is this bad?");
            assert!(why.len() > 20 && !why.contains("##"), "{}: {why}", meta.id);
            assert!(!why.contains("\n") && !why.contains("- "), "{}: {why}", meta.id);
        }
    }
}
