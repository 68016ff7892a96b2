//! The distributions of a document with their behaviors and origins, as `cflint map` draws them.

use cflint_diagnostics::Span;
use cflint_edge::map::{Kind, Map, map};
use cflint_linter::{Input, Options, Seen, distributions, survey};
use cflint_template::model::{self, Model};

use super::example::example;

/// A distribution of the document.
pub(super) struct Picture {
    pub(super) name: String,
    pub(super) span: Span,
    pub(super) behaviors: Vec<Behavior>,
}

pub(super) struct Behavior {
    pub(super) name: String,
    pub(super) span: Span,
    details: Vec<String>,
    /// Under which conditions it is like this.
    conditions: Vec<(String, bool)>,
    pub(super) origins: Vec<Origin>,
    /// What happens to an example request, if someone wants to know.
    example: Option<String>,
}

pub(super) struct Origin {
    pub(super) name: String,
    pub(super) span: Span,
    /// The host and what responds there, and the stages behind it.
    details: Vec<String>,
}

impl Behavior {
    /// The behavior in words.
    pub(super) fn markdown(&self) -> String {
        let conditions = self.conditions.iter().map(|(name, value)| format!("{name} is {value}"));
        let conditions: Vec<String> = conditions.collect();
        let when =
            if conditions.is_empty() { String::new() } else { format!(", if {}", conditions.join(" and ")) };
        let mut text = format!("**`{}`**{when}\n\n", self.name);
        self.details.iter().for_each(|detail| text.push_str(&format!("- {detail}\n")));
        for origin in &self.origins {
            text.push_str(&format!("- origin `{}`: {}\n", origin.name, origin.details.join(", ")));
        }
        if let Some(example) = &self.example {
            text.push_str(example);
        }
        text
    }
}

/// The distributions in each of their views, with an example request for the behaviors that are wanted.
pub(super) fn picture(
    inputs: &[Input],
    options: &Options,
    wanted: impl Fn(&model::Behavior) -> bool + Sync,
) -> Vec<Picture> {
    let seen = |model: &Model| (map(model), examples(model, &wanted));
    let surveyed = survey(inputs, options, |template, _| distributions(template, seen));
    surveyed.found.into_iter().flatten().filter_map(drawn).collect()
}

/// What happens to an example request, by the place of the behavior that handles it.
type Examples = Vec<(Span, String)>;

fn examples(model: &Model, wanted: impl Fn(&model::Behavior) -> bool) -> Examples {
    let behaviors = model.distribution.all_behaviors().filter(|behavior| wanted(behavior));
    behaviors.filter_map(|behavior| Some((behavior.span, example(model, behavior)?))).collect()
}

fn drawn(seen: Seen<(Map, Examples)>) -> Option<Picture> {
    let (map, examples) = &seen.value;
    let next = |from: usize, kind: Kind| {
        map.edges.iter().filter(move |(start, _)| *start == from).filter_map(move |(_, end)| {
            map.nodes.get(*end).filter(|node| node.kind == kind).map(|node| (*end, node))
        })
    };
    let root = map.nodes.first().filter(|node| node.span.file.0 == 0)?;
    let behaviors = next(0, Kind::Behavior).map(|(index, node)| Behavior {
        name: node.label.clone(),
        span: node.span,
        details: node.details.clone(),
        conditions: seen.conditions.clone(),
        example: examples.iter().find(|(span, _)| *span == node.span).map(|(_, text)| text.clone()),
        origins: next(index, Kind::Origin)
            .map(|(index, node)| Origin {
                name: node.label.clone(),
                span: node.span,
                details: node
                    .details
                    .iter()
                    .cloned()
                    .chain(next(index, Kind::Stage).map(|(_, it)| it.label.clone()))
                    .collect(),
            })
            .collect(),
    });
    Some(Picture { name: root.label.clone(), span: root.span, behaviors: behaviors.collect() })
}
