use cflint_edge::behavior::caching::Caching;
use cflint_edge::behavior::forwarding::Forwarding;
use cflint_edge::facts::managed::{ALL_VIEWER_EXCEPT_HOST, CACHING_DISABLED};
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::model::{Behavior, Model};

declare_rule! {
    /// ## What it does
    /// Reports behaviors with `ForwardedValues`, the settings from before there were policies.
    ///
    /// ## Why is this bad?
    /// With `ForwardedValues`, every header and cookie that the origin gets is part of the cache key too, so an API that needs a header makes the
    /// cache worthless, and the TTLs stand in every behavior again. Policies tell the two apart, can be shared, take Brotli,
    /// and are the only ones that know how to forward everything but `Host`, as an API wants it. CloudFront calls the old
    /// settings deprecated; newer features do not work with them.
    ///
    /// ## Remediation
    /// Use `CachePolicyId` and, for what the origin needs beyond the key, `OriginRequestPolicyId`. For an API whose answers
    /// are not cached these are the managed `CachingDisabled` (`4135ea2d-6df8-44a3-9df3-4b5a84be39ad`) and
    /// `AllViewerExceptHostHeader` (`b689b0a8-53d0-40ab-baf2-68738e2966ac`). Remove `ForwardedValues`, `MinTTL`, `DefaultTTL`
    /// and `MaxTTL` at the same time. In CDK, use `Distribution` instead of `CloudFrontWebDistribution`. SAM templates write
    /// the distribution the same way.
    ///
    /// ## Exceptions
    /// A behavior that has a cache policy too is not reported: CloudFront refuses it, which is another matter.
    ///
    /// ## References
    /// - [Control the cache key with a policy](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/controlling-the-cache-key.html)
    /// - [Control origin requests with a policy](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/controlling-origin-requests.html)
    /// - [AWS::CloudFront::Distribution ForwardedValues](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudfront-distribution-forwardedvalues.html)
    pub(crate) LegacyForwardedValues {
        id: "legacy-forwarded-values",
        group: Caching,
        summary: "a behavior uses `ForwardedValues` where policies exist",
        severity: Info,
        fix: None,
        pedantic: true,
        cdk: "`Distribution` instead of `CloudFrontWebDistribution`",
    }
}

impl Rule for LegacyForwardedValues {
    fn behavior(&self, behavior: &Behavior, model: &Model, cx: &mut Context<'_>) {
        let values = &behavior.forwarded_values;
        if values.known().is_none() || !behavior.cache_policy.is_absent() {
            return;
        }
        let is_off = Caching::with(&Forwarding::new(model, behavior), behavior).may_cache().is_false();
        let help = if is_off {
            format!(
                "use `CachePolicyId: {CACHING_DISABLED}` (CachingDisabled), with `OriginRequestPolicyId: {ALL_VIEWER_EXCEPT_HOST}` (AllViewerExceptHostHeader) for an API"
            )
        } else {
            "use a cache policy for what tells answers apart, and an origin request policy for what else the origin needs".to_owned()
        };
        cx.report(
            values,
            format!("behavior `{}` uses `ForwardedValues` instead of policies", behavior.name()),
        )
        .label("deprecated settings")
        .note("headers and cookies that are forwarded with them are always part of the cache key")
        .help(help);
    }
}
