//! The ways into the APIs behind an origin: the stages of the default endpoint, or the mappings of a custom domain.

use cflint_template::model::{
    Api, CustomDomain, Mapping, Model, Protocol, Route, RoutePath, Segment, Stage, State,
};
use cflint_template::value::{Hole, Part, Text, Tri};

use crate::Certainty;
use crate::headers::Method;
use crate::host::answering;
use crate::language::{Cover, Domain, Language, shared_covered_by};
use crate::mapping::{Choice, choose};
use crate::origin::is_path_malformed;
use crate::path::RequestPath;
use crate::reach::{below, language, without_slashes};
use crate::routing::{Below, Routed, route};

/// One way into an API.
#[derive(Debug, Clone)]
pub struct Entrance<'m> {
    /// The API.
    pub api: &'m Api,
    /// The stage, if it is one that the template names.
    pub stage: Option<&'m Stage>,
    /// The mapping, at a custom domain.
    pub mapping: Option<&'m Mapping>,
    /// What the paths start with that come in here: `/prod`, or nothing.
    pub front: Text,
}

/// How far one request gets into an API.
#[derive(Debug, Clone)]
pub enum Entered<'m> {
    /// Into a stage.
    In {
        /// The way that it takes.
        entrance: Entrance<'m>,
        /// The path below it.
        below: Below,
    },
    /// No stage has the name that comes first in the path.
    NoStage {
        /// The API.
        api: &'m Api,
        /// What stands where the name of a stage should.
        segment: Text,
    },
    /// No mapping of the custom domain takes the path.
    NoMapping(&'m CustomDomain),
    /// The template does not say; why.
    Unknown(String),
}

/// A request that comes through a behavior and leads to a route.
#[derive(Debug, Clone)]
pub struct Call<'m> {
    /// The way into the API.
    pub entrance: Entrance<'m>,
    /// The route.
    pub route: &'m Route,
    /// The method.
    pub method: Method,
    /// The path that the viewer asks for.
    pub viewer_path: String,
}

/// Every way into the APIs of a request path that the template shows.
#[must_use]
pub fn entrances<'m>(path: &RequestPath<'m>) -> Vec<Entrance<'m>> {
    if let Some(api) = path.backend.api() {
        return of_stages(api, &Text::default(), None);
    }
    let Some(domain) = answering(path) else { return Vec::new() };
    domain.mappings.iter().flat_map(|mapping| of_mapping(path.model, mapping)).collect()
}

/// The ways through one mapping: one, or one for each stage if the caller names it.
fn of_mapping<'m>(model: &'m Model, mapping: &'m Mapping) -> Vec<Entrance<'m>> {
    let api = mapping.api.known().and_then(Text::as_resource).and_then(|id| model.api(id));
    let (Some(api), Some(front)) = (api, mapping.prefix()) else { return Vec::new() };
    match &mapping.stage.state {
        State::Known(name) => {
            let is_it = |stage: &&Stage| {
                stage.name.known().is_some_and(|own| own.equals(name).is_true())
                    || (stage.id.is_some() && stage.id.as_deref() == name.as_resource())
            };
            let stage = api.stages.iter().find(is_it);
            vec![Entrance { api, stage, mapping: Some(mapping), front }]
        }
        State::Absent => of_stages(api, &front, Some(mapping)),
        State::Unknown(_) => Vec::new(),
    }
}

fn of_stages<'m>(api: &'m Api, front: &Text, mapping: Option<&'m Mapping>) -> Vec<Entrance<'m>> {
    let staged = api.stages.iter().filter_map(|stage| {
        let name = stage.name.known()?;
        let front = match stage.is_default() {
            true => front.clone(),
            false => Text::join(&Text::literal("/"), [front, name]),
        };
        Some(Entrance { api, stage: Some(stage), mapping, front })
    });
    staged.collect()
}

/// Where a request comes in at the default endpoint of an API.
#[must_use]
pub fn enter_api<'m>(api: &'m Api, arriving: &Text) -> Entered<'m> {
    enter_stage(api, arriving, &Text::default(), None)
}

