//! Fills the arena in document order. Both grammars go through here, so limits, short forms, aliases, merge keys
//! and duplicate keys mean the same in both.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use cflint_diagnostics::{FileId, Span};

use super::aliased::Aliased;
use super::limits::{MAX_COPIED_NODES, MAX_DEPTH, MAX_NODES};
use super::parsed::{DuplicateKey, Parsed, SyntaxError, SyntaxProblem};
use super::tree::{ALIASED, COOKED, Node};
use super::{Format, Kind, Style, Tree};

/// The number that a grammar gives to a node with an anchor; 0 for a node without one.
pub(super) type AnchorId = usize;

/// A container that is not closed yet.
struct Frame {
    index: usize,
    children: u32,
    /// Where the last child ended, which is where a block ends.
    end: u32,
    anchor: AnchorId,
    has_merge: bool,
}

/// The subtree of an anchor, with indices relative to its first node.
struct Anchored {
    nodes: Vec<Node>,
    height: usize,
}

/// A scalar as a grammar found it.
pub(super) struct RawScalar<'a> {
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) style: Style,
    pub(super) flags: u8,
    pub(super) text: &'a str,
    pub(super) anchor: AnchorId,
}

pub(super) struct Builder {
    pub(super) file: FileId,
    pub(super) source: Arc<str>,
    pub(super) nodes: Vec<Node>,
    pub(super) cooked: String,
    pub(super) comments: Vec<Span>,
    pub(super) problems: Vec<SyntaxProblem>,
    format: Format,
    pub(super) duplicates: Vec<DuplicateKey>,
    aliases: Vec<Span>,
    frames: Vec<Frame>,
    /// `None` while the node is open.
    anchors: HashMap<AnchorId, Option<Anchored>>,
    copied: usize,
    /// Names of short forms in `cooked`, so that each is stored once.
    names: Vec<(u32, u32)>,
}

type Outcome = Result<(), SyntaxError>;

impl Builder {
    pub(super) fn new(file: FileId, format: Format, source: Arc<str>) -> Self {
        Self {
            file,
            format,
            // Real templates have one node for 10 to 20 bytes. Growing copies them all, and what is too much is given back.
            nodes: Vec::with_capacity(source.len() / 10),
            source,
            cooked: String::new(),
            comments: Vec::new(),
            problems: Vec::new(),
            duplicates: Vec::new(),
            aliases: Vec::new(),
            frames: Vec::new(),
            anchors: HashMap::new(),
            copied: 0,
            names: Vec::new(),
        }
    }

    /// The tree, once the document is complete.
    pub(super) fn finish(mut self) -> Parsed {
        if self.nodes.first().is_some_and(|root| root.style == Style::Implicit) {
            self.nodes.clear();
        }
        self.nodes.shrink_to_fit();
        self.comments.sort_unstable();
        self.duplicates.sort_by_key(|duplicate| duplicate.again);
        let tree = Tree {
            aliased: Aliased::new(&self.nodes),
            line_starts: OnceLock::new(),
            file: self.file,
            format: self.format,
            source: self.source,
            nodes: self.nodes,
            cooked: self.cooked,
            comments: self.comments,
        };
        Parsed { tree, problems: self.problems, duplicates: self.duplicates, aliases: self.aliases }
    }

    pub(super) fn error(&self, start: u32, end: u32, message: impl Into<String>) -> SyntaxError {
        SyntaxError { span: Span::new(self.file, start, end), message: message.into(), help: None }
    }

    /// Whether the next node is a key.
    pub(super) fn at_key(&self) -> bool {
        self.frames.last().is_some_and(|frame| {
            self.nodes[frame.index].kind == Kind::Mapping && frame.children.is_multiple_of(2)
        })
    }

    /// Where the last child of the innermost container ends.
    pub(super) fn last_end(&self) -> Option<u32> {
        self.frames.last().filter(|frame| frame.children > 0).map(|frame| frame.end)
    }

    pub(super) fn scalar(&mut self, scalar: &RawScalar<'_>) -> Outcome {
        if scalar.style == Style::Plain && scalar.flags == 0 && scalar.text == "<<" && self.at_key() {
            self.aliases.push(Span::new(self.file, scalar.start, scalar.end));
            if let Some(frame) = self.frames.last_mut() {
                frame.has_merge = true;
            }
        }
        let quoted = matches!(scalar.style, Style::SingleQuoted | Style::DoubleQuoted);
        let (a, flags) = self.place(scalar.text, scalar.start + u32::from(quoted));
        let index = self.push(Node {
            start: scalar.start,
            end: scalar.end,
            a,
            b: to_u32(scalar.text.len()),
            kind: Kind::Scalar,
            style: scalar.style,
            flags: scalar.flags | flags,
        })?;
        self.complete(index, scalar.end, scalar.anchor)
    }

