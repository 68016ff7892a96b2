//! Maps and lists in braces and brackets, which is all of JSON.

use std::ops::Range;

use cflint_diagnostics::Edit;

use crate::syntax::{Format, Kind, NodeRef, Style};

use super::apply::edit;
use super::lead::{Indicator, end_of, lead};
use super::new_value::NewValue;
use super::render::Site;
use super::{block, lines};

/// An entry or item and the comma after it.
#[derive(Clone, Copy)]
struct Slot {
    start: usize,
    end: usize,
    comma: Option<usize>,
}

/// The children of a container whose every byte is known: brackets, children, commas, blanks and comments.
fn slots(container: NodeRef<'_>) -> Option<Vec<Slot>> {
    let tree = container.tree();
    let bytes = tree.source().as_bytes();
    let span = container.span().range();
    let (open, close) = if container.kind() == Kind::Sequence { (b'[', b']') } else { (b'{', b'}') };
    let last = span.end.checked_sub(1)?;
    (last > span.start && bytes.get(span.start) == Some(&open) && bytes.get(last) == Some(&close))
        .then_some(())?;
    let mut at = span.start + 1;
    let mut slots = Vec::new();
    let items = container.items().map(|item| (None, item));
    let entries = container.entries().map(|entry| (Some(entry.key), entry.value));
    for (key, value) in items.chain(entries) {
        let start = lines::skip(tree, at);
        let expected = match key {
            Some(key) => key.span().start as usize,
            None => lead(value).filter(|lead| lead.indicator == Indicator::Flow)?.start,
        };
        let end = end_of(value)?;
        (start == expected && start < end).then_some(())?;
        let after = lines::skip(tree, end);
        let comma = (bytes.get(after) == Some(&b',')).then_some(after);
        slots.push(Slot { start, end, comma });
        at = comma.map_or(after, |comma| comma + 1);
    }
    (lines::skip(tree, at) == last).then_some(slots)
}

/// Adds a key after an entry, or to an empty map.
pub(super) fn insert_key(
    map: NodeRef<'_>,
    after: Option<usize>,
    key: &str,
    value: &NewValue<'_>,
) -> Option<Vec<Edit>> {
    let style =
        after.and_then(|after| map.entries().nth(after)).map_or(Style::Plain, |entry| entry.key.style());
    // Where keys are in double quotes, as in JSON, so are the texts.
    let text_style = if style == Style::DoubleQuoted { style } else { Style::Plain };
    let write = |margin: Option<&str>| {
        let site = Site { tree: map.tree(), in_flow: true, style, margin };
        let value = Site { style: text_style, ..site }.inline(value);
        vec![format!("{}{value}", site.key(key))]
    };
    insert(map, after, write)
}

