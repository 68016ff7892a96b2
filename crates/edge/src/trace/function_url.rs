//! What a Lambda function URL does with the request.

use cflint_template::model::LambdaUrl;
use cflint_template::value::{Text, Tri};

use super::credentials::is_signature;
use super::fate::place;
use super::sent::Sent;
use super::{Cause, End, Party, Tracer, Way};
use crate::access::function_url::{AUTHORIZATION, signs};
use crate::access::invocation::{ACTIONS, may_invoke, permission_of};
use crate::facts::Certainty;
use crate::facts::headers::Method;
use crate::facts::refusals::LAMBDA_FORBIDDEN;
use crate::origin::backend::Backend;
use crate::routes::path::RequestPath;

impl<'m> Tracer<'m, '_> {
    /// A function URL.
    /// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-lambda.html>
    pub(super) fn lambda(&mut self, path: &RequestPath<'m>, sent: &Sent) -> Way<End> {
        let forbidden = LAMBDA_FORBIDDEN.body;
        match self.is_own_host(path, sent) {
            Tri::True => {}
            Tri::False => {
                let headers = &path.forwarding.headers;
                let span = place(&headers.selects("Host"), path, headers);
                let host = sent.host.as_ref().map_or_else(|| "another".to_owned(), Text::to_string);
                let detail =
                    format!("a function URL responds only to its own host name, but `Host` is `{host}`");
                self.step("endpoint", detail, Certainty::Probable, Some(span));
                return Err(End::rejected(
                    Cause::HostOfFunction,
                    Party::Lambda,
                    403,
                    forbidden,
                    Certainty::Probable,
                )
                .at(span));
            }
            Tri::Unknown => return Err(End::unknown("it is not known which `Host` arrives")),
        }
        let Backend::LambdaUrl(Some(url)) = path.backend else {
            return Ok(End::reached(
                Party::Lambda,
                "the function URL handles the request, if anyone may call it".to_owned(),
            ));
        };
        match url.auth_type.literal() {
            Some("NONE") => {
                self.sure("access", format!("anyone can call `{}`", url.id), url.auth_type.span);
            }
            Some("AWS_IAM") => {
                if signs(self.model, path.origin).is_false() {
                    return Err(self.unsigned(url, sent));
                }
                self.sure("access", "CloudFront signs the request", path.origin.access_control.span);
                self.invoked(path, url)?;
                self.hash_of_body(url)?;
            }
            _ => self.doubt(format!("who may call `{}`", url.id)),
        }
        Ok(End::reached(Party::Lambda, format!("the function behind `{}` handles the request", url.id)))
    }

    /// CloudFront does not sign, so that the viewer has to, for a host name that viewers do not use.
    fn unsigned(&mut self, url: &LambdaUrl, sent: &Sent) -> End {
        let span = url.auth_type.span;
        let of_viewer = self.request.header(AUTHORIZATION);
        let requires = format!("`{}` requires a signature, but CloudFront does not sign the request", url.id);
        let (detail, cause, certainty) = match (of_viewer, sent.header(AUTHORIZATION)) {
            (None, _) => (requires, Cause::FunctionUrlUnsigned, Certainty::Certain),
            (Some(_), Err(Tri::False)) => (
                format!("{requires}, and `{AUTHORIZATION}` does not arrive"),
                Cause::FunctionUrlUnsigned,
                Certainty::Certain,
            ),
            (Some(_), Err(_)) => (requires, Cause::FunctionUrlUnsigned, Certainty::Probable),
            (Some(_), Ok(value)) if is_signature(value) => (
                format!("{requires}, and a signature for the host in the URL is not valid for its own"),
                Cause::SignatureMismatch,
                Certainty::Probable,
            ),
            (Some(_), Ok(_)) => (
                format!("{requires}, and `{AUTHORIZATION}` is not an AWS signature"),
                Cause::FunctionUrlUnsigned,
                Certainty::Probable,
            ),
        };
        self.step("access", detail, certainty, Some(span));
        End::rejected(cause, Party::Lambda, 403, LAMBDA_FORBIDDEN.body, certainty).at(span)
    }

    /// Whether the template lets CloudFront call the function.
    fn invoked(&mut self, path: &RequestPath<'m>, url: &LambdaUrl) -> Way<()> {
        let lacks = |action: &&str| may_invoke(self.model, url, action).is_false();
        let Some(action) = ACTIONS.into_iter().find(lacks) else { return Ok(()) };
        let permission = permission_of(self.model, url);
        let span = permission.map_or(url.span, |permission| permission.action.span);
        let detail = format!("no permission in the template allows CloudFront `{action}`");
        self.step("access", detail, Certainty::Probable, Some(span));
        if url.function.is_none() {
            self.doubt(format!("whether CloudFront may call {}", path.backend.name()));
            return Ok(());
        }
        Err(End::rejected(
            Cause::FunctionNotInvokable,
            Party::Lambda,
            403,
            LAMBDA_FORBIDDEN.body,
            Certainty::Probable,
        )
        .at(span))
    }

    /// CloudFront does not read bodies: the hash, which is part of the signature, has to come from the client.
    fn hash_of_body(&mut self, url: &LambdaUrl) -> Way<()> {
        let may_have_body = matches!(self.request.method, Method::Put | Method::Post | Method::Patch);
        if !may_have_body || self.request.header("x-amz-content-sha256").is_some() {
            return Ok(());
        }
        let span = url.auth_type.span;
        let detail = "the signature covers the hash of the body, which the client has to send as `x-amz-content-sha256`";
        self.sure("access", detail, span);
        if self.request.certainly_has_body() {
            let body = "{\"message\":\"The request signature we calculated does not match the signature you provided. …\"}";
            return Err(
                End::rejected(Cause::BodyHash, Party::Lambda, 403, body, Certainty::Probable).at(span)
            );
        }
        self.doubt("whether the request has a body, which Lambda rejects with `403` without its hash");
        Ok(())
    }
}
