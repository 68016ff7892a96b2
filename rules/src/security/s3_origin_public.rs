use cflint_diagnostics::Confidence;
use cflint_edge::origin::backend::Backend;
use cflint_edge::origin::bucket::{Grant, bucket_of, grant};
use cflint_linter::{Context, OriginUse, Rule, declare_rule};
use cflint_template::model::Prop;
use cflint_template::value::Text;

declare_rule! {
    /// ## What it does
    /// Reports buckets that CloudFront reads unsigned, like anyone else: an origin without an origin access control or
    /// origin access identity. Also buckets with one whose policy in the project lets anyone read, or does not let
    /// CloudFront read.
    ///
    /// ## Why is this bad?
    /// Without CloudFront's signature, only a public bucket responds: anyone can read it directly, bypassing the
    /// distribution, its web ACL and its signed URLs. If the bucket is private, as all new ones are, every request ends
    /// in `403 AccessDenied`.
    ///
    /// ## Remediation
    /// Add an `AWS::CloudFront::OriginAccessControl` with `OriginAccessControlOriginType: s3` and
    /// `SigningBehavior: always`, put its id in `OriginAccessControlId` of the origin, and in a policy of the bucket
    /// allow `s3:GetObject` for the service `cloudfront.amazonaws.com` with the ARN of the distribution as
    /// `AWS:SourceArn`. In CDK that is `S3BucketOrigin.withOriginAccessControl(bucket)`. In a SAM template these
    /// resources are written the same way.
    ///
    /// ## Exceptions
    /// Website endpoints are not reported: they are made for public buckets. If the bucket is not in the template, or
    /// if a Lambda@Edge function or a custom header may show where a request comes from, the finding is only possible.
    /// Policies that are elsewhere are not checked.
    ///
    /// ## References
    /// - [Restrict access to an Amazon S3 origin](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html)
    /// - [Security Hub: CloudFront.13](https://docs.aws.amazon.com/securityhub/latest/userguide/cloudfront-controls.html#cloudfront-13)
    pub(crate) S3OriginPublic {
        id: "s3-origin-public",
        group: Security,
        summary: "the bucket is public, or CloudFront cannot read it",
        severity: Warning,
        fix: None,
        cdk: "`S3BucketOrigin.withOriginAccessControl(bucket)`",
    }
}

impl Rule for S3OriginPublic {
    fn origin(&self, origin: &OriginUse<'_, '_>, cx: &mut Context<'_>) {
        let [path, ..] = origin.paths.as_slice() else { return };
        if !matches!(origin.backend, Backend::Bucket) {
            return;
        }
        let bucket = bucket_of(path.model, origin.origin);
        let is_none = |id: &Prop<Text>| id.or_default(Text::default()).is_some_and(|id| id.is_empty());
        if is_none(&origin.origin.access_control) && is_none(&origin.origin.access_identity) {
            return report_unsigned(origin, bucket, cx);
        }
        let Some(bucket) = bucket else { return };
        let allow = "allow `s3:GetObject` for the service `cloudfront.amazonaws.com` in the policy, with the ARN of the distribution as `AWS:SourceArn`";
        match grant(path.model, bucket) {
            Grant::Everybody(policy, statement) => {
                cx.report(
                    statement.span,
                    format!("anyone can read `{bucket}` directly, bypassing the distribution"),
                )
                .label("this statement applies to anyone")
                .related(
                    origin.origin.domain_name.span,
                    "CloudFront signs its requests, but the bucket does not require it",
                )
                .note("the bucket is public: its own address responds as well")
                .help(format!("remove the principal `*`, and {allow}"))
                .resource(&policy.id, "AWS::S3::BucketPolicy")
                .at_most(Confidence::Likely);
            }
            Grant::Nobody(policy) => {
                cx.report(policy.span, format!("the policy of `{bucket}` does not let CloudFront read it"))
                    .label("no statement that allows `s3:GetObject` names CloudFront")
                    .related(origin.origin.domain_name.span, "CloudFront reads the bucket here")
                    .note("requests end in `403 AccessDenied` unless the bucket is public in another way")
                    .help(allow)
                    .resource(&policy.id, "AWS::S3::BucketPolicy")
                    .at_most(Confidence::Likely);
            }
            Grant::CloudFront | Grant::Unknown => {}
        }
    }
}

fn report_unsigned(origin: &OriginUse<'_, '_>, bucket: Option<&str>, cx: &mut Context<'_>) {
    let name = bucket.map_or_else(|| "the bucket".to_owned(), |bucket| format!("`{bucket}`"));
    let domain = &origin.origin.domain_name;
    let shows_itself =
        !origin.origin.custom_headers.is_empty() || origin.paths.iter().any(|path| path.may_be_signed());
    cx.report(
        domain,
        format!("CloudFront reads {name} unsigned, so it has to be public"),
    )
    .property(origin.origin.access_control.property.to_string())
    .label("no origin access control, no origin access identity")
    .note("if the bucket is private, requests end in `403 AccessDenied`; if not, anyone can read it directly, bypassing the distribution")
    .help("add an `AWS::CloudFront::OriginAccessControl` of type `s3` as `OriginAccessControlId`, and name the distribution in a policy of the bucket")
    .at_most(Confidence::Likely)
    .at_most_if(bucket.is_none() || shows_itself, Confidence::Possible);
}
