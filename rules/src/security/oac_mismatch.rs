use cflint_diagnostics::{Confidence, Severity};
use cflint_edge::access::invocation::{ACTIONS, function_name, may_invoke, permission_of};
use cflint_edge::access::origin_access::{UselessControl, useless_control};
use cflint_edge::origin::backend::Backend;
use cflint_linter::{Context, OriginUse, Rule, declare_rule};
use cflint_template::model::{LambdaUrl, Model, OriginAccessControl};
use cflint_template::value::Text;

use crate::shared::resources::resource_of_url;

const KIND: &str = "AWS::CloudFront::OriginAccessControl";

declare_rule! {
    /// ## What it does
    /// Reports origin access controls that do not match their origin: the type of another service, an origin for which
    /// there is no type, signing that is turned off, and function URLs that do not require CloudFront's signature or do
    /// not allow CloudFront to call them.
    ///
    /// ## Why is this bad?
    /// With an origin access control, CloudFront signs its requests, and the origin accepts signed requests. A
    /// signature for another service is rejected with 403; without a signature, only an origin that is open to anyone
    /// responds. API Gateway, load balancers and S3 website endpoints do not support such a signature.
    ///
    /// ## Remediation
    /// - A bucket: `OriginAccessControlOriginType: s3`, `SigningBehavior: always`, and the REST endpoint of the bucket as
    ///   `DomainName`, such as `!GetAtt Bucket.RegionalDomainName`. In CDK `S3BucketOrigin.withOriginAccessControl`.
    /// - A Lambda function URL: `OriginAccessControlOriginType: lambda`, `AuthType: AWS_IAM` of the URL, and two
    ///   `AWS::Lambda::Permission` for `cloudfront.amazonaws.com` with the ARN of the distribution as `SourceArn`:
    ///   `lambda:InvokeFunctionUrl` and `lambda:InvokeFunction`; the second can be limited to calls through the URL, with
    ///   `InvokedViaFunctionUrl: true`. In CDK
    ///   `FunctionUrlOrigin.withOriginAccessControl`; in SAM the permissions are written alongside the function.
    /// - An API: no origin access control; a custom header that the API checks.
    ///
    /// ## Exceptions
    /// Types and backends that are not known are not reported. Function URLs created before October 2025 need only
    /// `lambda:InvokeFunctionUrl`. If the function is not in the template, missing permissions are only possible.
    ///
    /// ## References
    /// - [Restrict access to an AWS origin](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-origin.html)
    /// - [Restrict access to an AWS Lambda function URL origin](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-lambda.html)
    /// - [AWS::CloudFront::OriginAccessControl](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudfront-originaccesscontrol-originaccesscontrolconfig.html)
    pub(crate) OacMismatch {
        id: "oac-mismatch",
        group: Security,
        summary: "an origin access control does not match its origin",
        severity: Error,
        fix: None,
        cdk: "`S3BucketOrigin.withOriginAccessControl` or `FunctionUrlOrigin.withOriginAccessControl`",
    }
}

impl Rule for OacMismatch {
    fn origin(&self, origin: &OriginUse<'_, '_>, cx: &mut Context<'_>) {
        let [path, ..] = origin.paths.as_slice() else { return };
        if origin.origin.access_control.known().is_none_or(Text::is_empty) {
            return;
        }
        match useless_control(path.model, origin.origin, origin.backend) {
            Some(UselessControl::Needless) => return report_needless(origin, cx),
            Some(UselessControl::Kind(oac, wanted)) => return report_kind(origin, oac, wanted, cx),
            Some(UselessControl::Unsigned(oac)) => return report_unsigned(origin, oac, cx),
            None => {}
        }
        if let Backend::LambdaUrl(Some(url)) = origin.backend {
            match url.auth_type.literal() {
                Some("NONE") => report_open_url(origin, path.model, url, cx),
                Some("AWS_IAM") => report_permissions(origin, path.model, url, cx),
                _ => {}
            }
        }
    }
}

