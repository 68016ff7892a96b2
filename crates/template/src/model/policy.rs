//! Cache policies and origin request policies that the template declares.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudfront-cachepolicy.html>
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudfront-originrequestpolicy.html>

use cflint_diagnostics::Span;

use super::reader::Reader;
use super::{List, Prop};
use crate::value::Text;

/// Which headers, cookies or query strings a policy names.
#[derive(Debug, Clone)]
pub struct PolicyPart {
    /// `none`, `all`, `whitelist`, `allExcept`, `allViewer` or `allViewerAndWhitelistCloudFront`.
    pub behavior: Prop<Text>,
    pub names: List<Prop<Text>>,
}

/// `AWS::CloudFront::CachePolicy`
#[derive(Debug, Clone)]
pub struct CachePolicy {
    /// Logical id.
    pub id: String,
    /// Where the logical id is written.
    pub span: Span,
    /// Whether another distribution or template may use it too.
    pub shared: bool,
    /// Headers of the cache key.
    pub headers: PolicyPart,
    /// Cookies of the cache key.
    pub cookies: PolicyPart,
    /// Query strings of the cache key.
    pub query_strings: PolicyPart,
    /// Seconds.
    pub min_ttl: Prop<i64>,
    /// Seconds.
    pub default_ttl: Prop<i64>,
    /// Seconds.
    pub max_ttl: Prop<i64>,
    /// Whether CloudFront requests gzip, and caches it separately.
    pub gzip: Prop<bool>,
    /// Whether CloudFront requests Brotli, and caches it separately.
    pub brotli: Prop<bool>,
}

/// `AWS::CloudFront::OriginRequestPolicy`
#[derive(Debug, Clone)]
pub struct OriginRequestPolicy {
    /// Logical id.
    pub id: String,
    /// Where the logical id is written.
    pub span: Span,
    /// Whether another distribution or template may use it too.
    pub shared: bool,
    pub headers: PolicyPart,
    pub cookies: PolicyPart,
    /// Query strings that are forwarded.
    pub query_strings: PolicyPart,
}

impl CachePolicy {
    pub(super) fn read(id: &str, span: Span, shared: bool, properties: &Reader<'_, '_>) -> Self {
        let config = properties.map_or_empty("CachePolicyConfig");
        let parameters = config.map_or_empty("ParametersInCacheKeyAndForwardedToOrigin");
        Self {
            id: id.to_owned(),
            span,
            shared,
            headers: part(&parameters, "HeadersConfig", "HeaderBehavior", "Headers"),
            cookies: part(&parameters, "CookiesConfig", "CookieBehavior", "Cookies"),
            query_strings: part(&parameters, "QueryStringsConfig", "QueryStringBehavior", "QueryStrings"),
            min_ttl: config.int("MinTTL"),
            default_ttl: config.int("DefaultTTL"),
            max_ttl: config.int("MaxTTL"),
            gzip: parameters.bool("EnableAcceptEncodingGzip"),
            brotli: parameters.bool("EnableAcceptEncodingBrotli"),
        }
    }
}

impl OriginRequestPolicy {
    pub(super) fn read(id: &str, span: Span, shared: bool, properties: &Reader<'_, '_>) -> Self {
        let config = properties.map_or_empty("OriginRequestPolicyConfig");
        Self {
            id: id.to_owned(),
            span,
            shared,
            headers: part(&config, "HeadersConfig", "HeaderBehavior", "Headers"),
            cookies: part(&config, "CookiesConfig", "CookieBehavior", "Cookies"),
            query_strings: part(&config, "QueryStringsConfig", "QueryStringBehavior", "QueryStrings"),
        }
    }
}

fn part(
    config: &Reader<'_, '_>,
    name: &'static str,
    behavior: &'static str,
    names: &'static str,
) -> PolicyPart {
    let part = config.map_or_empty(name);
    PolicyPart { behavior: part.text(behavior), names: part.texts(names) }
}
