//! Whether an API certainly has nothing for one path.

use cflint_template::model::{Api, Protocol};

use crate::Certainty;
use crate::entrance::{Entered, enter};
use crate::headers::Method;
use crate::path::RequestPath;
use crate::routing::{Routed, route};

/// A request that an API has no route for.
#[derive(Debug, Clone, Copy)]
pub struct Refusal<'m> {
    /// The API.
    pub api: &'m Api,
    /// Whether it does not even come into a stage.
    pub is_outside: bool,
    /// How sure that is.
    pub certainty: Certainty,
}

impl Refusal<'_> {
    /// What the API answers.
    /// <https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html>
    #[must_use]
    pub const fn answer(&self) -> &'static str {
        match (self.api.protocol, self.is_outside) {
            (Protocol::Rest, false) => "403 {\"message\":\"Missing Authentication Token\"}",
            (Protocol::Rest, true) => "403 {\"message\":\"Forbidden\"}",
            _ => "404 {\"message\":\"Not Found\"}",
        }
    }
}

/// The refusal of a request that has come through the behavior, whether the behavior takes it or not; `None` if some
/// route takes it, or if the template does not say.
#[must_use]
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