/// An origin for which there is no type.
fn report_needless(origin: &OriginUse<'_, '_>, cx: &mut Context<'_>) {
    let (what, help) = match origin.backend {
        Backend::Website => (
            "a website endpoint",
            "use the REST endpoint of the bucket, `!GetAtt Bucket.RegionalDomainName`, or remove `OriginAccessControlId`",
        ),
        Backend::LoadBalancer => (
            "a load balancer",
            "remove `OriginAccessControlId`, and have the load balancer check a custom header of the origin",
        ),
        _ => (
            "API Gateway",
            "remove `OriginAccessControlId`, and have the API check a custom header of the origin",
        ),
    };
    cx.report(origin.origin.access_control.span, format!("origin access control does not support {what}"))
        .label("CloudFront would sign for another service")
        .related(origin.origin.domain_name.span, format!("this origin is {what}"))
        .note("the types of origin access controls are `s3`, `lambda`, `mediastore` and `mediapackagev2`")
        .help(help)
        .property(format!("{}.OriginAccessControlId", origin.origin.property()))
        .rests_on(&origin.origin.domain_name)
        .at_most(Confidence::Likely);
}

fn report_kind(origin: &OriginUse<'_, '_>, oac: &OriginAccessControl, wanted: &str, cx: &mut Context<'_>) {
    let kind = oac.kind.known().map_or_else(String::new, Text::to_string);
    let backend = origin.backend.name();
    cx.report(&oac.kind, format!("`{}` signs for `{kind}`, but {backend} expects `{wanted}`", oac.id))
        .label("the service it signs for")
        .related(origin.origin.access_control.span, format!("used for {backend}"))
        .note("a signature for another service gets `403`")
        .help(format!("use `OriginAccessControlOriginType: {wanted}`, in a separate origin access control"))
        .resource(&oac.id, KIND);
}

fn report_unsigned(origin: &OriginUse<'_, '_>, oac: &OriginAccessControl, cx: &mut Context<'_>) {
    let backend = origin.backend.name();
    cx.report(&oac.signing, format!("`{}` never signs, so only a public origin responds", oac.id))
        .label("same as having no origin access control")
        .related(origin.origin.access_control.span, format!("used for {backend}"))
        .note(format!("CloudFront's requests to {backend} are unsigned, like anyone's"))
        .help("use `SigningBehavior: always`")
        .resource(&oac.id, KIND)
        .at_most(Confidence::Likely);
}

fn report_open_url(origin: &OriginUse<'_, '_>, model: &Model, url: &LambdaUrl, cx: &mut Context<'_>) {
    let function = function_name(url);
    let finding = cx
        .report(
            url.auth_type.span,
            format!("CloudFront's signature is not checked: anyone can call `{function}`"),
        )
        .label("the URL requires no credentials")
        .related(origin.origin.access_control.span, "CloudFront signs requests here")
        .note("the function URL also responds directly, bypassing the distribution")
        .help("use `AuthType: AWS_IAM`")
        .severity(Severity::Warning)
        .rests_on(&url.auth_type);
    if let Some((id, kind)) = resource_of_url(model, url) {
        finding.resource(id, kind);
    }
}

fn report_permissions(origin: &OriginUse<'_, '_>, model: &Model, url: &LambdaUrl, cx: &mut Context<'_>) {
    let missing: Vec<&str> =
        ACTIONS.into_iter().filter(|action| may_invoke(model, url, action).is_false()).collect();
    let [first, rest @ ..] = missing.as_slice() else { return };
    let function = function_name(url);
    let actions = rest.iter().fold(format!("`{first}`"), |all, action| format!("{all} and `{action}`"));
    let permission = permission_of(model, url);
    let (span, label) = match permission {
        Some(permission) => (permission.action.span, "this alone is not enough"),
        None => (url.span, "no permission names CloudFront"),
    };
    let since = "function URLs created since October 2025 need both permissions";
    let finding = cx
        .report(span, format!("CloudFront lacks {actions} for `{function}`"))
        .label(label)
        .related(origin.origin.access_control.span, "CloudFront signs requests here")
        .note(format!("Lambda returns `403`; {since}"))
        .help(format!(
            "add {} with `Principal: cloudfront.amazonaws.com` and the ARN of the distribution as `SourceArn`",
            rest.iter().fold(added(first), |all, action| format!("{all} and {}", added(action)))
        ))
        .at_most(Confidence::Likely)
        .at_most_if(url.function.is_none(), Confidence::Possible);
    match (permission, resource_of_url(model, url)) {
        (Some(permission), _) => finding.resource(&permission.id, "AWS::Lambda::Permission"),
        (None, Some((id, kind))) => finding.resource(id, kind),
        (None, None) => finding,
    };
}

/// What to add for an action.
fn added(action: &str) -> String {
    format!("an `AWS::Lambda::Permission` for `{action}`")
}
