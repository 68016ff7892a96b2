//! Pages that CloudFront requests from an API that has no route for them.

use cflint_diagnostics::Confidence;
use cflint_edge::facts::headers::Method;
use cflint_edge::routes::entrance::entrances;
use cflint_edge::routes::path::RequestPath;
use cflint_edge::routes::reachable::origin_leads;
use cflint_edge::routes::unrouted::unrouted;

use crate::shared::confidence::confidence_of;
use crate::shared::wording::routes;

/// Whether a page is requested from an API that has no route for it: how sure that is, and what happens to the request. An
/// API that the template does not show may have one.
pub(crate) fn missing_page(path: &RequestPath<'_>, page: &str) -> Option<(Confidence, String)> {
    let leaves = format!("`GET https://{}{}`", path.origin_host(), path.arriving_path(page));
    let Some(refusal) = unrouted(path, page, Method::Get) else {
        let is_hidden = path.backend.is_api() && entrances(path).is_empty();
        let note = format!("{leaves}, which fails unless the API has a route for it");
        return is_hidden.then_some((Confidence::Possible, note));
    };
    // Other rules report an origin none of whose requests reaches a route.
    if !origin_leads(path) {
        return None;
    }
    let confidence = match refusal.certainty {
        _ if path.may_be_rerouted() => Confidence::Possible,
        certainty => confidence_of(certainty),
    };
    let id = &refusal.api.id;
    let answer = match refusal.answer() {
        Some(answer) => format!("it returns `{answer}`"),
        None => "it rejects the request with a custom response".to_owned(),
    };
    let why = if refusal.is_outside {
        format!("which does not name a stage of `{id}`")
    } else {
        format!("which matches no route of `{id}` ({})", routes(refusal.api))
    };
    Some((confidence, format!("{leaves}, {why}; {answer}")))
}
