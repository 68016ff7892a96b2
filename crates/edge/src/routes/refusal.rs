//! Whether an API certainly has nothing for one path.

use cflint_template::model::{Api, Protocol};

use crate::facts::Certainty;
use crate::facts::headers::Method;
use crate::routes::entrance::{Entered, enter};
use crate::routes::path::RequestPath;
use crate::routes::select::{Routed, route};

/// A request that an API has no route for.
#[derive(Debug, Clone, Copy)]
pub struct Refusal<'m> {
    pub api: &'m Api,
    /// Whether it does not even come into a stage.
    pub is_outside: bool,
    pub certainty: Certainty,
}

impl Refusal<'_> {
    /// What the API answers; `None` if it may have words of its own.
    /// <https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html>
    pub fn answer(&self) -> Option<&'static str> {
        match (self.api.protocol, self.is_outside) {
            (Protocol::Rest, _) if !self.api.gateway_responses.is_empty() => None,
            (Protocol::Rest, false) => Some("403 {\"message\":\"Missing Authentication Token\"}"),
            (Protocol::Rest, true) => Some("403 {\"message\":\"Forbidden\"}"),
            _ => Some("404 {\"message\":\"Not Found\"}"),
        }
    }
}

/// The refusal of a request that has come through the behavior, whether the behavior takes it or not; `None` if some
/// route takes it, or if the template does not say.
pub fn refusal<'m>(path: &RequestPath<'m>, viewer_path: &str, method: Method) -> Option<Refusal<'m>> {
    match enter(path, viewer_path)? {
        Entered::In { entrance, below } => match route(entrance.api, &below, method.as_str()) {
            Routed::Nothing(certainty) => Some(Refusal { api: entrance.api, is_outside: false, certainty }),
            _ => None,
        },
        Entered::NoStage { api, .. } => {
            Some(Refusal { api, is_outside: true, certainty: Certainty::Probable })
        }
        _ => None,
    }
}

/// A path that the behavior takes and that the API certainly has no route for, with the refusal.
pub fn refused_example<'m>(path: &RequestPath<'m>) -> Option<(String, Refusal<'m>)> {
    let viewer_path = no_such_path(path)?;
    let refusal = refusal(path, &viewer_path, Method::Get)?;
    (path.takes(&viewer_path) && refusal.certainty == Certainty::Certain).then_some((viewer_path, refusal))
}

/// A path below the pattern of the behavior that few APIs have a route for; `None` if the pattern is not known.
pub fn no_such_path(path: &RequestPath<'_>) -> Option<String> {
    let prefix = path.pattern()?.language().literal_prefix();
    let below = prefix.rsplit_once('/').map_or("", |(below, _)| below);
    Some(format!("{below}/no-such-route"))
}
