//! Cache policies, origin request policies and response headers policies that the template declares.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudfront-cachepolicy.html>
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudfront-originrequestpolicy.html>

use cflint_diagnostics::Span;

use super::reader::Reader;
use super::{List, Prop};
use crate::eval::Reason;
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

/// `AWS::CloudFront::ResponseHeadersPolicy`
#[derive(Debug, Clone)]
pub struct ResponseHeadersPolicy {
    /// Logical id.
    pub id: String,
    /// Where the logical id is written.
    pub span: Span,
    /// Whether it sets CORS headers even if the origin did.
    pub cors_override: Prop<bool>,
    /// The names of the security headers and custom headers that it sets.
    pub headers: List<String>,
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

impl ResponseHeadersPolicy {
    pub(super) fn read(id: &str, span: Span, properties: &Reader<'_, '_>) -> Self {
        let config = properties.map_or_empty("ResponseHeadersPolicyConfig");
        Self {
            id: id.to_owned(),
            span,
            cors_override: config.map_or_empty("CorsConfig").bool("OriginOverride"),
            headers: headers(&config),
        }
    }
}

/// The security headers by the names of their settings.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudfront-responseheaderspolicy-securityheadersconfig.html>
const SECURITY: [(&str, &str); 6] = [
    ("ContentSecurityPolicy", "Content-Security-Policy"),
    ("ContentTypeOptions", "X-Content-Type-Options"),
    ("FrameOptions", "X-Frame-Options"),
    ("ReferrerPolicy", "Referrer-Policy"),
    ("StrictTransportSecurity", "Strict-Transport-Security"),
    ("XSSProtection", "X-XSS-Protection"),
];

fn headers(config: &Reader<'_, '_>) -> List<String> {
    let security = config.map_or_empty("SecurityHeadersConfig");
    let custom = config.map_or_empty("CustomHeadersConfig").maps("Items", |item, _| item.text("Header"));
    let set = SECURITY.iter().filter(|(setting, _)| !security.map(*setting).is_absent());
    let mut items: Vec<String> = set.map(|(_, name)| (*name).to_owned()).collect();
    items.extend(custom.iter().filter_map(Prop::literal).map(str::to_owned));
    let unnamed = custom.iter().any(|name| name.literal().is_none());
    let unnamed = unnamed.then(|| Reason("the name of a header is not known".to_owned()));
    let open = security.open().cloned().or(custom.open).or(unnamed);
    List { open, ..List::of(config.span(), items) }
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
