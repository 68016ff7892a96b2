//! Settings of a behavior or a cache policy that CloudFront does not accept together.
//!
//! <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CacheBehavior.html>,
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cache-key-understand-cache-policy.html> and
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/add-origin-custom-headers.html>.

use cflint_diagnostics::Span;
use cflint_template::model::{Behavior, CachePolicy, Model, PolicyPart, Prop};
use cflint_template::syntax::NodeId;
use cflint_template::value::Text;

use crate::behavior::caching::DEFAULT_TTL;
use crate::facts::Certainty;
use crate::facts::unknown_property::meant;

const FORWARDED: &str = "ForwardedValues";

/// A TTL and its name.
pub type NamedTtl<'m> = (&'static str, &'m Prop<i64>);

/// How a behavior specifies twice, or not at all, what is forwarded and cached.
#[derive(Debug, Clone)]
pub enum Conflict<'m> {
    /// A cache policy, and settings from before there were policies: their names, and where they are written.
    BesidePolicy(Vec<(&'static str, Span)>),
    /// An origin request policy without a cache policy.
    NoCachePolicy(&'m Prop<Text>),
    /// Neither a policy nor `ForwardedValues`.
    Nothing,
}

impl Conflict<'_> {
    /// How certain it is that CloudFront rejects it. Reports of an error are from its API, while CloudFormation templates
    /// with a policy and the other settings are in use: <https://github.com/aws/aws-cdk/issues/10829>
    pub const fn certainty(&self) -> Certainty {
        match self {
            Self::BesidePolicy(_) => Certainty::Probable,
            Self::NoCachePolicy(_) | Self::Nothing => Certainty::Certain,
        }
    }
}

/// Whether a behavior does not specify in exactly one of the two ways what is forwarded and cached. Nothing is missing
/// where the name of the setting is only misspelled.
pub fn conflict<'m>(model: &Model, behavior: &'m Behavior) -> Option<Conflict<'m>> {
    let node = behavior.node?;
    let (cache, request) = (&behavior.cache_policy, &behavior.origin_request_policy);
    let is_named = |id: &Prop<Text>| id.known().is_some_and(|id| !id.is_empty());
    if is_named(cache) {
        let values = behavior.forwarded_values.known().map(|values| (FORWARDED, values.span));
        let ttls = ttls(behavior);
        // Zeros alone are written next to a policy in templates that work.
        let counts = |ttl: &Prop<i64>| ttl.known().is_some_and(|seconds| *seconds != 0);
        if values.is_none() && !ttls.iter().any(|(_, ttl)| counts(ttl)) {
            return None;
        }
        let (set, zero): (Vec<_>, Vec<_>) =
            ttls.into_iter().filter(|(_, ttl)| ttl.known().is_some()).partition(|(_, ttl)| counts(ttl));
        let ttls = set.into_iter().chain(zero).map(|(name, ttl)| (name, ttl.span));
        return Some(Conflict::BesidePolicy(values.into_iter().chain(ttls).collect()));
    }
    let is_misspelled = model
        .unknown_properties
        .iter()
        .any(|unknown| unknown.node == node && matches!(meant(unknown), Some("CachePolicyId" | FORWARDED)));
    if !cache.is_absent() || is_misspelled {
        return None;
    }
    if is_named(request) {
        return Some(Conflict::NoCachePolicy(request));
    }
    (request.is_absent() && behavior.forwarded_values.is_absent()).then_some(Conflict::Nothing)
}

fn ttls(behavior: &Behavior) -> [NamedTtl<'_>; 3] {
    [("MinTTL", &behavior.min_ttl), ("DefaultTTL", &behavior.default_ttl), ("MaxTTL", &behavior.max_ttl)]
}

/// TTLs that are not in the order from `MinTTL` to `MaxTTL`.
#[derive(Debug, Clone)]
pub struct Disorder<'m> {
    /// The one that is too large, with its name and number.
    pub more: (NamedTtl<'m>, i64),
    /// The one that it must not exceed, which may be CloudFront's default.
    pub less: (NamedTtl<'m>, i64),
}

impl Disorder<'_> {
    /// How certain it is that CloudFront rejects it. What it does with the default is documented one way and reported
    /// another.
    pub fn certainty(&self) -> Certainty {
        let is_default = |ttl: &(NamedTtl<'_>, i64)| ttl.0.1.is_absent();
        if is_default(&self.more) || is_default(&self.less) {
            Certainty::Uncertain
        } else {
            Certainty::Certain
        }
    }
}

/// Whether the TTLs of a behavior without a cache policy are out of order.
pub fn disorder_of(behavior: &Behavior) -> Option<Disorder<'_>> {
    let [min, default, max] = ttls(behavior);
    behavior.cache_policy.is_absent().then(|| disorder(min, default, max)).flatten()
}

