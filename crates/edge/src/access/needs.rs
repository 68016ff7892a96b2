//! What routes require of a request before they handle it, and what of that does not arrive.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/configure-api-gateway-lambda-authorization.html>,
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-key-source.html>

use cflint_diagnostics::Span;
use cflint_template::model::{Api, Authorizer, AuthorizerKind, Guard, IdentityPlace, Protocol, Route};
use cflint_template::value::Tri;

use crate::access::exposure::asks_for_key;
use crate::behavior::selection::{Selection, Set};
use crate::facts::Certainty;
use crate::facts::headers::{HeaderFate, Method, is_added_by_cloudfront, policy_default};
use crate::facts::methods::allows;
use crate::routes::path::RequestPath;
use crate::routes::path::SampleRequest;

/// A part of a request that a route requires, but that does not arrive.
#[derive(Debug, Clone)]
pub struct Unmet<'p, 'm> {
    /// A request that fails because of that.
    pub sample: &'p SampleRequest<'m>,
    pub need: Need<'m>,
    /// How certain it is that it does not arrive.
    pub loss: Certainty,
    /// How certain it is that the request fails because of that.
    pub certainty: Certainty,
}

/// A part of a request without which a route rejects it.
#[derive(Debug, Clone)]
pub struct Need<'m> {
    pub place: IdentityPlace,
    /// The name of the header or of the query string.
    pub name: &'m str,
    pub by: By<'m>,
    /// Where it is required.
    pub span: Span,
}

/// Who requires a part of a request.
#[derive(Debug, Clone, Copy)]
pub enum By<'m> {
    Authorizer(&'m Authorizer),
    /// IAM: the request has to be signed.
    Iam,
    /// The usage plans: the request has to include an API key.
    ApiKey,
}

impl Need<'_> {
    /// Whether it is the header `Authorization`.
    pub fn is_authorization(&self) -> bool {
        self.place == IdentityPlace::Header && self.name.eq_ignore_ascii_case("Authorization")
    }
}

/// What the routes that the behavior uses require but do not receive, the most certain first, in the order of the
/// routes.
pub fn unmet<'p, 'm>(path: &'p RequestPath<'m>) -> Vec<Unmet<'p, 'm>> {
    let mut found = Vec::new();
    for sample in passing(path) {
        for (need, strictness) in needs(path, sample.entrance.api, sample.route) {
            let (arrives, loss) = arrives(path, need.place, need.name, sample.method);
            if arrives.is_false() {
                found.push(Unmet { sample, need, loss, certainty: loss.min(strictness) });
            }
        }
    }
    found.sort_by_key(|unmet| std::cmp::Reverse(unmet.certainty));
    found
}

/// The calls whose method the behavior certainly allows.
pub fn passing<'p, 'm>(path: &'p RequestPath<'m>) -> impl Iterator<Item = &'p SampleRequest<'m>> {
    // Every list of methods that CloudFront accepts has these two.
    let is_always = |method| matches!(method, Method::Get | Method::Head);
    path.samples().iter().filter(move |sample| match allows(path.behavior, sample.method) {
        Tri::True => true,
        Tri::Unknown => is_always(sample.method),
        Tri::False => false,
    })
}

/// What a route requires, and how certain it is that it rejects a request without it.
fn needs<'m>(path: &RequestPath<'_>, api: &'m Api, route: &'m Route) -> Vec<(Need<'m>, Certainty)> {
    let mut needs = Vec::new();
    let mut add = |place, name, by, span, certainty| {
        needs.push((Need { place, name, by, span }, certainty));
    };
    match (route.guard, api.authorizer(route)) {
        (Guard::Authorizer, Some(authorizer)) => {
            let strictness = strictness(api, authorizer);
            for identity in authorizer.identity.iter() {
                add(identity.place, &identity.name, By::Authorizer(authorizer), identity.span, strictness);
            }
        }
        // A signature can also be in the query string, which few clients use.
        (Guard::Iam, _) => {
            let in_query = path.forwarding.query_strings.selects("X-Amz-Signature").answer;
            let certainty = if in_query.is_false() { Certainty::Certain } else { Certainty::Probable };
            add(IdentityPlace::Header, "Authorization", By::Iam, route.span, certainty);
        }
        _ => {}
    }
    let by_header = api.api_key_source.or_default("HEADER".into()).is_some_and(|source| {
        source.as_literal().is_some_and(|source| source.eq_ignore_ascii_case("HEADER"))
    });
    if asks_for_key(api, route).is_true() && by_header {
        add(IdentityPlace::Header, "x-api-key", By::ApiKey, route.span, Certainty::Certain);
    }
    needs
}

