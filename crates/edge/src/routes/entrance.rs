//! The entrances to the APIs behind an origin: the stages of the default endpoint, or the mappings of a custom domain.

use cflint_template::model::{Api, CustomDomain, Mapping, Model, Protocol, Route, Stage, State};
use cflint_template::value::{Hole, Part, Text, Tri};

use crate::facts::Certainty;
use crate::facts::headers::Method;
use crate::origin::faults::is_path_malformed;
use crate::routes::base_path::{Choice, choose};
use crate::routes::host::answering;
use crate::routes::path::{Entrance, RequestPath};
use crate::routes::route_paths::without_slashes;
use crate::routes::select::{Below, Routed, route};

/// How far one request gets into an API.
#[derive(Debug, Clone)]
pub enum Entered<'m> {
    In {
        /// The entrance that it uses.
        entrance: Entrance<'m>,
        below: Below,
    },
    /// No stage has the name that comes first in the path.
    NoStage {
        api: &'m Api,
        /// What is in the place of the stage name.
        segment: Text,
    },
    /// No mapping of the custom domain matches the path.
    NoMapping(&'m CustomDomain),
    /// The template does not say; the reason.
    Unknown(String),
}

/// Every entrance to the APIs of a request path that the template shows.
pub fn entrances<'m>(path: &RequestPath<'m>) -> Vec<Entrance<'m>> {
    if let Some(api) = path.backend.api() {
        return of_stages(api, &Text::default(), None);
    }
    let Some(domain) = answering(path) else { return Vec::new() };
    domain.mappings.iter().flat_map(|mapping| of_mapping(path.model, mapping)).collect()
}

/// The entrances through one mapping: one, or one for each stage if the caller names it.
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
        let front =
            if stage.is_default() { front.clone() } else { Text::join(&Text::literal("/"), [front, name]) };
        Some(Entrance { api, stage: Some(stage), mapping, front })
    });
    staged.collect()
}

/// Where a request enters the default endpoint of an API.
pub fn enter_api<'m>(api: &'m Api, arriving: &Text) -> Entered<'m> {
    enter_stage(api, arriving, &Text::default(), None)
}

/// Where a request enters a custom domain.
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
            Choice::Unknown if domain.mappings.iter().any(Mapping::has_slash_at_end) => {
                let slashed = domain.mappings.iter().find(|mapping| mapping.has_slash_at_end());
                let id = slashed.map_or("", |mapping| mapping.id.as_str());
                return Entered::Unknown(format!(
                    "the key of mapping `{id}` starts or ends with a slash, which API Gateway may reject"
                ));
            }
            Choice::Unknown => {
                return Entered::Unknown(format!("not all mappings of `{}` are known", domain.id));
            }
        },
        (None, None) => return Entered::Unknown("the path is known only at deployment".to_owned()),
    };
    let api = mapping.api.known().and_then(Text::as_resource).and_then(|id| model.api(id));
    let (Some(api), Some(front)) = (api, mapping.prefix()) else {
        return Entered::Unknown(format!("the target of mapping `{}` is not in the template", mapping.id));
    };
    if mapping.stage.is_absent() {
        return enter_stage(api, arriving, &front, Some(mapping));
    }
    let entrance = of_mapping(model, mapping).into_iter().next();
    // It is not documented what happens to a segment that only starts with the base path.
    let is_cut = |rest: &Text| !rest.is_empty() && !rest.prefix().starts_with('/');
    let rest = strip(arriving, &front).filter(|rest| !is_cut(rest)).and_then(|rest| Below::new(&rest));
    match (entrance, rest) {
        (Some(entrance), Some(below)) => Entered::In { entrance, below },
        (None, _) => Entered::Unknown(format!("the stage of mapping `{}` is not known", mapping.id)),
        (_, None) => Entered::Unknown("it is not known where the segments of the path end".to_owned()),
    }
}

/// The first segment names the stage; a stage `$default` handles the paths that do not name one.
fn enter_stage<'m>(api: &'m Api, arriving: &Text, front: &Text, mapping: Option<&'m Mapping>) -> Entered<'m> {
    let staged: Vec<&Text> = api.stages.iter().filter_map(|stage| stage.name.known()).collect();
    let known = without_slashes(arriving, &staged);
    let Some(whole) = strip(&known, front).and_then(|rest| Below::new(&rest)) else {
        return Entered::Unknown("it is not known where the segments of the path end".to_owned());
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
            "it is known only at deployment whether stage `{name}` is named `{first}`"
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

/// How far a request gets that has come through the behavior; `None` where `OriginPath` is malformed or not known, or
/// where the template does not say which custom domain responds.
pub fn enter<'m>(path: &RequestPath<'m>, viewer_path: &str) -> Option<Entered<'m>> {
    if is_path_malformed(path.origin) {
        return None;
    }
    let mut arriving = path.origin.path.or_default(Text::default())?;
    arriving.push_str(viewer_path);
    match path.backend.api() {
        Some(api) => Some(enter_api(api, &arriving)),
        None => Some(enter_domain(path.model, answering(path)?, &arriving)),
    }
}

/// The route that a request through the behavior reaches, whether or not the behavior matches it; `None`
/// if there is none, or if that is not certain as far as the template goes.
pub fn behind<'m>(path: &RequestPath<'m>, viewer_path: &str, method: Method) -> Option<&'m Route> {
    all_behind(path, viewer_path, [method]).pop().map(|(_, route)| route)
}

/// The same for several methods, as far as there are such routes.
pub fn all_behind<'m>(
    path: &RequestPath<'m>,
    viewer_path: &str,
    methods: impl IntoIterator<Item = Method>,
) -> Vec<(Method, &'m Route)> {
    let Some(Entered::In { entrance, below }) = enter(path, viewer_path) else { return Vec::new() };
    let routed = |method: Method| match route(entrance.api, &below, method.as_str()) {
        Routed::Route(route, certainty) if certainty > Certainty::Uncertain => Some((method, route)),
        _ => None,
    };
    methods.into_iter().filter_map(routed).collect()
}

/// The route that a viewer's request reaches, if that is certain as far as the template goes.
pub fn leads_to<'m>(path: &RequestPath<'m>, viewer_path: &str, method: Method) -> Option<&'m Route> {
    behind(path, path.taken(viewer_path)?, method)
}

/// What follows in a text after another one that it certainly starts with.
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
