//! What API Gateway does with the request: endpoint, stage or mapping, route, and who may call it.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html>

use cflint_diagnostics::Span;
use cflint_template::model::{AclAction, Api, CustomDomain, OriginKind, Protocol};
use cflint_template::value::{Text, Tri};

use super::answer::{FORBIDDEN, Refusal, refusal};
use super::connection::unreachable;
use super::credentials::is_signature;
use super::firewall::{firewall_of, firewall_says, firewall_says_why};
use super::origin::reached;
use super::sent::Sent;
use super::viewer::page;
use super::{End, Party, Tracer, Way};
use crate::Certainty;
use crate::backend::Backend;
use crate::entrance::{Entered, Entrance, enter_api, enter_domain};
use crate::headers::Method;
use crate::path::RequestPath;
use crate::routing::{Below, Routed, route};

/// The largest headers that API Gateway takes, in bytes.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html>
const MAX_HEADERS: usize = 10_240;

impl<'m> Tracer<'m, '_> {
    /// The default endpoint of an API.
    pub(super) fn execute_api(
        &mut self,
        path: &RequestPath<'m>,
        api: Option<&'m Api>,
        sent: &Sent,
    ) -> Way<End> {
        let span = path.origin.domain_name.span;
        match self.is_own_host(path, sent) {
            Tri::True => {}
            Tri::False => return Err(self.foreign_host(api, span)),
            Tri::Unknown => return Err(End::unknown("which `Host` arrives is not known").at(span)),
        }
        let Some(api) = api else {
            let why = format!(
                "{} is not in the template, and so are its stages and routes not",
                path.backend.name()
            );
            return Err(End::unknown(why).at(span));
        };
        if api.has_endpoint_type("PRIVATE").is_true() {
            let at = api.endpoint_types.span;
            let detail = format!("`{}` is private: its name leads nowhere outside of a VPC", api.id);
            self.step("endpoint", detail, Certainty::Probable, Some(at));
            let end = unreachable("502", None, "CloudFront cannot reach a private API");
            return Err(End { certainty: Certainty::Probable, ..end }.at(at));
        }
        let disabled = &api.disable_execute_api_endpoint;
        match disabled.or_default(false) {
            Some(true) => {
                self.sure(
                    "endpoint",
                    format!("the default endpoint of `{}` is disabled", api.id),
                    disabled.span,
                );
                return Err(
                    End::rejected(Party::ApiGateway, 403, FORBIDDEN, Certainty::Certain).at(disabled.span)
                );
            }
            Some(false) => {}
            None => self.doubt(format!("whether the default endpoint of `{}` is disabled", api.id)),
        }
        self.enter(enter_api(api, &sent.path), path, sent)
    }

    /// `Host` names another API than this one, or none.
    fn foreign_host(&mut self, api: Option<&Api>, span: Span) -> End {
        let is_edge = api.map_or(Tri::False, |api| api.has_endpoint_type("EDGE"));
        let detail = "API Gateway finds the API by `Host`, and no API has this name";
        match is_edge {
            Tri::True => {
                let detail = "the edge-optimized endpoint is a distribution of AWS, which has no such alias";
                self.step("endpoint", detail, Certainty::Probable, Some(span));
                let text =
                    page("Bad request. We can't connect to the server for this app or website at this time.");
                End::rejected(Party::CloudFront, 403, &text, Certainty::Probable).at(span)
            }
            Tri::False => {
                self.sure("endpoint", detail, span);
                End::rejected(Party::ApiGateway, 403, FORBIDDEN, Certainty::Certain).at(span)
            }
            Tri::Unknown => {
                self.sure("endpoint", detail, span);
                let end = End::rejected(Party::ApiGateway, 403, FORBIDDEN, Certainty::Certain).at(span);
                End { party: None, summary: "the answer is `403`".to_owned(), ..end }
            }
        }
    }

    /// A custom domain, which is found by `Host` as well.
    /// <https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-custom-domains.html>
    pub(super) fn custom_domain(&mut self, path: &RequestPath<'m>, sent: &Sent) -> Way<End> {
        let span = path.origin.domain_name.span;
        let own = match path.backend {
            Backend::ApiDomain(domain) => Some(domain),
            _ => None,
        };
        let domain = match sent.forwards_host {
            Tri::False => own,
            Tri::Unknown => return Err(End::unknown("which `Host` arrives is not known").at(span)),
            Tri::True => {
                let host = sent.host.clone().unwrap_or_default();
                let answers = |domain: &&CustomDomain| domain.answers_to(&host).is_true();
                let found = self.model.custom_domains.iter().find(answers);
                let perhaps =
                    self.model.custom_domains.iter().any(|domain| !domain.answers_to(&host).is_false());
                if found.is_none() && perhaps {
                    let why =
                        format!("whether a custom domain is called `{host}` is known only at deployment");
                    return Err(End::unknown(why).at(span));
                }
                found
            }
        };
        let Some(domain) = domain else {
            let host = sent.host.as_ref().map_or_else(|| path.origin_host(), Text::to_string);
            let is_regional = !matches!(path.backend, Backend::ApiDomainTarget { is_regional: false, .. });
            let detail = format!("no custom domain is called `{host}`");
            self.step("endpoint", detail, Certainty::Probable, Some(span));
            return Err(match is_regional {
                true => End::rejected(Party::ApiGateway, 403, FORBIDDEN, Certainty::Probable).at(span),
                false => {
                    End::rejected(Party::CloudFront, 403, &page("Bad request."), Certainty::Probable).at(span)
                }
            });
        };
        self.sure("endpoint", format!("custom domain `{}`", domain.id), domain.span);
        if domain.mutual_tls.is_true() && !self.shows_certificate(path) {
            let detail =
                format!("`{}` asks for a client certificate, and CloudFront has none to show", domain.id);
            self.step("endpoint", detail, Certainty::Probable, Some(domain.span));
            return Err(End::rejected(Party::ApiGateway, 403, FORBIDDEN, Certainty::Probable).at(domain.span));
        }
        self.enter(enter_domain(self.model, domain, &sent.path), path, sent)
    }

    fn shows_certificate(&self, path: &RequestPath<'m>) -> bool {
        matches!(&path.origin.kind, OriginKind::Custom(config) if !config.client_certificate.is_absent())
    }

    fn enter(&mut self, entered: Entered<'m>, path: &RequestPath<'m>, sent: &Sent) -> Way<End> {
        let (entrance, below) = match entered {
            Entered::In { entrance, below } => (entrance, below),
            Entered::NoStage { api, segment } => {
                let name = if segment.is_empty() { "no segment".to_owned() } else { format!("`{segment}`") };
                let (detail, body, status) = match api.protocol {
                    Protocol::Rest => (format!("{name} is no stage of `{}`", api.id), FORBIDDEN, 403),
                    _ => (
                        format!("{name} is no stage of `{}`, and it has no `$default`", api.id),
                        "{\"message\":\"Not Found\"}",
                        404,
                    ),
                };
                let certainty =
                    if api.protocol == Protocol::Rest { Certainty::Probable } else { Certainty::Certain };
                self.step("stage", detail, certainty, Some(api.stages.span));
                return Err(End::rejected(Party::ApiGateway, status, body, certainty).at(api.span));
            }
            Entered::NoMapping(domain) => {
                let detail = format!("no base path of `{}` takes `{}`", domain.id, sent.path);
                self.step("mapping", detail, Certainty::Probable, Some(domain.span));
                return Err(
                    End::rejected(Party::ApiGateway, 403, FORBIDDEN, Certainty::Probable).at(domain.span)
                );
            }
            Entered::Unknown(why) => return Err(End::unknown(why).at(path.origin.path.span)),
        };
        if let Some(mapping) = entrance.mapping {
            let key = mapping
                .key
                .known()
                .map_or("every path".to_owned(), |key| format!("`/{key}`, which is stripped"));
            self.sure("mapping", format!("`{}` maps {key}", mapping.id), mapping.span);
        }
        if let Some(stage) = entrance.stage
            && let Some(name) = stage.name.known()
        {
            let detail = match stage.is_default() {
                true => format!("`$default` of `{}`, which has no segment in the path", entrance.api.id),
                false => format!("`{name}` of `{}`", entrance.api.id),
            };
            self.sure("stage", detail, stage.name.span);
        }
        let bytes = sent.header_bytes();
        if bytes > MAX_HEADERS {
            let detail = format!("headers of {bytes} bytes; API Gateway takes {MAX_HEADERS}");
            self.step("size", detail, Certainty::Uncertain, Some(entrance.api.span));
            self.doubt("with which status API Gateway refuses headers that are too large");
        }
        self.guarded(&entrance, sent)?;
        self.routed(&entrance, &below, path, sent)
    }

    /// The firewall and the resource policy, which are asked before the route is looked at.
    fn guarded(&mut self, entrance: &Entrance<'m>, sent: &Sent) -> Way<()> {
        let api = entrance.api;
        if let Some((association, acl)) = firewall_of(self.model, api, entrance.stage) {
            let Some(acl) = acl else {
                let detail =
                    "a web ACL that is not in the template has a say; it is taken to let the request through";
                self.sure("web ACL", detail, association.span);
                return Ok(());
            };
            let header = |name: &str| sent.header(name).cloned();
            let says = firewall_says(acl, &header);
            self.sure("web ACL", firewall_says_why(acl, says), acl.span);
            if says == Some(AclAction::Block) {
                return Err(refusal(api, Refusal::Firewall).at(acl.span));
            }
        }
        match (api.only_from_vpc, api.resource_policy) {
            (Tri::True, _) => {
                let detail =
                    format!("the policy of `{}` lets in only what comes through a VPC endpoint", api.id);
                self.sure("resource policy", detail, api.span);
                Err(refusal(api, Refusal::Policy).at(api.span))
            }
            (_, Tri::True) => {
                let detail = format!(
                    "the policy of `{}` has a say: it sees an address of CloudFront, not the viewer's; it is taken to let the request through",
                    api.id
                );
                self.sure("resource policy", detail, api.span);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn routed(
        &mut self,
        entrance: &Entrance<'m>,
        below: &Below,
        path: &RequestPath<'m>,
        sent: &Sent,
    ) -> Way<End> {
        let api = entrance.api;
        let method = self.request.method.as_str();
        if self.is_preflight(api, sent) {
            let span = api.cors.span;
            self.sure("CORS", format!("`{}` answers preflights by itself", api.id), span);
            let end = reached(Party::ApiGateway, "API Gateway answers the preflight with `204`".to_owned());
            return Ok(End { status: Some(204), certainty: Certainty::Probable, ..end }.at(span));
        }
        let segments: Vec<String> = below.segments.iter().map(Text::to_string).collect();
        let shown = format!("/{}", segments.join("/"));
        match route(api, below, method) {
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
                let by = format!("`{}` of `{}` takes the request", route.name(), api.id);
                Ok(reached(Party::ApiGateway, by).at(route.span))
            }
            Routed::Nothing(certainty) => {
                let detail = format!("`{}` has no route for `{method} {shown}`", api.id);
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
                Err(refusal(api, refused).at(api.span))
            }
            Routed::Unknown(why) => Err(End::unknown(why).at(api.span)),
        }
    }

    /// A preflight that an HTTP API with CORS answers itself.
    /// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html>
    fn is_preflight(&mut self, api: &Api, sent: &Sent) -> bool {
        let built_in = api.cors.known().is_some_and(|cors| cors.is_built_in);
        if self.request.method != Method::Options || !built_in {
            return false;
        }
        let arrive = ["Origin", "Access-Control-Request-Method"].map(|name| match sent.header(name) {
            Ok(_) => Tri::True,
            Err(answer) => answer,
        });
        match arrive[0].and(arrive[1]) {
            Tri::True => true,
            Tri::False => false,
            Tri::Unknown => {
                self.doubt("whether `Origin` and `Access-Control-Request-Method` reach the API");
                true
            }
        }
    }
}
