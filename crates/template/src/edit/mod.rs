//! Byte-range edits that leave everything else in a file as it is: comments, quotes, indentation, line ends.
//!
//! Every function returns `None` when it is unclear how to edit, so that a fix is dropped rather than guessed:
//! where anchors, aliases or merge keys are involved, where a comment inside the replaced bytes would be lost, and
//! where the layout is not one that the functions know (`? key`, a pair without braces in a list, a repeated key).

mod apply;
mod block;
mod flow;
mod guard;
mod lead;
mod lines;
mod list;
mod look;
mod new_value;
mod put;
mod quote;
mod render;
mod replace;
mod shared;

use cflint_diagnostics::{Edit, Span};

use self::guard::{guard, guard_container};
use crate::syntax::{Kind, NodeRef, Style};

pub use apply::{apply, combine};
pub use new_value::NewValue;

/// Replaces the value of a key or an item of a list, whatever kind it has. A list that becomes a list of texts is
/// changed item by item, and a `Fn::Sub` that becomes another one only in its text.
pub fn replace(node: NodeRef<'_>, value: &NewValue<'_>) -> Option<Vec<Edit>> {
    guard(node)?;
    finish(replace::replace(node, value)?)
}

/// Replaces the value of the key, or adds the key after the last entry.
pub fn set(map: NodeRef<'_>, key: &str, value: &NewValue<'_>) -> Option<Vec<Edit>> {
    set_behind(map, None, key, value)
}

/// Replaces the value of the key, or adds the key after the sibling; after the last entry if there is no such sibling.
pub fn set_after(map: NodeRef<'_>, sibling: &str, key: &str, value: &NewValue<'_>) -> Option<Vec<Edit>> {
    set_behind(map, Some(sibling), key, value)
}

fn set_behind(map: NodeRef<'_>, sibling: Option<&str>, key: &str, value: &NewValue<'_>) -> Option<Vec<Edit>> {
    guard_container(map, Kind::Mapping)?;
    if let Some(index) = only_index(map, key)? {
        return replace(map.entries().nth(index)?.value, value);
    }
    let last = map.len().checked_sub(1);
    let after = map.entries().position(|entry| Some(entry.name()) == sibling).or(last);
    finish(match map.style() {
        Style::Flow => flow::insert_key(map, after, key, value)?,
        Style::Block => block::insert_key(map, after?, key, value)?,
        _ => return None,
    })
}

/// Gives a key another name, in the quotes that it has.
pub fn rename_key(map: NodeRef<'_>, key: &str, name: &str) -> Option<Vec<Edit>> {
    guard_container(map, Kind::Mapping)?;
    let index = only_index(map, key)??;
    let entry = map.entries().nth(index)?;
    guard(entry.key)?;
    let text = quote::yaml(name, entry.key.style(), map.style() == Style::Flow);
    finish(vec![Edit { span: entry.key.span(), text }])
}

/// Removes a key and its value, with the comment that follows on the same line. The last key leaves `{}`.
pub fn remove_key(map: NodeRef<'_>, key: &str) -> Option<Vec<Edit>> {
    guard_container(map, Kind::Mapping)?;
    let index = only_index(map, key)??;
    let entry = map.entries().nth(index)?;
    guard(entry.value)?;
    remove_children(map, index)
}

/// Removes an item, with the comment that follows on the same line. The last item leaves `[]`.
pub fn remove_item(list: NodeRef<'_>, item: NodeRef<'_>) -> Option<Vec<Edit>> {
    guard_container(list, Kind::Sequence)?;
    guard(item)?;
    let index = list.items().position(|other| other == item)?;
    remove_children(list, index)
}

/// For each item of a list, what [`remove_item`] returns, without going through the whole list for each.
pub fn remove_each(list: NodeRef<'_>) -> Vec<Option<Vec<Edit>>> {
    if guard_container(list, Kind::Sequence).is_none() {
        return vec![None; list.len()];
    }
    let each = |remove: &dyn Fn(usize) -> Option<Vec<Edit>>| {
        let items = list.items().enumerate();
        items.map(|(index, item)| guard(item).and_then(|()| finish(remove(index)?))).collect()
    };
    match list.style() {
        Style::Flow => each(&flow::remove_each(list)),
        Style::Block => each(&block::remove_each(list)),
        _ => vec![None; list.len()],
    }
}

/// Adds an item at the end of a list.
pub fn append(list: NodeRef<'_>, value: &NewValue<'_>) -> Option<Vec<Edit>> {
    guard_container(list, Kind::Sequence)?;
    finish(list::insert(list, list.len().checked_sub(1), std::slice::from_ref(value))?)
}

fn remove_children(container: NodeRef<'_>, index: usize) -> Option<Vec<Edit>> {
    finish(match container.style() {
        Style::Flow => flow::remove(container, index..index + 1)?,
        Style::Block => block::remove(container, index..index + 1)?,
        _ => return None,
    })
}

/// The place of a key that is written at most once.
fn only_index(map: NodeRef<'_>, key: &str) -> Option<Option<usize>> {
    let mut found = map.entries().enumerate().filter(|(_, entry)| entry.name() == key).map(|(at, _)| at);
    let first = found.next();
    found.next().is_none().then_some(first)
}

/// The comment after a value that is written in one line, and the blanks before it; none if something else is between.
pub fn comment_behind(value: NodeRef<'_>) -> Option<(Span, Span)> {
    (value.kind() == Kind::Scalar && !lead::is_block_scalar(value)).then_some(())?;
    let (tree, end) = (value.tree(), lead::end_of(value)?);
    let comment = lines::rest(tree, end)?.comment?;
    let span = |start: usize, end: usize| {
        Some(Span::new(tree.file(), u32::try_from(start).ok()?, u32::try_from(end).ok()?))
    };
    Some((span(end, comment.start)?, span(comment.start, comment.end)?))
}

/// Orders the edits; none may overlap another.
fn finish(mut edits: Vec<Edit>) -> Option<Vec<Edit>> {
    edits.retain(|edit| !(edit.span.is_empty() && edit.text.is_empty()));
    combine([edits])
}
