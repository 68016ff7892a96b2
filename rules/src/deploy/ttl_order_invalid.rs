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
    /// CloudFront refuses both: `MinTTL, MaxTTL and DefaultTTL should follow order MinTTL less than or equal to DefaultTTL
    /// less than or equal to MaxTTL`. Of a policy, CloudFormation may say no more than that the request is invalid.
    /// Forwarding all headers turns caching off, so a least time to cache contradicts it.
    ///
    /// ## Remediation
    /// Bring the three numbers into order. For an API that caches nothing by itself: `MinTTL: 0`, `DefaultTTL: 0`, and as
    /// `MaxTTL` the longest time that it may ask for. In CDK these are `minTtl`, `defaultTtl` and `maxTtl` of
    /// `CachePolicy`. In a SAM template they are written the same way.
    ///
    /// ## Exceptions
    /// What is not written has a default, and CloudFront is documented to move some of them along with the others. That a
    /// number is refused because of a default is only possible. TTLs of a behavior beside a cache policy are
    /// reported by `cache-settings-conflict`.
    ///
    /// ## References
    /// - [Manage how long content stays in the cache](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Expiration.html)
    /// - [DefaultCacheBehavior in the API reference of CloudFront](https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DefaultCacheBehavior.html)
    /// - [CachePolicyConfig in the API reference of CloudFront](https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CachePolicyConfig.html)
    pub(crate) TtlOrderInvalid {
        id: "ttl-order-invalid",
        group: Deploy,
        summary: "the TTLs are not in the order from least to most",
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
        cx.report(min, format!("`MinTTL` is {seconds} while all headers are forwarded, and has to be 0"))
            .label("a least time to cache")
            .related(all.span, "forwards all headers, so nothing is cached")
            .note("CloudFront takes no other `MinTTL` than 0 beside `Headers: ['*']`")
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
    .note("CloudFront is reported to answer: `MinTTL, MaxTTL and DefaultTTL should follow order MinTTL less than or equal to DefaultTTL less than or equal to MaxTTL`")
    .help("bring them into the order `MinTTL` ≤ `DefaultTTL` ≤ `MaxTTL`")
    .rests_on(other)
    .at_most(confidence_of(disorder.certainty()))
    .related_each(related);
}
