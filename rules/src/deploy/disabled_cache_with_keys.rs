use cflint_diagnostics::Applicability;
use cflint_edge::behavior::conflicts::{UselessKey, keys_without_cache};
use cflint_edge::facts::managed::{ALL_VIEWER_EXCEPT_HOST, CACHING_DISABLED};
use cflint_edge::words::all_of;
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::edit::{NewValue, combine};
use cflint_template::model::{AnyPolicy, SingleResource};

use crate::shared::confidence::confidence_of;

declare_rule! {
    /// ## What it does
    /// Reports cache policies that cache nothing (every TTL is 0) but still put headers, cookies or query strings in
    /// the cache key, or enable compression.
    ///
    /// ## Why is this bad?
    /// Such a policy has no cache for a key to be used in. CloudFront reportedly rejects it, for instance with `The
    /// parameter HeaderBehavior is invalid for policy with caching disabled.`; CloudFormation often says no more than
    /// `Invalid request provided: AWS::CloudFront::CachePolicy`. It is a common attempt to forward `Authorization`.
    ///
    /// ## Remediation
    /// Use the managed policy `4135ea2d-6df8-44a3-9df3-4b5a84be39ad` (`CachingDisabled`), and forward what the origin
    /// needs with an origin request policy: `b689b0a8-53d0-40ab-baf2-68738e2966ac` (`AllViewerExceptHostHeader`) for an
    /// API. In CDK: `CachePolicy.CACHING_DISABLED` and `OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER`. In a SAM
    /// template the ids are the same. If you need to keep the policy, `MaxTTL: 1` makes it a policy that caches.
    ///
    /// ## Exceptions
    /// Only policies whose `MaxTTL` is certainly 0 are reported. If only compression is enabled, the fix disables it:
    /// without a cache, CloudFront compresses nothing.
    ///
    /// ## References
    /// - [Understand cache policies](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cache-key-understand-cache-policy.html)
    /// - [AWS::CloudFront::CachePolicy](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudfront-cachepolicy.html)
    pub(crate) DisabledCacheWithKeys {
        id: "disabled-cache-with-keys",
        group: Deploy,
        summary: "a cache policy disables caching but has a cache key",
        severity: Error,
        fix: Safe,
        cdk: "`CachePolicy.CACHING_DISABLED` with an `originRequestPolicy`; or of the `CachePolicy` `enableAcceptEncodingGzip: false`, or `maxTtl: Duration.seconds(1)`",
    }
}

impl Rule for DisabledCacheWithKeys {
    fn resource(&self, resource: &SingleResource, cx: &mut Context<'_>) {
        let Some(AnyPolicy::Cache(policy)) = &resource.policy else { return };
        let keys = keys_without_cache(policy);
        let Some(first) = keys.first() else { return };
        let mut kinds: Vec<String> = keys.iter().map(|key| key.what.to_owned()).collect();
        kinds.dedup();
        let what = match kinds.as_slice() {
            [only] if only == "compression" => "enables compression".to_owned(),
            _ => format!("has {} in the cache key", all_of(&kinds)),
        };
        let switches = keys.iter().map(|key| cx.replace_node(Some(key.switch?), &NewValue::Bool(false)));
        let edits = switches.collect::<Option<Vec<_>>>().and_then(combine);
        let parameter = first.property.rsplit('.').next().unwrap_or_default();
        let help = match edits {
            Some(_) => "disable compression: without a cache, CloudFront compresses nothing".to_owned(),
            None => format!(
                "use `{CACHING_DISABLED}` (`CachingDisabled`) and forward with an origin request policy such as `{ALL_VIEWER_EXCEPT_HOST}` (`AllViewerExceptHostHeader`); or set `MaxTTL: 1`"
            ),
        };
        let rest = keys.iter().skip(1).map(|key| (key.span, format!("{} as well", key.what)));
        cx.report(
            first.span,
            format!("cache policy `{}` disables caching but {what}", policy.id),
        )
        .label("there is no cache that uses this")
        .related(policy.max_ttl.span, "nothing is cached longer than this")
        .note(format!(
            "CloudFront reportedly responds: `The parameter {parameter} is invalid for policy with caching disabled.`"
        ))
        .help(help)
        .fix(Applicability::Safe, "disable compression", edits)
        .property(format!("CachePolicyConfig.ParametersInCacheKeyAndForwardedToOrigin.{}", first.property))
        .rests_on(&policy.max_ttl)
        .at_most(confidence_of(UselessKey::CERTAINTY))
        .related_each(rest);
    }
}
