//! What several rules say in the same words.

use cflint_diagnostics::Confidence;
use cflint_edge::backend::Backend;
use cflint_edge::path::RequestPath;
use cflint_edge::reach::Sureness;
use cflint_template::model::Api;

/// How many names a message lists before it breaks off.
const LISTED: usize = 4;

/// The confidence of a finding that rests on how sure a miss is, and on no function rewriting the request.
pub(crate) fn confidence(path: &RequestPath<'_>, sure: Sureness) -> Confidence {
    match sure {
        _ if path.may_be_rewritten() => Confidence::Possible,
        Sureness::ByCoincidence => Confidence::Possible,
        Sureness::Inferred => Confidence::Likely,
        Sureness::Always => Confidence::Certain,
    }
}

/// What becomes of a request whose `Host` is the viewer's, at a backend that knows only its own name.
pub(crate) fn arrival_with_host(path: &RequestPath<'_>) -> String {
    let (viewer_host, viewer_path) = (path.viewer_host(), path.example_path());
    let answer = match &path.backend {
        Backend::LambdaUrl => "Lambda answers `403 {\"Message\":\"Forbidden\"}`",
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

fn listed(mut names: Vec<String>) -> String {
    names.sort();
    names.dedup();
    let more = names.len().saturating_sub(LISTED);
    names.truncate(LISTED);
    let names = names.join(", ");
    if more > 0 { format!("{names} and {more} more") } else { names }
}
