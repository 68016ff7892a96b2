//! The spanned tree that both YAML and JSON are read into.
//!
//! Nodes lie in one vector in document order, so a subtree is a range of indices: the children of a mapping
//! alternate key and value, and the sibling of a node is found without visiting its descendants. Text is a
//! slice of the source unless it had to be decoded.

use std::sync::{Arc, OnceLock};

use cflint_diagnostics::{FileId, Span, line_starts};

use super::aliased::Aliased;

/// Which grammar a tree was read with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Yaml,
    Json,
}

/// The three kinds of nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A text, number, boolean or null.
    Scalar,
    Sequence,
    /// A map; its children alternate key and value.
    Mapping,
}

/// How a node is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Without quotes. A JSON number, boolean or `null` is plain too.
    Plain,
    /// `'…'`
    SingleQuoted,
    /// `"…"`
    DoubleQuoted,
    /// `|`
    Literal,
    /// `>`
    Folded,
    /// A container made by indentation.
    Block,
    /// A container in brackets or braces, as every JSON container. The item of `[a: b]` is a flow mapping without them.
    Flow,
    /// The mapping `{Fn::Sub: …}` that stands for `!Sub …`. Its key has the span of the tag.
    ShortForm,
    /// A null that is not written, as in `key:`.
    Implicit,
}

/// The node was reached through an alias or a merge key: its span is where the anchor is.
pub(crate) const ALIASED: u8 = 1;
/// The text lies in `cooked`, not in the source.
pub(crate) const COOKED: u8 = 2;
/// The scalar has the tag `!!str`, so that it is text whatever it looks like.
pub(crate) const TAGGED_STR: u8 = 4;

#[derive(Debug, Clone, Copy)]
pub(crate) struct Node {
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// Scalar: offset of the text. Container: index one past the subtree.
    pub(crate) a: u32,
    /// Scalar: length of the text. Container: number of children.
    pub(crate) b: u32,
    pub(crate) kind: Kind,
    pub(crate) style: Style,
    pub(crate) flags: u8,
}

/// A comment: its span starts at the `#`.
pub type Comment = Span;

#[derive(Debug)]
pub struct Tree {
    pub(crate) file: FileId,
    pub(crate) format: Format,
    pub(crate) source: Arc<str>,
    pub(crate) nodes: Vec<Node>,
    pub(crate) cooked: String,
    pub(crate) comments: Vec<Comment>,
    pub(crate) aliased: Aliased,
    pub(crate) line_starts: OnceLock<Vec<u32>>,
}

impl Tree {
    /// The file this tree was read from.
    pub fn file(&self) -> FileId {
        self.file
    }

    /// The grammar it was read with.
    pub fn format(&self) -> Format {
        self.format
    }

    /// The text it was read from.
    pub fn source(&self) -> &Arc<str> {
        &self.source
    }

    /// The offset at which each line starts.
    pub(crate) fn line_starts(&self) -> &[u32] {
        self.line_starts.get_or_init(|| line_starts(&self.source))
    }

    /// Comments in the order of the file. JSON has none.
    pub fn comments(&self) -> &[Comment] {
        &self.comments
    }

    /// The document, if there is one.
    pub fn root(&self) -> Option<NodeRef<'_>> {
        (!self.nodes.is_empty()).then_some(NodeRef { tree: self, index: 0 })
    }

    /// How many nodes there are, keys included.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// How many of them come from aliases and merge keys.
    pub fn aliased_len(&self) -> usize {
        self.aliased.len()
    }

    /// About how many bytes of memory it takes besides the source.
    pub fn size(&self) -> usize {
        size_of::<Node>() * self.nodes.len() + size_of::<u32>() * self.aliased.len() + self.cooked.len()
    }

    /// Whether the document is empty.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The node with this id, if it is one of this tree.
    pub fn node(&self, id: NodeId) -> Option<NodeRef<'_>> {
        (id.file == self.file && (id.index as usize) < self.nodes.len())
            .then_some(NodeRef { tree: self, index: id.index })
    }
}

/// A node without its tree: what a model keeps so that a fix can find the place again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId {
    file: FileId,
    index: u32,
}

impl NodeId {
    /// The file that the node is in.
    pub fn file(self) -> FileId {
        self.file
    }
}

/// A node together with its tree. Copying it is free.
#[derive(Clone, Copy)]
pub struct NodeRef<'t> {
    pub(crate) tree: &'t Tree,
    pub(crate) index: u32,
}

impl std::fmt::Debug for NodeRef<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} at {:?}", self.kind(), self.span())
    }
}

/// Two references are equal when they are the same node of the same tree.
impl PartialEq for NodeRef<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.index == other.index && std::ptr::eq(self.tree, other.tree)
    }
}

impl Eq for NodeRef<'_> {}

