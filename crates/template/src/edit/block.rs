//! Maps and lists in block style.

use std::ops::Range;

use cflint_diagnostics::Edit;

use crate::syntax::{Kind, NodeRef, Style, Tree};

use super::apply::edit;
use super::lead::{Indicator, dash, end_of, header, is_block_scalar, last_leaf, lead};
use super::lines;
use super::new_value::NewValue;
use super::render::{Rendered, Site};

/// An entry or item with its key or dash.
#[derive(Clone, Copy)]
struct Slot {
    start: usize,
    end: usize,
    column: usize,
}

/// An entry or an item: its key, if it has one, and its value.
type Child<'t> = (Option<NodeRef<'t>>, NodeRef<'t>);

fn children<'t>(container: NodeRef<'t>) -> impl Iterator<Item = Child<'t>> {
    let entries = container.entries().map(|entry| (Some(entry.key), entry.value));
    container.items().map(|item| (None, item)).chain(entries)
}

fn slot(container: NodeRef<'_>, (key, value): Child<'_>) -> Option<Slot> {
    let tree = container.tree();
    let start = match key {
        None => dash(value)?,
        Some(key) => {
            let known = key.kind() == Kind::Scalar && lead(value)?.indicator == Indicator::Colon;
            known.then(|| key.span().start as usize)?
        }
    };
    Some(Slot { start, end: end_of(value)?, column: lines::column(tree, start)? })
}

/// Adds a key after an entry.
pub(super) fn insert_key(
    map: NodeRef<'_>,
    after: usize,
    key: &str,
    value: &NewValue<'_>,
) -> Option<Vec<Edit>> {
    let sibling = map.entries().nth(after)?.key;
    let column = slot(map, children(map).nth(after)?)?.column;
    let key_site = Site { tree: map.tree(), in_flow: false, style: sibling.style(), margin: None };
    let site = Site { style: Style::Plain, ..key_site };
    let lines = site.entry(&key_site.key(key), value);
    insert_lines(map, after, column, &lines)
}

/// Adds items after an item.
pub(super) fn insert_items(list: NodeRef<'_>, after: usize, values: &[NewValue<'_>]) -> Option<Vec<Edit>> {
    let (tree, item) = (list.tree(), list.items().nth(after)?);
    let slot = slot(list, (None, item))?;
    // As many blanks after the dash as before.
    let lead = lead(item)?;
    let gap = tree.source().get(lead.head..lead.start).unwrap_or_default();
    let same = !gap.is_empty() && gap.bytes().all(|byte| byte == b' ') && item.kind() == Kind::Scalar;
    let gap = if same { gap } else { " " };
    let style = text_style(list);
    let site = Site { tree, in_flow: false, style, margin: None };
    let mut out = Vec::new();
    for value in values {
        match site.value(value) {
            Rendered::Inline(text) => out.push(format!("-{gap}{text}")),
            Rendered::Lines(block) => {
                let starts = std::iter::once("-").chain(std::iter::repeat(" "));
                out.extend(block.iter().zip(starts).map(|(line, start)| format!("{start}{gap}{line}")));
            }
        }
    }
    insert_lines(list, after, slot.column, &out)
}

/// The quotes of the last text of a list.
pub(super) fn text_style(list: NodeRef<'_>) -> Style {
    let quoted = |style| matches!(style, Style::Plain | Style::SingleQuoted | Style::DoubleQuoted);
    let styles = list.items().filter(|item| item.kind() == Kind::Scalar).map(NodeRef::style);
    styles.filter(|style| quoted(*style)).last().unwrap_or(Style::Plain)
}

fn insert_lines(container: NodeRef<'_>, after: usize, column: usize, added: &[String]) -> Option<Vec<Edit>> {
    let tree = container.tree();
    let child = children(container).nth(after)?;
    let end = slot(container, child)?.end;
    let leaf = last_leaf(child.1)?;
    if keeps_blank_lines(leaf)? {
        return None;
    }
    let at = lines::rest(tree, end)?.end;
    (at < tree.source().len() || !ends_with_break(leaf)?).then_some(())?;
    let line_break = lines::line_break(tree, at);
    let text: String = added.iter().map(|line| format!("{line_break}{:column$}{line}", "")).collect();
    Some(vec![edit(tree, at..at, text)?])
}

/// Whether blank lines after a block scalar are a part of it, so that a line there would change its text.
fn keeps_blank_lines(leaf: NodeRef<'_>) -> Option<bool> {
    if !is_block_scalar(leaf) {
        return Some(false);
    }
    let keeps = leaf.tree().source().get(header(leaf)?)?.contains('+');
    let last = leaf.text()?.trim_end_matches('\n').rsplit('\n').next().unwrap_or_default();
    Some(keeps || (!last.is_empty() && last.trim_matches([' ', '\t']).is_empty()))
}

