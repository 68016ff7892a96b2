use cflint_diagnostics::Confidence;
use cflint_edge::access::needs::{By, Unmet, unmet};
use cflint_edge::routes::path::RequestPath;
use cflint_linter::{Context, Rule, declare_rule};

use crate::shared::confidence::is_first;
use crate::shared::unmet_need::report;

declare_rule! {
    /// ## What it does
    /// Reports behaviors that drop the header, the query string or the cookies in which an authorizer of the API looks
    /// for the identity of the caller.
    ///
    /// ## Why is this bad?
    /// API Gateway answers `401 {"message":"Unauthorized"}` to a request that lacks an identity source, and does not
    /// even ask the authorizer. With a cache policy, CloudFront sends no header of the client, no cookie and no
    /// query string unless a policy selects it; so a client that does everything right is refused.
    ///
    /// ## Remediation
    /// Let the behavior forward the identity source:
    ///
    /// - With `CachingDisabled` (`4135ea2d-6df8-44a3-9df3-4b5a84be39ad`), use the origin request policy
    ///   `AllViewerExceptHostHeader` (`b689b0a8-53d0-40ab-baf2-68738e2966ac`; in CDK
    ///   `OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER`), or one of your own that names it.
    /// - With caching, put it into the cache key of a cache policy of your own, so that callers do not get each
    ///   other's answers.
    /// - With `ForwardedValues`, use `Headers`, `QueryString: true` or `Cookies`.
    ///
    /// In a SAM template the identity sources are `Identity` of the authorizer; the distribution is written the same
    /// way.
    ///
    /// ## Exceptions
    /// `Authorization` has a rule of its own. An origin that adds the header as a custom header is not reported. An
    /// authorizer function whose answers are not kept (`AuthorizerResultTtlInSeconds: 0`) is asked all the same; then
    /// the finding is only possible, as it is with a function at the edge that runs before the origin is asked.
    ///
    /// ## References
    /// - [Use API Gateway Lambda authorizers](https://docs.aws.amazon.com/apigateway/latest/developerguide/configure-api-gateway-lambda-authorization.html)
    /// - [Control access to HTTP APIs with Lambda authorizers](https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html)
    /// - [Control origin requests with a policy](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/controlling-origin-requests.html)
    pub(crate) IdentitySourceNotForwarded {
        id: "identity-source-not-forwarded",
        group: Headers,
        summary: "what the authorizer looks at is dropped on the way to the API",
        severity: Error,
        fix: None,
        cdk: "`originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER`",
    }
}

impl Rule for IdentitySourceNotForwarded {
    fn request_path(&self, path: &RequestPath<'_>, cx: &mut Context<'_>) {
        let missed = missed(path);
        if is_first(path, |other| !self::missed(other).is_empty())
            && let Some(finding) = report(path, &missed, cx)
        {
            finding.at_most(Confidence::Likely);
        }
    }
}

fn missed<'p, 'm>(path: &'p RequestPath<'m>) -> Vec<Unmet<'p, 'm>> {
    let is_other =
        |unmet: &Unmet<'_, '_>| matches!(unmet.need.by, By::Authorizer(_)) && !unmet.need.is_authorization();
    unmet(path).into_iter().filter(is_other).collect()
}
