//! From the viewer to the behavior's door: host name, protocol, method, signature, firewall.

use cflint_template::model::{AclAction, Behavior, Model, State};
use cflint_template::value::{Text, Tri};

use super::firewall::{firewall_says, firewall_says_why};
use super::{End, Party, Tracer, Verdict, Way};
use crate::Certainty;
use crate::headers::Method;
use crate::methods::{allowed, allows};

/// How the names of distributions end that AWS gives.
const OWN: &str = ".cloudfront.net";

/// What CloudFront says of hosts that no distribution has.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/http-403-permission-denied.html>
const NO_DISTRIBUTION: &str =
    "Bad request. We can't connect to the server for this app or website at this time.";

/// Whether a request with this host name comes to the distribution, as far as its aliases tell. A name that AWS gives
/// may be that of any distribution.
#[must_use]
pub fn comes_here(model: &Model, host: &str) -> Tri {
    let distribution = &model.distribution;
    if host.ends_with(OWN) {
        return Tri::Unknown;
    }
    let by_tenants = distribution.connection_mode.literal() == Some("tenant-only");
    let open = distribution.aliases.open.is_some() || by_tenants;
    let matches = |alias: &Text| alias_takes(alias, host);
    let aliases = distribution.aliases.iter().map(|alias| alias.known().map_or(Tri::Unknown, matches));
    aliases.fold(if open { Tri::Unknown } else { Tri::False }, Tri::or)
}

/// Whether an alias takes a host name. `*` at the start stands for one label or several.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/CNAMEs.html>
fn alias_takes(alias: &Text, host: &str) -> Tri {
    match alias.as_literal().map(str::to_ascii_lowercase) {
        Some(alias) => Tri::from(match alias.strip_prefix('*') {
            Some(zone) => host.len() > zone.len() && host.ends_with(zone),
            None => alias == host,
        }),
        None if alias.prefix().starts_with('*') => Tri::Unknown,
        None => alias.equals(&Text::literal(host)),
    }
}

