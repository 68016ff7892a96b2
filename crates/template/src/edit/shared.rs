//! Traversal of the tree.

use crate::syntax::{Kind, NodeRef, Style, Tree};

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

/// Where a node is in its tree.
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
