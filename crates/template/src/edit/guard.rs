//! Whether a place may be edited at all.

use crate::syntax::{Kind, NodeRef};

use super::lead::lead;
use super::shared::{all, children};

/// `None` where an edit would show in other places too: the node or a part of it is an alias or has an anchor
/// that is used.
pub(super) fn guard(node: NodeRef<'_>) -> Option<()> {
    let span = node.span();
    let elsewhere = |other: NodeRef<'_>| {
        other.is_aliased() && other.span().start <= span.end && span.start <= other.span().end
    };
    let aliased = node.subtree().any(NodeRef::is_aliased) || all(node.tree()).any(elsewhere);
    (!aliased).then_some(())
}

/// The same for adding to or taking from a container: it may not be used elsewhere, and what it holds directly may
/// be no alias and not merged. Only the keys of a merged map show that it is.
pub(super) fn guard_container(container: NodeRef<'_>, kind: Kind) -> Option<()> {
    let span = container.span();
    let used = |other: NodeRef<'_>| {
        other.span().contains(span) || container.entries().any(|entry| entry.key.span() == other.span())
    };
    let fits = container.kind() == kind
        && !children(container).any(NodeRef::is_aliased)
        && !all(container.tree()).filter(|other| other.is_aliased()).any(used);
    // Before the value of a key or item there is no lead if there is an anchor.
    let is_root = container.tree().root() == Some(container);
    (fits && (is_root || lead(container).is_some())).then_some(())
}
