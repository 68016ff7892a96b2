//! From the viewer to the behavior: protocol, method, signature, web ACL.

use cflint_template::model::{Behavior, State};
use cflint_template::value::{Text, Tri};

use super::firewall::Says;
use super::{Cause, End, Party, Tracer, Verdict, Way};
use crate::facts::Certainty;
use crate::facts::headers::Method;
use crate::facts::methods::{allowed, allows};

impl<'m> Tracer<'m, '_> {
    /// The viewer protocol policy.
    /// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-https-viewers-to-cloudfront.html>
    pub(super) fn protocol(&mut self, behavior: &'m Behavior) -> Way<()> {
        let policy = &behavior.viewer_protocol_policy;
        let written = policy.literal();
        let name = written.map_or_else(|| "the policy".to_owned(), |name| format!("`{name}`"));
        if self.request.is_https {
            self.sure("viewer protocol", format!("HTTPS, which {name} allows"), policy.span);
            return Ok(());
        }
        match written {
            Some("allow-all") => {
                self.sure("viewer protocol", "plain HTTP, which `allow-all` allows", policy.span);
                Ok(())
            }
            Some("https-only") => {
                self.sure("viewer protocol", "plain HTTP, which `https-only` rejects", policy.span);
                Err(End::rejected(
                    Cause::PlainHttp,
                    Party::CloudFront,
                    403,
                    &page("Bad request."),
                    Certainty::Certain,
                )
                .at(policy.span))
            }
            Some("redirect-to-https") => {
                let status =
                    if matches!(self.request.method, Method::Get | Method::Head) { 301 } else { 307 };
                let why = match self.request.method {
                    Method::Options => "; a browser does not follow the redirect of a preflight",
                    _ => "",
                };
                let detail = format!("plain HTTP, which is redirected to the same URL over HTTPS{why}");
                self.sure("viewer protocol", detail, policy.span);
                let end = End::reached(Party::CloudFront, String::new()).at(policy.span);
                let summary = format!("CloudFront returns `{status}`, a redirect to the same URL over HTTPS");
                Err(End {
                    verdict: Verdict::Redirected,
                    status: Some(status),
                    summary,
                    is_from_origin: false,
                    ..end
                })
            }
            _ => Err(End::unknown("it is not known whether plain HTTP is allowed").at(policy.span)),
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
        let by_default = if list.present { "allowed methods" } else { "methods allowed by default" };
        match allows(behavior, self.request.method) {
            Tri::True => {
                self.sure("method", format!("`{method}` is one of the {by_default}: {all}"), span);
            }
            Tri::False => {
                let detail = format!("`{method}` is not one of the {by_default}: {all}");
                self.sure("method", detail, span);
                let kind =
                    if names.len() == 2 { " The distribution supports only cachable requests." } else { "" };
                let text = format!(
                    "This distribution is not configured to allow the HTTP request method that was used for this request.{kind}"
                );
                let cause = match self.request.method {
                    Method::Options => Cause::PreflightNotAllowed,
                    _ => Cause::MethodNotAllowed,
                };
                return Err(
                    End::rejected(cause, Party::CloudFront, 403, &page(&text), Certainty::Certain).at(span)
                );
            }
            Tri::Unknown => {
                return Err(End::unknown(format!("it is not known whether `{method}` is allowed")).at(span));
            }
        }
        if self.request.method == Method::Get && self.request.certainly_has_body() {
            self.sure("body", "a `GET` with a body, which CloudFront rejects", behavior.span);
            return Err(End::rejected(
                Cause::BodyOfGet,
                Party::CloudFront,
                403,
                &page("Bad request."),
                Certainty::Certain,
            )
            .at(behavior.span));
        }
        self.size(behavior)
    }

    /// The longest URL and the largest headers that CloudFront accepts.
    /// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html>
    fn size(&mut self, behavior: &'m Behavior) -> Way<()> {
        const URL: usize = 8_192;
        const REQUEST: usize = 32_768;
        let query = self.request.query.as_ref().map_or(0, |query| query.len() + 1);
        let headers: usize =
            self.request.headers.iter().map(|(name, value)| name.len() + value.len() + 4).sum();
        let url = self.request.path.len() + query;
        let (size, limit, status, what, body) = match () {
            () if url > URL => (url, URL, 414, "the URL has", "URI Too Long"),
            () if url + headers > REQUEST => {
                (url + headers, REQUEST, 494, "URL and headers have", "Request header or cookie too large")
            }
            () => return Ok(()),
        };
        let detail = format!("{what} {size} bytes, but CloudFront accepts at most {limit}");
        self.step("size", detail, Certainty::Certain, Some(behavior.span));
        Err(End::rejected(Cause::TooLarge, Party::CloudFront, status, &page(body), Certainty::Certain))
    }

    /// Signed URLs and cookies, and the country of the viewer.
    /// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-overview.html>
    pub(super) fn signed(&mut self, behavior: &'m Behavior) -> Way<()> {
        let geo = &self.model.distribution.geo_restriction;
        if !geo.is_absent() && geo.literal() != Some("none") {
            let detail = "a geo restriction applies; the request is assumed to come from an allowed country";
            self.sure("country", detail, geo.span);
        }
        let signers = &behavior.signers;
        if signers.items.is_empty() {
            return match &signers.open {
                Some(_) => {
                    Err(End::unknown("it is not known whether a signed URL is required").at(signers.span))
                }
                None => Ok(()),
            };
        }
        let has = |wanted: &str| {
            self.request.parameters().any(|parameter| parameter.split('=').next() == Some(wanted))
                || self.request.cookies().any(|(name, _)| name == format!("CloudFront-{wanted}"))
        };
        if has("Signature") && has("Key-Pair-Id") {
            self.sure("signature", "signed URL or cookie, assumed to be valid", signers.span);
            return Ok(());
        }
        self.sure(
            "signature",
            "the behavior requires a signed URL or cookie, but the request has none",
            signers.span,
        );
        let body = "<Error><Code>MissingKey</Code>…</Error>";
        Err(End::rejected(Cause::UnsignedUrl, Party::CloudFront, 403, body, Certainty::Certain)
            .at(signers.span))
    }

    /// The web ACL of the distribution.
    pub(super) fn firewall(&mut self) -> Way<()> {
        let web_acl = &self.model.distribution.web_acl;
        let id = match &web_acl.state {
            State::Absent => return Ok(()),
            State::Known(text) if text.is_empty() => return Ok(()),
            State::Known(text) => text.owner(),
            State::Unknown(_) => None,
        };
        let acl = id.and_then(|id| self.model.web_acls.iter().find(|acl| acl.id == id));
        let Some(acl) = acl else {
            let detail = "a web ACL that is not in the template also applies; assumed to allow the request";
            self.sure("web ACL", detail, web_acl.span);
            return Ok(());
        };
        let arrives = |name: &str| self.request.header(name).map(Text::literal).ok_or(Tri::False);
        match self.web_acl(acl, &arrives) {
            Says::Block => {
                let body = page("Request blocked.");
                Err(End::rejected(Cause::WebAcl, Party::CloudFront, 403, &body, Certainty::Certain)
                    .at(acl.span))
            }
            _ => Ok(()),
        }
    }
}

/// The text of one of CloudFront's own pages.
pub(super) fn page(text: &str) -> String {
    format!("\"The request could not be satisfied. {text}\"")
}
