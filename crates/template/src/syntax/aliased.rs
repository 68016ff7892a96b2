use std::ops::Range;

use cflint_diagnostics::Span;

use super::tree::{ALIASED, Node};

/// The nodes that were reached through aliases and merge keys. Most files have none.
#[derive(Debug, Default)]
pub(crate) struct Aliased {
    /// In the order of the tree.
    nodes: Vec<u32>,
    /// Start and end of each, sorted.
    spans: Vec<(u32, u32)>,
    /// The latest end of the spans up to each.
    reach: Vec<u32>,
}

impl Aliased {
    pub(crate) fn new(nodes: &[Node]) -> Self {
        let is_aliased = |(index, node): (usize, &Node)| {
            (node.flags & ALIASED != 0).then(|| u32::try_from(index).ok()).flatten()
        };
        let indices: Vec<u32> = nodes.iter().enumerate().filter_map(is_aliased).collect();
        let mut spans: Vec<(u32, u32)> = nodes
            .iter()
            .filter(|node| node.flags & ALIASED != 0)
            .map(|node| (node.start, node.end))
            .collect();
        spans.sort_unstable();
        spans.dedup();
        // One anchor can stand for a thousand nodes.
        spans.shrink_to_fit();
        let mut latest = 0;
        let reach = spans.iter().map(|(_, end)| {
            latest = latest.max(*end);
            latest
        });
        let reach = reach.collect();
        Self { nodes: indices, spans, reach }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether one of these nodes, in the order of the tree, is aliased.
    pub(crate) fn any_of(&self, nodes: Range<u32>) -> bool {
        let first = self.nodes.partition_point(|node| *node < nodes.start);
        self.nodes.get(first).is_some_and(|node| *node < nodes.end)
    }

    /// Whether the text of an aliased node overlaps the span or touches it.
    pub(crate) fn touches(&self, span: Span) -> bool {
        self.latest_end(span.end).is_some_and(|end| end >= span.start)
    }

    /// Whether the text of an aliased node has the whole span.
    pub(crate) fn contains(&self, span: Span) -> bool {
        self.latest_end(span.start).is_some_and(|end| end >= span.end)
    }

    /// Whether an aliased node has just this text.
    pub(crate) fn has(&self, span: Span) -> bool {
        self.spans.binary_search(&(span.start, span.end)).is_ok()
    }

    /// The latest end of those that start no later.
    fn latest_end(&self, start: u32) -> Option<u32> {
        let after = self.spans.partition_point(|(other, _)| *other <= start);
        self.reach.get(after.checked_sub(1)?).copied()
    }
}
