//! Whether anyone may call an API directly, bypassing the distribution.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-control-access-to-api.html>

use cflint_template::model::{Api, Guard, Protocol, Route};
use cflint_template::value::{Text, Tri};

use crate::routes::path::RequestPath;

/// Whether a route requires an API key. HTTP APIs have none, whatever the template says.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-vs-rest.html>
pub fn asks_for_key(api: &Api, route: &Route) -> Tri {
    if api.protocol == Protocol::Http { Tri::False } else { route.api_key }
}

/// Whether anyone may call the route. A preflight carries no credentials, so `OPTIONS` has to be open. A WebSocket API
/// without credentials may hand them out and check them in messages.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-control-access.html>
pub fn is_open(api: &Api, route: &Route) -> bool {
    api.protocol != Protocol::WebSocket
        && route.method != "OPTIONS"
        && route.guard == Guard::None
        && asks_for_key(api, route).is_false()
}

/// Whether no one can call the API directly without credentials.
pub fn is_closed(api: &Api) -> bool {
    let is_guarded = |route: &Route| {
        route.method == "OPTIONS"
            || matches!(route.guard, Guard::Iam | Guard::Authorizer)
            || asks_for_key(api, route).is_true()
    };
    api.disable_execute_api_endpoint.known() == Some(&true)
        || api.has_endpoint_type("PRIVATE").is_true()
        || (api.routes.open.is_none() && api.routes.iter().all(is_guarded))
}

/// Whether the distribution keeps some requests of the behavior from the origin: by a web ACL, a geo restriction, signed
/// URLs, or a function that may do so. Where it does not, who bypasses it only bypasses a cache.
pub fn is_guard(path: &RequestPath<'_>) -> bool {
    let distribution = path.distribution;
    let has_web_acl =
        !distribution.web_acl.is_absent() && !distribution.web_acl.known().is_some_and(Text::is_empty);
    let geo = &distribution.geo_restriction;
    let signers = &path.behavior.signers;
    has_web_acl
        || (!geo.is_absent() && geo.literal() != Some("none"))
        || !signers.items.is_empty()
        || signers.open.is_some()
        || path.may_be_rewritten()
}
