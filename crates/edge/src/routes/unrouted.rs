//! Whether an API certainly has no route for one path.

use cflint_template::model::{Api, Protocol};

use crate::facts::Certainty;
use crate::facts::headers::Method;
use crate::facts::refusals::{Answer, no_route, no_stage};
use crate::routes::entrance::{Entered, enter};
use crate::routes::path::RequestPath;
use crate::routes::select::{Routed, route};

/// A request that an API has no route for.
#[derive(Debug, Clone, Copy)]
pub struct Unrouted<'m> {
    pub api: &'m Api,
    /// Whether it does not even reach a stage.
    pub is_outside: bool,
    pub certainty: Certainty,
}

impl Unrouted<'_> {
    /// What the API responds; `None` if it may have a custom gateway response.
    pub fn answer(&self) -> Option<Answer> {
        match self.api.protocol {
            Protocol::Rest if !self.api.gateway_responses.is_empty() => None,
            protocol if self.is_outside => no_stage(protocol),
            protocol => Some(no_route(protocol)),
        }
    }
}

/// That a request through the behavior has no route, whether or not the behavior matches it; `None` if it
/// has one, or if the template does not say.
pub fn unrouted<'m>(path: &RequestPath<'m>, viewer_path: &str, method: Method) -> Option<Unrouted<'m>> {
    match enter(path, viewer_path)? {
        Entered::In { entrance, below } => match route(entrance.api, &below, method.as_str()) {
            Routed::Nothing(certainty) => Some(Unrouted { api: entrance.api, is_outside: false, certainty }),
            _ => None,
        },
        Entered::NoStage { api, .. } => {
            Some(Unrouted { api, is_outside: true, certainty: Certainty::Probable })
        }
        _ => None,
    }
}

/// A path that the behavior matches and that the API certainly has no route for, and why.
pub fn unrouted_example<'m>(path: &RequestPath<'m>) -> Option<(String, Unrouted<'m>)> {
    let viewer_path = no_such_path(path)?;
    let found = unrouted(path, &viewer_path, Method::Get)?;
    (path.takes(&viewer_path) && found.certainty == Certainty::Certain).then_some((viewer_path, found))
}

/// A path below the pattern of the behavior that few APIs have a route for; `None` if the pattern is not known.
pub fn no_such_path(path: &RequestPath<'_>) -> Option<String> {
    let prefix = path.pattern()?.language().literal_prefix();
    let below = prefix.rsplit_once('/').map_or("", |(below, _)| below);
    Some(format!("{below}/no-such-route"))
}