/// Adds items after an item, or to an empty list.
pub(super) fn insert_items(
    list: NodeRef<'_>,
    after: Option<usize>,
    values: &[NewValue<'_>],
) -> Option<Vec<Edit>> {
    let style = block::text_style(list);
    let write = |margin: Option<&str>| {
        let site = Site { tree: list.tree(), in_flow: true, style, margin };
        values.iter().map(|value| site.inline(value)).collect()
    };
    insert(list, after, write)
}

/// `write` gets the margin of the line if the parts are on lines of their own.
fn insert(
    container: NodeRef<'_>,
    after: Option<usize>,
    write: impl Fn(Option<&str>) -> Vec<String>,
) -> Option<Vec<Edit>> {
    let slots = slots(container)?;
    let Some(after) = after else { return fill(container, write) };
    let (tree, slot) = (container.tree(), *slots.get(after)?);
    let source = tree.source();
    if !lines::is_first(tree, slot.start) {
        let comma = separator(container, &slots);
        let text: String = write(None).iter().map(|part| format!("{comma}{part}")).collect();
        return Some(vec![edit(tree, slot.end..slot.end, text)?]);
    }
    let margin = lines::margin(tree, slot.start);
    let line_break = lines::line_break(tree, slot.start);
    let start = format!("{line_break}{margin}");
    let parts = write(Some(margin));
    let own_line = |comma: usize| lines::rest(tree, comma + 1);
    match slot.comma.map(|comma| (comma, own_line(comma))) {
        // The new lines come after the comment of the line before.
        Some((comma, Some(rest))) => {
            let at = rest.comment.map_or(comma + 1, |comment| comment.end);
            let text: String = parts.iter().map(|part| format!("{start}{part},")).collect();
            Some(vec![edit(tree, at..at, text)?])
        }
        Some((_, None)) => {
            let text: String = write(None).iter().map(|part| format!(", {part}")).collect();
            Some(vec![edit(tree, slot.end..slot.end, text)?])
        }
        None => {
            let text = format!("{start}{}", parts.join(&format!(",{start}")));
            match lines::rest(tree, slot.end).and_then(|rest| rest.comment) {
                // One edit, so that a second addition at this place does not go unnoticed.
                Some(comment) => {
                    let kept = source.get(slot.end..comment.end)?;
                    Some(vec![edit(tree, slot.end..comment.end, format!(",{kept}{text}"))?])
                }
                None => Some(vec![edit(tree, slot.end..slot.end, format!(",{text}"))?]),
            }
        }
    }
}

/// Replaces empty brackets as a whole, so that a second addition does not go unnoticed.
fn fill(container: NodeRef<'_>, write: impl Fn(Option<&str>) -> Vec<String>) -> Option<Vec<Edit>> {
    let (tree, span) = (container.tree(), container.span().range());
    container.is_empty().then_some(())?;
    (!lines::has_comment(tree, span.clone())).then_some(())?;
    let margin = lines::margin(tree, span.start);
    let site = Site { tree, in_flow: true, style: Style::Plain, margin: Some(margin) };
    let look = site.look();
    let is_list = container.kind() == Kind::Sequence;
    let tall = tree.format() == Format::Json && if is_list { look.tall_lists } else { look.tall_maps };
    let (open, close) = if is_list { ("[", "]") } else { ("{", "}") };
    let parts = write(Some(margin).filter(|_| tall));
    Some(vec![edit(tree, span, site.bracket(open, &parts, close, tall))?])
}

/// What is between two children on one line.
fn separator(container: NodeRef<'_>, slots: &[Slot]) -> String {
    let tree = container.tree();
    let mut between = slots.windows(2).filter_map(|pair| match pair {
        [one, next] => tree.source().get(one.end..next.start),
        _ => None,
    });
    let simple = |gap: &&str| gap.bytes().all(|byte| matches!(byte, b',' | b' '));
    if let Some(gap) = between.next_back().filter(simple) {
        return gap.to_owned();
    }
    let site = Site { tree, in_flow: true, style: Style::Plain, margin: None };
    let comma = if tree.format() == Format::Json { site.look().comma() } else { ", " };
    comma.to_owned()
}

/// Removes children that follow each other.
pub(super) fn remove(container: NodeRef<'_>, range: Range<usize>) -> Option<Vec<Edit>> {
    if range.is_empty() {
        return Some(Vec::new());
    }
    remove_slots(container, &slots(container)?, range)
}

/// For each child, what removes it alone.
pub(super) fn remove_each(container: NodeRef<'_>) -> impl Fn(usize) -> Option<Vec<Edit>> {
    let slots = slots(container);
    move |index| remove_slots(container, slots.as_ref()?, index..index + 1)
}

fn remove_slots(container: NodeRef<'_>, slots: &[Slot], range: Range<usize>) -> Option<Vec<Edit>> {
    let tree = container.tree();
    let source = tree.source();
    let (first, last) = (*slots.get(range.start)?, *slots.get(range.end - 1)?);
    let before = range.start.checked_sub(1).and_then(|index| slots.get(index));
    let after = slots.get(range.end);
    if before.is_none() && after.is_none() {
        let inside = container.span().start as usize + 1..container.span().end as usize - 1;
        return cut(container, inside);
    }
    let own_lines = lines::is_first(tree, first.start);
    if let Some(comma) = last.comma {
        // Whole lines, with a comment at their end.
        if let Some(rest) = lines::rest(tree, comma + 1).filter(|_| own_lines) {
            (!lines::has_comment(tree, first.start..comma)).then_some(())?;
            return Some(vec![edit(tree, lines::whole_lines(tree, first.start, rest.end), "")?]);
        }
    }
    let backward = before.map(|before| before.end..last.end);
    let Some(after) = after else { return remove_last(container, *before?, first, last) };
    let forward = first.start..after.start;
    let breaks =
        |range: &Range<usize>| source.get(range.clone()).is_none_or(|text| text.contains(['\n', '\r']));
    let mut choices = vec![forward];
    choices.extend(backward);
    // The sort is stable: the one that joins no lines comes first.
    choices.sort_by_key(breaks);
    choices.into_iter().find_map(|range| cut(container, range))
}

fn remove_last(container: NodeRef<'_>, before: Slot, first: Slot, last: Slot) -> Option<Vec<Edit>> {
    let tree = container.tree();
    let rest = lines::rest(tree, last.end);
    let own_lines = lines::is_first(tree, first.start);
    if !lines::has_comment(tree, before.end..first.start) {
        let own = rest.and_then(|rest| rest.comment).filter(|_| own_lines && last.comma.is_none());
        (!lines::has_comment(tree, first.start..last.end)).then_some(())?;
        return Some(vec![edit(tree, before.end..own.map_or(last.end, |own| own.end), "")?]);
    }
    // The comment of the one before stays, its comma goes.
    (!lines::has_comment(tree, first.start..last.end) && last.comma.is_none()).then_some(())?;
    let comma = before.comma?;
    let gone = match rest {
        Some(rest) if own_lines => lines::whole_lines(tree, first.start, rest.end),
        _ => first.start..last.end,
    };
    Some(vec![edit(tree, comma..comma + 1, "")?, edit(tree, gone, "")?])
}

/// Removes the bytes if there is no comment among them.
fn cut(container: NodeRef<'_>, range: Range<usize>) -> Option<Vec<Edit>> {
    let tree = container.tree();
    (!lines::has_comment(tree, range.clone())).then_some(())?;
    Some(vec![edit(tree, range, "")?])
}
