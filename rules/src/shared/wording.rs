//! Lists that several rules name in their messages.

use cflint_edge::words::{listed, quoted};
use cflint_template::model::Api;

/// The stages of an API for a message: `prod`, `beta`.
pub(crate) fn stage_names(api: &Api) -> String {
    listed(quoted(api.stages.iter().filter_map(|stage| stage.name.known())))
}

/// The routes of an API for a message: `GET /users`, `ANY /{proxy+}`.
pub(crate) fn routes(api: &Api) -> String {
    listed(api.routes.iter().map(|route| format!("`{} {}`", route.method, route.path)).collect())
}
