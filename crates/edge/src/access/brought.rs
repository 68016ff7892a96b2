//! What requests for messages bring along, so that the route accepts them.

use cflint_template::model::{Api, Guard, Route, RoutePath};

use crate::access::credential::{Carrier, credentials};
use crate::routes::path::RequestPath;
use crate::routes::web_socket::HANDSHAKE;

/// What a request has to contain so that its route accepts it, by name.
#[derive(Debug, Default)]
pub struct Brought {
    pub headers: Vec<(String, String)>,
    pub query: Vec<(String, String)>,
}

/// Everything that a route requires: the identity sources of its authorizer, an API key, query strings.
pub fn brought(path: &RequestPath<'_>, api: &Api, route: &Route) -> Brought {
    let mut brought = Brought::default();
    let mut header = |name: &str, value: &str| {
        if !brought.headers.iter().any(|(known, _)| known.eq_ignore_ascii_case(name)) {
            brought.headers.push((name.to_owned(), value.to_owned()));
        }
    };
    let mut query: Vec<(&str, &str)> = Vec::new();
    for credential in credentials(path.model, api, route) {
        match credential.carrier {
            Carrier::Query(name) => query.push((name, "A")),
            Carrier::Cookies => header("Cookie", "session=A"),
            Carrier::Header(name) if route.guard == Guard::Iam => {
                header(name, "AWS4-HMAC-SHA256 Credential=A");
            }
            Carrier::Header(name) if name.eq_ignore_ascii_case("Authorization") => header(name, "Bearer A"),
            Carrier::Header(name) => header(name, "A"),
        }
    }
    if route.api_key.is_true() {
        header("x-api-key", "A");
    }
    if route.path == RoutePath::Connect {
        HANDSHAKE.iter().for_each(|(name, value)| header(name, value));
    }
    query.extend(route.required_query.iter().map(|name| (name.as_str(), "1")));
    for (name, value) in query {
        if !brought.query.iter().any(|(known, _)| known == name) {
            brought.query.push((name.to_owned(), value.to_owned()));
        }
    }
    brought
}
