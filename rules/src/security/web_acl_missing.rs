use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::model::Model;
use cflint_template::value::Text;

declare_rule! {
    /// ## What it does
    /// Reports distributions without an AWS WAF web ACL.
    ///
    /// ## Why is this bad?
    /// Scans, injection attempts and floods of requests reach the cache and, for an API, the origin. A web ACL is the
    /// place where they can be limited and blocked before they cost anything.
    ///
    /// ## Remediation
    /// Put the ARN of an `AWS::WAFv2::WebACL` with `Scope: CLOUDFRONT`, created in us-east-1, in
    /// `DistributionConfig.WebACLId`; in CDK `webAclId`. In a SAM template the distribution is written the same way.
    ///
    /// ## Exceptions
    /// Tenants of a distribution with `ConnectionMode: tenant-only` can have web ACLs of their own.
    ///
    /// ## References
    /// - [Use AWS WAF protections](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/distribution-web-awswaf.html)
    /// - [Security Hub: CloudFront.6](https://docs.aws.amazon.com/securityhub/latest/userguide/cloudfront-controls.html#cloudfront-6)
    pub(crate) WebAclMissing {
        id: "web-acl-missing",
        group: Security,
        summary: "the distribution has no web ACL",
        severity: Info,
        fix: None,
        pedantic: true,
        aliases: ["CKV_AWS_68", "CloudFront.6", "AwsSolutions-CFR2"],
        cdk: "`webAclId`",
    }
}

impl Rule for WebAclMissing {
    fn distribution(&self, model: &Model, cx: &mut Context<'_>) {
        let distribution = &model.distribution;
        let has_none =
            distribution.web_acl.or_default(Text::default()).is_some_and(|web_acl| web_acl.is_empty());
        let is_direct = distribution.connection_mode.is_absent()
            || distribution.connection_mode.literal() == Some("direct");
        if !has_none || !is_direct {
            return;
        }
        let id = &distribution.id;
        cx.report(distribution.span, format!("`{id}` has no web ACL"))
            .label("no `WebACLId`")
            .note("nothing limits or blocks requests before they reach the cache and the origins")
            .help("set `WebACLId` to the ARN of a web ACL with `Scope: CLOUDFRONT`, created in us-east-1")
            .property("DistributionConfig.WebACLId")
            .rests_on(&distribution.web_acl);
    }
}
