use cflint_diagnostics::Confidence;
use cflint_edge::access::function_url::{AUTHORIZATION, Signature, only_viewers_sign};
use cflint_edge::access::needs::signed_for_another_host;
use cflint_edge::facts::refusals::LAMBDA_FORBIDDEN;
use cflint_edge::routes::path::RequestPath;
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::model::LambdaUrl;
use cflint_template::value::Text;

use crate::shared::confidence::{is_first, unless_rewritten};
use crate::shared::witness::Example;

/// How many other routes a finding points to.
const OTHERS: usize = 3;

declare_rule! {
    /// ## What it does
    /// Reports behaviors that route to IAM-authorized routes of an API that receives requests under its own host name,
    /// and to Lambda function URLs that require a signature, while CloudFront does not sign.
    ///
    /// ## Why is this bad?
    /// An AWS signature covers `Host`. A client that signs for the name of the distribution is rejected, because the
    /// request arrives with the API's host name: `403` with `The request signature we calculated does not match the
    /// signature you provided`. Only a client that knows the API's host name, signs for it, and sends the request
    /// through the distribution succeeds, and only if everything that it signed arrives unchanged.
    ///
    /// ## Remediation
    /// - Sign in a Lambda@Edge function on `origin-request` (`edgeLambdas` in CDK), and have viewers authenticate in
    ///   another way.
    /// - Or use a token-based authorizer instead of IAM (a JWT or Cognito authorizer; in SAM `Auth` with
    ///   `Authorizers`).
    /// - Or have clients sign for the API's host name, and forward everything that is signed, with the origin request
    ///   policy `AllViewerExceptHostHeader` (`b689b0a8-53d0-40ab-baf2-68738e2966ac`).
    /// - In front of a function URL: have CloudFront sign, with an origin access control of type `lambda`
    ///   (`FunctionUrlOrigin.withOriginAccessControl`).
    /// - Or give the API a custom domain with the name of the alias, and forward `Host` to it.
    ///
    /// ## Exceptions
    /// A behavior with a Lambda@Edge function on `origin-request` is assumed to sign, and one that forwards `Host` is
    /// left to `host-header-forwarded`. An origin that adds `Authorization` is not reported, nor is a behavior that
    /// drops it, which `authorization-not-forwarded` reports. With another edge function, the finding is only possible.
    /// Unlike for Lambda function URLs, there is no origin access control for API Gateway.
    ///
    /// ## References
    /// - [Create a signed AWS API request](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html)
    /// - [Control access to a REST API with IAM permissions](https://docs.aws.amazon.com/apigateway/latest/developerguide/permissions.html)
    /// - [Use managed origin request policies](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html)
    pub(crate) IamAuthBehindDistribution {
        id: "iam-auth-behind-distribution",
        group: Headers,
        summary: "signatures made for the name of the distribution are not valid at the API",
        severity: Warning,
        fix: None,
        cdk: "`edgeLambdas` with `LambdaEdgeEventType.ORIGIN_REQUEST`, or another `authorizer`",
    }
}

impl Rule for IamAuthBehindDistribution {
    fn request_path(&self, path: &RequestPath<'_>, cx: &mut Context<'_>) {
        if let Some((url, Signature::ForAnotherHost)) = only_viewers_sign(path) {
            return report_url(path, url, cx);
        }
        let refused = signed_for_another_host(path);
        let Some((first, others)) = refused.split_first() else { return };
        if !is_first(path, |other| !signed_for_another_host(other).is_empty()) {
            return;
        }
        let (viewer, origin) = (path.viewer_host(), path.origin_host());
        let (route, api) = (first.route.name(), &first.entrance.api.id);
        let example = Example::of(path, first).header("Authorization", "AWS4-HMAC-SHA256 Credential=EXAMPLE");
        let mut note = format!(
            "{} with `Host: {origin}`, for which a signature made for `{viewer}` is not valid",
            example.leaves()
        );
        if let Some(answer) = example.answer() {
            note = format!("{note}; {answer}");
        }
        let target = &path.behavior.target;
        let signed = signed_for(path);
        let others = others.iter().take(OTHERS).map(|other| other.route);
        let finding = cx
            .report(target.span, format!("signatures made for {signed} are not valid at `{route}` of `{api}`"))
            .label(format!("sends `Host: {origin}`"))
            .cause(format!("{signed} {api} {origin}"))
            .related(first.route.span, "requires an AWS signature")
            .note(note)
            .help(format!(
                "sign in a Lambda@Edge function on `origin-request`, use a token-based authorizer, or have clients sign for `{origin}`"
            ))
            .property(format!("{}.TargetOriginId", path.behavior.property()))
            .rests_on(&path.origin.domain_name)
            .at_most(Confidence::Likely)
            .related_each(others.map(|route| (route.span, format!("`{}` requires one too", route.name()))));
        unless_rewritten(path, example.show(finding));
    }
}

fn report_url(path: &RequestPath<'_>, url: &LambdaUrl, cx: &mut Context<'_>) {
    let (signed, origin) = (signed_for(path), path.origin_host());
    let example = Example::any(path).header(AUTHORIZATION, "AWS4-HMAC-SHA256 Credential=EXAMPLE");
    let target = &path.behavior.target;
    let finding = cx
        .report(target.span, format!("signatures made for {signed} are not valid at function URL `{}`", url.id))
        .label(format!("sends `Host: {origin}`"))
        .related(url.auth_type.span, "requires an AWS signature")
        .related(path.origin.access_control.span, "no `OriginAccessControlId`: CloudFront does not sign")
        .note(format!(
            "{} with `Host: {origin}`, for which a signature made for `{}` is not valid; Lambda returns `{LAMBDA_FORBIDDEN}`",
            example.leaves(),
            path.viewer_host()
        ))
        .cause(format!("{signed} {} {origin}", url.id))
        .help("have CloudFront sign: add `OriginAccessControlId` to the origin, with an `AWS::CloudFront::OriginAccessControl` of type `lambda`, and permissions for `cloudfront.amazonaws.com`")
        .cdk("`FunctionUrlOrigin.withOriginAccessControl`")
        .property(format!("{}.TargetOriginId", path.behavior.property()))
        .rests_on(&path.origin.domain_name)
        .rests_on(&url.auth_type)
        .at_most(Confidence::Likely);
    unless_rewritten(path, example.show_if_taken("", finding));
}

/// The name that viewers sign for: one of the template, not one that an alias with a wildcard only covers.
fn signed_for(path: &RequestPath<'_>) -> String {
    let viewer = path.viewer_host();
    let aliases = || path.distribution.aliases.iter().filter_map(|alias| alias.known()).map(Text::to_string);
    match aliases().find(|alias| alias.starts_with("*.")) {
        Some(wildcard) if aliases().all(|alias| alias != viewer) => format!("names of `{wildcard}`"),
        _ => format!("`{viewer}`"),
    }
}
