use cflint_edge::facts::certificate::{CertificateUse, Foreign, HOME, foreign_certificates};
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::model::Model;
use cflint_template::value::Text;

const TENANT: &str = "AWS::CloudFront::DistributionTenant";

declare_rule! {
    /// ## What it does
    /// Reports distributions whose Certificate Manager certificate is in a region other than us-east-1. The same for the
    /// certificates of their tenants, and for those that they present to origins (`OriginMtlsConfig`).
    ///
    /// ## Why is this bad?
    /// CloudFront looks for certificates in us-east-1 only, wherever the distribution is deployed from. The deployment
    /// fails: CloudFront reportedly responds that the certificate does not exist or is not in us-east-1.
    ///
    /// ## Remediation
    /// Request the certificate in us-east-1, in a stack of its own if the others are elsewhere, and put its ARN in
    /// `ViewerCertificate.AcmCertificateArn`. In CDK give that stack `env: { region: 'us-east-1' }` and
    /// `crossRegionReferences: true`. In a SAM template the distribution is written the same way. An API Gateway custom
    /// domain with a REGIONAL endpoint has a certificate of its own, in the region of the API.
    ///
    /// ## Exceptions
    /// Only known regions are checked: those in an ARN, and those of stacks whose region is set by a CDK assembly or by
    /// `--parameter AWS::Region=…`. If the ARN is the default of a parameter, the finding is likely. Regions in China,
    /// where CloudFront is a separate service, are not reported.
    ///
    /// ## References
    /// - [Requirements for using SSL/TLS certificates with CloudFront](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cnames-and-https-requirements.html#https-requirements-aws-region)
    /// - [AWS::CloudFront::Distribution ViewerCertificate](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudfront-distribution-viewercertificate.html)
    pub(crate) CertificateWrongRegion {
        id: "certificate-wrong-region",
        group: Security,
        summary: "the certificate of the distribution is not in us-east-1, so CloudFront rejects it",
        severity: Error,
        fix: None,
        cdk: "a stack for the certificate with `env: { region: 'us-east-1' }` and `crossRegionReferences: true`",
    }
}

impl Rule for CertificateWrongRegion {
    fn distribution(&self, model: &Model, cx: &mut Context<'_>) {
        for Foreign { arn, of, region } in foreign_certificates(model) {
            let message = match of {
                CertificateUse::Origin => format!(
                    "CloudFront cannot present a certificate in `{region}` to an origin; it must be in `{HOME}`"
                ),
                CertificateUse::Viewers | CertificateUse::Tenant(_) => {
                    format!("CloudFront cannot use a certificate in `{region}`; it must be in `{HOME}`")
                }
            };
            let label = match arn.known().and_then(Text::owner) {
                Some(id) => format!("`{id}` is in a stack in `{region}`"),
                None => format!("this certificate is in `{region}`"),
            };
            let finding = cx
                .report(arn, message)
                .label(label)
                .note("CloudFront reportedly responds that the certificate does not exist or is not in us-east-1")
                .help(format!("request the certificate in `{HOME}`, and use its ARN"));
            if let CertificateUse::Tenant(tenant) = of {
                finding.resource(&tenant.id, TENANT);
            }
        }
    }
}
