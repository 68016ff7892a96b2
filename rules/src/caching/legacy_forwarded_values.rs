use cflint_edge::behavior::caching::Caching;
use cflint_edge::behavior::forwarding::Forwarding;
use cflint_edge::facts::managed::{ALL_VIEWER_EXCEPT_HOST, CACHING_DISABLED};
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::model::{Behavior, Model};

declare_rule! {
    /// ## What it does
    /// Reports behaviors with `ForwardedValues`, the legacy cache settings that policies replace.
    ///
    /// ## Why is this bad?
    /// With `ForwardedValues`, every header and cookie that reaches the origin is part of the cache key too, so an API
    /// that needs a header makes the cache worthless, and the TTLs are repeated in every behavior. Policies separate
    /// the two, can be shared, support Brotli, and are the only way to forward everything except `Host`, as an API
    /// needs. CloudFront calls the legacy settings deprecated; newer features do not work with them.
    ///
    /// ## Remediation
    /// Use `CachePolicyId` and, for what the origin needs beyond the key, `OriginRequestPolicyId`. For an API whose
    /// responses are not cached, these are the managed policies `CachingDisabled`
    /// (`4135ea2d-6df8-44a3-9df3-4b5a84be39ad`) and `AllViewerExceptHostHeader`
    /// (`b689b0a8-53d0-40ab-baf2-68738e2966ac`). Remove `ForwardedValues`, `MinTTL`, `DefaultTTL` and `MaxTTL` at the
    /// same time. In CDK, use `Distribution` instead of `CloudFrontWebDistribution`. In a SAM template the distribution
    /// is written the same way.
    ///
    /// ## Exceptions
    /// A behavior that also has a cache policy is not reported here: CloudFront rejects it, and
    /// `cache-settings-conflict` reports it.
    ///
    /// ## References
    /// - [Control the cache key with a policy](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/controlling-the-cache-key.html)
    /// - [Control origin requests with a policy](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/controlling-origin-requests.html)
    /// - [AWS::CloudFront::Distribution ForwardedValues](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudfront-distribution-forwardedvalues.html)
    pub(crate) LegacyForwardedValues {
        id: "legacy-forwarded-values",
        group: Caching,
        summary: "a behavior uses `ForwardedValues` instead of policies",
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
            "use a cache policy for what distinguishes responses, and an origin request policy for anything else the origin needs".to_owned()
        };
        cx.report(
            values,
            format!("behavior `{}` uses `ForwardedValues` instead of policies", behavior.name()),
        )
        .label("deprecated settings")
        .note("headers and cookies that `ForwardedValues` forwards are always part of the cache key")
        .cause(help.clone())
        .help(help);
    }
}
