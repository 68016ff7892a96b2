//! Places where nodes are evaluated.

use crate::syntax::NodeRef;

/// Where a node is: in which template, and under which values of the identifiers of `Fn::ForEach`. The default is
/// the template itself and no loop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Hash)]
pub struct Env {
    pub(crate) scope: u16,
    pub(crate) bindings: u32,
}

/// A node together with the loop variables that are in force there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct At<'t> {
    pub node: NodeRef<'t>,
    pub env: Env,
}

impl<'t> At<'t> {
    /// Another node under the same loop variables.
    pub fn to(self, node: NodeRef<'t>) -> Self {
        Self { node, env: self.env }
    }
}

impl<'t> From<NodeRef<'t>> for At<'t> {
    fn from(node: NodeRef<'t>) -> Self {
        Self { node, env: Env::default() }
    }
}
