//! Whether a place may be edited at all.

use crate::syntax::{Kind, NodeRef};

use super::lead::lead;
use super::shared::children;

/// `None` where an edit would show in other places too: the node or a part of it is an alias or has an anchor
/// that is used.
pub(super) fn guard(node: NodeRef<'_>) -> Option<()> {
    let others = &node.tree().aliased;
    let aliased = others.any_of(node.index..node.next_index()) || others.touches(node.span());
    (!aliased).then_some(())
}

/// The same for adding to or taking from a container: it may not be used elsewhere, and what it holds directly may
/// neither be an alias nor merged. Only the keys of a merged map show that it is.
pub(super) fn guard_container(container: NodeRef<'_>, kind: Kind) -> Option<()> {
    let others = &container.tree().aliased;
    let used = || {
        others.contains(container.span())
            || children(container).any(NodeRef::is_aliased)
            || container.entries().any(|entry| others.has(entry.key.span()))
    };
    let fits = container.kind() == kind && (others.is_empty() || !used());
    // Before the value of a key or item there is no lead if there is an anchor.
    let is_root = container.tree().root() == Some(container);
    (fits && (is_root || lead(container).is_some())).then_some(())
}