    pub(super) fn open(
        &mut self,
        kind: Kind,
        style: Style,
        start: u32,
        end: u32,
        anchor: AnchorId,
    ) -> Outcome {
        if self.frames.len() >= MAX_DEPTH {
            return Err(self.too_deep(start, end));
        }
        let index = self.push(Node { start, end, a: 0, b: 0, kind, style, flags: 0 })?;
        if anchor != 0 {
            self.anchors.insert(anchor, None);
        }
        self.frames.push(Frame { index, children: 0, end, anchor, has_merge: false });
        Ok(())
    }

    /// Opens the mapping that stands for a tag; the next node becomes its value and closes it.
    pub(super) fn open_short_form(&mut self, name: &str, start: u32, end: u32, anchor: AnchorId) -> Outcome {
        self.open(Kind::Mapping, Style::ShortForm, start, end, anchor)?;
        let (a, b) = self.name(name);
        let key = Node { start, end, a, b, kind: Kind::Scalar, style: Style::Plain, flags: COOKED };
        let index = self.push(key)?;
        self.complete(index, end, 0)
    }

    /// Closes the innermost container. Without an end it ends where its last child does.
    pub(super) fn close(&mut self, end: Option<u32>) -> Outcome {
        let Some(frame) = self.frames.pop() else { return Ok(()) };
        let end = end.unwrap_or(frame.end);
        self.seal(&frame, end);
        if self.nodes[frame.index].kind == Kind::Mapping {
            if frame.has_merge {
                let copies = self.expand_merge_keys(frame.index)?;
                self.spend(copies, self.nodes[frame.index].start, end)?;
            }
            self.find_duplicates(frame.index);
        }
        self.complete(frame.index, end, frame.anchor)
    }

    /// Copies the subtree of an anchor to where the alias `start..end` stands.
    pub(super) fn alias(&mut self, anchor: AnchorId, start: u32, end: u32) -> Outcome {
        self.aliases.push(Span::new(self.file, start, end));
        let Some(known) = self.anchors.get(&anchor) else {
            return Err(self.unknown_alias(start, end));
        };
        let Some(anchored) = known else {
            return Err(self.error(start, end, "the alias refers to a value that contains the alias itself"));
        };
        let (count, height) = (anchored.nodes.len(), anchored.height);
        if self.frames.len() + height > MAX_DEPTH {
            return Err(self.too_deep(start, end));
        }
        self.spend(count, start, end)?;
        let first = self.nodes.len();
        if let Some(Some(anchored)) = self.anchors.get(&anchor) {
            append_shifted(&mut self.nodes, &anchored.nodes, 0);
        }
        if self.nodes.len() > MAX_NODES {
            return Err(self.too_many(start, end));
        }
        self.complete(first, end, 0)
    }

    pub(super) fn unknown_alias(&self, start: u32, end: u32) -> SyntaxError {
        let mut error = self.error(start, end, "the alias refers to an anchor that is not defined above it");
        error.help = Some("if it is meant as text, such as a wildcard, put it in quotes".to_owned());
        error
    }

    pub(super) fn text_of(&self, node: &Node) -> &str {
        let from = if node.flags & COOKED != 0 { self.cooked.as_str() } else { &*self.source };
        from.get(node.a as usize..(node.a + node.b) as usize).unwrap_or_default()
    }

    pub(super) fn after(&self, index: usize) -> usize {
        let node = &self.nodes[index];
        if node.kind == Kind::Scalar { index + 1 } else { node.a as usize }
    }

    fn push(&mut self, node: Node) -> Result<usize, SyntaxError> {
        if self.nodes.len() >= MAX_NODES {
            return Err(self.too_many(node.start, node.end));
        }
        // A block starts at its first child; a tag or anchor of that child can lie before the start event's place.
        for frame in self.frames.iter().rev() {
            let parent = &mut self.nodes[frame.index];
            if parent.start <= node.start {
                break;
            }
            parent.start = node.start;
        }
        self.nodes.push(node);
        Ok(self.nodes.len() - 1)
    }

