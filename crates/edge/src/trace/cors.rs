//! Cross-origin requests from browsers.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html>

use cflint_template::model::{Api, Behavior, Cors};
use cflint_template::value::Tri;

use super::sent::Sent;
use super::{End, Party, Tracer};
use crate::facts::Certainty;
use crate::facts::headers::Method;

/// The header that lets a browser show a response to a page of another origin.
const ALLOW: &str = "Access-Control-Allow-Origin";

impl<'m> Tracer<'m, '_> {
    /// A preflight that an HTTP API with CORS responds to itself.
    pub(super) fn preflight(&mut self, api: &'m Api, sent: &Sent) -> Option<End> {
        let cors = api.cors.known().filter(|cors| cors.is_built_in)?;
        if self.request.method != Method::Options {
            return None;
        }
        let asked = ["Origin", "Access-Control-Request-Method"];
        if let Some(name) = asked.iter().find(|name| sent.header(name).err() == Some(Tri::False)) {
            let why = if self.request.header(name).is_some() { "does not arrive" } else { "is missing" };
            let detail = format!("`{}` responds to preflights itself, but `{name}` {why}", api.id);
            self.sure("CORS", detail, cors.span);
            return None;
        }
        for name in asked.iter().filter(|name| sent.header(name).is_err()) {
            self.doubt(format!(
                "whether `{name}` reaches the API, which otherwise does not respond to the preflight itself"
            ));
        }
        self.sure(
            "CORS",
            format!("`{}` responds to preflights itself{}", api.id, self.allowing(cors)),
            cors.span,
        );
        let end =
            End::reached(Party::ApiGateway, "API Gateway responds to the preflight with `204`".to_owned());
        Some(End { status: Some(204), certainty: Certainty::Probable, ..end }.at(cors.span))
    }

    /// What an HTTP API with CORS does with the origin of any other request.
    pub(super) fn cross_origin(&mut self, api: &'m Api, behavior: &'m Behavior, sent: &Sent) {
        let Some(cors) = api.cors.known().filter(|cors| cors.is_built_in) else { return };
        if self.request.header("Origin").is_none() {
            return;
        }
        let policy = if behavior.response_headers_policy.is_absent() {
            ""
        } else {
            ", unless the response headers policy adds the header"
        };
        let missing = format!("the response has no `{ALLOW}`, so the browser hides it from the page{policy}");
        match sent.header("Origin") {
            Ok(_) => {
                let detail = format!("`{}` receives `Origin`{}", api.id, self.allowing(cors));
                self.sure("CORS", detail, cors.span);
            }
            Err(Tri::False) => {
                self.sure("CORS", format!("`Origin` does not arrive: {missing}"), cors.span);
            }
            Err(_) => {
                let detail = format!("`Origin` may not arrive: if it does not, {missing}");
                self.step("CORS", detail, Certainty::Uncertain, Some(cors.span));
                self.doubt(format!("whether `Origin` reaches the API, so that the response has `{ALLOW}`"));
            }
        }
    }

    /// Whether the configuration allows the origin of the request.
    fn allowing(&self, cors: &Cors) -> String {
        let Some(origin) = self.request.header("Origin") else { return String::new() };
        let names = |own: &str| own == "*" || own.eq_ignore_ascii_case(origin);
        let is_named = cors.origins.iter().any(|own| own.literal().is_some_and(names));
        let is_closed = cors.origins.open.is_none()
            && cors
                .origins
                .iter()
                .all(|own| own.literal().is_some_and(|own| own == "*" || !own.contains('*')));
        match (is_named, is_closed) {
            (true, _) => format!(", and allows `{origin}`"),
            (false, true) => {
                format!(
                    ", but does not allow `{origin}`: the response has no `{ALLOW}`, and the browser blocks it"
                )
            }
            (false, false) => format!("; it is not known whether it allows `{origin}`"),
        }
    }
}
