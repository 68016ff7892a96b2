//! What API Gateway does with the request below the stage: preflights, the route, and what the route asks for.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html>

use cflint_template::model::{Api, Protocol, Route, RoutePath, Segment};
use cflint_template::value::{Text, Tri};

use super::answer::Refusal;
use super::credentials::is_signature;
use super::sent::Sent;
use super::{End, Party, Tracer, Way, listed};
use crate::Certainty;
use crate::entrance::Entrance;
use crate::headers::Method;
use crate::path::RequestPath;
use crate::routing::{Below, Routed, route};

impl<'m> Tracer<'m, '_> {
    pub(super) fn routed(
        &mut self,
        entrance: &Entrance<'m>,
        below: &Below,
        path: &RequestPath<'m>,
        sent: &Sent,
    ) -> Way<End> {
        let api = entrance.api;
        if let Some(end) = self.preflight(api, sent) {
            return Ok(end);
        }
        let method = self.overridden(api, sent);
        let shown = shown(below);
        match route(api, below, &method) {
            Routed::Route(route, certainty) => {
                let detail = format!("`{}` takes `{method} {shown}`", route.name());
                self.step("route", detail, certainty, Some(route.span));
                if certainty == Certainty::Uncertain {
                    self.doubt(format!(
                        "whether `{}` takes the path with or without the slash at its end",
                        route.name()
                    ));
                }
                self.allowed(api, route, path, sent)?;
                self.required(api, route, sent)?;
                self.cross_origin(api, path.behavior, sent);
                let by = format!("`{}` of `{}` takes the request", route.name(), api.id);
                Ok(End::reached(Party::ApiGateway, by).at(route.span))
            }
            Routed::Nothing(certainty) => {
                let detail = format!(
                    "`{}` has no route for `{method} {shown}`{}",
                    api.id,
                    nearly(api, below, &method)
                );
                self.step("route", detail, certainty, Some(api.span));
                if certainty == Certainty::Uncertain {
                    self.doubt("whether a resource with a parameter takes what a resource with its own name does not");
                }
                // Credentials that are no signature are read before the route is looked for.
                let refused = match (api.protocol, sent.header("Authorization")) {
                    (Protocol::Rest, Ok(value)) if !is_signature(value) => Refusal::IncompleteSignature,
                    (Protocol::Rest, _) => Refusal::NoToken,
                    _ => Refusal::NotFound,
                };
                Err(self.refuse(api, refused, api.span))
            }
            Routed::Unknown(why) => Err(End::unknown(why).at(api.span)),
        }
    }

    /// A REST API takes the method from a header, if that arrives.
    /// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html>
    fn overridden(&mut self, api: &Api, sent: &Sent) -> String {
        const OVERRIDE: &str = "X-HTTP-Method-Override";
        let own = self.request.method.as_str().to_owned();
        let header = sent.header(OVERRIDE).ok().and_then(Text::as_literal);
        let Some(method) = header.filter(|_| api.protocol == Protocol::Rest) else { return own };
        let detail = format!("`{OVERRIDE}` makes `{}` take the request for a `{method}`", api.id);
        self.sure("method", detail, api.span);
        method.to_ascii_uppercase()
    }

    /// Query strings that the route declares as required, and on which a request validator insists.
    /// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html>
    fn required(&mut self, api: &'m Api, route: &'m Route, sent: &Sent) -> Way<()> {
        let missing = route.required_query.iter().filter(|name| sent.has_query(name).is_false());
        let missing: Vec<&String> = missing.collect();
        let Some(first) = missing.first() else { return Ok(()) };
        let why =
            if self.request.has_parameter(first) { "does not arrive" } else { "the request does not have" };
        let detail = format!("`{}` asks for the query string `{first}`, which {why}", route.name());
        let names: Vec<&str> = missing.iter().map(|name| name.as_str()).collect();
        let names = names.join(", ");
        match route.is_validated {
            Tri::True => {
                self.sure("parameters", detail, route.span);
                Err(self.refuse(api, Refusal::Parameters(names), route.span))
            }
            Tri::False => {
                self.sure("parameters", format!("{detail}; no request validator insists on it"), route.span);
                Ok(())
            }
            Tri::Unknown => {
                self.step("parameters", detail, Certainty::Uncertain, Some(route.span));
                self.doubt(format!(
                    "whether a request validator of `{}` insists on the query string `{first}`; if so, `400`",
                    api.id
                ));
                Ok(())
            }
        }
    }
}

fn shown(below: &Below) -> String {
    let segments: Vec<String> = below.segments.iter().map(Text::to_string).collect();
    let slash = if below.has_slash && !segments.is_empty() { "/" } else { "" };
    format!("/{}{slash}", segments.join("/"))
}

/// The route that was meant, perhaps: the path with another method, without the slash at its end, or without what stands
/// in front of it.
fn nearly(api: &Api, below: &Below, method: &str) -> String {
    let takes = |below: &Below, method: &str| match route(api, below, method) {
        Routed::Route(route, _) => Some(route.name()),
        _ => None,
    };
    let is_greedy = |route: &&Route| matches!(&route.path, RoutePath::Segments(segments) if matches!(segments.as_slice(), [Segment::Greedy(_)]));
    if let Some(route) = api.routes.iter().find(is_greedy).filter(|_| below.segments.is_empty()) {
        return format!("; `{}` takes only what has something behind the slash", route.name());
    }
    let others = Method::ALL.into_iter().filter(|other| takes(below, other.as_str()).is_some());
    let others: Vec<String> = others.map(|other| format!("`{}`", other.as_str())).collect();
    if !others.is_empty() {
        return format!("; it has the path for {}", listed(&others));
    }
    if below.has_slash {
        let without = Below { has_slash: below.segments.is_empty(), ..below.clone() };
        if let Some(name) = takes(&without, method).filter(|_| !below.segments.is_empty()) {
            return format!("; without the slash at the end `{name}` would take it");
        }
    }
    for count in 1..=below.segments.len() {
        let (front, rest) = below.segments.split_at(count);
        let rest = Below { segments: rest.to_vec(), has_slash: below.has_slash || rest.is_empty() };
        if let Some(name) = takes(&rest, method).filter(|_| !rest.segments.is_empty()) {
            let front = Below { segments: front.to_vec(), has_slash: false };
            return format!("; without `{}` in front `{name}` would take it", self::shown(&front));
        }
    }
    String::new()
}
