//! What API Gateway does with the request below the stage: preflights, the route, and what the route requires.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html>

use cflint_template::model::{Api, Protocol, Route};
use cflint_template::value::{Text, Tri};

use super::credentials::is_signature;
use super::nearly::{nearly, shown};
use super::sent::Sent;
use super::{Cause, End, Party, Tracer, Way};
use crate::facts::Certainty;
use crate::facts::refusals::Refusal;
use crate::routes::path::Entrance;
use crate::routes::path::RequestPath;
use crate::routes::select::{Below, Routed, route};

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
                let detail = format!("`{}` matches `{method} {shown}`", route.name());
                self.step("route", detail, certainty, Some(route.span));
                if certainty == Certainty::Uncertain {
                    self.doubt(format!(
                        "whether `{}` matches the path with or without a trailing slash",
                        route.name()
                    ));
                }
                self.streaming(route)?;
                self.handshake(api, route, path, sent)?;
                self.allowed(entrance, route, path, sent)?;
                self.required(api, route, sent)?;
                self.cross_origin(api, path.behavior, sent);
                if api.protocol == Protocol::WebSocket {
                    let by = format!("`{}` opens a WebSocket connection", api.id);
                    return Ok(End::reached(Party::ApiGateway, by).at(route.span));
                }
                let by = format!("`{}` of `{}` handles the request", route.name(), api.id);
                Ok(End::reached(Party::ApiGateway, by).at(route.span))
            }
            Routed::Nothing(certainty) => {
                let detail = if api.protocol == Protocol::WebSocket {
                    format!("`{}` accepts connections only at its stage, not at `{shown}` below it", api.id)
                } else {
                    format!(
                        "`{method} {shown}` matches no route of `{}`{}",
                        api.id,
                        nearly(api, below, &method)
                    )
                };
                self.step("route", detail, certainty, Some(api.span));
                // Credentials that are not a signature are read before a route is selected.
                let refused = match (api.protocol, sent.header("Authorization")) {
                    (Protocol::Rest, Ok(value)) if !is_signature(value) => Refusal::IncompleteSignature,
                    (Protocol::Rest, _) => Refusal::NoToken,
                    (Protocol::WebSocket, _) => Refusal::NotAStage,
                    _ => Refusal::NotFound,
                };
                Err(self.refuse(Cause::NoRoute, api, refused, api.span))
            }
            Routed::Unknown(why) => Err(End::unknown(why).at(api.span)),
        }
    }

    /// A REST API reads the method from this header, if it arrives.
    /// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html>
    fn overridden(&mut self, api: &Api, sent: &Sent) -> String {
        const OVERRIDE: &str = "X-HTTP-Method-Override";
        let own = self.request.method.as_str().to_owned();
        let header = sent.header(OVERRIDE).ok().and_then(Text::as_literal);
        let Some(method) = header.filter(|_| api.protocol == Protocol::Rest) else { return own };
        let detail = format!("`{OVERRIDE}` makes `{}` treat the request as `{method}`", api.id);
        self.sure("method", detail, api.span);
        method.to_ascii_uppercase()
    }

    /// Query strings that the route declares as required, and that a request validator enforces.
    /// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html>
    fn required(&mut self, api: &'m Api, route: &'m Route, sent: &Sent) -> Way<()> {
        let missing = route.required_query.iter().filter(|name| sent.has_query(name).is_false());
        let missing: Vec<&String> = missing.collect();
        let Some(first) = missing.first() else { return Ok(()) };
        let (why, cause) = if self.request.has_parameter(first) {
            ("does not arrive", Cause::QueryStringDropped)
        } else {
            ("the request does not have", Cause::NotSent)
        };
        let detail = format!("`{}` requires the query string `{first}`, which {why}", route.name());
        let names: Vec<&str> = missing.iter().map(|name| name.as_str()).collect();
        let names = names.join(", ");
        match route.is_validated {
            Tri::True => {
                self.sure("parameters", detail, route.span);
                Err(self.refuse(cause, api, Refusal::Parameters(names), route.span))
            }
            Tri::False => {
                self.sure("parameters", format!("{detail}; no request validator enforces it"), route.span);
                Ok(())
            }
            Tri::Unknown => {
                self.step("parameters", detail, Certainty::Uncertain, Some(route.span));
                self.doubt(format!(
                    "whether a request validator of `{}` enforces the query string `{first}`; if so, `400`",
                    api.id
                ));
                Ok(())
            }
        }
    }
}
