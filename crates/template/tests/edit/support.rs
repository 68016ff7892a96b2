use std::sync::Arc;

use cflint_diagnostics::{Edit, FileId};
use cflint_template::edit::{self, NewValue};
use cflint_template::syntax::{NodeRef, Parsed, parse};

pub(crate) fn read(text: &str) -> Parsed {
    parse(FileId(0), Arc::from(text)).unwrap_or_else(|error| panic!("{error}: {text:?}"))
}

/// The node at a path such as `a/0/b`.
pub(crate) fn at<'t>(parsed: &'t Parsed, path: &str) -> NodeRef<'t> {
    let root = parsed.tree.root().expect("a value");
    path.split('/').filter(|part| !part.is_empty()).fold(root, |node, part| {
        let child = match part.parse::<usize>() {
            Ok(index) if node.entries().next().is_none() => node.items().nth(index),
            _ => node.get(part).map(|entry| entry.value),
        };
        child.unwrap_or_else(|| panic!("no {part} of {path}"))
    })
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Op<'a> {
    Replace(NewValue<'a>),
    Set(&'a str, NewValue<'a>),
    SetAfter(&'a str, &'a str, NewValue<'a>),
    RemoveKey(&'a str),
    RemoveItem(usize),
    Append(NewValue<'a>),
}

pub(crate) fn edits(node: NodeRef<'_>, op: Op<'_>) -> Option<Vec<Edit>> {
    match op {
        Op::Replace(value) => edit::replace(node, &value),
        Op::Set(key, value) => edit::set(node, key, &value),
        Op::SetAfter(sibling, key, value) => edit::set_after(node, sibling, key, &value),
        Op::RemoveKey(key) => edit::remove_key(node, key),
        Op::RemoveItem(index) => edit::remove_item(node, node.items().nth(index)?),
        Op::Append(value) => edit::append(node, &value),
    }
}

/// The text after the operation on the node at the path.
pub(crate) fn edited(source: &str, path: &str, op: Op<'_>) -> Option<String> {
    let parsed = read(source);
    let edits = edits(at(&parsed, path), op)?;
    let text = edit::apply(source, &edits).unwrap_or_else(|| panic!("{edits:?} do not fit"));
    read(&text);
    Some(text)
}

/// Checks the text after the operation, also with CRLF and without a line break at the end.
pub(crate) fn check(source: &str, path: &str, op: Op<'_>, expected: &str) {
    let result = edited(source, path, op);
    assert_eq!(result.as_deref(), Some(expected), "{op:?} at {path} of\n{source}");
    let crlf = |text: &str| text.replace('\n', "\r\n");
    assert_eq!(edited(&crlf(source), path, op), Some(crlf(expected)), "{op:?} at {path} with CRLF");
    let bare = |text: &str| text.strip_suffix('\n').map(str::to_owned);
    if let (Some(source), Some(expected)) = (bare(source), bare(expected))
        && !source.ends_with('\n')
        && source.contains('\n')
    {
        assert_eq!(edited(&source, path, op), Some(expected), "{op:?} at {path} without a last line break");
    }
}

pub(crate) fn check_refused(source: &str, path: &str, op: Op<'_>) {
    assert_eq!(edited(source, path, op), None, "{op:?} at {path} of\n{source}");
}
