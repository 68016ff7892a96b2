//! Pages that call an API from another site, and the preflights that they send.

use cflint_diagnostics::Confidence;
use cflint_edge::access::cross_site::names_other_site;
use cflint_edge::facts::headers::Method;
use cflint_edge::language::Domain;
use cflint_edge::routes::path::SampleRequest;
use cflint_edge::routes::path::{RequestPath, request_paths};
use cflint_edge::routes::route_paths::route_path;
use cflint_template::model::{Cors, Prop, Route};

/// How sure it is that pages of other sites call the API behind a distribution.
pub(crate) fn other_sites(path: &RequestPath<'_>, cors: &Cors) -> Confidence {
    if !may_serve_pages(path) {
        Confidence::Certain
    } else if names_other_site(path.model, cors) {
        Confidence::Likely
    } else {
        Confidence::Possible
    }
}

/// Whether the distribution itself may serve pages, which need no CORS to call an API behind it.
fn may_serve_pages(path: &RequestPath<'_>) -> bool {
    request_paths(path.model).iter().any(|other| !other.backend.is_api())
}

/// A site that the API allows.
pub(crate) fn site(cors: &Cors) -> String {
    let mut named = cors.origins.iter().filter_map(Prop::literal);
    let site = named.find(|origin| origin.contains("://") && !origin.contains('*'));
    site.unwrap_or("https://app.example.com").to_owned()
}

/// The method of the request that a preflight is sent for: that of a route at the same path.
pub(crate) fn announced<'m>(sample: &SampleRequest<'m>) -> &'m str {
    let is_beside = |other: &&Route| other.path == sample.route.path && other.method != "OPTIONS";
    let beside = || sample.entrance.api.routes.iter().find(is_beside);
    let named = |route: &'m Route| Some(route.method.as_str()).filter(|method| *method != "ANY");
    match sample.method {
        Method::Options => beside().and_then(named).unwrap_or("GET"),
        method => method.as_str(),
    }
}

/// Whether a request is for an `OPTIONS` route at paths that no other route has: no preflight is about it.
pub(crate) fn is_lone_options(sample: &SampleRequest<'_>) -> bool {
    let api = sample.entrance.api;
    let own = route_path(sample.route);
    let is_beside = |other: &Route| {
        other.method != "OPTIONS" && own.shared_example(&route_path(other), Domain::NormalizedPath).is_some()
    };
    sample.route.method == "OPTIONS"
        && api.routes.open.is_none()
        && !api.routes.iter().any(is_beside)
        && !api.cors.known().is_some_and(|cors| cors.is_built_in)
}
