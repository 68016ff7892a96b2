//! What API Gateway does with the request up to the stage: endpoint, mapping, stage, and what guards the stage.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html>

use cflint_template::model::{Api, CustomDomain, Protocol};
use cflint_template::value::{Text, Tri};

use super::fate::place;
use super::firewall::Says;
use super::sent::Sent;
use super::viewer::page;
use super::{Cause, End, Party, Tracer, Way, by_default};
use crate::access::firewall::firewall_of;
use crate::facts::Certainty;
use crate::facts::refusals::{FORBIDDEN, Refusal, disabled_endpoint, no_stage};
use crate::origin::backend::Backend;
use crate::routes::entrance::{Entered, enter_api, enter_domain};
use crate::routes::mtls::presents;
use crate::routes::path::Entrance;
use crate::routes::path::RequestPath;
use crate::words::{all_of, quoted};

/// The largest headers that API Gateway accepts, in bytes.
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
        if let Some(api) = api {
            self.region(path, api)?;
        }
        match self.is_own_host(path, sent) {
            Tri::True => {}
            Tri::False => return Err(self.foreign_host(api, path, sent)),
            Tri::Unknown => return Err(End::unknown("it is not known which `Host` arrives").at(span)),
        }
        let Some(api) = api else {
            let why = format!(
                "{} is not in the template, so its stages and routes are not known",
                path.backend.name()
            );
            return Err(End::unknown(why).at(span));
        };
        if api.has_endpoint_type("PRIVATE").is_true() {
            let at = api.endpoint_types.span;
            let detail = format!("`{}` is private, but CloudFront is outside the VPC", api.id);
            self.sure("endpoint", detail, at);
            return Err(unreachable_from_outside().at(at));
        }
        let disabled = &api.disable_execute_api_endpoint;
        match disabled.or_default(false) {
            Some(true) => {
                self.sure(
                    "endpoint",
                    format!("the default endpoint of `{}` is disabled", api.id),
                    disabled.span,
                );
                let answer = disabled_endpoint(api.protocol);
                return Err(End::refused_perhaps(Cause::EndpointDisabled, answer, Certainty::Certain)
                    .at(disabled.span));
            }
            Some(false) => {}
            None => self.doubt(format!("whether the default endpoint of `{}` is disabled", api.id)),
        }
        self.policy(&api.id, api.tls.as_deref())?;
        self.enter(enter_api(api, &sent.path), path, sent)
    }

    /// A host name in a region other than the API's: there is no such host.
    fn region(&mut self, path: &RequestPath<'m>, api: &'m Api) -> Way<()> {
        let Backend::ExecuteApi { region, .. } = &path.backend else { return Ok(()) };
        let (Some(written), Some(own)) = (region.as_literal(), self.model.regions.get(&api.id)) else {
            return Ok(());
        };
        if written == own {
            return Ok(());
        }
        let span = path.origin.domain_name.span;
        let detail = format!("the host name is in `{written}`, but `{}` is in `{own}`", api.id);
        self.sure("connection", detail, span);
        let end = End::unreachable(Cause::OriginRegion, "`502`", "there is no such host");
        Err(End { status: Some(502), certainty: Certainty::Probable, ..end }.at(span))
    }

    /// `Host` names a different API, or none.
    fn foreign_host(&mut self, api: Option<&Api>, path: &RequestPath<'m>, sent: &Sent) -> End {
        let headers = &path.forwarding.headers;
        let span = place(&headers.selects("Host"), path, headers);
        let host = sent.host.as_ref().map_or_else(|| "another".to_owned(), Text::to_string);
        let name = path.backend.name();
        let is_edge = api.map_or(Tri::Unknown, |api| api.has_endpoint_type("EDGE"));
        if is_edge.is_true() {
            let detail = format!(
                "{name} is edge-optimized: AWS's own distribution in front of it has no alias `{host}`, the `Host` that it receives"
            );
            self.step("endpoint", detail, Certainty::Probable, Some(span));
            let text =
                page("Bad request. We can't connect to the server for this app or website at this time.");
            let end =
                End::rejected(Cause::HostOfApi, Party::CloudFront, 403, &text, Certainty::Probable).at(span);
            return End { is_from_origin: true, ..end };
        }
        let detail = format!("{name} responds only to its own host name, but `Host` is `{host}`");
        self.sure("endpoint", detail, span);
        let end = End::refused_by_gateway(Cause::HostOfApi, FORBIDDEN, Certainty::Certain).at(span);
        if is_edge.is_false() {
            return end;
        }
        let summary = "API Gateway, or its own CloudFront in front of an edge-optimized API, returns `403`";
        End { party: None, summary: summary.to_owned(), ..end }
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
            Tri::Unknown => return Err(End::unknown("it is not known which `Host` arrives").at(span)),
            Tri::True => {
                let host = sent.host.clone().unwrap_or_default();
                let answers = |domain: &&CustomDomain| domain.answers_to(&host).is_true();
                let found = self.model.custom_domains.iter().find(answers);
                let perhaps =
                    self.model.custom_domains.iter().any(|domain| !domain.answers_to(&host).is_false());
                if found.is_none() && perhaps {
                    let why =
                        format!("it is known only at deployment whether a custom domain is named `{host}`");
                    return Err(End::unknown(why).at(span));
                }
                found
            }
        };
        let Some(domain) = domain else {
            let host = sent.host.as_ref().map_or_else(|| path.origin_host(), Text::to_string);
            let is_regional = !matches!(path.backend, Backend::ApiDomainTarget { is_regional: false, .. });
            let own = match path.backend {
                Backend::ApiDomainTarget { domain, .. } => domain.and_then(|domain| domain.name.known()),
                _ => None,
            };
            let detail = match own.filter(|_| sent.forwards_host.is_false()) {
                Some(own) => {
                    format!("`{host}` is only what the name `{own}` points to; `Host` has to be `{own}`")
                }
                None => format!("no custom domain is named `{host}`"),
            };
            self.step("endpoint", detail, Certainty::Probable, Some(span));
            let cause = if sent.forwards_host.is_true() { Cause::HostOfDomain } else { Cause::HostOfTarget };
            return Err(if is_regional {
                End::refused_by_gateway(cause, FORBIDDEN, Certainty::Probable).at(span)
            } else {
                let end =
                    End::rejected(cause, Party::CloudFront, 403, &page("Bad request."), Certainty::Probable);
                End { is_from_origin: true, ..end }.at(span)
            });
        };
        self.sure("endpoint", format!("custom domain `{}`", domain.id), domain.span);
        if domain.is_private {
            let detail = format!("`{}` is private, but CloudFront is outside the VPC", domain.id);
            self.sure("endpoint", detail, domain.span);
            return Err(unreachable_from_outside().at(domain.span));
        }
        let presents = presents(path.origin);
        if presents == Tri::Unknown && !domain.mutual_tls.is_absent() {
            self.doubt("whether CloudFront presents the client certificate that the custom domain requires");
        }
        if domain.mutual_tls.is_unknown() && presents.is_false() {
            self.doubt(format!("whether `{}` requires a client certificate", domain.id));
        }
        if domain.mutual_tls.known().is_some() && presents.is_false() {
            let detail =
                format!("`{}` requires a client certificate, but CloudFront has none to present", domain.id);
            self.step("endpoint", detail, Certainty::Probable, Some(domain.span));
            return Err(End::refused_by_gateway(Cause::ClientCertificate, FORBIDDEN, Certainty::Probable)
                .at(domain.span));
        }
        self.policy_of_domain(domain)?;
        self.enter(enter_domain(self.model, domain, &sent.path), path, sent)
    }

    fn enter(&mut self, entered: Entered<'m>, path: &RequestPath<'m>, sent: &Sent) -> Way<End> {
        let (entrance, below) = match entered {
            Entered::In { entrance, below } => (entrance, below),
            Entered::NoStage { api, segment } => {
                return Err(self.no_stage(api, &segment, path));
            }
            Entered::NoMapping(domain) => {
                let keys = domain.mappings.iter().filter_map(|mapping| mapping.key.known());
                let keys: Vec<String> = keys.map(|key| format!("`/{key}`")).collect();
                let detail = format!(
                    "no mapping of `{}` matches `{}`; it maps {}",
                    domain.id,
                    sent.path,
                    all_of(&keys)
                );
                self.step("mapping", detail, Certainty::Probable, Some(domain.span));
                return Err(
                    End::refused_by_gateway(Cause::NoMapping, FORBIDDEN, Certainty::Probable).at(domain.span)
                );
            }
            Entered::Unknown(why) => return Err(End::unknown(why).at(path.origin.path.span)),
        };
        if let Some(mapping) = entrance.mapping {
            let key = mapping
                .key
                .known()
                .map_or("every path".to_owned(), |key| format!("`/{key}`, which it strips from the path,"));
            let detail = format!("`{}` maps {key} to `{}`", mapping.id, entrance.api.id);
            self.sure("mapping", detail, mapping.span);
        }
        if let Some(stage) = entrance.stage
            && let Some(name) = stage.name.known()
        {
            let detail = if stage.is_default() {
                format!("`$default` of `{}`, which has no path segment", entrance.api.id)
            } else {
                format!("`{name}` of `{}`{}", entrance.api.id, by_default(&stage.name))
            };
            self.sure("stage", detail, stage.name.span);
        }
        let bytes = sent.header_bytes();
        if bytes > MAX_HEADERS {
            let detail =
                format!("the headers have {bytes} bytes, but API Gateway accepts at most {MAX_HEADERS}");
            self.step("size", detail, Certainty::Uncertain, Some(entrance.api.span));
            self.doubt("which status API Gateway returns for headers that are too large");
        }
        self.guarded(&entrance, sent)?;
        self.routed(&entrance, &below, path, sent)
    }

    /// The web ACL and the resource policy, which are evaluated before the route.
    fn guarded(&mut self, entrance: &Entrance<'m>, sent: &Sent) -> Way<()> {
        let api = entrance.api;
        if let Some((association, acl)) = firewall_of(self.model, api, entrance.stage) {
            let Some(acl) = acl else {
                let detail =
                    "a web ACL that is not in the template also applies; assumed to allow the request";
                self.sure("web ACL", detail, association.span);
                return Ok(());
            };
            let header = |name: &str| sent.header(name).cloned();
            if self.web_acl(acl, &header) == Says::Block {
                return Err(self.refuse(Cause::WebAclOfApi, api, Refusal::Firewall, acl.span));
            }
        }
        self.resource_policy(api, sent)
    }

    fn no_stage(&mut self, api: &'m Api, segment: &Text, path: &RequestPath<'m>) -> End {
        let origin = path.origin;
        let span = if origin.path.is_absent() { origin.domain_name.span } else { origin.path.span };
        let names = api.stages.iter().filter_map(|stage| stage.name.known());
        let names = quoted(names);
        let has = match names.as_slice() {
            [] => String::new(),
            names => format!("; it has {}", all_of(names)),
        };
        let first = if segment.is_empty() {
            format!("the path is empty{} and does not name a stage", by_default(&origin.path))
        } else {
            format!("the path starts with `{segment}`{}, which is not a stage", by_default(&origin.path))
        };
        let detail = format!("{first} of `{}`{has}", api.id);
        let (detail, certainty) = match api.protocol {
            Protocol::Rest => (detail, Certainty::Probable),
            Protocol::WebSocket => (detail, Certainty::Certain),
            _ if names.is_empty() => (format!("{detail}; it has no `$default`"), Certainty::Certain),
            _ => (format!("{detail} and no `$default`"), Certainty::Certain),
        };
        self.step("stage", detail, certainty, Some(span));
        End::refused_perhaps(Cause::NoStage, no_stage(api.protocol), certainty).at(span)
    }
}

/// CloudFront never connects from a VPC.
fn unreachable_from_outside() -> End {
    let summary =
        format!("CloudFront gets no response and returns `502`, or API Gateway returns `{FORBIDDEN}`");
    let end = End { summary, ..End::unreachable(Cause::PrivateApi, "`502`", "") };
    End { party: None, certainty: Certainty::Probable, ..end }
}
