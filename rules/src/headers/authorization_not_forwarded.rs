use cflint_diagnostics::Applicability;
use cflint_edge::access::function_url::{AUTHORIZATION, Signature, only_viewers_sign};
use cflint_edge::access::needs::{By, Unmet, unmet};
use cflint_edge::facts::Certainty;
use cflint_edge::facts::refusals::LAMBDA_FORBIDDEN;
use cflint_edge::routes::path::RequestPath;
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::model::LambdaUrl;

use crate::shared::confidence::{confidence_of, is_first, unless_rewritten};
use crate::shared::policy_gap::{Part, gap, widen};
use crate::shared::unmet_need::report;
use crate::shared::witness::{Example, show};

declare_rule! {
    /// ## What it does
    /// Reports behaviors that drop `Authorization` on the way to a route whose authorizer reads it, or that requires an
    /// AWS signature, or to a Lambda function URL that requires one while CloudFront does not sign.
    ///
    /// ## Why is this bad?
    /// CloudFront removes `Authorization` from `GET` and `HEAD` requests unless a setting selects it. The client sends
    /// its token, but the API does not receive it: `401 {"message":"Unauthorized"}`, or `403 {"message":"Missing
    /// Authentication Token"}` from a route with IAM. The same request sent directly to the API works.
    ///
    /// ## Remediation
    /// - Without caching, which is what most APIs that identify their users need: `CachingDisabled`
    ///   (`4135ea2d-6df8-44a3-9df3-4b5a84be39ad`; in CDK `CachePolicy.CACHING_DISABLED`) with the origin request policy
    ///   `AllViewerExceptHostHeader` (`b689b0a8-53d0-40ab-baf2-68738e2966ac`;
    ///   `OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER`).
    /// - With caching: `Authorization` in the cache key of a custom cache policy (`headerBehavior:
    ///   CacheHeaderBehavior.allowList('Authorization')`), so that each user gets their own responses. Forwarding it
    ///   without adding it to the key would serve one user's responses to others.
    /// - With `ForwardedValues`: `Authorization` in `Headers`, which also puts it in the cache key.
    ///
    /// - In front of a function URL: have CloudFront sign, with an origin access control of type `lambda`
    ///   (`FunctionUrlOrigin.withOriginAccessControl`). Signatures of viewers are made for another host name.
    ///
    /// In a SAM template the distribution is written the same way.
    ///
    /// ## Exceptions
    /// Routes that the behavior does not route to, and authorizers that read something else, are not reported; nor is
    /// an origin that adds `Authorization` as a custom header, or a function URL whose origin access control signs. For methods other than `GET` and `HEAD` the
    /// documentation of cache policies contradicts itself; the finding is then only possible. It is also only possible
    /// for an authorizer function that runs on every request, or if an edge function may restore the header.
    ///
    /// ## References
    /// - [Configure CloudFront to forward the Authorization header](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/add-origin-custom-headers.html#add-origin-custom-headers-forward-authorization)
    /// - [HTTP request headers and CloudFront behavior](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html#request-custom-headers-behavior)
    /// - [Use managed origin request policies](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html)
    pub(crate) AuthorizationNotForwarded {
        id: "authorization-not-forwarded",
        group: Headers,
        summary: "`Authorization` is dropped on the way to a route that requires it",
        severity: Error,
        fix: Safe,
        cdk: "`originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER`",
    }
}

impl Rule for AuthorizationNotForwarded {
    fn request_path(&self, path: &RequestPath<'_>, cx: &mut Context<'_>) {
        if let Some((url, Signature::Dropped(certainty))) = only_viewers_sign(path) {
            return report_url(path, url, certainty, cx);
        }
        let missed = missed(path);
        if !is_first(path, |other| !self::missed(other).is_empty()) {
            return;
        }
        let edits = widen(path, cx);
        let Some(finding) = report(path, &missed, cx) else { return };
        finding.fix(Applicability::Safe, "forward everything except `Host`", edits);
    }
}

fn report_url(path: &RequestPath<'_>, url: &LambdaUrl, certainty: Certainty, cx: &mut Context<'_>) {
    let gap = gap(path, Part::Header(AUTHORIZATION));
    let message =
        format!("`{AUTHORIZATION}` does not reach function URL `{}`, which requires a signature", url.id);
    let help = "have CloudFront sign: add `OriginAccessControlId` to the origin, with an `AWS::CloudFront::OriginAccessControl` of type `lambda`, and permissions for `cloudfront.amazonaws.com`";
    let finding = gap
        .describe(path, cx.report(gap.span, message))
        .related(url.auth_type.span, "requires an AWS signature")
        .related(path.origin.access_control.span, "no `OriginAccessControlId`: CloudFront does not sign")
        .note(format!(
            "{} without `{AUTHORIZATION}`; Lambda returns `{LAMBDA_FORBIDDEN}`",
            Example::any(path).leaves()
        ))
        .cause(gap.cause(&url.id, help))
        .help(help)
        .cdk("`FunctionUrlOrigin.withOriginAccessControl`")
        .rests_on(&url.auth_type)
        .at_most(confidence_of(certainty));
    unless_rewritten(path, show(finding, path));
}

/// The routes that do not receive it; a function that signs requests adds it itself.
fn missed<'p, 'm>(path: &'p RequestPath<'m>) -> Vec<Unmet<'p, 'm>> {
    let is_signed = |unmet: &Unmet<'_, '_>| matches!(unmet.need.by, By::Iam) && path.may_be_signed();
    unmet(path).into_iter().filter(|unmet| unmet.need.is_authorization() && !is_signed(unmet)).collect()
}
