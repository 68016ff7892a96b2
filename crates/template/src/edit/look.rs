//! How a file is written, so that what is added looks like the rest.

use crate::syntax::{Format, Kind, NodeRef, Style, Tree};

use super::lead::{Indicator, dash, lead};
use super::lines;
use super::shared::{all, children};

/// How many nodes are looked at. The start of a file shows its habits, and a large one has many fixes.
const SAMPLE: usize = 2_000;

/// The habits of one file.
pub(super) struct Look<'t> {
    /// `!Sub` rather than `Fn::Sub:`.
    pub(super) short_forms: bool,
    /// Lists with dashes rather than in brackets.
    pub(super) block_lists: bool,
    /// How far the dashes of a list stand from its key.
    pub(super) dash_offset: usize,
    /// How far the keys of a map stand from its key.
    pub(super) step: usize,
    /// What JSON is indented by.
    pub(super) unit: &'t str,
    /// Colon and blanks between key and value, in JSON.
    pub(super) colon: &'t str,
    /// JSON lists have one line for each item.
    pub(super) tall_lists: bool,
    /// JSON maps with one key, such as those of functions, have a line for that key.
    pub(super) tall_maps: bool,
}

/// Looks at the start of the file.
pub(super) fn look(tree: &Tree) -> Look<'_> {
    let mut look = Look {
        short_forms: true,
        block_lists: true,
        dash_offset: 2,
        step: 2,
        unit: "",
        colon: ": ",
        tall_lists: false,
        tall_maps: false,
    };
    match tree.format() {
        Format::Json => look.read_json(tree),
        Format::Yaml => look.read_yaml(tree),
    }
    look
}

impl<'t> Look<'t> {
    fn read_yaml(&mut self, tree: &Tree) {
        let (mut short, mut long, mut block, mut flow) = (0, 0, 0, 0);
        let (mut step, mut offset) = (None, None);
        for node in all(tree).take(SAMPLE).filter(|node| !node.is_aliased()) {
            match (node.kind(), node.style()) {
                (_, Style::ShortForm) => short += 1,
                (Kind::Sequence, Style::Block) => {
                    block += 1;
                    offset = offset.or_else(|| self::offset(node));
                }
                (Kind::Sequence, Style::Flow) if !node.is_empty() => flow += 1,
                (Kind::Mapping, _) => {
                    long += usize::from(node.intrinsic().is_some());
                    step = step.or_else(|| map_offset(node));
                }
                _ => {}
            }
        }
        self.short_forms = short > 0 || long == 0;
        self.block_lists = block > 0 && block >= flow;
        self.step = step.unwrap_or(2);
        self.dash_offset = offset.unwrap_or(self.step);
    }

    fn read_json(&mut self, tree: &'t Tree) {
        let source = tree.source();
        let first = tree.root().and_then(|root| children(root).next().map(|child| (root, child)));
        let Some((root, child)) = first else { return };
        let start = child.span().start as usize;
        if lines::is_first(tree, start) {
            self.unit = lines::margin(tree, start);
        }
        if let Some(entry) = root.entries().next() {
            let gap = source.get(entry.key.span().end as usize..entry.value.span().start as usize);
            self.colon = gap.filter(|gap| !gap.contains(['\n', '\r'])).unwrap_or(self.colon);
        }
        let by_default = lines::is_first(tree, start) && lines::line_start(tree, start) > 0;
        self.tall_lists = most_are_tall(tree, Kind::Sequence).unwrap_or(by_default);
        self.tall_maps = most_are_tall(tree, Kind::Mapping).unwrap_or(by_default);
    }

    /// A comma and what follows it on the same line, in JSON.
    pub(super) fn comma(&self) -> &'static str {
        if self.colon.ends_with(' ') { ", " } else { "," }
    }
}

/// Whether most lists, or maps with one key, have their first child on a line of its own.
fn most_are_tall(tree: &Tree, kind: Kind) -> Option<bool> {
    let (mut tall, mut wide) = (0, 0);
    for node in all(tree).take(SAMPLE).filter(|node| node.kind() == kind && node.index > 0) {
        let Some(child) = children(node).next() else { continue };
        if kind == Kind::Mapping && node.len() > 1 {
            continue;
        }
        let first = lines::is_first(tree, child.span().start as usize);
        if first { tall += 1 } else { wide += 1 }
    }
    (tall + wide > 0).then_some(tall >= wide)
}

/// How far the dashes of a list stand from the key that it is the value of.
pub(super) fn offset(list: NodeRef<'_>) -> Option<usize> {
    let tree = list.tree();
    let at = dash(list.items().next()?)?;
    lines::column(tree, at)?.checked_sub(key_column(list)?)
}

fn map_offset(map: NodeRef<'_>) -> Option<usize> {
    if map.style() != Style::Block {
        return None;
    }
    let column = lines::column(map.tree(), map.entries().next()?.key.span().start as usize)?;
    column.checked_sub(key_column(map)?).filter(|step| *step > 0)
}

/// The column of the key that a value on a later line belongs to.
fn key_column(value: NodeRef<'_>) -> Option<usize> {
    let lead = lead(value).filter(|lead| lead.indicator == Indicator::Colon)?;
    let tree = value.tree();
    let colon = lead.head - 1;
    (lines::line_end(tree, colon) < lead.start).then_some(())?;
    // A template has no key of more than one line.
    let start = lines::line_start(tree, colon);
    let line = tree.source().get(start..colon)?;
    let prefix = line.len() - line.trim_start_matches(['-', ' ']).len();
    lines::column(tree, start + prefix)
}
