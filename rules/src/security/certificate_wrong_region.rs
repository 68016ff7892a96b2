use cflint_edge::facts::certificate::{HOME, foreign_region};
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::model::Model;
use cflint_template::value::Text;

declare_rule! {
    /// ## What it does
    /// Reports distributions whose certificate of Certificate Manager is in another region than us-east-1.
    ///
    /// ## Why is this bad?
    /// CloudFront looks for certificates in us-east-1 only, wherever the distribution is deployed from. The deployment
    /// fails: CloudFront is reported to answer that the certificate does not exist or is not in us-east-1.
    ///
    /// ## Remediation
    /// Request the certificate in us-east-1, in a stack of its own if the others are elsewhere, and put its ARN into
    /// `ViewerCertificate.AcmCertificateArn`. In CDK give that stack `env: { region: 'us-east-1' }` and
    /// `crossRegionReferences: true`. In a SAM template the distribution is written the same way. A custom domain of
    /// API Gateway with a REGIONAL endpoint has a certificate of its own, in the region of the API.
    ///
    /// ## Exceptions
    /// Only regions that are known count: those in an ARN, and those of stacks whose region an assembly of CDK says or
    /// `--parameter AWS::Region=…` gives. If the ARN is the default of a parameter, the finding is likely. Regions of
    /// China, where CloudFront is another service, are not reported.
    ///
    /// ## References
    /// - [Requirements for using SSL/TLS certificates with CloudFront](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cnames-and-https-requirements.html#https-requirements-aws-region)
    /// - [AWS::CloudFront::Distribution ViewerCertificate](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudfront-distribution-viewercertificate.html)
    pub(crate) CertificateWrongRegion {
        id: "certificate-wrong-region",
        group: Security,
        summary: "the certificate of the distribution is not in us-east-1, which CloudFront refuses",
        severity: Error,
        fix: None,
        cdk: "a stack for the certificate with `env: { region: 'us-east-1' }` and `crossRegionReferences: true`",
    }
}

impl Rule for CertificateWrongRegion {
    fn distribution(&self, model: &Model, cx: &mut Context<'_>) {
        let certificate = &model.distribution.certificate;
        let Some(region) = foreign_region(model) else { return };
        let owner = certificate.known().and_then(Text::owner);
        let message = format!("CloudFront does not take a certificate of `{region}`, only those of `{HOME}`");
        let label = match owner {
            Some(id) => format!("`{id}` is in a stack in `{region}`"),
            None => format!("this certificate is in `{region}`"),
        };
        cx.report(certificate, message)
            .label(label)
            .note(
                "CloudFront is reported to answer that the certificate does not exist or is not in us-east-1",
            )
            .help(format!("request the certificate in `{HOME}`, and use its ARN"));
    }
}