/// Where a request comes in at a custom domain.
#[must_use]
pub fn enter_domain<'m>(model: &'m Model, domain: &'m CustomDomain, arriving: &Text) -> Entered<'m> {
    let only = match domain.mappings.items.as_slice() {
        [only] if only.key.is_absent() && domain.mappings.open.is_none() => Some(only),
        _ => None,
    };
    let mapping = match (only, arriving.as_literal()) {
        (Some(only), _) => only,
        (None, Some(literal)) => match choose(domain, literal) {
            Choice::Mapping(mapping) => mapping,
            Choice::Nothing => return Entered::NoMapping(domain),
            Choice::Unknown => {
                return Entered::Unknown(format!("not all mappings of `{}` are known", domain.id));
            }
        },
        (None, None) => return Entered::Unknown("the path is known only at deployment".to_owned()),
    };
    let api = mapping.api.known().and_then(Text::as_resource).and_then(|id| model.api(id));
    let (Some(api), Some(front)) = (api, mapping.prefix()) else {
        return Entered::Unknown(format!("what mapping `{}` leads to is not in the template", mapping.id));
    };
    if mapping.stage.is_absent() {
        return enter_stage(api, arriving, &front, Some(mapping));
    }
    let entrance = of_mapping(model, mapping).into_iter().next();
    // What becomes of a segment that only starts with the base path is not documented.
    let is_cut = |rest: &Text| !rest.is_empty() && !rest.prefix().starts_with('/');
    let rest = strip(arriving, &front).filter(|rest| !is_cut(rest)).and_then(|rest| Below::new(&rest));
    match (entrance, rest) {
        (Some(entrance), Some(below)) => Entered::In { entrance, below },
        (None, _) => Entered::Unknown(format!("the stage of mapping `{}` is not known", mapping.id)),
        (_, None) => Entered::Unknown("where the segments of the path end is not known".to_owned()),
    }
}

/// The first segment names the stage; a stage `$default` takes what names none.
fn enter_stage<'m>(api: &'m Api, arriving: &Text, front: &Text, mapping: Option<&'m Mapping>) -> Entered<'m> {
    let staged: Vec<&Text> = api.stages.iter().filter_map(|stage| stage.name.known()).collect();
    let known = without_slashes(arriving, &staged);
    let Some(whole) = strip(&known, front).and_then(|rest| Below::new(&rest)) else {
        return Entered::Unknown("where the segments of the path end is not known".to_owned());
    };
    let first = whole.segments.first().cloned().unwrap_or_default();
    let mut perhaps = None;
    for stage in api.stages.iter().filter(|stage| !stage.is_default()) {
        let Some(name) = stage.name.known() else { continue };
        match without_slashes(name, &staged).equals(&first) {
            Tri::True => {
                let entrance = Entrance {
                    api,
                    stage: Some(stage),
                    mapping,
                    front: Text::join(&Text::literal("/"), [front, name]),
                };
                let mut below = whole.clone();
                below.segments.remove(0);
                return Entered::In { entrance, below };
            }
            Tri::Unknown => perhaps = Some(name),
            Tri::False => {}
        }
    }
    if let Some(name) = perhaps {
        return Entered::Unknown(format!(
            "whether stage `{name}` is called `{first}` is known only at deployment"
        ));
    }
    if let Some(reason) = &api.stages.open {
        return Entered::Unknown(format!("not all stages of `{}` are known: {}", api.id, reason.0));
    }
    match api.stages.iter().find(|stage| stage.is_default()) {
        Some(stage) if api.protocol != Protocol::Rest => {
            let entrance = Entrance { api, stage: Some(stage), mapping, front: front.clone() };
            Entered::In { entrance, below: whole }
        }
        _ => Entered::NoStage { api, segment: first },
    }
}

/// The route that a request of a viewer comes to, if that is certain as far as the template goes.
#[must_use]
pub fn leads_to<'m>(path: &RequestPath<'m>, viewer_path: &str, method: Method) -> Option<&'m Route> {
    if !path.takes(viewer_path) || is_path_malformed(path.origin) {
        return None;
    }
    // The default root object takes the place of `/`, and of nothing else.
    let object = path.distribution.default_root_object.or_default(Text::default());
    if viewer_path == "/" && object.is_none_or(|object| !object.is_empty()) {
        return None;
    }
    let mut arriving = path.origin.path.or_default(Text::default())?;
    arriving.push_str(viewer_path);
    let entered = match path.backend.api() {
        Some(api) => enter_api(api, &arriving),
        None => enter_domain(path.model, answering(path)?, &arriving),
    };
    let Entered::In { entrance, below } = entered else { return None };
    match route(entrance.api, &below, method.as_str()) {
        Routed::Route(route, certainty) if certainty > Certainty::Uncertain => Some(route),
        _ => None,
    }
}

