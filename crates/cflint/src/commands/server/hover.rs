//! What there is to know about a place: its findings, a managed policy, a behavior.

use cflint_diagnostics::{FileId, Finding, Span};
use cflint_template::syntax::{Entry, NodeRef, parse};
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
    // The stacks around the document know its parameters.
    let around = Now::around(documents, document).find_map(|(now, file)| behavior(&now, file, text, at));
    let alone = || behavior(now.as_ref()?, FileId(0), text, at);
    parts.extend(around.or_else(alone));
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

/// The keys that say which behavior it is.
const NAMES: [&str; 3] = ["PathPattern", "TargetOriginId", "DefaultCacheBehavior"];

/// What a behavior forwards, and where it goes: at the keys that say which one it is, and at their values. The document is one
/// of the files.
fn behavior(now: &Now<'_>, file: FileId, text: &str, at: usize) -> Option<String> {
    // Most places are somewhere else, and need not be parsed.
    let line = words::line_around(text, at)?;
    NAMES.iter().find(|name| line.contains(*name))?;
    let parsed = parse(FileId(0), text.into()).ok()?;
    let nodes = parsed.tree.root()?.subtree().filter(|node| !node.is_aliased());
    let is_at = |entry: Entry<'_>| holds(entry.key.span(), at) || holds(entry.value.span(), at);
    let start = nodes.flat_map(NodeRef::entries).find_map(|entry| match entry.name() {
        "DefaultCacheBehavior" => {
            let is_target = entry.value.get("TargetOriginId").is_some_and(is_at);
            (is_target || holds(entry.key.span(), at)).then(|| Some(entry.key.span().start))
        }
        "PathPattern" | "TargetOriginId" => is_at(entry).then_some(None),
        _ => None,
    })?;
    // The place of the default behavior is its key.
    let is_here = |span: Span| {
        span.file == file && start.map_or(span.range().contains(&at), |start| start == span.start)
    };
    let texts = behavior::describe(now, is_here);
    (!texts.is_empty()).then(|| texts.iter().map(|text| text.trim_end()).collect::<Vec<_>>().join("\n\n"))
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
