//! What in a request distinguishes the callers of a route, and whether it reaches the API and the cache key.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-control-access-to-api.html>

use cflint_diagnostics::Span;
use cflint_template::model::{Api, Authorizer, Guard, IdentityPlace, Model, Route};
use cflint_template::value::{Text, Tri};

use crate::access::exposure::asks_for_key;
use crate::behavior::caching::{header_in_key, query_in_key};
use crate::behavior::forwarding::Forwarding;
use crate::behavior::selection::{Set, Via};
use crate::facts::Certainty;
use crate::facts::headers::Method;
use crate::routes::path::RequestPath;
use crate::routes::path::SampleRequest;

const AUTHORIZATION: &str = "Authorization";
const API_KEY: &str = "x-api-key";

/// A part of a request by which an API identifies its caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential<'m> {
    pub carrier: Carrier<'m>,
    /// Where the API requires it.
    pub span: Span,
    /// How certain it is that the API reads it.
    pub certainty: Certainty,
    /// Whether API Gateway rejects requests without it.
    pub is_required: bool,
}

/// A part of a request that can carry a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carrier<'m> {
    Header(&'m str),
    /// The header `Cookie`, with whatever cookies there are.
    Cookies,
    Query(&'m str),
}

impl<'m> Carrier<'m> {
    fn header(name: &'m str) -> Self {
        if name.eq_ignore_ascii_case("Cookie") { Self::Cookies } else { Self::Header(name) }
    }

    /// What to call it in a message.
    pub fn name(&self) -> String {
        match self {
            Self::Header(name) => format!("`{name}`"),
            Self::Cookies => "`Cookie`".to_owned(),
            Self::Query(name) => format!("query string `{name}`"),
        }
    }

    /// Whether nothing but a credential is ever sent there.
    pub fn is_standard(&self) -> bool {
        match self {
            Self::Header(name) => name.eq_ignore_ascii_case(AUTHORIZATION),
            Self::Cookies => true,
            Self::Query(_) => false,
        }
    }

    /// Whether what the viewer sends there reaches the API.
    pub fn arrives(&self, path: &RequestPath<'_>, method: Method) -> Tri {
        let forwarding = &path.forwarding;
        match self {
            // A custom header of the origin replaces the viewer's.
            Self::Header(name) => match is_custom_header(path, name) {
                Tri::True => Tri::False,
                Tri::False => forwarding.header_arrives(name, Some(method)).0,
                Tri::Unknown => forwarding.header_arrives(name, Some(method)).0.and(Tri::Unknown),
            },
            Self::Cookies => forwarding
                .cookies
                .sources
                .iter()
                .map(|source| selects_some(&source.set))
                .fold(Tri::False, Tri::or),
            Self::Query(name) => forwarding.query_strings.selects(name).answer,
        }
    }

    /// Whether it is in the cache key.
    pub fn in_key(&self, forwarding: &Forwarding<'_>) -> Tri {
        match self {
            Self::Header(name) => header_in_key(forwarding, name),
            Self::Cookies => cookies_in_key(forwarding),
            Self::Query(name) => query_in_key(forwarding, name),
        }
    }
}

/// Whether the origin adds a header of this name itself.
pub fn is_custom_header(path: &RequestPath<'_>, name: &str) -> Tri {
    let headers = &path.origin.custom_headers;
    let is_it = |header: &str| Tri::from(header.eq_ignore_ascii_case(name));
    let open = if headers.open.is_some() { Tri::Unknown } else { Tri::False };
    headers.iter().map(|header| header.name.literal().map_or(Tri::Unknown, is_it)).fold(open, Tri::or)
}

fn selects_some(set: &Set<'_>) -> Tri {
    match set {
        Set::None => Tri::False,
        Set::Unknown => Tri::Unknown,
        Set::Only(names) => match names.written() {
            Some(list) if list.is_empty() => Tri::False,
            Some(list) if list.items.is_empty() => Tri::Unknown,
            _ => Tri::True,
        },
        Set::All | Set::AllExcept(_) | Set::AllViewer | Set::AllViewerAnd(_) => Tri::True,
    }
}

/// Whether every cookie that is forwarded is in the key, or none is.
fn cookies_in_key(forwarding: &Forwarding<'_>) -> Tri {
    let of = |via: Via| forwarding.cookies.sources.iter().find(|source| source.via == via);
    if of(Via::ForwardedValues).is_some() {
        return Tri::True;
    }
    let some_others = of(Via::OriginRequestPolicy).map_or(Tri::False, |source| selects_some(&source.set));
    match of(Via::CachePolicy).map(|source| &source.set) {
        Some(Set::All) => Tri::True,
        Some(set) if selects_some(set).is_false() => !some_others,
        Some(_) if some_others.is_false() => Tri::True,
        Some(_) => Tri::Unknown,
        None => Tri::False,
    }
}

/// The parts of a request by which a route identifies its caller: all that it requires, or what it most probably reads.
pub fn credentials<'m>(model: &'m Model, api: &'m Api, route: &'m Route) -> Vec<Credential<'m>> {
    let assumed = Credential {
        carrier: Carrier::Header(AUTHORIZATION),
        span: route.span,
        certainty: Certainty::Uncertain,
        is_required: false,
    };
    match route.guard {
        // A signature may also be in the query string.
        Guard::Iam => vec![Credential { certainty: Certainty::Probable, ..assumed }],
        Guard::Authorizer => {
            let known = api.authorizer(route).map_or_else(Vec::new, of_authorizer);
            if known.is_empty() { vec![assumed] } else { known }
        }
        Guard::Unknown => vec![assumed],
        Guard::None => key_of_viewers(model, api, route).into_iter().collect(),
    }
}