/// A request for each route that the behavior leads to, in the order of the routes; see [`RequestPath::calls`].
pub(crate) fn calls<'m>(path: &RequestPath<'m>) -> Vec<Call<'m>> {
    let mut calls: Vec<Call<'m>> = Vec::new();
    for entrance in entrances(path) {
        for route in entrance.api.routes.iter() {
            let method = Method::from_name(&route.method).unwrap_or(Method::Get);
            if calls.iter().any(|call| std::ptr::eq(call.route, route)) {
                continue;
            }
            if let Some(viewer_path) = witness(path, &entrance, route, method) {
                calls.push(Call { entrance: entrance.clone(), route, method, viewer_path });
            }
        }
    }
    calls
}

/// A path that the behavior takes and that leads to the route; `None` if there is none, or none that is certain.
#[must_use]
pub fn witness(
    path: &RequestPath<'_>,
    entrance: &Entrance<'_>,
    route: &Route,
    method: Method,
) -> Option<String> {
    let pattern = path.pattern()?;
    let prefix = path.origin.path.or_default(Text::default())?;
    let leads = |viewer_path: &String| {
        leads_to(path, viewer_path, method).is_some_and(|found| std::ptr::eq(found, route))
    };
    let paths = viewer_paths(&prefix, entrance, route);
    let readable = paths
        .iter()
        .filter_map(|paths| pattern.language().shared_example(paths, Domain::NormalizedPath))
        .find(&leads);
    if readable.is_some() {
        return readable;
    }
    let mut before: Vec<Language> = path
        .distribution
        .all_behaviors()
        .take_while(|other| other.index != path.behavior.index)
        .filter_map(|other| {
            Some(crate::pattern::PathPattern::new(other.path_pattern.literal()?).language().clone())
        })
        .collect();
    let exact = entrance.api.routes.iter().filter(|other| is_more_exact(other, route));
    before.extend(exact.flat_map(|other| viewer_paths(&prefix, entrance, other)));
    let before: Vec<&Language> = before.iter().collect();
    paths.iter().find_map(|paths| {
        match shared_covered_by(pattern.language(), paths, &before, Domain::NormalizedPath) {
            Cover::Missing(viewer_path) => Some(viewer_path).filter(&leads),
            Cover::Full | Cover::Unknown => None,
        }
    })
}

/// Whether a route takes paths first that two routes could take.
fn is_more_exact(route: &Route, than: &Route) -> bool {
    let kinds = |route: &Route| -> Vec<u8> {
        match &route.path {
            RoutePath::Default => vec![3],
            RoutePath::Segments(segments) => segments
                .iter()
                .map(|segment| match segment {
                    Segment::Text(_) => 0,
                    Segment::Parameter(_) => 1,
                    Segment::Greedy(_) => 2,
                })
                .collect(),
        }
    };
    route.path != than.path && kinds(route) < kinds(than)
}

/// The paths of viewers that arrive at a route of an entrance, behind what the origin puts in front of them.
fn viewer_paths(prefix: &Text, entrance: &Entrance<'_>, route: &Route) -> Vec<Language> {
    let paths = below(&Language::empty(), entrance.api, route);
    if let Some(rest) = strip(&entrance.front, prefix) {
        return paths.iter().map(|paths| language(&rest).then(paths)).collect();
    }
    match strip(prefix, &entrance.front) {
        Some(rest) => match rest.as_literal() {
            Some(rest) => paths.iter().flat_map(|paths| paths.after(rest)).collect(),
            None => Vec::new(),
        },
        None => Vec::new(),
    }
}

/// What follows in a text behind another one that it certainly starts with.
pub(crate) fn strip(text: &Text, front: &Text) -> Option<Text> {
    let mut rest = atoms(text).into_iter();
    for atom in atoms(front) {
        let same = match (rest.next()?, atom) {
            (Atom::Char(a), Atom::Char(b)) => a == b,
            (Atom::Hole(a), Atom::Hole(b)) => a.reference == b.reference,
            _ => false,
        };
        if !same {
            return None;
        }
    }
    let mut left = Text::default();
    for atom in rest {
        match atom {
            Atom::Char(c) => left.push_str(c.encode_utf8(&mut [0; 4])),
            Atom::Hole(hole) => left.push_hole(hole.clone()),
        }
    }
    Some(left)
}

enum Atom<'t> {
    Char(char),
    Hole(&'t Hole),
}

fn atoms(text: &Text) -> Vec<Atom<'_>> {
    let mut atoms = Vec::new();
    for part in text.parts() {
        match part {
            Part::Lit(literal) => atoms.extend(literal.chars().map(Atom::Char)),
            Part::Hole(hole) => atoms.push(Atom::Hole(hole)),
        }
    }
    atoms
}
