use cflint_edge::access::needs::{By, Unmet, unmet};
use cflint_edge::routes::path::RequestPath;
use cflint_linter::{Context, Rule, declare_rule};

use crate::shared::confidence::is_first;
use crate::shared::unmet_need::report;

declare_rule! {
    /// ## What it does
    /// Reports behaviors that drop `x-api-key` on the way to a route with `ApiKeyRequired`, while the origin adds no
    /// key of its own.
    ///
    /// ## Why is this bad?
    /// The API returns `403 {"message":"Forbidden"}` to every request, including those with a valid key: with a cache
    /// policy, CloudFront forwards no viewer header unless a policy selects it. The response is the same as for an
    /// invalid key, so people look for the mistake in the usage plan.
    ///
    /// ## Remediation
    /// Decide whose key it is.
    ///
    /// - A key for each client: forward it, with `CachingDisabled` (`4135ea2d-6df8-44a3-9df3-4b5a84be39ad`) and the
    ///   origin request policy `AllViewerExceptHostHeader` (`b689b0a8-53d0-40ab-baf2-68738e2966ac`; in CDK
    ///   `OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER`), or with a custom policy that lists `x-api-key`.
    /// - One key that shows that a request came through the distribution: have CloudFront add it, with
    ///   `OriginCustomHeaders` of the origin (`customHeaders` of `RestApiOrigin`), and the value from a dynamic
    ///   reference or a parameter with `NoEcho`.
    ///
    /// In a SAM template, `Auth` with `ApiKeyRequired: true` makes the route require a key; the distribution is written
    /// the same way.
    ///
    /// ## Exceptions
    /// `ForwardedValues` forwards `x-api-key` by default. With `ApiKeySourceType: AUTHORIZER`, the key does not come
    /// with the request. HTTP APIs have no API keys. If an edge function runs first, the finding is only possible.
    ///
    /// ## References
    /// - [Choose an API key source](https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-key-source.html)
    /// - [Control origin requests with a policy](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/controlling-origin-requests.html)
    /// - [Add custom headers to origin requests](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/add-origin-custom-headers.html)
    pub(crate) ApiKeyNotForwarded {
        id: "api-key-not-forwarded",
        group: Headers,
        summary: "`x-api-key` is dropped on the way to a route that requires an API key",
        severity: Error,
        fix: None,
        cdk: "`originRequestPolicy` of the behavior, or `customHeaders` of the origin",
    }
}

impl Rule for ApiKeyNotForwarded {
    fn request_path(&self, path: &RequestPath<'_>, cx: &mut Context<'_>) {
        let missed = missed(path);
        if is_first(path, |other| !self::missed(other).is_empty()) {
            report(path, &missed, cx);
        }
    }
}

fn missed<'p, 'm>(path: &'p RequestPath<'m>) -> Vec<Unmet<'p, 'm>> {
    unmet(path).into_iter().filter(|unmet| matches!(unmet.need.by, By::ApiKey)).collect()
}
