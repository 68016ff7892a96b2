//! Pages that call an API from another site, and the preflights that they send.

use cflint_diagnostics::Confidence;
use cflint_edge::calls::Call;
use cflint_edge::language::Domain;
use cflint_edge::path::{RequestPath, request_paths};
use cflint_edge::reach::route_path;
use cflint_template::model::{Cors, Prop, Route};

/// How sure it is that pages of other sites call the API behind a distribution.
pub(crate) fn other_sites(path: &RequestPath<'_>, cors: &Cors) -> Confidence {
    match () {
        () if !may_serve_pages(path) => Confidence::Certain,
        () if names_other_site(path, cors) => Confidence::Likely,
        () => Confidence::Possible,
    }
}

/// Whether pages may come from the distribution itself, so that they need no CORS to call an API behind it.
fn may_serve_pages(path: &RequestPath<'_>) -> bool {
    request_paths(path.model).iter().any(|other| !other.backend.is_api())
}

/// A site that the API lets in.
pub(crate) fn site(cors: &Cors) -> String {
    let mut named = cors.origins.iter().filter_map(Prop::literal);
    let site = named.find(|origin| origin.contains("://") && !origin.contains('*'));
    site.unwrap_or("https://app.example.com").to_owned()
}

/// Whether CORS lets in a site by its name, and the distribution certainly has another one.
fn names_other_site(path: &RequestPath<'_>, cors: &Cors) -> bool {
    let aliases = &path.distribution.aliases;
    if aliases.open.is_some() {
        return false;
    }
    let Some(aliases) = aliases.iter().map(|alias| alias.literal()).collect::<Option<Vec<&str>>>() else {
        return false;
    };
    let is_other =
        |origin: &str| host_of(origin).is_some_and(|host| !aliases.iter().any(|alias| covers(alias, host)));
    cors.origins.iter().filter_map(|origin| origin.literal()).any(is_other)
}

/// The host of a site that others can have open: none on the own machine, and none that a distribution may have by itself.
fn host_of(origin: &str) -> Option<&str> {
    let (_, rest) = origin.split_once("://")?;
    let host = rest.split([':', '/']).next()?;
    let is_name =
        host.contains('.') && !host.contains('*') && host.contains(|c: char| c.is_ascii_alphabetic());
    (is_name && !host.ends_with(".cloudfront.net")).then_some(host)
}

/// Whether an alias is the name of a host, or covers it with its wildcard.
fn covers(alias: &str, host: &str) -> bool {
    let is_same = |left: &str, right: &str| left.eq_ignore_ascii_case(right);
    match (alias.strip_prefix("*."), host.split_once('.')) {
        (Some(domain), Some((_, parent))) => is_same(domain, parent),
        (Some(_), None) => false,
        (None, _) => is_same(alias, host),
    }
}

/// Whether a call is for a route for `OPTIONS` at paths that no other route has: no preflight asks about it.
pub(crate) fn is_lone_options(call: &Call<'_>) -> bool {
    let api = call.entrance.api;
    let own = route_path(call.route);
    let is_beside = |other: &Route| {
        other.method != "OPTIONS" && own.shared_example(&route_path(other), Domain::NormalizedPath).is_some()
    };
    call.route.method == "OPTIONS"
        && api.routes.open.is_none()
        && !api.routes.iter().any(is_beside)
        && !api.cors.known().is_some_and(|cors| cors.is_built_in)
}

#[cfg(test)]
mod tests {
    use super::{covers, host_of};

    #[test]
    fn sites_that_anyone_can_have_open() {
        let named = [
            ("https://a.example.com", Some("a.example.com")),
            ("https://a.example.com:8443", Some("a.example.com")),
            ("http://localhost:3000", None),
            ("http://127.0.0.1:3000", None),
            ("https://*.example.com", None),
            ("https://d111111abcdef8.cloudfront.net", None),
            ("*", None),
        ];
        for (origin, host) in named {
            assert_eq!(host_of(origin), host, "{origin}");
        }
    }

    #[test]
    fn aliases_cover_one_label() {
        assert!(covers("A.example.com", "a.example.com") && covers("*.example.com", "a.example.com"));
        assert!(!covers("*.example.com", "a.b.example.com") && !covers("example.com", "a.example.com"));
    }
}
