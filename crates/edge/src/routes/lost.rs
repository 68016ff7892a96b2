//! Routes of an API that viewers of the distribution cannot reach, because other behaviors handle their paths.

use cflint_template::model::{Api, Guard, Model, OtherWay, Protocol, Route, RoutePath, Segment};
use cflint_template::value::Text;

use crate::facts::headers::Method;
use crate::origin::backend::Backend;
use crate::routes::entrance::entrances;
use crate::routes::host::answering;
use crate::routes::path::{RequestPath, paths_of, request_paths, taker};
use crate::routes::pattern::PathPattern;
use crate::routes::reachable::wanted;
use crate::routes::unrouted::unrouted;

/// A path of an API that no behavior routes to it.
#[derive(Debug)]
pub struct Lost<'m> {
    pub api: &'m Api,
    /// The routes with this path, each with a method.
    pub routes: Vec<(Method, &'m Route)>,
    /// The path that viewers would request.
    pub viewer_path: String,
    /// What handles these requests instead.
    pub instead: RequestPath<'m>,
    /// The origin that the API is behind.
    pub origin: String,
    /// Whether other templates or the readers of the outputs receive the name of the API, so that it may have other
    /// clients.
    pub is_given_away: bool,
}

/// The routes that are lost, of APIs that other routes of are reached. Nothing is lost where the template does not say
/// which origin responds, or where an API has another entrance.
pub fn lost_routes(model: &Model) -> Vec<Lost<'_>> {
    let paths = request_paths(model);
    let behaviors = &model.distribution.behaviors;
    let is_unclear = behaviors.open.is_some()
        || behaviors.iter().any(|behavior| behavior.path_pattern.literal().is_none())
        || paths.iter().any(|path| matches!(path.backend, Backend::Unknown) || path.may_be_redirected());
    if is_unclear {
        return Vec::new();
    }
    model.apis.iter().flat_map(|api| lost_of(model, api, &paths)).collect()
}

fn lost_of<'m>(model: &'m Model, api: &'m Api, paths: &[RequestPath<'m>]) -> Vec<Lost<'m>> {
    let mut lost: Vec<Lost<'m>> = Vec::new();
    let leads = |path: &&RequestPath<'m>| entrances(path).iter().any(|way| std::ptr::eq(way.api, api));
    let own: Vec<&RequestPath<'m>> = paths.iter().filter(leads).collect();
    let is_unclear = |path: &&RequestPath<'_>| {
        path.may_be_rewritten() || path.origin.path.is_unknown() || !path.knows_all_samples()
    };
    if api.protocol == Protocol::WebSocket
        || !api.has_endpoint_type("PRIVATE").is_false()
        || own.iter().any(is_unclear)
        || has_other_entrance(model, api, &own)
    {
        return lost;
    }
    let reached: Vec<&Route> = own
        .iter()
        .flat_map(|path| path.samples())
        .filter(|sample| std::ptr::eq(sample.entrance.api, api))
        .map(|sample| sample.route)
        .collect();
    if reached.is_empty() {
        return lost;
    }
    for route in api.routes.iter().filter(|route| is_meant_for_viewers(route)) {
        if reached.iter().any(|other| std::ptr::eq(*other, route)) {
            continue;
        }
        let method = Method::from_name(&route.method).unwrap_or(Method::Get);
        if let Some(known) =
            lost.iter_mut().find(|lost| lost.routes.iter().any(|(_, other)| other.path == route.path))
        {
            known.routes.push((method, route));
            continue;
        }
        let Some((path, viewer_path)) = own.iter().find_map(|path| Some((path, wanted(path, api, route)?)))
        else {
            continue;
        };
        if is_bare(model, &viewer_path) {
            continue;
        }
        let Some(other) = taker(&model.distribution, &viewer_path) else { continue };
        let ways = paths_of(model, other);
        let is_lost = ways.iter().all(|way| goes_elsewhere(Some(api), way, &viewer_path, method));
        let Some(instead) = ways.into_iter().next().filter(|_| is_lost) else { continue };
        lost.push(Lost {
            api,
            routes: vec![(method, route)],
            viewer_path,
            instead,
            origin: path.origin.id.known().map_or_else(String::new, Text::to_string),
            is_given_away: model.other_ways.contains_key(&api.id),
        });
    }
    lost
}

/// A preflight, a route that everything else goes to, and a call that only another service signs are not for a behavior
/// of their own.
fn is_meant_for_viewers(route: &Route) -> bool {
    let is_path = match &route.path {
        RoutePath::Default | RoutePath::Connect => false,
        RoutePath::Segments(segments) => !matches!(segments.last(), Some(Segment::Greedy(_)) | None),
    };
    is_path && route.method != "OPTIONS" && route.guard != Guard::Iam
}

/// Whether clients may reach the API past the distribution: through another one, or through a custom domain that is not
/// its origin.
fn has_other_entrance(model: &Model, api: &Api, own: &[&RequestPath<'_>]) -> bool {
    let is_origin = |id: &str| own.iter().any(|path| answering(path).is_some_and(|domain| domain.id == id));
    model.other_ways.get(&api.id) == Some(&OtherWay::Distribution)
        || model.custom_domains.iter().filter(|domain| !is_origin(&domain.id)).any(|domain| {
            domain.mappings.open.is_some()
                || domain.mappings.iter().any(|mapping| {
                    let target = mapping.api.known().and_then(Text::as_resource);
                    target.is_none_or(|id| id == api.id)
                })
        })
}

/// Whether a pattern such as `/api/*` nearly matches the path.
fn is_bare(model: &Model, viewer_path: &str) -> bool {
    let patterns = model.distribution.behaviors.iter().filter_map(|behavior| behavior.path_pattern.literal());
    patterns.map(PathPattern::new).any(|pattern| pattern.text().strip_suffix("/*") == Some(viewer_path))
}

/// Whether a request certainly does not reach the API this way.
pub fn goes_elsewhere(api: Option<&Api>, way: &RequestPath<'_>, viewer_path: &str, method: Method) -> bool {
    match (&way.backend, api, way.backend.api()) {
        (Backend::Unknown, ..) => false,
        (backend, ..) if !backend.is_api() => true,
        (_, Some(api), Some(other)) if !std::ptr::eq(api, other) => true,
        _ => unrouted(way, viewer_path, method).is_some(),
    }
}
