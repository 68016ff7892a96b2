//! What several rules say in the same words.

use std::fmt;

use cflint_edge::facts::refusals::{FORBIDDEN, LAMBDA_FORBIDDEN};
use cflint_edge::origin::backend::Backend;
use cflint_edge::routes::path::RequestPath;
use cflint_edge::words::some_of;
use cflint_template::model::Api;

/// A request of a viewer, and how it leaves for the origin.
pub(crate) struct Arrival<'a> {
    pub(crate) method: &'a str,
    pub(crate) viewer_scheme: &'a str,
    pub(crate) viewer_host: String,
    /// Path and query string.
    pub(crate) target: &'a str,
    pub(crate) scheme: &'a str,
    pub(crate) origin_host: String,
    /// With its colon; empty for that of the scheme.
    pub(crate) port: &'a str,
    pub(crate) arriving_path: String,
}

impl<'a> Arrival<'a> {
    /// `GET` over HTTPS.
    pub(crate) fn new(path: &RequestPath<'_>, viewer_path: &'a str) -> Self {
        Self {
            method: "GET",
            viewer_scheme: "https",
            viewer_host: path.viewer_host(),
            target: viewer_path,
            scheme: "https",
            origin_host: path.origin_host(),
            port: "",
            arriving_path: path.arriving_path(viewer_path),
        }
    }
}

impl fmt::Display for Arrival<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { method, viewer_scheme, viewer_host, target, scheme, origin_host, port, arriving_path } =
            self;
        write!(f, "`{method} {viewer_scheme}://{viewer_host}{target}` leaves as ")?;
        write!(f, "`{method} {scheme}://{origin_host}{port}{arriving_path}`")
    }
}

/// The same for a path that reads well.
pub(crate) fn arrival(path: &RequestPath<'_>) -> String {
    Arrival::new(path, &path.example_path()).to_string()
}

/// What becomes of a request whose `Host` is the viewer's, at a backend that knows only its own name.
pub(crate) fn arrival_with_host(path: &RequestPath<'_>) -> String {
    let answer = match &path.backend {
        Backend::LambdaUrl(_) => format!("Lambda answers `{LAMBDA_FORBIDDEN}`"),
        Backend::ExecuteApi { api: Some(api), .. } if api.has_endpoint_type("EDGE").is_true() => {
            "its edge-optimized endpoint is a distribution of its own, which answers 403 with an HTML page"
                .to_owned()
        }
        _ => format!("API Gateway answers `{FORBIDDEN}`"),
    };
    format!("{} with `Host: {}`; {answer}", arrival(path), path.viewer_host())
}

/// What a backend that knows only its own name expects.
pub(crate) fn expected_host(path: &RequestPath<'_>) -> String {
    format!("expects `Host: {}`", path.origin_host())
}

/// The stages of an API for a message: `prod`, `beta`.
pub(crate) fn stage_names(api: &Api) -> String {
    some_of(
        api.stages.iter().filter_map(|stage| stage.name.known()).map(|name| format!("`{name}`")).collect(),
    )
}

/// The routes of an API for a message: `GET /users`, `ANY /{proxy+}`.
pub(crate) fn routes(api: &Api) -> String {
    some_of(api.routes.iter().map(|route| format!("`{} {}`", route.method, route.path)).collect())
}
