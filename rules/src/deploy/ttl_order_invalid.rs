use cflint_diagnostics::Applicability;
use cflint_edge::behavior::conflicts::{Disorder, disorder_of, disorder_of_policy};
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::edit::NewValue;
use cflint_template::model::{AnyPolicy, Behavior, Model, SingleResource};

use crate::shared::confidence::confidence_of;

declare_rule! {
    /// ## What it does
    /// Reports behaviors and cache policies whose TTLs are not in the order `MinTTL` ≤ `DefaultTTL` ≤ `MaxTTL`, and
    /// behaviors that forward all headers (`Headers: ['*']`) with a `MinTTL` above 0.
    ///
    /// ## Why is this bad?
    /// CloudFront rejects both: `MinTTL, MaxTTL and DefaultTTL should follow order MinTTL less than or equal to
    /// DefaultTTL less than or equal to MaxTTL`. For a policy, CloudFormation may say no more than that the request is
    /// invalid. Forwarding all headers disables caching, so a minimum time to cache contradicts it.
    ///
    /// ## Remediation
    /// Put the three numbers in order. For an API that caches nothing by default: `MinTTL: 0`, `DefaultTTL: 0`, and as
    /// `MaxTTL` the longest time that it may request. In CDK these are `minTtl`, `defaultTtl` and `maxTtl` of
    /// `CachePolicy`. In a SAM template they are written the same way.
    ///
    /// ## Exceptions
    /// Values that are not written have defaults, and CloudFront is documented to adjust some of them along with the
    /// others. A finding that rests on a default is only possible. TTLs of a behavior alongside a cache policy are
    /// reported by `cache-settings-conflict`.
    ///
    /// ## References
    /// - [Manage how long content stays in the cache](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Expiration.html)
    /// - [DefaultCacheBehavior in the API reference of CloudFront](https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DefaultCacheBehavior.html)
    /// - [CachePolicyConfig in the API reference of CloudFront](https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CachePolicyConfig.html)
    pub(crate) TtlOrderInvalid {
        id: "ttl-order-invalid",
        group: Deploy,
        summary: "the TTLs are not in the order `MinTTL`, `DefaultTTL`, `MaxTTL`",
        severity: Error,
        fix: Safe,
        cdk: "`minTtl`, `defaultTtl` and `maxTtl` of `CachePolicy`",
    }
}

impl Rule for TtlOrderInvalid {
    fn resource(&self, resource: &SingleResource, cx: &mut Context<'_>) {
        let Some(AnyPolicy::Cache(policy)) = &resource.policy else { return };
        if let Some(disorder) = disorder_of_policy(policy) {
            report(&disorder, cx);
        }
    }

    fn behavior(&self, behavior: &Behavior, _model: &Model, cx: &mut Context<'_>) {
        if let Some(disorder) = disorder_of(behavior) {
            report(&disorder, cx);
        }
        let headers = behavior.forwarded_values.known().map(|values| &values.headers);
        let all = headers.and_then(|headers| headers.iter().find(|header| header.literal() == Some("*")));
        let min = &behavior.min_ttl;
        let (Some(all), Some(seconds)) = (all, min.known().filter(|seconds| **seconds > 0)) else { return };
        let edits = cx.replace(min, &NewValue::Int(0));
        cx.report(min, format!("`MinTTL` is {seconds}, but must be 0 when all headers are forwarded"))
            .label("a minimum time to cache")
            .related(all.span, "forwards all headers, so nothing is cached")
            .note("with `Headers: ['*']`, CloudFront accepts only `MinTTL: 0`")
            .help("set `MinTTL: 0`")
            .fix(Applicability::Safe, "set `MinTTL: 0`", edits)
            .rests_on(all);
    }
}

fn report(disorder: &Disorder<'_>, cx: &mut Context<'_>) {
    let ((more, larger), a) = disorder.more;
    let ((less, smaller), b) = disorder.less;
    let (written, other) = if larger.is_absent() { (smaller, larger) } else { (larger, smaller) };
    let of = |absent: bool| if absent { " by default" } else { "" };
    let related = (!other.is_absent()).then(|| (other.span, format!("`{less}`")));
    cx.report(
        written,
        format!(
            "`{more}` is {a}{} and exceeds `{less}`, which is {b}{}",
            of(larger.is_absent()),
            of(smaller.is_absent())
        ),
    )
    .label(if larger.is_absent() { format!("less than `{more}`") } else { format!("more than `{less}`") })
    .note("CloudFront reportedly responds: `MinTTL, MaxTTL and DefaultTTL should follow order MinTTL less than or equal to DefaultTTL less than or equal to MaxTTL`")
    .help("put them in the order `MinTTL` ≤ `DefaultTTL` ≤ `MaxTTL`")
    .rests_on(other)
    .at_most(confidence_of(disorder.certainty()))
    .related_each(related);
}