/// Whether the TTLs of a cache policy are out of order.
pub fn disorder_of_policy(policy: &CachePolicy) -> Option<Disorder<'_>> {
    disorder(("MinTTL", &policy.min_ttl), ("DefaultTTL", &policy.default_ttl), ("MaxTTL", &policy.max_ttl))
}

fn disorder<'m>(min: NamedTtl<'m>, default: NamedTtl<'m>, max: NamedTtl<'m>) -> Option<Disorder<'m>> {
    let written = |ttl: NamedTtl<'m>| ttl.1.known().map(|seconds| (ttl, *seconds));
    let pair = |more, less| -> Option<Disorder<'m>> {
        let ((more, a), (less, b)) = (more?, less?);
        (a > b).then_some(Disorder { more: (more, a), less: (less, b) })
    };
    let by_default = default.1.is_absent().then_some((default, DEFAULT_TTL));
    pair(written(min), written(max))
        .or_else(|| pair(written(min), written(default)))
        .or_else(|| pair(written(default), written(max)))
        .or_else(|| pair(written(min), by_default))
        .or_else(|| pair(by_default, written(max)))
}

/// Something in the cache key of a policy that caches nothing.
#[derive(Debug, Clone)]
pub struct UselessKey<'m> {
    pub policy: &'m CachePolicy,
    /// What it is, for a message.
    pub what: &'static str,
    /// Path below `CachePolicyConfig`.
    pub property: &'static str,
    pub span: Span,
    /// The node of a setting that can only be on or off.
    pub switch: Option<NodeId>,
}

impl UselessKey<'_> {
    /// How certain it is that CloudFront rejects it.
    pub const CERTAINTY: Certainty = Certainty::Probable;
}

/// What a cache policy that never caches puts in the cache key, which CloudFront reportedly rejects.
pub fn keys_without_cache(policy: &CachePolicy) -> Vec<UselessKey<'_>> {
    let is_positive = |ttl: &Prop<i64>| ttl.known().is_some_and(|seconds| *seconds > 0);
    if policy.max_ttl.known() != Some(&0) || is_positive(&policy.min_ttl) || is_positive(&policy.default_ttl)
    {
        return Vec::new();
    }
    let parts = [
        ("headers", "HeadersConfig.HeaderBehavior", &policy.headers),
        ("cookies", "CookiesConfig.CookieBehavior", &policy.cookies),
        ("query strings", "QueryStringsConfig.QueryStringBehavior", &policy.query_strings),
    ];
    let selects = |part: &PolicyPart| part.behavior.literal().is_some_and(|behavior| behavior != "none");
    let named = parts.iter().filter(|(_, _, part)| selects(part));
    let named = named.map(|(what, property, part)| UselessKey {
        policy,
        what,
        property,
        span: part.behavior.span,
        switch: None,
    });
    let switches =
        [("EnableAcceptEncodingGzip", &policy.gzip), ("EnableAcceptEncodingBrotli", &policy.brotli)];
    let on = switches.into_iter().filter(|(_, switch)| switch.known() == Some(&true));
    let on = on.map(|(property, switch)| UselessKey {
        policy,
        what: "compression",
        property,
        span: switch.span,
        switch: switch.node.filter(|_| switch.origins.is_empty()),
    });
    named.chain(on).collect()
}

/// `Accept-Encoding` in the key of a cache policy that also enables compression, and what enables it. CloudFront
/// reportedly rejects that.
pub fn encoding_beside_compression(policy: &CachePolicy) -> Option<(&Prop<Text>, &Prop<bool>)> {
    if policy.headers.behavior.literal() != Some("whitelist") {
        return None;
    }
    let is_it = |name: &str| name.eq_ignore_ascii_case("Accept-Encoding");
    let name = policy.headers.names.iter().find(|item| item.literal().is_some_and(is_it))?;
    let switches = [&policy.gzip, &policy.brotli];
    Some((name, switches.into_iter().find(|switch| switch.known() == Some(&true))?))
}

/// `Authorization` by its name in an origin request policy, which CloudFront used to reject.
pub fn authorization_by_name(headers: &PolicyPart) -> Option<&Prop<Text>> {
    if headers.behavior.literal() != Some("whitelist") {
        return None;
    }
    let is_it = |name: &str| name.eq_ignore_ascii_case("Authorization");
    headers.names.iter().find(|item| item.literal().is_some_and(is_it))
}