fn of_authorizer(authorizer: &Authorizer) -> Vec<Credential<'_>> {
    let is_strict = authorizer.is_strict();
    let sources = authorizer.identity.iter().filter_map(|identity| {
        let carrier = match identity.place {
            IdentityPlace::Header => Carrier::header(&identity.name),
            IdentityPlace::Query => Carrier::Query(&identity.name),
            IdentityPlace::Other => return None,
        };
        let certainty = if is_strict { Certainty::Certain } else { Certainty::Probable };
        Some(Credential { carrier, span: identity.span, certainty, is_required: is_strict })
    });
    sources.collect()
}

/// The API key of a route that requires nothing else. It distinguishes callers only if there are several keys.
fn key_of_viewers<'m>(model: &'m Model, api: &'m Api, route: &'m Route) -> Option<Credential<'m>> {
    if !asks_for_key(api, route).is_true() || !is_key_in_header(api) {
        return None;
    }
    let names_api = |of: &Text| of.as_resource() == Some(api.id.as_str());
    let plans = model.usage_plans.iter().filter(|plan| {
        plan.stages.open.is_some() || plan.stages.iter().any(|(of, _)| of.known().is_none_or(names_api))
    });
    let certainty = match plans.map(|plan| plan.keys.len()).sum() {
        1 => return None,
        // Keys outside the template are created by hand, one for each client.
        _ => Certainty::Probable,
    };
    Some(Credential { carrier: Carrier::Header(API_KEY), span: route.span, certainty, is_required: true })
}

/// Whether API keys come in a header; an authorizer may provide them instead.
pub fn is_key_in_header(api: &Api) -> bool {
    api.api_key_source.is_absent() || api.api_key_source.literal() == Some("HEADER")
}

/// Whether a request with everything that its route requires can succeed: `false` if some of it is certainly
/// dropped on the way to the API.
pub fn may_be_admitted(path: &RequestPath<'_>, sample: &SampleRequest<'_>) -> bool {
    let (api, route) = (sample.entrance.api, sample.route);
    let lacks = |carrier: &Carrier<'_>| {
        let is_added = matches!(carrier, Carrier::Header(name) if !is_custom_header(path, name).is_false());
        !is_added && carrier.arrives(path, sample.method).is_false()
    };
    if route.guard == Guard::Iam
        && lacks(&Carrier::Header(AUTHORIZATION))
        && lacks(&Carrier::Query("X-Amz-Signature"))
    {
        return false;
    }
    let required = credentials(path.model, api, route);
    let lacks_key =
        asks_for_key(api, route).is_true() && is_key_in_header(api) && lacks(&Carrier::Header(API_KEY));
    !lacks_key && !required.iter().any(|credential| credential.is_required && lacks(&credential.carrier))
}
