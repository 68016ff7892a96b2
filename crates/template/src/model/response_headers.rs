//! Response headers policies that the template declares.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudfront-responseheaderspolicy.html>

use cflint_diagnostics::Span;

use super::reader::Reader;
use super::{List, Prop};
use crate::eval::Reason;
use crate::syntax::NodeId;
use crate::value::Text;

/// `AWS::CloudFront::ResponseHeadersPolicy`
#[derive(Debug, Clone)]
pub struct ResponseHeadersPolicy {
    /// Logical id.
    pub id: String,
    /// Where the logical id is written.
    pub span: Span,
    /// The CORS headers; all absent without `CorsConfig`.
    pub cors: CorsHeaders,
    /// The names of the security headers and custom headers that it sets.
    pub headers: List<String>,
    /// Whether it certainly says nothing about any header: a name, and no section.
    pub is_empty: bool,
    /// The name, or the mapping that lacks the sections.
    pub config: Span,
    /// Whether `X-XSS-Protection` blocks the page.
    pub xss_block: Prop<bool>,
    /// Where `X-XSS-Protection` reports to.
    pub xss_report: Prop<Text>,
    /// The node of `XSSProtection`.
    pub xss: Option<NodeId>,
}

/// The CORS headers that a response headers policy sets.
#[derive(Debug, Clone)]
pub struct CorsHeaders {
    /// Whether they are set even if the origin did.
    pub is_override: Prop<bool>,
    pub credentials: Prop<bool>,
    pub headers: List<Prop<Text>>,
    pub methods: List<Prop<Text>>,
    pub origins: List<Prop<Text>>,
}

impl ResponseHeadersPolicy {
    pub(super) fn read(id: &str, span: Span, properties: &Reader<'_, '_>) -> Self {
        let config = properties.map_or_empty("ResponseHeadersPolicyConfig");
        let xss = config.map_or_empty("SecurityHeadersConfig").map_or_empty("XSSProtection");
        Self {
            id: id.to_owned(),
            span,
            cors: CorsHeaders::read(&config.map_or_empty("CorsConfig")),
            headers: headers(&config),
            is_empty: config.node().is_some() && SECTIONS.iter().all(|name| config.map(*name).is_absent()),
            config: config.span(),
            xss_block: xss.bool("ModeBlock"),
            xss_report: xss.text("ReportUri"),
            xss: xss.node(),
        }
    }
}

impl CorsHeaders {
    fn read(cors: &Reader<'_, '_>) -> Self {
        let items = |name: &'static str| cors.map_or_empty(name).texts("Items");
        Self {
            is_override: cors.bool("OriginOverride"),
            credentials: cors.bool("AccessControlAllowCredentials"),
            headers: items("AccessControlAllowHeaders"),
            methods: items("AccessControlAllowMethods"),
            origins: items("AccessControlAllowOrigins"),
        }
    }
}

/// What a policy can say besides its name.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudfront-responseheaderspolicy-responseheaderspolicyconfig.html>
const SECTIONS: [&str; 5] = [
    "CorsConfig",
    "CustomHeadersConfig",
    "RemoveHeadersConfig",
    "SecurityHeadersConfig",
    "ServerTimingHeadersConfig",
];

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
