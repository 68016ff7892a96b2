use cflint_diagnostics::{Applicability, Edit, Span};
use cflint_edge::behavior::conflicts::{Conflict, conflict};
use cflint_edge::facts::managed::{CACHING_DISABLED, CACHING_OPTIMIZED};
use cflint_edge::words::{all_of, quoted};
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::edit::combine;
use cflint_template::model::{Behavior, Model};

use crate::shared::confidence::confidence_of;

declare_rule! {
    /// ## What it does
    /// Reports behaviors that specify twice, or not at all, what is forwarded and cached: `CachePolicyId` alongside
    /// `ForwardedValues` or the behavior's own TTLs, an `OriginRequestPolicyId` without `CachePolicyId`, and neither a
    /// cache policy nor `ForwardedValues`.
    ///
    /// ## Why is this bad?
    /// A behavior has either a cache policy or the legacy cache settings. CloudFront reportedly rejects both with `The
    /// parameter ForwardedValues cannot be used when a cache policy is associated to the cache behavior.` An origin request policy
    /// adds to a cache policy and requires one, and a behavior requires one of the two. The CloudFormation schemas allow
    /// all of this, so the stack fails after minutes and rolls back.
    ///
    /// ## Remediation
    /// Keep `CachePolicyId`, and remove `ForwardedValues`, `MinTTL`, `DefaultTTL` and `MaxTTL`; what they forwarded
    /// belongs in an origin request policy. For an API, `4135ea2d-6df8-44a3-9df3-4b5a84be39ad` (`CachingDisabled`) with
    /// `b689b0a8-53d0-40ab-baf2-68738e2966ac` (`AllViewerExceptHostHeader`) forwards everything it needs. In a SAM
    /// template the distribution is written the same way. In CDK, `Distribution` uses only policies; look for an
    /// `addPropertyOverride`, or for `forwardedValues` of a `CloudFrontWebDistribution`.
    ///
    /// ## Fix safety
    /// The fix keeps the cache policy. Anything that only `ForwardedValues` forwarded no longer reaches the origin, and
    /// responses are cached for as long as the policy says.
    ///
    /// ## Exceptions
    /// Behaviors whose policy or settings depend on a value that is known only at deployment are not reported. Reports of
    /// the error are from other tools that use the same API, so a finding about both is likely; TTLs of 0 alone are not
    /// reported. A misspelled `CachePolicyId` is reported by `unknown-property`.
    ///
    /// ## References
    /// - [CacheBehavior in the API reference of CloudFront](https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CacheBehavior.html)
    /// - [Control origin requests with a policy](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/controlling-origin-requests.html)
    /// - [AWS::CloudFront::Distribution CacheBehavior](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudfront-distribution-cachebehavior.html)
    pub(crate) CacheSettingsConflict {
        id: "cache-settings-conflict",
        group: Deploy,
        summary: "a behavior has both a cache policy and legacy cache settings, or neither",
        severity: Error,
        fix: Unsafe,
        cdk: "`cachePolicy` and `originRequestPolicy` of the behavior, without an `addPropertyOverride`",
    }
}

/// A setting and where it is written.
type Setting = (&'static str, Span);

impl Rule for CacheSettingsConflict {
    fn behavior(&self, behavior: &Behavior, model: &Model, cx: &mut Context<'_>) {
        let Some(conflict) = conflict(model, behavior) else { return };
        let name = behavior.name();
        let policies = format!(
            "`{CACHING_DISABLED}` (`CachingDisabled`) for an API, `{CACHING_OPTIMIZED}` (`CachingOptimized`) for files"
        );
        let confidence = confidence_of(conflict.certainty());
        let cause = match &conflict {
            Conflict::BesidePolicy(settings) => quoted(settings.iter().map(|(name, _)| name)).join(" "),
            Conflict::NoCachePolicy(_) if behavior.forwarded_values.known().is_some() => {
                "an origin request policy and `ForwardedValues`".to_owned()
            }
            Conflict::NoCachePolicy(_) => "an origin request policy".to_owned(),
            Conflict::Nothing => "neither".to_owned(),
        };
        let finding = match conflict {
            Conflict::BesidePolicy(settings) => {
                let [(first, span), rest @ ..] = settings.as_slice() else { return };
                let all = all_of(&quoted(settings.iter().map(|(name, _)| name)));
                let edits = removal(behavior, &settings, cx);
                let rest =
                    rest.iter().map(|(setting, span)| (*span, format!("`{setting}` is not allowed either")));
                cx.report(*span, format!("behavior `{name}` has both a cache policy and `{first}`; only one is allowed"))
                    .label("not allowed together with `CachePolicyId`")
                    .related(behavior.cache_policy.span, "the cache policy")
                    .note(format!("CloudFront reportedly responds: `The parameter {first} cannot be used when a cache policy is associated to the cache behavior.`"))
                    .help(format!("remove {all}; the cache policy decides what is cached"))
                    .fix(Applicability::Unsafe, "keep only the cache policy", edits)
                    .property(format!("{}.{first}", behavior.property()))
                    .related_each(rest)
            }
            Conflict::NoCachePolicy(policy) => cx
                .report(
                    policy.span,
                    format!("behavior `{name}` has an origin request policy but no cache policy"),
                )
                .label("requires a `CachePolicyId` as well")
                .note("CloudFront accepts an origin request policy only together with a cache policy")
                .help(match behavior.forwarded_values.known() {
                    Some(_) => format!("replace `ForwardedValues` with `CachePolicyId`: {policies}"),
                    None => format!("set `CachePolicyId`: {policies}"),
                })
                .property(format!("{}.OriginRequestPolicyId", behavior.property())),
            Conflict::Nothing => cx
                .report(
                    place(behavior),
                    format!("behavior `{name}` has neither a cache policy nor `ForwardedValues`"),
                )
                .label("does not say what is cached and forwarded")
                .note("CloudFront rejects a behavior without one of the two")
                .help(format!("set `CachePolicyId`: {policies}"))
                .property(format!("{}.CachePolicyId", behavior.property())),
        };
        finding.rests_on(&behavior.cache_policy).at_most(confidence).cause(cause);
    }
}

/// The path pattern of a behavior, which identifies it; the key of the default behavior.
fn place(behavior: &Behavior) -> Span {
    if behavior.path_pattern.is_absent() { behavior.span } else { behavior.path_pattern.span }
}

fn removal(behavior: &Behavior, settings: &[Setting], cx: &Context<'_>) -> Option<Vec<Edit>> {
    let edits = settings.iter().map(|(name, _)| cx.remove_key(behavior.node, name));
    combine(edits.collect::<Option<Vec<_>>>()?)
}
