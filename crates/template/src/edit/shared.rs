//! What every operation asks about the tree.

use crate::syntax::{Kind, NodeRef, Style, Tree};

use super::lead::lead;

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

/// Every node of a tree.
pub(super) fn all(tree: &Tree) -> impl Iterator<Item = NodeRef<'_>> {
    tree.root().into_iter().flat_map(NodeRef::subtree)
}

pub(super) fn children<'t>(node: NodeRef<'t>) -> impl Iterator<Item = NodeRef<'t>> {
    node.items().chain(node.entries().flat_map(|entry| [entry.key, entry.value]))
}

pub(super) fn last_child(node: NodeRef<'_>) -> Option<NodeRef<'_>> {
    match node.kind() {
        Kind::Sequence => node.items().last(),
        Kind::Mapping => node.entries().last().map(|entry| entry.value),
        Kind::Scalar => None,
    }
}

/// Where a node stands in its tree.
pub(super) struct Role<'t> {
    /// Its key, if it is a value.
    pub(super) key: Option<NodeRef<'t>>,
    /// Whether it lies in brackets or braces.
    pub(super) in_flow: bool,
}

/// The role of a value or an item; `None` for the root and for keys.
pub(super) fn role(node: NodeRef<'_>) -> Option<Role<'_>> {
    let mut parent = node.tree().root()?;
    let mut in_flow = false;
    loop {
        in_flow |= parent.style() == Style::Flow;
        let inside = |child: NodeRef<'_>| child.index <= node.index && node.index < child.next_index();
        let mut key = None;
        let child = match parent.kind() {
            Kind::Scalar => return None,
            Kind::Sequence => parent.items().find(|item| inside(*item))?,
            Kind::Mapping => {
                let entry = parent.entries().find(|entry| inside(entry.value))?;
                key = Some(entry.key);
                entry.value
            }
        };
        if child == node {
            return Some(Role { key, in_flow });
        }
        parent = child;
    }
}
