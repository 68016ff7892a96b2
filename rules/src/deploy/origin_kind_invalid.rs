use cflint_diagnostics::Applicability;
use cflint_edge::facts::Certainty;
use cflint_edge::origin::backend::Backend;
use cflint_edge::origin::faults::{KindFault, kind_fault, url};
use cflint_edge::words::{all_of, quoted};
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::edit::NewValue;
use cflint_template::model::{Model, Origin, OriginKind};
use cflint_template::value::Text;

use crate::shared::confidence::confidence_of;
use crate::shared::written::is_filled_in;

declare_rule! {
    /// ## What it does
    /// Reports origins with none or several of `CustomOriginConfig`, `S3OriginConfig` and `VpcOriginConfig`, origins that
    /// are configured as a bucket although their domain name is not a bucket's, or only the name of one, and origin
    /// access identities without their prefix.
    ///
    /// ## Why is this bad?
    /// The configuration determines how CloudFront connects to the origin, and there must be exactly one.
    /// CloudFormation reportedly responds `Exactly one of CustomOriginConfig and S3OriginConfig must be specified`, and
    /// CloudFront `The parameter Origin DomainName does not refer to a valid S3 bucket.` Website endpoints of buckets,
    /// API Gateway, function URLs and load balancers are custom origins.
    ///
    /// ## Remediation
    /// Write `CustomOriginConfig` with `OriginProtocolPolicy: https-only` for an API (`http-only` for a website
    /// endpoint), and `S3OriginConfig: {OriginAccessIdentity: ''}` for a bucket, even with an origin access control; its
    /// domain name is `!GetAtt Bucket.RegionalDomainName`. With an origin access identity, the value is
    /// `!Sub 'origin-access-identity/cloudfront/${Identity}'`. In
    /// CDK use `RestApiOrigin`, `HttpOrigin`, `S3BucketOrigin` or `VpcOrigin`, and remove any `addPropertyOverride`
    /// that adds another configuration. In a SAM template the distribution is written the same way.
    ///
    /// ## Exceptions
    /// Origins whose configuration or domain name is known only at deployment are not reported. A domain name that is a
    /// URL is reported by `origin-domain-malformed`.
    ///
    /// ## References
    /// - [AWS::CloudFront::Distribution Origin](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudfront-distribution-origin.html)
    /// - [Use various origins with CloudFront distributions](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistS3AndCustomOrigins.html)
    pub(crate) OriginKindInvalid {
        id: "origin-kind-invalid",
        group: Deploy,
        summary: "an origin does not have exactly one valid configuration, or has that of another kind",
        severity: Error,
        fix: Safe,
        cdk: "`RestApiOrigin`, `HttpOrigin` or `S3BucketOrigin`, without an override of their configuration",
    }
}

impl Rule for OriginKindInvalid {
    fn distribution(&self, model: &Model, cx: &mut Context<'_>) {
        for origin in model.distribution.origins.iter() {
            let is_url = origin.domain_name.known().and_then(url).is_some();
            match kind_fault(model, origin) {
                Some((KindFault::Several, _)) => several(origin, cx),
                Some((KindFault::None, certainty)) => none(model, origin, certainty, cx),
                Some((KindFault::NoBucket, _)) if !is_url => no_bucket(model, origin, cx),
                Some((KindFault::BucketName, certainty)) if !is_url => bucket_name(origin, certainty, cx),
                Some((KindFault::Identity, certainty)) => identity(origin, certainty, cx),
                _ => {}
            }
        }
    }
}

fn id(origin: &Origin) -> String {
    origin.id.known().map_or_else(String::new, |id| format!(" `{id}`"))
}

fn backend<'m>(model: &'m Model, origin: &Origin) -> Backend<'m> {
    Backend::of(model, &Origin { kind: OriginKind::Unknown, ..origin.clone() })
}

fn several(origin: &Origin, cx: &mut Context<'_>) {
    let names = quoted(&origin.configs);
    cx.report(
        origin.id.span,
        format!("origin{} has {}; only one is allowed", id(origin), all_of(&names)),
    )
    .label("more than one origin configuration")
    .note("CloudFormation reportedly responds: `Exactly one of CustomOriginConfig and S3OriginConfig must be specified`")
    .help("remove `S3OriginConfig` unless the origin is a bucket, and `CustomOriginConfig` if it is one")
    .cause(all_of(&names))
    .property(origin.property());
}

