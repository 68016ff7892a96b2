//! Lists: items added, and a list of texts turned into another one.

use cflint_diagnostics::Edit;

use crate::syntax::{NodeRef, Scalar, Style};

use super::guard::guard;
use super::new_value::NewValue;
use super::put::put;
use super::{block, flow};

/// Adds items after the item with this index, or to an empty list.
pub(super) fn insert(list: NodeRef<'_>, after: Option<usize>, values: &[NewValue<'_>]) -> Option<Vec<Edit>> {
    match list.style() {
        Style::Flow => flow::insert_items(list, after, values),
        Style::Block => block::insert_items(list, after?, values),
        _ => None,
    }
}

/// Turns the list into one of these texts. Items that stay are not touched, so that their comments keep their place.
pub(super) fn become_texts(list: NodeRef<'_>, texts: &[&str]) -> Option<Vec<Edit>> {
    let items: Vec<NodeRef<'_>> = list.items().collect();
    let same = |item: &NodeRef<'_>, text: &str| item.scalar() == Some(Scalar::Str(text));
    let head = items.iter().zip(texts).take_while(|(item, text)| same(item, text)).count();
    let room = items.len().min(texts.len()) - head;
    let pairs = items.iter().rev().zip(texts.iter().rev()).take(room);
    let mut tail = pairs.take_while(|(item, text)| same(item, text)).count();
    if head == 0 && tail == items.len() && tail > 0 && tail < texts.len() {
        // Items are added after an existing one, so the first one has to be kept or replaced.
        tail -= 1;
    }
    let old = items.get(head..items.len() - tail)?;
    let new = texts.get(head..texts.len() - tail)?;
    let mut edits = Vec::new();
    for (item, text) in old.iter().zip(new) {
        guard(*item)?;
        edits.extend(put(*item, &NewValue::Text(text))?);
    }
    let paired = head + old.len().min(new.len());
    if let Some(surplus) = old.get(new.len()..) {
        let range = paired..paired + surplus.len();
        edits.extend(match list.style() {
            Style::Flow => flow::remove(list, range)?,
            Style::Block => block::remove(list, range)?,
            _ => return None,
        });
    }
    if let Some(added) = new.get(old.len()..).filter(|added| !added.is_empty()) {
        let values: Vec<NewValue<'_>> = added.iter().map(|text| NewValue::Text(text)).collect();
        edits.extend(insert(list, paired.checked_sub(1), &values)?);
    }
    Some(edits)
}
