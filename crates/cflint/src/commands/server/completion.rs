//! Values that no one knows by heart: the ids of managed policies, by name, and the ids of the origins.

use cflint_diagnostics::{Encoding, FileId, SourceFile, Span};
use cflint_template::syntax::{NodeRef, parse};
use gen_lsp_types::{
    CompletionItem, CompletionItemKind, CompletionItemTextEdit, Documentation, MarkupContent, MarkupKind,
    TextEdit,
};

use super::documents::Open;
use super::{managed, text, words};

const ORIGIN: &str = "TargetOriginId";

pub(super) fn completion(document: &Open, at: usize, encoding: Encoding) -> Vec<CompletionItem> {
    let Some(content) = document.text.as_deref() else { return Vec::new() };
    let [cache, request, response] = managed::KEYS;
    let Some(value) = words::value(content, at, &[cache, request, response, ORIGIN]) else {
        return Vec::new();
    };
    let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let span = Span::new(FileId(0), offset(value.start), offset(value.end));
    let range = text::range(&SourceFile::new("", content), span, encoding);
    let needs_quotes = !value.is_quoted && content.trim_start().starts_with('{');
    let item = |label: &str, id: &str, kind| CompletionItem {
        label: label.to_owned(),
        kind: Some(kind),
        // What is typed may be the start of either.
        filter_text: Some(if label == id { id.to_owned() } else { format!("{label} {id}") }),
        text_edit: Some(CompletionItemTextEdit::TextEdit(TextEdit {
            range,
            new_text: if needs_quotes { format!("\"{id}\"") } else { id.to_owned() },
        })),
        ..CompletionItem::default()
    };
    if value.key == ORIGIN {
        return origins(document, at).iter().map(|id| item(id, id, CompletionItemKind::Reference)).collect();
    }
    let policy = |(name, id): (&str, &str)| CompletionItem {
        detail: Some(id.to_owned()),
        documentation: managed::describe(id).map(|text| {
            Documentation::MarkupContent(MarkupContent { kind: MarkupKind::Markdown, value: text })
        }),
        ..item(name, id, CompletionItemKind::Constant)
    };
    managed::policies(value.key).into_iter().map(policy).collect()
}

/// The ids of the origins of the distribution around a place; of all of them if the document cannot be parsed.
fn origins(document: &Open, at: usize) -> Vec<String> {
    let text = document.text.as_deref().unwrap_or_default();
    let read = |text: &str, at: Option<usize>| {
        let parsed = parse(FileId(0), text.into()).ok()?;
        let ids = ids(parsed.tree.root()?, at);
        (!ids.is_empty()).then_some(ids)
    };
    let last = || document.look.as_ref()?.file().and_then(|file| read(file.text(), None));
    read(text, Some(at)).or_else(last).unwrap_or_default()
}

fn ids(root: NodeRef<'_>, at: Option<usize>) -> Vec<String> {
    let is_around = |node: &NodeRef<'_>| {
        at.is_none_or(|at| node.span().range().contains(&at) || node.span().end as usize == at)
    };
    let lists = root.subtree().filter(is_around).filter_map(|node| node.get("Origins"));
    let ids = lists.flat_map(|entry| entry.value.items()).filter_map(|origin| origin.get("Id")?.value.text());
    ids.map(str::to_owned).collect()
}
