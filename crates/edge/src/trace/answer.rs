//! The response: API Gateway's gateway responses, and what CloudFront does with errors.

use cflint_diagnostics::Span;
use cflint_template::model::{Api, ErrorResponse, GatewayResponse, Protocol, State};
use cflint_template::value::Text;

use super::end::answered;
use super::{Cause, End, Party, Tracer, Verdict};
use crate::behavior::error_caching::{Kept, kept};
use crate::facts::Certainty;
use crate::facts::refusals::Refusal;
use crate::words::seconds;

/// Seconds that errors are cached if no custom error response covers them.
const ERROR_TTL: i64 = 10;
/// Seconds if one does but gives no time.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudfront-distribution-customerrorresponse.html>
const CUSTOM_ERROR_TTL: i64 = 300;

/// A body template with the message filled in.
fn filled(template: &Text, message: &str) -> String {
    let text = template.to_string();
    let quoted = format!("\"{message}\"");
    let text =
        text.replace("$context.error.messageString", &quoted).replace("$context.error.message", message);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl<'m> Tracer<'m, '_> {
    /// The refusal as the API phrases it: a REST API can define its own gateway responses.
    pub(super) fn refuse(&mut self, cause: Cause, api: &'m Api, why: Refusal, span: Span) -> End {
        self.last_step_is_reason();
        let is_rest = api.protocol == Protocol::Rest;
        let (kind, status, message, certainty) = why.words(is_rest);
        let name =
            if matches!(why, Refusal::Policy | Refusal::ExplicitPolicy) { "Message" } else { "message" };
        let plain = End::rejected(
            cause,
            Party::ApiGateway,
            status,
            &format!("{{\"{name}\":\"{message}\"}}"),
            certainty,
        );
        if !is_rest || kind.is_empty() {
            return plain.at(span);
        }
        let all = &api.gateway_responses;
        let find = |wanted: &str| all.iter().find(|response| response.kind.literal() == Some(wanted));
        if let Some(own) = find(kind).or_else(|| find("DEFAULT_4XX")) {
            return self.own_words(api, own, (kind, status, &message), &plain).at(span);
        }
        if all.open.is_some() || all.iter().any(|response| response.kind.literal().is_none()) {
            self.doubt(format!("whether `{}` defines a gateway response for `{kind}`", api.id));
        }
        plain.at(span)
    }

    /// The refusal as a gateway response in the template words it.
    fn own_words(
        &mut self,
        api: &Api,
        own: &'m GatewayResponse,
        (kind, status, message): (&str, u16, &str),
        plain: &End,
    ) -> End {
        let through = match own.kind.literal() {
            Some(other) if other != kind => format!(" through `{other}`"),
            _ => String::new(),
        };
        let detail = format!("`{}` defines a gateway response for `{kind}`{through}", api.id);
        let body = match (&own.body.state, own.body.known()) {
            (State::Unknown(_), _) => "with a body that is known only at deployment".to_owned(),
            (_, Some(template)) => format!("with `{}`", filled(template, message)),
            _ => format!("with `{{\"message\":\"{message}\"}}`"),
        };
        let code = own.status.or_default(i64::from(status)).and_then(|status| u16::try_from(status).ok());
        let Some(code) = code else {
            let detail = format!("{detail}, with a status that is known only at deployment");
            self.step("gateway response", detail, Certainty::Uncertain, Some(own.status.span));
            self.doubt(format!("which status `{}` returns for `{kind}`", api.id));
            return End { status: None, summary: format!("API Gateway responds {body}"), ..plain.clone() };
        };
        self.sure("gateway response", detail, own.span);
        match own.body.known() {
            Some(template) => End {
                status: Some(code),
                summary: answered(Party::ApiGateway, code, &filled(template, message)),
                ..plain.clone()
            },
            None => End {
                status: Some(code),
                summary: format!("API Gateway returns `{code}` {body}"),
                ..plain.clone()
            },
        }
    }

    /// Adds the step for the end, and what CloudFront does with an error.
    pub(super) fn answer(&mut self, end: End) -> End {
        let certainty =
            if end.verdict == Verdict::Undetermined { Certainty::Uncertain } else { end.certainty };
        self.step("response", end.summary.clone(), certainty, end.span);
        if end.is_unreachable && end.status.is_none() {
            return self.unreachable(end);
        }
        let is_undocumented = end.verdict == Verdict::Rejected && end.status.is_none() && end.is_from_origin;
        let custom = if is_undocumented { self.error_response(403) } else { None };
        if let Some(custom) = custom {
            let detail = "if the status is `403`, a custom error response applies";
            self.step("error page", detail, Certainty::Uncertain, Some(custom.span));
            self.doubt("which status API Gateway returns");
            return end;
        }
        let Some(status) = end.status.filter(|_| end.verdict == Verdict::Rejected) else { return end };
        if matches!(end.cause, Some(Cause::NoSuchHost | Cause::Misdirected)) {
            // The error pages are those of a distribution, and the request came to none.
            return end;
        }
        let custom = self.error_response(status);
        self.cache_error(&end, status, custom);
        let Some(custom) = custom else { return end };
        self.replace(end, status, custom)
    }

    /// An error with one of several statuses, which custom error responses may replace.
    fn unreachable(&mut self, end: End) -> End {
        let about = [502, 504].into_iter().find_map(|status| self.error_response(status));
        match about {
            Some(custom) => {
                let code = custom.error_code.known().copied().unwrap_or_default();
                let detail = format!("if the status is `{code}`, a custom error response applies");
                self.step("error page", detail, Certainty::Uncertain, Some(custom.span));
                self.doubt("which status CloudFront returns for the failed connection");
            }
            None => self.cache_error(&end, 502, None),
        }
        end
    }

    /// The custom error response for a status. They apply to the whole distribution, whatever the behavior.
    /// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/GeneratingCustomErrorResponses.html>
    fn error_response(&mut self, status: u16) -> Option<&'m ErrorResponse> {
        let all = &self.model.distribution.error_responses;
        if all.open.is_some() || all.iter().any(|response| response.error_code.is_unknown()) {
            self.doubt(format!("what custom error responses do with a `{status}`"));
        }
        all.iter().find(|response| response.error_code.known() == Some(&i64::from(status)))
    }

    /// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/custom-error-pages-expiration.html>
    fn cache_error(&mut self, end: &End, status: u16, custom: Option<&'m ErrorResponse>) {
        let distribution = &self.model.distribution;
        let Some(index) = self.behavior else { return };
        let behavior = distribution.all_behaviors().find(|behavior| behavior.index == index);
        let Some(caching) = behavior.and_then(|behavior| self.caching(behavior)) else { return };
        let is_error_of_origin = end.is_from_origin || end.is_unreachable;
        if !caching.may_cache().is_true() || !is_error_of_origin {
            return;
        }
        match kept(i64::from(status)) {
            Some(Kept::Always) => {}
            Some(Kept::IfAsked) => {
                let detail =
                    format!("`{status}` is cached only if the response has `Cache-Control` with `max-age`");
                return self.sure("error cache", detail, distribution.error_responses.span);
            }
            None => return,
        }
        let ttl =
            custom.map_or(Some(ERROR_TTL), |custom| custom.caching_min_ttl.or_default(CUSTOM_ERROR_TTL));
        let what = if end.status.is_some() { format!("`{status}`") } else { "the error".to_owned() };
        let detail = match ttl {
            Some(0) => format!("{what} is not cached"),
            Some(ttl) => {
                format!(
                    "{what} is cached for at least {}; viewers get it even after the cause is fixed",
                    seconds(ttl)
                )
            }
            None => format!("{what} is cached; it is not known for how long"),
        };
        let span = custom.map_or(distribution.error_responses.span, |custom| custom.span);
        self.step("error cache", detail, Certainty::Certain, Some(span));
    }
}
