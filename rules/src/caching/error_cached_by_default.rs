use cflint_diagnostics::{Applicability, Confidence};
use cflint_edge::behavior::error_caching::{Kept, kept};
use cflint_edge::routes::path::{RequestPath, request_paths};
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::edit::NewValue;
use cflint_template::model::{ErrorResponse, Model};

use crate::shared::cache_verdict::{cacheable, certainty_of_keeping_errors};
use crate::shared::witness::Example;

declare_rule! {
    /// ## What it does
    /// Reports custom error responses without `ErrorCachingMinTTL` on a distribution in front of an API.
    ///
    /// ## Why is this bad?
    /// `CustomErrorResponses` hold for the whole distribution, so they decide about the errors of the API too. Without
    /// a number, CloudFront keeps such an error for 300 seconds. A function that fails once is then down for five
    /// minutes for everybody who asks for the same path, and an order that was just made stays `404` if somebody looked
    /// for it too early. The API sees none of these requests, so its metrics show nothing.
    ///
    /// ## Remediation
    /// Write `ErrorCachingMinTTL: 0`, or the few seconds that errors may be kept. In CDK that is `ttl: Duration.seconds(0)`
    /// in `errorResponses`. In a SAM template the distribution is written the same way. A behavior with `CachingDisabled`
    /// keeps no errors at all.
    ///
    /// ## Exceptions
    /// Distributions whose behaviors in front of the API cache nothing are not reported: what they have is meant for
    /// another origin. `403`, `400` and `405` are kept only if the API sends `Cache-Control: max-age` with them, which
    /// is only possible; `416` is never kept. If the behavior uses `ForwardedValues` with every TTL 0, whether errors
    /// are kept is only likely.
    ///
    /// ## References
    /// - [How CloudFront caches HTTP 4xx and 5xx status codes](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html)
    /// - [AWS::CloudFront::Distribution CustomErrorResponse](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudfront-distribution-customerrorresponse.html)
    pub(crate) ErrorCachedByDefault {
        id: "error-cached-by-default",
        group: Caching,
        summary: "errors of an API are kept for five minutes because nothing says otherwise",
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
        Some(Kept::IfAsked) => (Confidence::Possible, " and `Cache-Control: max-age`"),
        None => return,
    };
    let call = cacheable(path).next();
    let viewer_path = call.map_or_else(|| path.example_path(), |call| call.viewer_path.clone());
    let edits = cx.insert(response.node, "ErrorCachingMinTTL", &NewValue::Int(0));
    let finding = cx
        .report(&response.error_code, format!("an error {code} of the API is cached for 300 seconds"))
        .property(response.caching_min_ttl.property.to_string())
        .label("has no `ErrorCachingMinTTL`")
        .related(
            path.origin.domain_name.span,
            format!("behavior `{}` leads to this API", path.behavior.name()),
        )
        .note(format!(
            "if the API answers `GET https://{}{viewer_path}` with {code}{only_if}, every such request gets that for 5 minutes, and the API is not asked again",
            path.viewer_host()
        ))
        .help("write `ErrorCachingMinTTL: 0`, or how many seconds the error may be kept")
        .fix(Applicability::Safe, "write `ErrorCachingMinTTL: 0`", edits)
        .at_most(confidence.min(most));
    match call {
        Some(call) => Example::of(path, call).show(finding),
        None => finding.witness("GET", &viewer_path),
    };
}