/// Whether the text of a block scalar has the line break after its last line, if there is one.
fn ends_with_break(leaf: NodeRef<'_>) -> Option<bool> {
    if !is_block_scalar(leaf) {
        return Some(false);
    }
    Some(!leaf.tree().source().get(header(leaf)?)?.contains('-'))
}

/// Removes entries or items that follow each other.
pub(super) fn remove(container: NodeRef<'_>, range: Range<usize>) -> Option<Vec<Edit>> {
    if range.is_empty() {
        return Some(Vec::new());
    }
    remove_children(container, &children(container).collect::<Vec<_>>(), range)
}

/// For each child, what removes it alone.
pub(super) fn remove_each(container: NodeRef<'_>) -> impl Fn(usize) -> Option<Vec<Edit>> {
    let children: Vec<_> = children(container).collect();
    move |index| remove_children(container, &children, index..index + 1)
}

fn remove_children(container: NodeRef<'_>, children: &[Child<'_>], range: Range<usize>) -> Option<Vec<Edit>> {
    let tree = container.tree();
    let source = tree.source();
    let slot = |child: &Child<'_>| slot(container, *child);
    let slots: Vec<Slot> = children.get(range.clone())?.iter().map(slot).collect::<Option<_>>()?;
    let (first, last) = (*slots.first()?, *slots.last()?);
    if slots.len() == children.len() {
        return empty(container, &slots);
    }
    if let Some(before) = range.start.checked_sub(1) {
        let leaf = last_leaf(children.get(before)?.1)?;
        let rest = lines::rest(tree, last.end)?;
        let joins = is_block_scalar(leaf) && would_join(tree, &rest);
        let at_end = rest.end == source.len() && ends_with_break(leaf)?;
        if joins || at_end || keeps_blank_lines(leaf)? {
            return None;
        }
    }
    if lines::is_first(tree, first.start) {
        return remove_lines(container, &slots);
    }
    // It starts on the line of another dash; the next one replaces it.
    let next = slot(children.get(range.end)?)?;
    let mut ends = slots
        .iter()
        .map(|slot| lines::rest(tree, slot.end).map(|rest| rest.end))
        .zip(slots.iter().skip(1).map(|slot| slot.start).chain([next.start]));
    let clear = ends.all(|(end, start)| end.is_some_and(|end| !lines::has_comment(tree, end..start)));
    (clear && next.column == first.column).then_some(())?;
    Some(vec![edit(tree, first.start..next.start, "")?])
}

/// Whether the line after this one would become a part of a block scalar before it.
fn would_join(tree: &Tree, rest: &lines::Rest) -> bool {
    let source = tree.source();
    let next = lines::next_line(source, rest.end);
    let line = source.get(next..lines::line_end(tree, next)).unwrap_or_default();
    let text = line.trim_start_matches([' ', '\t']);
    text.len() < line.len() && (text.is_empty() || text.starts_with('#'))
}

fn remove_lines(container: NodeRef<'_>, slots: &[Slot]) -> Option<Vec<Edit>> {
    let tree = container.tree();
    let source = tree.source();
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for slot in slots {
        let end = lines::rest(tree, slot.end)?.end;
        match ranges.last_mut() {
            // Comments between two of them stay.
            Some(before) if lines::next_line(source, before.end) == lines::line_start(tree, slot.start) => {
                before.end = end;
            }
            _ => ranges.push(slot.start..end),
        }
    }
    ranges.into_iter().map(|range| edit(tree, lines::whole_lines(tree, range.start, range.end), "")).collect()
}

/// Leaves brackets or braces with nothing in them.
fn empty(container: NodeRef<'_>, slots: &[Slot]) -> Option<Vec<Edit>> {
    let tree = container.tree();
    let (first, last) = (*slots.first()?, *slots.last()?);
    let brackets = if container.kind() == Kind::Sequence { "[]" } else { "{}" };
    // A merge key without entries has no node, but it is in the span.
    let whole = end_of(container)? == last.end
        && (container.kind() == Kind::Sequence || container.span().start as usize == first.start);
    whole.then_some(())?;
    let before = lead(container);
    match before {
        Some(lead)
            if lines::is_first(tree, first.start) && lines::line_start(tree, first.start) > lead.head =>
        {
            (lead.start == first.start).then_some(())?;
            let mut edits = vec![edit(tree, lead.head..lead.head, format!(" {brackets}"))?];
            edits.extend(remove_lines(container, slots)?);
            Some(edits)
        }
        _ => {
            let inside = lines::has_comment(tree, first.start..last.end) && slots.len() > 1;
            (!inside).then_some(())?;
            Some(vec![edit(tree, first.start..last.end, brackets)?])
        }
    }
}
