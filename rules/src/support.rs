//! What several rules say in the same words.

use cflint_diagnostics::Confidence;
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
