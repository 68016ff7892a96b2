use cflint_diagnostics::Confidence;
use cflint_edge::access::invocation::function_name;
use cflint_edge::origin::backend::Backend;
use cflint_linter::{Context, OriginUse, Rule, declare_rule};

use crate::shared::resources::resource_of_url;

declare_rule! {
    /// ## What it does
    /// Reports origins that are Lambda function URLs that anyone can call: `AuthType: NONE`, and neither an origin
    /// access control nor a custom header that shows where a request comes from.
    ///
    /// ## Why is this bad?
    /// The URL has a name of its own, `https://{id}.lambda-url.{region}.on.aws`, which is not a secret. Anyone who
    /// calls it there bypasses the distribution, with its web ACL, its cache and its limits, at your expense.
    ///
    /// ## Remediation
    /// Set `AuthType: AWS_IAM`, add an `AWS::CloudFront::OriginAccessControl` with
    /// `OriginAccessControlOriginType: lambda` and `SigningBehavior: always` to the origin, and allow
    /// `cloudfront.amazonaws.com` both `lambda:InvokeFunctionUrl` and `lambda:InvokeFunction` for this distribution. In
    /// CDK that is `FunctionUrlOrigin.withOriginAccessControl(url)` with `authType: FunctionUrlAuthType.AWS_IAM`; in
    /// SAM `FunctionUrlConfig` with `AuthType: AWS_IAM`. Clients that send a body then have to send its hash as
    /// `x-amz-content-sha256`.
    ///
    /// ## Exceptions
    /// An origin with custom headers is not reported, because the function can check them, nor is a URL that is not in
    /// the template. If an edge function runs first, it may sign requests or add a header, and the finding is only
    /// possible.
    ///
    /// ## References
    /// - [Restrict access to an AWS Lambda function URL origin](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-lambda.html)
    /// - [Control access to Lambda function URLs](https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html)
    pub(crate) LambdaUrlExposed {
        id: "lambda-url-exposed",
        group: Security,
        summary: "anyone can call the function URL, bypassing the distribution",
        severity: Warning,
        fix: None,
        cdk: "`FunctionUrlOrigin.withOriginAccessControl(url)` and `authType: FunctionUrlAuthType.AWS_IAM`",
    }
}

impl Rule for LambdaUrlExposed {
    fn origin(&self, origin: &OriginUse<'_, '_>, cx: &mut Context<'_>) {
        let Backend::LambdaUrl(Some(url)) = origin.backend else { return };
        let [path, ..] = origin.paths.as_slice() else { return };
        if url.auth_type.literal() != Some("NONE")
            || !origin.origin.access_control.is_absent()
            || !origin.origin.custom_headers.is_empty()
            || origin.paths.iter().any(|path| path.may_be_signed())
        {
            return;
        }
        let host = path.origin_host();
        let function = function_name(url);
        let mut finding = cx
            .report(url.auth_type.span, format!("anyone can call `{function}` directly, bypassing the distribution"))
            .label("the URL requires no credentials")
            .related(
                origin.origin.domain_name.span,
                "CloudFront neither signs its requests nor adds a header",
            )
            .note(format!(
                "the function responds to `GET https://{host}{}` from anyone",
                path.arriving_path(&path.example().viewer_path)
            ))
            .help("set `AuthType: AWS_IAM`, give the origin an origin access control of type `lambda`, and allow `cloudfront.amazonaws.com` to invoke the function")
            .rests_on(&url.auth_type);
        if let Some((id, kind)) = resource_of_url(path.model, url) {
            finding = finding.resource(id, kind);
        }
        if origin.paths.iter().any(|path| path.may_be_rerouted()) {
            finding
                .note("an edge function runs before the request reaches the origin and may add a header")
                .at_most(Confidence::Possible);
        }
    }
}
