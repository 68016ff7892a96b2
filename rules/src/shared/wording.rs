//! What several rules say in the same words.

use cflint_edge::origin::backend::Backend;
use cflint_edge::routes::path::RequestPath;
use cflint_template::model::Api;

/// How many names a message lists before it breaks off.
const LISTED: usize = 4;

/// A request of a viewer, and how it leaves for the origin.
pub(crate) fn arrival(path: &RequestPath<'_>) -> String {
    let viewer_path = path.example_path();
    format!(
        "`GET https://{}{viewer_path}` leaves as `GET https://{}{}`",
        path.viewer_host(),
        path.origin_host(),
        path.arriving_path(&viewer_path),
    )
}

/// What becomes of a request whose `Host` is the viewer's, at a backend that knows only its own name.
pub(crate) fn arrival_with_host(path: &RequestPath<'_>) -> String {
    let (viewer_host, viewer_path) = (path.viewer_host(), path.example_path());
    let answer = match &path.backend {
        Backend::LambdaUrl(_) => "Lambda answers `403 {\"Message\":\"Forbidden\"}`",
        Backend::ExecuteApi { api: Some(api), .. } if api.has_endpoint_type("EDGE").is_true() => {
            "its edge-optimized endpoint is a distribution of its own, which answers 403 with an HTML page"
        }
        _ => "API Gateway answers `403 {\"message\":\"Forbidden\"}`",
    };
    format!(
        "`GET https://{viewer_host}{viewer_path}` leaves as `GET https://{}{}` with `Host: {viewer_host}`; {answer}",
        path.origin_host(),
        path.arriving_path(&viewer_path),
    )
}

/// What a backend that knows only its own name expects.
pub(crate) fn expected_host(path: &RequestPath<'_>) -> String {
    format!("expects `Host: {}`", path.origin_host())
}

/// The stages of an API for a message: `prod`, `beta`.
pub(crate) fn stage_names(api: &Api) -> String {
    listed(api.stages.iter().filter_map(|stage| stage.name.known()).map(|name| format!("`{name}`")).collect())
}

/// The routes of an API for a message: `GET /users`, `ANY /{proxy+}`.
pub(crate) fn routes(api: &Api) -> String {
    listed(api.routes.iter().map(|route| format!("`{} {}`", route.method, route.path)).collect())
}

/// The first few of some names, and how many more there are.
pub(crate) fn listed(mut names: Vec<String>) -> String {
    names.sort();
    names.dedup();
    let more = names.len().saturating_sub(LISTED);
    names.truncate(LISTED);
    let names = names.join(", ");
    if more > 0 { format!("{names} and {more} more") } else { names }
}

/// All of some names: `a`, `b` and `c`.
pub(crate) fn joined(names: &[String]) -> String {
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => names.join(""),
    }
}
