use cflint_diagnostics::Confidence;
use cflint_edge::access::needs::{By, Unmet, unmet};
use cflint_edge::routes::path::RequestPath;
use cflint_linter::{Context, Rule, declare_rule};

use crate::shared::confidence::is_first;
use crate::shared::unmet_need::report;

declare_rule! {
    /// ## What it does
    /// Reports behaviors that drop the header, query string or cookies from which an authorizer of the API reads the
    /// identity of the caller.
    ///
    /// ## Why is this bad?
    /// API Gateway returns `401 {"message":"Unauthorized"}` to a request that lacks an identity source, and does not
    /// even call the authorizer. With a cache policy, CloudFront forwards no viewer header, cookie or query string
    /// unless a policy selects it, so a client that does everything right is rejected.
    ///
    /// ## Remediation
    /// Forward the identity source:
    ///
    /// - With `CachingDisabled` (`4135ea2d-6df8-44a3-9df3-4b5a84be39ad`), use the origin request policy
    ///   `AllViewerExceptHostHeader` (`b689b0a8-53d0-40ab-baf2-68738e2966ac`; in CDK
    ///   `OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER`), or a custom one that names it.
    /// - With caching, put it in the cache key of a custom cache policy, so that callers do not get each other's
    ///   responses.
    /// - With `ForwardedValues`, use `Headers`, `QueryString: true` or `Cookies`.
    ///
    /// In a SAM template the identity sources are `Identity` of the authorizer; the distribution is written the same
    /// way.
    ///
    /// ## Exceptions
    /// `Authorization` has a rule of its own. An origin that adds the header as a custom header is not reported. An
    /// authorizer function whose results are not cached (`AuthorizerResultTtlInSeconds: 0`) still runs; the finding is
    /// then only possible. If an edge function runs first, the finding is only possible.
    ///
    /// ## References
    /// - [Use API Gateway Lambda authorizers](https://docs.aws.amazon.com/apigateway/latest/developerguide/configure-api-gateway-lambda-authorization.html)
    /// - [Control access to HTTP APIs with Lambda authorizers](https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html)
    /// - [Control origin requests with a policy](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/controlling-origin-requests.html)
    pub(crate) IdentitySourceNotForwarded {
        id: "identity-source-not-forwarded",
        group: Headers,
        summary: "the authorizer's identity source is dropped on the way to the API",
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