impl<'m> Tracer<'m, '_> {
    /// Whether the distribution answers to the host name, and which one the viewer sends.
    pub(super) fn alias(&mut self) -> Way<String> {
        let distribution = &self.model.distribution;
        let id = &distribution.id;
        let in_url = self.request.host.clone();
        let sent = self.request.header("Host").map(str::to_ascii_lowercase).or(in_url.clone());
        let Some(host) = sent else {
            let alias = distribution.aliases.iter().find_map(|alias| Some((alias.span, alias.known()?)));
            let (span, host) = match alias {
                Some((span, name)) => (span, name.to_string().replacen("*.", "www.", 1)),
                None => (distribution.span, format!("d111111abcdef8{OWN}")),
            };
            self.sure("distribution", format!("`{id}`, as `{host}`"), span);
            return Ok(host);
        };
        if let Some(url) = in_url.filter(|url| *url != host)
            && (comes_here(self.model, &host).is_false() || comes_here(self.model, &url).is_false())
        {
            let detail = format!("the URL is of `{url}` and the header `Host` of `{host}`");
            self.step("distribution", detail, Certainty::Probable, Some(distribution.span));
            let body = page("Misdirected Request.");
            return Err(
                End::rejected(Party::CloudFront, 421, &body, Certainty::Probable).at(distribution.span)
            );
        }
        if host.ends_with(OWN) {
            let detail = format!("`{id}`; `{host}` is taken for the name that AWS gives it");
            self.sure("distribution", detail, distribution.span);
            return Ok(host);
        }
        let takes = |alias: &Text| alias_takes(alias, &host);
        let found =
            distribution.aliases.iter().find(|alias| alias.known().is_some_and(|a| takes(a).is_true()));
        if let Some(alias) = found {
            self.sure("distribution", format!("`{id}`, which has the alias `{host}`"), alias.span);
            return Ok(host);
        }
        if comes_here(self.model, &host).is_false() {
            let detail = format!("`{host}` is no alias of `{id}`");
            self.sure("distribution", detail, distribution.aliases.span);
            let end = End::rejected(Party::CloudFront, 403, &page(NO_DISTRIBUTION), Certainty::Certain);
            return Err(end.at(distribution.aliases.span));
        }
        let open =
            distribution.aliases.iter().find(|alias| alias.known().is_none_or(|a| !takes(a).is_false()));
        let (span, what) = match open.map(|alias| (alias.span, alias.known())) {
            Some((span, Some(text))) => (span, format!("the alias `{text}`")),
            Some((span, None)) => (span, "an alias that is known only at deployment".to_owned()),
            None => (distribution.aliases.span, "an alias that the template does not show".to_owned()),
        };
        self.step(
            "distribution",
            format!("`{id}`; `{host}` is taken for {what}"),
            Certainty::Certain,
            Some(span),
        );
        Ok(host)
    }

    /// The viewer protocol policy.
    /// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-https-viewers-to-cloudfront.html>
    pub(super) fn protocol(&mut self, behavior: &'m Behavior) -> Way<()> {
        let policy = &behavior.viewer_protocol_policy;
        let written = policy.literal();
        let name = written.map_or_else(|| "the policy".to_owned(), |name| format!("`{name}`"));
        if self.request.is_https {
            self.sure("viewer protocol", format!("HTTPS, which {name} takes"), policy.span);
            return Ok(());
        }
        match written {
            Some("allow-all") => {
                self.sure("viewer protocol", "HTTP, which `allow-all` takes", policy.span);
                Ok(())
            }
            Some("https-only") => {
                self.sure("viewer protocol", "HTTP, which `https-only` refuses", policy.span);
                Err(End::rejected(Party::CloudFront, 403, &page("Bad request."), Certainty::Certain)
                    .at(policy.span))
            }
            Some("redirect-to-https") => {
                let status =
                    if matches!(self.request.method, Method::Get | Method::Head) { 301 } else { 307 };
                let why = match self.request.method {
                    Method::Options => "; a browser does not follow the redirect of a preflight",
                    _ => "",
                };
                let detail = format!("HTTP, which is sent to the same address over HTTPS{why}");
                self.sure("viewer protocol", detail, policy.span);
                Err(End {
                    verdict: Verdict::Redirected,
                    status: Some(status),
                    party: Some(Party::CloudFront),
                    summary: format!("CloudFront answers `{status}` with the same URL over HTTPS"),
                    is_from_origin: false,
                    span: Some(policy.span),
                    certainty: Certainty::Certain,
                })
            }
            _ => Err(End::unknown("whether plain HTTP is let through is not known").at(policy.span)),
        }
    }

    /// The methods of the behavior, and that a `GET` has no body.
    /// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/http-403-permission-denied.html>
    pub(super) fn method(&mut self, behavior: &'m Behavior) -> Way<()> {
        let method = self.request.method.as_str();
        let list = &behavior.allowed_methods;
        let span = if list.present { list.span } else { behavior.span };
        let names: Vec<&str> = allowed(behavior).into_iter().map(Method::as_str).collect();
        let all = names.join(", ");
        let by_default = if list.present { "allowed methods" } else { "methods that are allowed by default" };
        match allows(behavior, self.request.method) {
            Tri::True => {
                self.sure("method", format!("`{method}` is one of the {by_default}: {all}"), span);
            }
            Tri::False => {
                let detail = format!("`{method}` is none of the {by_default}: {all}");
                self.sure("method", detail, span);
                let kind =
                    if names.len() == 2 { " The distribution supports only cachable requests." } else { "" };
                let text = format!(
                    "This distribution is not configured to allow the HTTP request method that was used for this request.{kind}"
                );
                return Err(End::rejected(Party::CloudFront, 403, &page(&text), Certainty::Certain).at(span));
            }
            Tri::Unknown => {
                return Err(End::unknown(format!("whether `{method}` is let through is not known")).at(span));
            }
        }
        let length =
            self.request.header("Content-Length").and_then(|length| length.trim().parse::<u64>().ok());
        let has_body =
            length.is_some_and(|length| length > 0) || self.request.header("Transfer-Encoding").is_some();
        if self.request.method == Method::Get && has_body {
            self.sure("method", "a `GET` with a body, which CloudFront refuses", behavior.span);
            return Err(End::rejected(Party::CloudFront, 403, &page("Bad request."), Certainty::Certain)
                .at(behavior.span));
        }
        self.size(behavior)
    }

    /// The longest URL and the largest headers that CloudFront takes.
    /// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html>
    fn size(&mut self, behavior: &'m Behavior) -> Way<()> {
        const URL: usize = 8_192;
        const REQUEST: usize = 32_768;
        let query = self.request.query.as_ref().map_or(0, |query| query.len() + 1);
        let headers: usize =
            self.request.headers.iter().map(|(name, value)| name.len() + value.len() + 4).sum();
        let url = self.request.path.len() + query;
        let (size, limit, status, what, body) = match () {
            () if url > URL => (url, URL, 414, "the URL", "URI Too Long"),
            () if url + headers > REQUEST => {
                (url + headers, REQUEST, 494, "the URL and the headers", "Request header or cookie too large")
            }
            () => return Ok(()),
        };
        let detail = format!("{what} of {size} bytes; CloudFront takes {limit}");
        self.step("size", detail, Certainty::Certain, Some(behavior.span));
        Err(End::rejected(Party::CloudFront, status, &page(body), Certainty::Certain))
    }

    /// Signed URLs and cookies, and the country of the viewer.
    /// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-overview.html>
    pub(super) fn signed(&mut self, behavior: &'m Behavior) -> Way<()> {
        let geo = &self.model.distribution.geo_restriction;
        if !geo.is_absent() && geo.literal() != Some("none") {
            let detail =
                "the country of the viewer counts; the request is taken to come from one that is let in";
            self.sure("country", detail, geo.span);
        }
        let signers = &behavior.signers;
        if signers.items.is_empty() {
            return match &signers.open {
                Some(_) => {
                    Err(End::unknown("whether a signed URL is asked for is not known").at(signers.span))
                }
                None => Ok(()),
            };
        }
        let has = |wanted: &str| {
            self.request.parameters().any(|parameter| parameter.split('=').next() == Some(wanted))
                || self.request.cookies().any(|(name, _)| name == format!("CloudFront-{wanted}"))
        };
        if has("Signature") && has("Key-Pair-Id") {
            self.sure("signature", "signed URL or cookie, taken to be valid", signers.span);
            return Ok(());
        }
        self.sure(
            "signature",
            "the behavior asks for a signed URL or cookie, and there is none",
            signers.span,
        );
        let body = "<Error><Code>MissingKey</Code>…</Error>";
        Err(End::rejected(Party::CloudFront, 403, body, Certainty::Certain).at(signers.span))
    }

    /// The firewall in front of the distribution.
    pub(super) fn firewall(&mut self) -> Way<()> {
        let web_acl = &self.model.distribution.web_acl;
        let id = match &web_acl.state {
            State::Absent => return Ok(()),
            State::Known(text) if text.is_empty() => return Ok(()),
            State::Known(text) => super::firewall::resource_of(text),
            State::Unknown(_) => None,
        };
        let acl = id.and_then(|id| self.model.web_acls.iter().find(|acl| acl.id == id));
        let Some(acl) = acl else {
            let detail =
                "a web ACL that is not in the template has a say; it is taken to let the request through";
            self.sure("web ACL", detail, web_acl.span);
            return Ok(());
        };
        let arrives = |name: &str| self.request.header(name).map(Text::literal).ok_or(Tri::False);
        let says = firewall_says(acl, &arrives);
        self.sure("web ACL", firewall_says_why(acl, says), acl.span);
        match says {
            Some(AclAction::Block) => {
                let body = page("Request blocked.");
                Err(End::rejected(Party::CloudFront, 403, &body, Certainty::Certain).at(acl.span))
            }
            _ => Ok(()),
        }
    }
}

/// The words of one of CloudFront's own pages.
pub(super) fn page(text: &str) -> String {
    format!("\"The request could not be satisfied. {text}\"")
}
