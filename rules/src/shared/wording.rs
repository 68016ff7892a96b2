//! What several rules say in the same words.

use cflint_template::model::Api;

/// How many names a message lists before it breaks off.
const LISTED: usize = 4;

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