fn none(model: &Model, origin: &Origin, certainty: Certainty, cx: &mut Context<'_>) {
    let identity = NewValue::Text("");
    let (help, edits) = match backend(model, origin) {
        Backend::Bucket => (
            "add `S3OriginConfig: {OriginAccessIdentity: ''}`, even with an origin access control",
            cx.insert(origin.node, "S3OriginConfig", &NewValue::Entry("OriginAccessIdentity", &identity)),
        ),
        Backend::Website => ("add `CustomOriginConfig: {OriginProtocolPolicy: http-only}`", None),
        _ => (
            "add `CustomOriginConfig: {OriginProtocolPolicy: https-only, OriginSSLProtocols: [TLSv1.2]}`",
            None,
        ),
    };
    cx.report(origin.id.span, format!("origin{} has no origin configuration", id(origin)))
        .label("exactly one origin configuration is required")
        .note("CloudFormation reportedly responds: `Exactly one of CustomOriginConfig and S3OriginConfig must be specified`")
        .help(help)
        .cause(help)
        .fix(Applicability::Safe, "add `S3OriginConfig`", edits)
        .property(origin.property())
        .at_most(confidence_of(certainty));
}

fn no_bucket(model: &Model, origin: &Origin, cx: &mut Context<'_>) {
    let (what, help) = match backend(model, origin) {
        Backend::Website => (
            "the website endpoint of a bucket",
            "use `CustomOriginConfig: {OriginProtocolPolicy: http-only}`, or the bucket's regional domain name",
        ),
        Backend::Other => ("not a bucket", "use `CustomOriginConfig: {OriginProtocolPolicy: https-only}`"),
        Backend::LoadBalancer => {
            ("a load balancer", "use `CustomOriginConfig: {OriginProtocolPolicy: https-only}`")
        }
        Backend::LambdaUrl(_) => {
            ("a function URL", "use `CustomOriginConfig: {OriginProtocolPolicy: https-only}`")
        }
        _ => ("an API", "use `CustomOriginConfig: {OriginProtocolPolicy: https-only}`"),
    };
    let domain = &origin.domain_name;
    cx.report(domain, format!("origin{} has `S3OriginConfig` but is {what}", id(origin)))
        .cause(what)
        .label("not the domain name of a bucket")
        .note("CloudFront reportedly responds: `The parameter Origin DomainName does not refer to a valid S3 bucket.`")
        .help(help);
}

fn bucket_name(origin: &Origin, certainty: Certainty, cx: &mut Context<'_>) {
    let domain = &origin.domain_name;
    if domain.known().is_some_and(is_filled_in) {
        return;
    }
    let bucket = domain.known().and_then(Text::as_resource);
    cx.report(domain, format!("origin{} has the name of a bucket, not its domain name", id(origin)))
        .label("not a domain name")
        .note("CloudFront reportedly responds: `The parameter Origin DomainName does not refer to a valid S3 bucket.`")
        .help(match bucket {
            Some(bucket) => format!("write `DomainName: !GetAtt {bucket}.RegionalDomainName`"),
            None => "write the bucket's regional domain name, such as `name.s3.us-east-1.amazonaws.com`".to_owned(),
        })
        .at_most(confidence_of(certainty));
}

fn identity(origin: &Origin, certainty: Certainty, cx: &mut Context<'_>) {
    let value = &origin.access_identity;
    if value.known().is_some_and(is_filled_in) {
        return;
    }
    let declared = value.known().and_then(Text::owner);
    cx.report(value, format!("the origin access identity of origin{} has no prefix", id(origin)))
        .label("not `origin-access-identity/cloudfront/` and an id")
        .note("CloudFront rejects the distribution: `The specified origin access identity does not exist or is not valid.`")
        .help(match declared {
            Some(declared) => {
                format!("write `OriginAccessIdentity: !Sub 'origin-access-identity/cloudfront/${{{declared}}}'`")
            }
            None => "write `origin-access-identity/cloudfront/` in front of the id; with an origin access control, write `''`"
                .to_owned(),
        })
        .at_most(confidence_of(certainty));
}
