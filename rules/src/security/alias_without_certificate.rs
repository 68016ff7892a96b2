use cflint_diagnostics::Confidence;
use cflint_edge::facts::certificate::lacks_certificate;
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::model::{Model, Prop};
use cflint_template::value::Text;

use crate::shared::written::is_filled_in;

declare_rule! {
    /// ## What it does
    /// Reports distributions with `Aliases` and without a certificate for them.
    ///
    /// ## Why is this bad?
    /// CloudFront accepts an alternate domain name only with a certificate that covers it, which shows that the name is
    /// yours. The deployment fails and is rolled back.
    ///
    /// ## Remediation
    /// Set `ViewerCertificate` with `AcmCertificateArn`, a certificate in us-east-1 that covers every alias, and
    /// `SslSupportMethod: sni-only`. In CDK that is `certificate` alongside `domainNames`. In a SAM template the
    /// distribution is written the same way.
    ///
    /// ## Exceptions
    /// If the alias is a parameter and the template has conditions, which may set the certificate along with it, the finding
    /// is only possible. Tenants of a distribution with `ConnectionMode: tenant-only` have names and certificates of their own.
    ///
    /// ## References
    /// - [Requirements for using alternate domain names](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/CNAMEs.html#alternate-domain-names-requirements)
    /// - [AWS::CloudFront::Distribution ViewerCertificate](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudfront-distribution-viewercertificate.html)
    pub(crate) AliasWithoutCertificate {
        id: "alias-without-certificate",
        group: Security,
        summary: "an alias has no certificate that covers it, so CloudFront rejects it",
        severity: Error,
        fix: None,
        cdk: "`certificate` alongside `domainNames`",
    }
}

impl Rule for AliasWithoutCertificate {
    fn distribution(&self, model: &Model, cx: &mut Context<'_>) {
        let distribution = &model.distribution;
        if !lacks_certificate(distribution) {
            return;
        }
        let Some(alias) = distribution.aliases.iter().find(|alias| is_name(alias)) else { return };
        let name = alias.known().map_or_else(String::new, Text::to_string);
        let own = &distribution.viewer_certificate.is_default;
        let is_default = own.known() == Some(&true);
        // Who sets the name may set the certificate with it.
        let may_have_one = cx.is_conditional() && alias.literal().is_none();
        cx.report(alias, format!("CloudFront rejects alias `{name}` without a certificate that covers it"))
            .property("DistributionConfig.ViewerCertificate")
            .label("an alternate domain name")
            .at_most_if(may_have_one, Confidence::Possible)
            .note("CloudFront reportedly responds that a trusted certificate must be attached to add the name")
            .help("set `ViewerCertificate` with `AcmCertificateArn`, a certificate in us-east-1 for every alias, and `SslSupportMethod: sni-only`")
            .related_each(is_default.then_some((own.span, "this one covers only `*.cloudfront.net`")));
    }
}

/// Whether it certainly is a name: an empty one means none, and other tools may fill one in.
fn is_name(alias: &Prop<Text>) -> bool {
    alias.known().is_some_and(|name| !name.is_empty() && !is_filled_in(name))
}
