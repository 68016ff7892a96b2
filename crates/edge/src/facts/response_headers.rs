//! What CloudFront accepts in a response headers policy.
//!
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-response-headers-policies.html>,
//! <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ResponseHeadersPolicyAccessControlAllowMethods.html> and
//! <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ResponseHeadersPolicyXSSProtection.html>.

use cflint_diagnostics::Span;
use cflint_template::model::{List, Prop, ResponseHeadersPolicy};
use cflint_template::value::Text;

use crate::facts::Certainty;

/// What `AccessControlAllowMethods` accepts.
pub const METHODS: [&str; 8] = ["ALL", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

/// Something in a response headers policy that CloudFront does not accept.
#[derive(Debug, Clone, Copy)]
pub enum PolicyFault<'m> {
    /// A header with `*` in a policy that allows credentials.
    WildcardHeader(&'m Prop<Text>),
    /// Any origin in a policy that allows credentials.
    AnyOrigin(&'m Prop<Text>),
    /// Not one of [`METHODS`].
    Method(&'m Prop<Text>),
    /// `ALL`, which is a word for methods.
    AllOrigins(&'m Prop<Text>),
    /// CORS without a header.
    NoHeaders(&'m List<Prop<Text>>),
    /// A name and nothing else.
    Empty(Span),
    /// `X-XSS-Protection` that blocks the page, and reports as well.
    BlockAndReport(&'m Prop<Text>),
}

impl PolicyFault<'_> {
    /// How certain it is that CloudFront rejects it.
    pub fn certainty(&self) -> Certainty {
        match self {
            Self::WildcardHeader(_) | Self::BlockAndReport(_) => Certainty::Certain,
            Self::Method(method) if method.literal() == Some("*") => Certainty::Certain,
            Self::Method(_) | Self::AllOrigins(_) | Self::NoHeaders(_) | Self::Empty(_) => {
                Certainty::Probable
            }
            Self::AnyOrigin(_) => Certainty::Uncertain,
        }
    }

    /// The token at fault.
    pub fn span(&self) -> Span {
        match self {
            Self::WildcardHeader(prop)
            | Self::AnyOrigin(prop)
            | Self::Method(prop)
            | Self::AllOrigins(prop)
            | Self::BlockAndReport(prop) => prop.span,
            Self::NoHeaders(list) => list.span,
            Self::Empty(span) => *span,
        }
    }
}

/// What CloudFront does not accept in a policy.
pub fn faults(policy: &ResponseHeadersPolicy) -> Vec<PolicyFault<'_>> {
    let cors = &policy.cors;
    let with_credentials = cors.credentials.known() == Some(&true);
    let literal = |prop: &Prop<Text>, is_it: fn(&str) -> bool| prop.literal().is_some_and(is_it);
    let mut faults = Vec::new();
    if policy.is_empty {
        faults.push(PolicyFault::Empty(policy.config));
    }
    if with_credentials {
        let has_wildcard = |name: &&Prop<Text>| {
            name.known().is_some_and(|name| name.literals().any(|part| part.contains('*')))
        };
        faults.extend(cors.headers.iter().filter(has_wildcard).map(PolicyFault::WildcardHeader));
        let origins = cors.origins.iter().filter(|origin| literal(origin, |origin| origin == "*"));
        faults.extend(origins.map(PolicyFault::AnyOrigin));
    }
    let headers = &cors.headers;
    if headers.present && headers.open.is_none() && headers.iter().all(Prop::is_absent) {
        faults.push(PolicyFault::NoHeaders(headers));
    }
    let methods = cors.methods.iter();
    let others =
        methods.filter(|method| literal(method, |name| !name.is_empty() && !METHODS.contains(&name)));
    faults.extend(others.map(PolicyFault::Method));
    let all = cors.origins.iter().filter(|origin| literal(origin, |origin| origin == "ALL"));
    faults.extend(all.map(PolicyFault::AllOrigins));
    if policy.xss_block.known() == Some(&true) && policy.xss_report.known().is_some_and(|uri| !uri.is_empty())
    {
        faults.push(PolicyFault::BlockAndReport(&policy.xss_report));
    }
    faults
}
