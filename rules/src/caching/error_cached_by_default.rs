use cflint_diagnostics::{Applicability, Confidence};
use cflint_edge::behavior::error_caching::{Kept, kept};
use cflint_edge::routes::path::{RequestPath, request_paths};
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::edit::NewValue;
use cflint_template::model::{ErrorResponse, Model};

use crate::shared::cache_verdict::{cacheable_example, certainty_of_keeping_errors};

declare_rule! {
    /// ## What it does
    /// Reports custom error responses without `ErrorCachingMinTTL` on a distribution in front of an API.
    ///
    /// ## Why is this bad?
    /// `CustomErrorResponses` apply to the whole distribution, so they also cover errors from the API. Without a value,
    /// CloudFront caches such an error for 300 seconds. A function that fails once is then down for five minutes for
    /// everyone who requests the same path, and an order that was just created stays `404` if someone requested it too
    /// early. None of these requests reaches the API, so its metrics show nothing.
    ///
    /// ## Remediation
    /// Set `ErrorCachingMinTTL: 0`, or the few seconds for which errors may be cached. In CDK that is `ttl:
    /// Duration.seconds(0)` in `errorResponses`. In a SAM template the distribution is written the same way. A behavior
    /// with `CachingDisabled` does not cache errors at all.
    ///
    /// ## Exceptions
    /// Distributions whose behaviors in front of the API cache nothing are not reported: their custom error responses
    /// are intended for another origin. `403`, `400` and `405` are cached only if the API sends `Cache-Control:
    /// max-age` with them, so the finding is only possible; `416` is never cached. If the behavior uses
    /// `ForwardedValues` with every TTL 0, it is only likely that errors are cached.
    ///
    /// ## References
    /// - [How CloudFront caches HTTP 4xx and 5xx status codes](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html)
    /// - [AWS::CloudFront::Distribution CustomErrorResponse](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudfront-distribution-customerrorresponse.html)
    pub(crate) ErrorCachedByDefault {
        id: "error-cached-by-default",
        group: Caching,
        summary: "errors from an API are cached for five minutes by default",
        severity: Info,
        fix: Safe,
        cdk: "`ttl: Duration.seconds(0)` in `errorResponses`",
    }
}

impl Rule for ErrorCachedByDefault {
    fn distribution(&self, model: &Model, cx: &mut Context<'_>) {
        let responses = &model.distribution.error_responses;
        if responses.iter().all(|response| !response.caching_min_ttl.is_absent()) {
            return;
        }
        let paths = request_paths(model);
        let keeping = paths.iter().filter_map(|path| Some((path, certainty_of_keeping_errors(path)?)));
        let Some((path, most)) = keeping.reduce(|best, other| if other.1 > best.1 { other } else { best })
        else {
            return;
        };
        for response in responses.iter().filter(|response| response.caching_min_ttl.is_absent()) {
            if let Some(code) = response.error_code.known() {
                report(path, response, *code, most, cx);
            }
        }
    }
}

fn report(
    path: &RequestPath<'_>,
    response: &ErrorResponse,
    code: i64,
    most: Confidence,
    cx: &mut Context<'_>,
) {
    let (confidence, only_if) = match kept(code) {
        Some(Kept::Always) => (Confidence::Certain, ""),
        Some(Kept::IfAsked) => (Confidence::Possible, " with `Cache-Control: max-age`"),
        None => return,
    };
    let example = cacheable_example(path);
    let edits = cx.insert(response.node, "ErrorCachingMinTTL", &NewValue::Int(0));
    let finding = cx
        .report(&response.error_code, format!("error {code} from the API is cached for 300 seconds by default"))
        .property(response.caching_min_ttl.property.to_string())
        .label("has no `ErrorCachingMinTTL`")
        .related(
            path.origin.domain_name.span,
            format!("behavior `{}` routes to this API", path.behavior.name()),
        )
        .note(format!(
            "if the API returns {code}{only_if} for `{} {}`, every such request gets that error for 5 minutes without reaching the API",
            example.method(),
            example.url("https"),
        ))
        .help("set `ErrorCachingMinTTL: 0`, or the number of seconds that the error may be cached")
        .cause(path.distribution.id.clone())
        .fix(Applicability::Safe, "set `ErrorCachingMinTTL: 0`", edits)
        .at_most(confidence.min(most));
    example.show(finding);
}
