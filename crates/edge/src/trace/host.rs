//! Which distribution a host name points to.
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/CNAMEs.html>

use cflint_template::model::{Distribution, Model, Tenant};
use cflint_template::value::Text;

use super::viewer::page;
use super::{Cause, End, Party, Request, Step, Trace, Tracer, Way, by_default};
use crate::facts::Certainty;
use crate::routes::viewer_host::{OWN, alias_matches, comes_here, plain_alias, stand_in, tenant_of};
use crate::words::{any_of, quoted};

/// CloudFront's response to hosts that no distribution has.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/http-403-permission-denied.html>
const NO_DISTRIBUTION: &str =
    "Bad request. We can't connect to the server for this app or website at this time.";

/// What happens to a request whose host is not an alias of any of several distributions.
pub fn nobody(trace: Trace, host: &str, distributions: &[String]) -> Trace {
    let names = quoted(distributions);
    let detail = nobody_answers(host, &any_of(&names));
    let first = trace.steps.first().map(|step| Step { detail: detail.clone(), ..step.clone() });
    let steps = first.into_iter().chain(trace.steps.into_iter().skip(1)).collect();
    Trace { steps, reason: Some(detail), ..trace }
}

fn nobody_answers(host: &str, distributions: &str) -> String {
    format!("no distribution here answers to `{host}`: it is not an alias of {distributions}")
}

/// The tenant that a request is for: without a host, the one whose domain is assumed.
pub(super) fn tenant<'m>(model: &'m Model, request: &Request) -> Option<&'m Tenant> {
    let distribution = &model.distribution;
    let sent = request.header("Host").map(str::to_ascii_lowercase).or(request.host.clone());
    let assumed =
        || plain_alias(distribution)?.known().map(|name| name.to_string().replacen("*.", "www.", 1));
    tenant_of(distribution, &sent.or_else(assumed)?)
}

impl<'m> Tracer<'m, '_> {
    /// Whether the distribution responds to the host name, and which one the viewer sends.
    pub(super) fn alias(&mut self) -> Way<String> {
        let distribution = &self.model.distribution;
        let in_url = self.request.host.clone();
        let sent = self.request.header("Host").map(str::to_ascii_lowercase).or(in_url.clone());
        let Some(host) = sent else { return Ok(self.no_host()) };
        if let Some(url) = in_url.filter(|url| *url != host) {
            self.fronted(&url, &host)?;
        }
        if comes_here(self.model, &host).is_false() {
            let (cause, span, detail) = match distribution.is_for_tenants() {
                true => (
                    Cause::NoSuchTenant,
                    distribution.connection_mode.span,
                    format!("`{}` has no name of its own, and `{host}` is not a tenant's", distribution.id),
                ),
                false => (
                    Cause::NoSuchHost,
                    distribution.aliases.span,
                    nobody_answers(&host, &format!("`{}`", distribution.id)),
                ),
            };
            self.sure("distribution", detail, span);
            return Err(End::rejected(
                cause,
                Party::CloudFront,
                403,
                &page(NO_DISTRIBUTION),
                Certainty::Certain,
            )
            .at(span));
        }
        self.found(distribution, &host);
        Ok(host)
    }

    /// The host that is assumed where the request does not name one.
    fn no_host(&mut self) -> String {
        let distribution = &self.model.distribution;
        let alias = plain_alias(distribution).and_then(|alias| Some((alias.span, alias.known()?)));
        let (span, host) = match alias {
            Some((span, name)) => (span, name.to_string().replacen("*.", "www.", 1)),
            None => (distribution.span, stand_in(distribution).to_owned()),
        };
        if distribution.is_for_tenants() {
            let whose = tenant_of(distribution, &host)
                .map_or_else(|| "a tenant".to_owned(), |tenant| format!("tenant `{}`", tenant.id));
            let detail = format!(
                "`{}` has no name of its own, and the request does not name a tenant's; `{host}` of {whose} is assumed",
                distribution.id
            );
            self.sure("distribution", detail, span);
            return host;
        }
        let detail =
            format!("`{}`; the request does not name a host, so `{host}` is assumed", distribution.id);
        self.sure("distribution", detail, span);
        host
    }

    /// The name in the TLS handshake is that of the URL. Another one in `Host` is accepted only if it points to the
    /// same distribution; without TLS there is only `Host`.
    fn fronted(&mut self, url: &str, host: &str) -> Way<()> {
        let here = |name: &str| !comes_here(self.model, name).is_false();
        if !self.request.is_https || here(url) == here(host) {
            return Ok(());
        }
        let span = self.model.distribution.span;
        let detail = format!(
            "the URL has `{url}` and the header `Host` has `{host}`, which do not point to the same distribution"
        );
        self.step("distribution", detail, Certainty::Probable, Some(span));
        let body = page("Misdirected Request.");
        Err(End::rejected(Cause::Misdirected, Party::CloudFront, 421, &body, Certainty::Probable).at(span))
    }

    fn found_tenant(&mut self, distribution: &'m Distribution, host: &str) {
        let id = &distribution.id;
        match tenant_of(distribution, host) {
            Some(tenant) => {
                let detail = format!("`{id}`; `{host}` is a domain of tenant `{}`", tenant.id);
                self.sure("distribution", detail, tenant.domains.span);
            }
            None => {
                let detail = format!(
                    "`{id}`; `{host}` is assumed to be a tenant's domain that the template does not show"
                );
                self.sure("distribution", detail, distribution.connection_mode.span);
            }
        }
    }

    /// Adds a step that says which alias matches the host.
    fn found(&mut self, distribution: &'m Distribution, host: &str) {
        let id = &distribution.id;
        if host.ends_with(OWN) {
            let detail = format!("`{id}`; `{host}` is assumed to be the name that AWS gives it");
            return self.sure("distribution", detail, distribution.span);
        }
        if distribution.is_for_tenants() {
            return self.found_tenant(distribution, host);
        }
        let takes = |alias: &Text| alias_matches(alias, host);
        let mut aliases = distribution.aliases.iter();
        if let Some(alias) = aliases.clone().find(|alias| alias.known().is_some_and(|a| takes(a).is_true())) {
            let name = alias.known().map_or_else(String::new, Text::to_string);
            let detail = format!("`{id}`, which has the alias `{name}`{}", by_default(alias));
            return self.sure("distribution", detail, alias.span);
        }
        let open = aliases.find(|alias| alias.known().is_none_or(|a| !takes(a).is_false()));
        let (span, what) = match open.map(|alias| (alias.span, alias.known())) {
            Some((span, Some(text))) => (span, format!("the alias `{text}`")),
            Some((span, None)) => (span, "an alias that is known only at deployment".to_owned()),
            None => (distribution.aliases.span, "an alias that the template does not show".to_owned()),
        };
        self.sure("distribution", format!("`{id}`; `{host}` is assumed to be {what}"), span);
    }
}
