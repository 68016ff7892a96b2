//! A behavior in words: what it forwards, where it goes, and what happens to an example request.

use cflint_diagnostics::Span;
use cflint_edge::map::{Kind, Map, map};
use cflint_linter::{Seen, distributions_for, survey};
use cflint_template::model::{Behavior, Model};

use super::example::{Example, example, routes};
use super::now::Now;
use super::picture::below;
use super::values::when;
use super::words::code;

/// For how many combinations of conditions each part is shown.
const MAX_VIEWS: usize = 3;

/// What is told. Each depends on conditions of its own.
#[derive(Clone, Copy, PartialEq)]
enum Part {
    Map,
    Example,
}

#[derive(PartialEq)]
enum Told {
    Map(String),
    Example(Example),
}

/// The behavior at a place, as Markdown: one text for each part.
pub(super) fn describe(now: &Now<'_>, is_here: impl Fn(Span) -> bool + Sync) -> Vec<String> {
    let look = |model: &Model, part: &Part| {
        let drawn = (*part == Part::Map).then(|| map(model));
        let told = |behavior: &Behavior| match &drawn {
            Some(map) => Some(Told::Map(listed(model, map, behavior))),
            None => example(model, behavior).map(Told::Example),
        };
        // A loop makes several at one place.
        let here = model.distribution.all_behaviors().filter(|behavior| is_here(behavior.span));
        here.filter_map(|behavior| Some((behavior.name(), told(behavior)?))).collect::<Vec<_>>()
    };
    let parts = [Part::Map, Part::Example];
    let surveyed = survey(&now.inputs, now.options, |template, _| distributions_for(template, &parts, look));
    let mut texts = Vec::new();
    for seen in surveyed.found.into_iter().flatten() {
        let all: Vec<_> = seen.iter().flat_map(one_by_one).collect();
        texts.extend(all.iter().take(MAX_VIEWS).enumerate().map(|(index, (name, when, told))| match told {
            Told::Map(text) => format!("**{}**{when}\n\n{text}", code(name)),
            Told::Example(example) => example.markdown(when, index == 0),
        }));
        if let Some(more) = all.len().checked_sub(MAX_VIEWS).filter(|more| *more > 0) {
            let noun = if more == 1 { "combination" } else { "combinations" };
            texts.push(format!("and {more} more {noun} of conditions"));
        }
    }
    texts
}

type Known<'s> = (&'s str, String, &'s Told);

fn one_by_one(seen: &Seen<Vec<(String, Told)>>) -> impl Iterator<Item = Known<'_>> {
    seen.value.iter().map(|(name, told)| (name.as_str(), when(&seen.conditions), told))
}

fn listed(model: &Model, map: &Map, behavior: &Behavior) -> String {
    let mut lines = Vec::new();
    let is_it = |label: &str| label == behavior.name();
    for (index, node) in below(map, 0, Kind::Behavior).filter(|(_, node)| is_it(&node.label)) {
        lines.extend(node.details.clone());
        for (index, origin) in below(map, index, Kind::Origin) {
            let Some((host, about)) = origin.details.split_first() else { continue };
            let stages: Vec<&str> =
                below(map, index, Kind::Stage).map(|(_, stage)| stage.label.as_str()).collect();
            let stages =
                if stages.is_empty() { String::new() } else { format!(" → {}", stages.join("; ")) };
            lines.push(format!(
                "origin {}: {} ({}){stages}",
                code(&origin.label),
                code(host),
                about.join(", ")
            ));
        }
    }
    lines.extend(routes(model, behavior).map(|routes| format!("reaches {routes}")));
    lines.iter().map(|line| format!("- {line}\n")).collect()
}
