//! What comes before a value: its indicator (`:`, `-`, `,`, a bracket, a tag) and whatever belongs to the value.

use std::ops::Range;

use crate::syntax::{Kind, NodeRef, Style, Tree};

use super::lines;
use super::shared::last_child;

/// The indicator that a value follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Indicator {
    /// `:` after a key.
    Colon,
    /// `-` of a block list.
    Dash,
    /// A comma or an opening bracket.
    Flow,
    /// The tag of a short form.
    Tag,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Lead {
    pub(super) indicator: Indicator,
    /// One past the indicator.
    pub(super) head: usize,
    /// The first byte of the value: a tag of its own, the `|` of a block scalar, or its span's start.
    pub(super) start: usize,
}

/// How the value starts; `None` for the root, for an anchor, and where the bytes are not a known form.
pub(super) fn lead(node: NodeRef<'_>) -> Option<Lead> {
    if node.style() == Style::Implicit {
        return implicit(node);
    }
    let mut start = node.span().start as usize;
    if node.kind() == Kind::Sequence && node.style() == Style::Block {
        // The span of a list that is not indented starts after its first dash.
        start = dash(node.items().next()?)?;
    }
    if is_block_scalar(node) {
        start = header(node)?.start;
    }
    before(node.tree(), start)
}

/// Where the dash of an item of a block list is.
pub(super) fn dash(item: NodeRef<'_>) -> Option<usize> {
    let lead = lead(item)?;
    (lead.indicator == Indicator::Dash).then_some(lead.head - 1)
}

/// A null that is not written has the place of its key or of its dash.
fn implicit(node: NodeRef<'_>) -> Option<Lead> {
    let (tree, at) = (node.tree(), node.span().start as usize);
    let (indicator, head) = match colon_after(tree, at) {
        Some(head) => (Indicator::Colon, head),
        None => {
            let lead = before(tree, at)?;
            (lead.indicator, lead.head)
        }
    };
    // A tag or an anchor alone is not written as nothing.
    let next = lines::skip(tree, head);
    let bytes = tree.source().as_bytes();
    let clear = lines::rest(tree, head).is_some() || matches!(bytes.get(next), Some(b',' | b'}' | b']'));
    (clear && indicator != Indicator::Flow).then_some(Lead { indicator, head, start: head })
}

/// One past the `:` that follows on the same line.
fn colon_after(tree: &Tree, at: usize) -> Option<usize> {
    let rest = tree.source().get(at..)?;
    let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
    rest[blanks..].starts_with(':').then_some(at + blanks + 1)
}

fn before(tree: &Tree, mut start: usize) -> Option<Lead> {
    let bytes = tree.source().as_bytes();
    loop {
        let end = lines::skip_back(tree, start);
        let last = *bytes.get(end.checked_sub(1)?)?;
        let indicator = match last {
            b':' => Indicator::Colon,
            b',' | b'[' | b'{' => Indicator::Flow,
            b'-' if starts_word(bytes, end - 1) => Indicator::Dash,
            _ => {
                let word = word_before(bytes, end);
                match bytes.get(word.start..word.end)? {
                    [b'!', b'!', ..] | b"!" => {
                        start = word.start;
                        continue;
                    }
                    [b'!', ..] => Indicator::Tag,
                    _ => return None,
                }
            }
        };
        return Some(Lead { indicator, head: end, start });
    }
}

fn starts_word(bytes: &[u8], at: usize) -> bool {
    at.checked_sub(1).and_then(|before| bytes.get(before)).is_none_or(|byte| !byte.is_ascii_graphic())
}

fn word_before(bytes: &[u8], end: usize) -> Range<usize> {
    let before = bytes.get(..end).unwrap_or_default();
    let ends = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b',' | b'[' | b']' | b'{' | b'}');
    before.iter().rposition(ends).map_or(0, |found| found + 1)..end
}

/// Whether the node is written after a `|` or `>`.
pub(super) fn is_block_scalar(node: NodeRef<'_>) -> bool {
    matches!(node.style(), Style::Literal | Style::Folded)
}

/// The `|` or `>` of a block scalar with what it says about indentation and the end.
pub(super) fn header(node: NodeRef<'_>) -> Option<Range<usize>> {
    let tree = node.tree();
    let bytes = tree.source().as_bytes();
    let word = word_before(bytes, lines::skip_back(tree, node.span().start as usize));
    match bytes.get(word.clone())? {
        [b'|' | b'>', marks @ ..] if marks.iter().all(|mark| matches!(mark, b'+' | b'-' | b'0'..=b'9')) => {
            Some(word)
        }
        _ => None,
    }
}

/// One past the last byte of a value.
pub(super) fn end_of(node: NodeRef<'_>) -> Option<usize> {
    let span_end = node.span().end as usize;
    match node.style() {
        _ if node.is_aliased() => None,
        Style::Implicit => Some(colon_after(node.tree(), span_end).unwrap_or(span_end)),
        Style::Literal | Style::Folded if node.span().is_empty() => Some(header(node)?.end),
        Style::Block | Style::ShortForm => {
            let leaf = last_leaf(node)?;
            if is_block_scalar(leaf) && leaf.span().is_empty() {
                return end_of(leaf);
            }
            // An alias, and a merge key without entries, show only in the span of what holds them.
            Some(if leaf.is_aliased() { span_end } else { end_of(leaf)?.max(span_end) })
        }
        _ => Some(span_end),
    }
}

/// The last value that is written in brackets, quotes or plainly.
pub(super) fn last_leaf(mut node: NodeRef<'_>) -> Option<NodeRef<'_>> {
    while matches!(node.style(), Style::Block | Style::ShortForm) && !node.is_aliased() {
        node = last_child(node)?;
    }
    Some(node)
}