/// A key and its value in a mapping.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'t> {
    /// The key. A scalar, except in YAML that is not a template.
    pub key: NodeRef<'t>,
    pub value: NodeRef<'t>,
}

impl<'t> Entry<'t> {
    /// The text of the key; empty if the key is not a scalar.
    pub fn name(&self) -> &'t str {
        self.key.text().unwrap_or_default()
    }
}

impl<'t> NodeRef<'t> {
    pub(crate) fn raw(self) -> &'t Node {
        &self.tree.nodes[self.index as usize]
    }

    /// The tree that the node belongs to.
    pub fn tree(self) -> &'t Tree {
        self.tree
    }

    /// The id of the node.
    pub fn id(self) -> NodeId {
        NodeId { file: self.tree.file, index: self.index }
    }

    pub fn kind(self) -> Kind {
        self.raw().kind
    }

    /// How the node is written.
    pub fn style(self) -> Style {
        self.raw().style
    }

    /// The bytes of the value. A block scalar's span starts at its first character, not at the `|`.
    pub fn span(self) -> Span {
        let node = self.raw();
        Span::new(self.tree.file, node.start, node.end)
    }

    /// Whether the node was reached through an alias or a merge key, so that an edit here would change other places.
    pub fn is_aliased(self) -> bool {
        self.raw().flags & ALIASED != 0
    }

    /// The decoded text of a scalar; an implicit null is empty.
    pub fn text(self) -> Option<&'t str> {
        let node = self.raw();
        if node.kind != Kind::Scalar {
            return None;
        }
        let from = if node.flags & COOKED != 0 { self.tree.cooked.as_str() } else { &*self.tree.source };
        Some(&from[node.a as usize..(node.a + node.b) as usize])
    }

    /// The place of a part of the text; the whole node where the text had to be decoded.
    pub fn slice_span(self, range: std::ops::Range<usize>) -> Span {
        let node = self.raw();
        let at = |offset: usize| node.a + u32::try_from(offset).unwrap_or(0);
        if node.kind != Kind::Scalar || node.flags & COOKED != 0 || range.end > node.b as usize {
            return self.span();
        }
        Span::new(self.tree.file, at(range.start), at(range.end))
    }

    /// The number of items or entries; 0 for a scalar.
    pub fn len(self) -> usize {
        match self.kind() {
            Kind::Scalar => 0,
            Kind::Sequence => self.raw().b as usize,
            Kind::Mapping => self.raw().b as usize / 2,
        }
    }

    /// Whether a container has no children.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    pub(crate) fn next_index(self) -> u32 {
        let node = self.raw();
        if node.kind == Kind::Scalar { self.index + 1 } else { node.a }
    }

    /// The items of a sequence; nothing for other nodes.
    pub fn items(self) -> impl Iterator<Item = NodeRef<'t>> + Clone {
        let count = if self.kind() == Kind::Sequence { self.len() } else { 0 };
        children(self).take(count)
    }

    /// The entries of a mapping, duplicates included; nothing for other nodes.
    pub fn entries(self) -> impl Iterator<Item = Entry<'t>> + Clone {
        let count = if self.kind() == Kind::Mapping { self.len() } else { 0 };
        let mut nodes = children(self);
        std::iter::from_fn(move || {
            let key = nodes.next()?;
            Some(Entry { key, value: nodes.next()? })
        })
        .take(count)
    }

    /// The entry with this key; the last one if the key is repeated, as the service reads it.
    pub fn get(self, name: &str) -> Option<Entry<'t>> {
        self.entries().filter(|entry| entry.name() == name).last()
    }

    /// Every node of the subtree in document order, this one first. Walking needs no stack, so depth is not a problem.
    pub fn subtree(self) -> impl Iterator<Item = NodeRef<'t>> + Clone {
        let tree = self.tree;
        (self.index..self.next_index()).map(move |index| NodeRef { tree, index })
    }

    /// The name and the argument of an intrinsic function: a mapping whose only key is `Ref`, `Condition` or `Fn::…`.
    pub fn intrinsic(self) -> Option<Entry<'t>> {
        if self.kind() != Kind::Mapping || self.len() != 1 {
            return None;
        }
        let entry = self.entries().next()?;
        let name = entry.name();
        (name == "Ref" || name == "Condition" || name.starts_with("Fn::")).then_some(entry)
    }
}

fn children<'t>(container: NodeRef<'t>) -> impl Iterator<Item = NodeRef<'t>> + Clone {
    let first = NodeRef { tree: container.tree, index: container.index + 1 };
    let end = container.next_index();
    std::iter::successors((first.index < end).then_some(first), move |node| {
        let next = NodeRef { tree: node.tree, index: node.next_index() };
        (next.index < end).then_some(next)
    })
}
