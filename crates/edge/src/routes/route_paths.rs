//! The paths of routes and stages, as languages.

use cflint_template::model::{Api, Protocol, Route, RoutePath, Segment};
use cflint_template::value::{Alphabet, Hole, Part, Text};

use crate::language::{Class, Domain, Language, Token};

pub(super) fn meets(paths: &Language, targets: &[Language]) -> bool {
    targets.iter().any(|target| paths.meets(target, Domain::Text))
}

/// `/{stage}`, alone or with anything below it.
pub(super) fn stage(name: &Text) -> [Language; 2] {
    let mut below = in_stage(name);
    below.push_literal("/");
    [in_stage(name), below.then(&Language::anything())]
}

pub(super) fn in_stage(name: &Text) -> Language {
    Language::literal("/").then(&language(name))
}

/// The paths of a route below its stage, which is empty if it has no segment. A REST API ignores a slash at the end;
/// for HTTP APIs that is not documented for every case, nor is whether `{proxy+}` matches nothing, so both count as
/// reached there.
pub(super) fn below(stage: &Language, api: &Api, route: &Route) -> Vec<Language> {
    let segments = match &route.path {
        RoutePath::Default => return vec![stage.clone().then(&Language::anything())],
        RoutePath::Segments(segments) => segments.as_slice(),
        RoutePath::Connect => &[],
    };
    let path = |segments: &[Segment]| stage.clone().then(&segments_path(segments));
    let slash = |mut path: Language| {
        path.push_literal("/");
        path
    };
    let mut paths = vec![path(segments), slash(path(segments))];
    if let [above @ .., Segment::Greedy(_)] = segments
        && api.protocol == Protocol::Http
    {
        paths.push(slash(path(above)));
    }
    paths
}

/// The paths of a route as the API sees them, without the stage.
pub fn route_path(route: &Route) -> Language {
    match &route.path {
        RoutePath::Default => Language::anything(),
        RoutePath::Connect => Language::literal("/"),
        RoutePath::Segments(segments) if segments.is_empty() => Language::literal("/"),
        RoutePath::Segments(segments) => segments_path(segments),
    }
}

fn segments_path(segments: &[Segment]) -> Language {
    let mut path = Language::empty();
    for segment in segments {
        path.push_literal("/");
        path = path.then(&match segment {
            Segment::Text(text) => language(text),
            Segment::Parameter(_) => Language::segment(),
            Segment::Greedy(_) => Language::greedy(),
        });
    }
    path
}

/// A text as a language: a hole is any text that its alphabet allows.
pub fn language(text: &Text) -> Language {
    let mut language = Language::empty();
    for part in text.parts() {
        match part {
            Part::Lit(literal) => language.push_literal(literal),
            Part::Hole(hole) => {
                let class = class(hole.alphabet);
                if !hole.may_be_empty {
                    language.push(Token::One(class.clone()));
                }
                language.push(Token::Many(class));
            }
        }
    }
    language
}

fn class(alphabet: Alphabet) -> Class {
    Class::ranges(&alphabet.ranges()).unwrap_or_else(Class::any)
}

/// The text with the knowledge that the names of stages contain no slash, so that what they are made of contains none
/// elsewhere either.
pub(super) fn without_slashes(text: &Text, stages: &[&Text]) -> Text {
    let of_stage = |hole: &Hole| {
        let mut holes = stages.iter().flat_map(|name| name.holes());
        hole.alphabet.is_any() && holes.any(|other| other.reference == hole.reference)
    };
    let mut known = Text::default();
    for part in text.parts() {
        match part {
            Part::Lit(literal) => known.push_str(literal),
            Part::Hole(hole) if of_stage(hole) => {
                known.push_hole(Hole { alphabet: Alphabet::STAGE, ..(**hole).clone() });
            }
            Part::Hole(hole) => known.push_hole((**hole).clone()),
        }
    }
    known
}