    /// Counts a complete node in its parent, and closes the short forms that it was the value of.
    fn complete(&mut self, mut index: usize, end: u32, mut anchor: AnchorId) -> Outcome {
        loop {
            if anchor != 0 {
                self.keep(anchor, index)?;
            }
            let Some(frame) = self.frames.last_mut() else { return Ok(()) };
            frame.children += 1;
            frame.end = frame.end.max(end);
            if frame.children < 2 || self.nodes[frame.index].style != Style::ShortForm {
                return Ok(());
            }
            let Some(frame) = self.frames.pop() else { return Ok(()) };
            self.seal(&frame, frame.end);
            (index, anchor) = (frame.index, frame.anchor);
        }
    }

    fn seal(&mut self, frame: &Frame, end: u32) {
        let next = to_u32(self.nodes.len());
        let node = &mut self.nodes[frame.index];
        node.end = end.max(node.start);
        node.a = next;
        node.b = frame.children;
    }

    fn keep(&mut self, anchor: AnchorId, index: usize) -> Outcome {
        let (start, end) = (self.nodes[index].start, self.nodes[index].end);
        self.spend(self.nodes.len() - index, start, end)?;
        let mut nodes = Vec::with_capacity(self.nodes.len() - index);
        append_shifted(&mut nodes, &self.nodes[index..], index);
        for node in &mut nodes {
            node.flags |= ALIASED;
        }
        let height = height(&nodes);
        self.anchors.insert(anchor, Some(Anchored { nodes, height }));
        Ok(())
    }

    fn spend(&mut self, nodes: usize, start: u32, end: u32) -> Outcome {
        self.copied += nodes;
        if self.copied <= MAX_COPIED_NODES {
            return Ok(());
        }
        Err(self.error(start, end, format!("aliases expand to more than {MAX_COPIED_NODES} nodes")))
    }

    fn too_deep(&self, start: u32, end: u32) -> SyntaxError {
        self.error(start, end, format!("values are nested more than {MAX_DEPTH} levels deep"))
    }

    fn too_many(&self, start: u32, end: u32) -> SyntaxError {
        self.error(start, end, format!("the file has more than {MAX_NODES} keys and values"))
    }

    /// Where a text lies: at this place of the source if it is written there as it is, else in `cooked`.
    fn place(&mut self, text: &str, start: u32) -> (u32, u8) {
        let written = self.source.as_bytes().get(start as usize..start as usize + text.len());
        // A grammar that had nothing to decode hands over a slice of the source itself, which needs no comparison.
        if written.is_some_and(|written| std::ptr::eq(written, text.as_bytes()) || written == text.as_bytes())
        {
            return (start, 0);
        }
        let at = to_u32(self.cooked.len());
        self.cooked.push_str(text);
        (at, COOKED)
    }

    fn name(&mut self, name: &str) -> (u32, u32) {
        let known =
            self.names.iter().find(|(a, b)| self.cooked.get(*a as usize..(a + b) as usize) == Some(name));
        if let Some(place) = known {
            return *place;
        }
        let place = (to_u32(self.cooked.len()), to_u32(name.len()));
        self.cooked.push_str(name);
        // There are some twenty functions; a file with more names gains nothing from a longer list.
        if self.names.len() < 32 {
            self.names.push(place);
        }
        place
    }
}

pub(super) fn to_u32(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

/// Appends `nodes`, the first of which had the index `from`.
pub(super) fn append_shifted(to: &mut Vec<Node>, nodes: &[Node], from: usize) {
    let (new, old) = (to_u32(to.len()), to_u32(from));
    to.extend(nodes.iter().map(|node| {
        let mut node = *node;
        if node.kind != Kind::Scalar {
            node.a = node.a - old + new;
        }
        node
    }));
}

/// How many containers lie within each other at most.
fn height(nodes: &[Node]) -> usize {
    let mut ends: Vec<u32> = Vec::new();
    let mut highest = 0;
    for (index, node) in nodes.iter().enumerate() {
        while ends.last().is_some_and(|end| *end as usize <= index) {
            ends.pop();
        }
        if node.kind != Kind::Scalar {
            ends.push(node.a);
            highest = highest.max(ends.len());
        }
    }
    highest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_nodes_than_the_limit_are_an_error() {
        let mut builder = Builder::new(FileId(0), Format::Json, Arc::from("[]"));
        builder.open(Kind::Sequence, Style::Flow, 0, 1, 0).unwrap();
        let scalar = RawScalar { start: 1, end: 1, style: Style::Plain, flags: 0, text: "", anchor: 0 };
        for _ in 1..MAX_NODES {
            builder.scalar(&scalar).unwrap();
        }
        let error = builder.scalar(&scalar).unwrap_err();
        assert_eq!(error.message, "the file has more than 4000000 keys and values");
    }
}
