//! Requests that certainly lead to routes, found by what takes them: languages propose, and the way of one request decides.

use cflint_template::model::{Api, Protocol, Route, RoutePath, Segment};
use cflint_template::value::Text;

use crate::backend::Backend;
use crate::entrance::{Entrance, entrances, leads_to, strip};
use crate::headers::Method;
use crate::language::{Cover, Domain, Language, shared_covered_by};
use crate::path::RequestPath;
use crate::pattern::PathPattern;
use crate::reach::{below, language};

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

/// A request for each route that the behavior leads to, in the order of the routes; see [`RequestPath::calls`].
pub(crate) fn calls<'m>(path: &RequestPath<'m>) -> Vec<Call<'m>> {
    let mut calls: Vec<Call<'m>> = Vec::new();
    for entrance in entrances(path) {
        for route in entrance.api.routes.iter() {
            if calls.iter().any(|call| std::ptr::eq(call.route, route)) {
                continue;
            }
            let found = methods_of(route)
                .into_iter()
                .find_map(|method| Some((method, witness(path, &entrance, route, method)?)));
            if let Some((method, viewer_path)) = found {
                calls.push(Call { entrance: entrance.clone(), route, method, viewer_path });
            }
        }
    }
    calls
}

/// The methods by which a route can be reached, the likely one first.
fn methods_of(route: &Route) -> Vec<Method> {
    Method::from_name(&route.method).map_or_else(|| Method::ALL.to_vec(), |method| vec![method])
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
    let paths = viewer_paths(&prefix, entrance, below(&Language::empty(), entrance.api, route));
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
        .filter_map(|other| Some(PathPattern::new(other.path_pattern.literal()?).language().clone()))
        .collect();
    // A REST API chooses the resource whatever the method is.
    let takes =
        |other: &Route| entrance.api.protocol == Protocol::Rest || other.takes_method(method.as_str());
    let exact = entrance.api.routes.iter().filter(|other| takes(other) && is_more_exact(other, route));
    before.extend(
        exact.flat_map(|other| viewer_paths(&prefix, entrance, taken_by(entrance.api, other, route))),
    );
    let before: Vec<&Language> = before.iter().collect();
    paths.iter().find_map(|paths| {
        match shared_covered_by(pattern.language(), paths, &before, Domain::NormalizedPath) {
            Cover::Missing(viewer_path) => Some(viewer_path).filter(&leads),
            Cover::Full | Cover::Unknown => None,
        }
    })
}

/// Whether what the origin puts in front of paths leads to a route of some path, whichever behavior takes that path.
#[must_use]
pub fn origin_leads(path: &RequestPath<'_>) -> bool {
    let Some(prefix) = path.origin.path.or_default(Text::default()) else { return false };
    entrances(path).iter().any(|entrance| {
        let below = |route: &Route| below(&Language::empty(), entrance.api, route);
        entrance.api.routes.iter().any(|route| !viewer_paths(&prefix, entrance, below(route)).is_empty())
    })
}

/// Whether requests through another behavior may come to the route of a call, as far as its methods allow. Where the
/// template does not say, they may.
#[must_use]
pub fn may_lead(path: &RequestPath<'_>, call: &Call<'_>) -> bool {
    let ways = entrances(path);
    let mut same = ways.iter().filter(|entrance| std::ptr::eq(entrance.api, call.entrance.api)).peekable();
    if ways.is_empty() {
        return path.backend.is_api() || matches!(path.backend, Backend::Unknown);
    }
    let mut up_to_here =
        path.distribution.behaviors.iter().take(path.behavior.index.map_or(usize::MAX, |at| at + 1));
    let is_unclear = path.may_be_rewritten()
        || path.origin.path.is_unknown()
        || up_to_here.any(|behavior| behavior.path_pattern.literal().is_none());
    same.peek().is_some()
        && (is_unclear || same.any(|entrance| witness(path, entrance, call.route, call.method).is_some()))
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

/// The paths that a route keeps from one that fits less exactly. A REST API does not come back from a resource that it
/// has chosen: whatever is below it is lost as well.
fn taken_by(api: &Api, route: &Route, from: &Route) -> Vec<Language> {
    let (RoutePath::Segments(own), RoutePath::Segments(other)) = (&route.path, &from.path) else {
        return below(&Language::empty(), api, route);
    };
    let shared = own.iter().zip(other).take_while(|(a, b)| a == b).count();
    if api.protocol != Protocol::Rest || own.len() == shared {
        return below(&Language::empty(), api, route);
    }
    let chosen = own.iter().take(shared + 1).cloned().collect();
    let mut paths =
        below(&Language::empty(), api, &Route { path: RoutePath::Segments(chosen), ..route.clone() });
    let lost =
        paths.first().map(|path| path.clone().then(&Language::literal("/")).then(&Language::anything()));
    paths.extend(lost);
    paths
}

/// The paths of viewers that arrive at an entrance with these paths below it, behind what the origin puts in front of them.
fn viewer_paths(prefix: &Text, entrance: &Entrance<'_>, paths: Vec<Language>) -> Vec<Language> {
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