fn strictness(api: &Api, authorizer: &Authorizer) -> Certainty {
    match authorizer.kind {
        _ if !authorizer.is_strict() => Certainty::Uncertain,
        AuthorizerKind::Unknown => Certainty::Uncertain,
        // It is not documented how long HTTP and WebSocket APIs cache an authorizer's responses by default.
        AuthorizerKind::Request if api.protocol != Protocol::Rest && authorizer.ttl.is_absent() => {
            Certainty::Probable
        }
        _ => Certainty::Certain,
    }
}

/// Whether a part of the viewer's request, or a custom header of the origin instead, reaches the origin, and how
/// certain that is. Where it is undocumented, the result is [`Tri::False`] with [`Certainty::Uncertain`].
pub fn arrives(path: &RequestPath<'_>, place: IdentityPlace, name: &str, method: Method) -> (Tri, Certainty) {
    let forwarding = &path.forwarding;
    if !forwarding.is_settled() {
        return (Tri::Unknown, Certainty::Certain);
    }
    match place {
        IdentityPlace::Query => (forwarding.query_strings.selects(name).answer, Certainty::Certain),
        IdentityPlace::Other => (Tri::True, Certainty::Certain),
        IdentityPlace::Header if name.eq_ignore_ascii_case("Cookie") => {
            (some_arrive(&forwarding.cookies), Certainty::Certain)
        }
        IdentityPlace::Header => match custom(path, name) {
            Tri::True => (Tri::True, Certainty::Certain),
            // These always arrive, with another value.
            _ if is_made(name) => (Tri::Unknown, Certainty::Certain),
            Tri::Unknown => (Tri::Unknown, Certainty::Certain),
            Tri::False => forwarding.header_arrives(name, Some(method)),
        },
    }
}

/// The calls that need a signature, which viewers make for the distribution's host name, while CloudFront uses the
/// API's own.
pub fn signed_for_another_host<'p, 'm>(path: &'p RequestPath<'m>) -> Vec<&'p SampleRequest<'m>> {
    let forwards_host = path.forwarding.headers.selects("Host").answer;
    if !path.forwarding.is_settled() || !forwards_host.is_false() || path.may_be_signed() {
        return Vec::new();
    }
    let samples: Vec<_> = passing(path).filter(|sample| sample.route.guard == Guard::Iam).collect();
    let is_lost = |sample: &&SampleRequest<'_>| {
        arrives(path, IdentityPlace::Header, "Authorization", sample.method)
            == (Tri::False, Certainty::Certain)
    };
    let may_be_replaced = !custom(path, "Authorization").is_false();
    if may_be_replaced || samples.iter().any(is_lost) { Vec::new() } else { samples }
}

/// Whether a setting selects any cookies or query strings: `False` if none does, `True` if one selects all.
pub fn some_arrive(selection: &Selection<'_>) -> Tri {
    let of = |set: &Set<'_>| match set {
        Set::None => Tri::False,
        Set::All => Tri::True,
        _ => Tri::Unknown,
    };
    selection.sources.iter().map(|source| of(&source.set)).fold(Tri::False, Tri::or)
}

/// Whether CloudFront or API Gateway sets a header itself.
fn is_made(name: &str) -> bool {
    let is_forwarded = name.get(..12).is_some_and(|start| start.eq_ignore_ascii_case("X-Forwarded-"));
    is_forwarded
        || is_added_by_cloudfront(name)
        || matches!(policy_default(name, None).0, HeaderFate::Replaced(_))
}

/// Whether the origin has a custom header of this name.
fn custom(path: &RequestPath<'_>, name: &str) -> Tri {
    let headers = &path.origin.custom_headers;
    let open = if headers.open.is_some() { Tri::Unknown } else { Tri::False };
    let is_it = |own: Option<&str>| own.map_or(Tri::Unknown, |own| Tri::from(own.eq_ignore_ascii_case(name)));
    headers.iter().map(|header| is_it(header.name.literal())).fold(open, Tri::or)
}
