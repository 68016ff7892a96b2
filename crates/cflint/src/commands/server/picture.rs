//! The distributions of a document with their behaviors and origins, as `cflint map` draws them.

use cflint_diagnostics::Span;
use cflint_edge::map::{Kind, Map, Node, map};
use cflint_linter::{Input, Options, distributions, survey};

/// A distribution of the document.
pub(super) struct Picture {
    pub(super) name: String,
    pub(super) span: Span,
    pub(super) behaviors: Vec<Behavior>,
}

pub(super) struct Behavior {
    pub(super) name: String,
    pub(super) span: Span,
    pub(super) origins: Vec<Origin>,
}

pub(super) struct Origin {
    pub(super) name: String,
    pub(super) span: Span,
}

/// The distributions in each of their views.
pub(super) fn picture(inputs: &[Input], options: &Options) -> Vec<Picture> {
    let surveyed = survey(inputs, options, |template, _| distributions(template, map));
    surveyed.found.into_iter().flatten().filter_map(|seen| drawn(&seen.value)).collect()
}

fn drawn(map: &Map) -> Option<Picture> {
    let root = map.nodes.first().filter(|node| node.span.file.0 == 0)?;
    let behavior = |(index, node): (usize, &Node)| {
        let origins = below(map, index, Kind::Origin);
        let origins = origins.map(|(_, node)| Origin { name: node.label.clone(), span: node.span });
        Behavior { name: node.label.clone(), span: node.span, origins: origins.collect() }
    };
    let behaviors = below(map, 0, Kind::Behavior).map(behavior).collect();
    Some(Picture { name: root.label.clone(), span: root.span, behaviors })
}

/// The nodes of a kind that a node points to.
pub(super) fn below(map: &Map, from: usize, kind: Kind) -> impl Iterator<Item = (usize, &Node)> {
    let ends = map.edges.iter().filter(move |(start, _)| *start == from).map(|(_, end)| *end);
    ends.filter_map(|end| Some((end, map.nodes.get(end)?))).filter(move |(_, node)| node.kind == kind)
}
