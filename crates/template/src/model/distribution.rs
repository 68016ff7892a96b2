//! `AWS::CloudFront::Distribution`.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudfront-distribution.html>

mod read;

use std::sync::Arc;

use cflint_diagnostics::Span;

use super::{EdgeLambda, FunctionCode, List, ParameterUse, Prop, Tenant, TenantConfig};
use crate::syntax::NodeId;
use crate::value::Text;

#[derive(Debug, Clone)]
pub struct Distribution {
    /// Logical id.
    pub id: String,
    /// Where the logical id is written.
    pub span: Span,
    pub aliases: List<Prop<Text>>,
    pub origins: Arc<List<Origin>>,
    pub origin_groups: List<OriginGroup>,
    /// The behavior for every path that no other one matches.
    pub default_behavior: Arc<Behavior>,
    pub behaviors: Arc<List<Behavior>>,
    /// What is returned instead of an error.
    pub error_responses: Arc<List<ErrorResponse>>,
    /// The object for `/`.
    pub default_root_object: Prop<Text>,
    /// ARN or id of the web ACL.
    pub web_acl: Prop<Text>,
    /// `tenant-only` if viewers come through the domains of tenants.
    pub connection_mode: Prop<Text>,
    /// Whether it gets only the requests that a continuous deployment policy gives it.
    pub staging: Prop<bool>,
    /// Id of the policy that sends requests to a staging distribution.
    pub deployment_policy: Prop<Text>,
    pub tenant_config: TenantConfig,
    /// The tenants that are in the project.
    pub tenants: Vec<Tenant>,
    /// `none`, `whitelist` or `blacklist`: whether the viewer's country matters.
    pub geo_restriction: Prop<Text>,
    /// ARN of the Certificate Manager certificate that viewers see.
    pub certificate: Prop<Text>,
    /// The other settings for viewer connections.
    pub viewer_certificate: ViewerCertificate,
    /// Whether viewers may use IPv6; they may not if it is absent.
    pub ipv6: Prop<bool>,
    /// `http1.1`, `http2`, `http3` or `http2and3`.
    pub http_version: Prop<Text>,
    /// `required`, `optional` or `passthrough`, if viewers may or have to present a certificate.
    pub viewer_mtls: Prop<Text>,
    /// The bucket for access logs, if logging is a property of the distribution.
    pub log_bucket: Prop<Text>,
    /// `DistributionConfig`, for an edit.
    pub node: Option<NodeId>,
}

/// `ViewerCertificate`
#[derive(Debug, Clone)]
pub struct ViewerCertificate {
    /// Id of an IAM certificate.
    pub iam: Prop<Text>,
    /// Whether the certificate for `*.cloudfront.net` is requested explicitly.
    pub is_default: Prop<bool>,
    /// The oldest TLS version and the ciphers, such as `TLSv1.2_2021`.
    pub minimum_protocol: Prop<Text>,
    /// The mapping, for an edit.
    pub node: Option<NodeId>,
    /// The mapping; where it is absent, the key of what it would belong to.
    pub span: Span,
}

#[derive(Debug, Clone)]
pub struct Origin {
    /// Its id within the distribution.
    pub id: Prop<Text>,
    /// The host that requests go to.
    pub domain_name: Prop<Text>,
    /// What is put in front of the path; unknown if each tenant has its own.
    pub path: Prop<Text>,
    /// The same with the placeholders for parameters of tenants.
    pub written_path: Prop<Text>,
    /// How CloudFront connects to the origin.
    pub kind: OriginKind,
    /// The origin configurations that are certainly there, of which only one is allowed.
    pub configs: Vec<&'static str>,
    /// Whether there is certainly no origin configuration.
    pub is_bare: bool,
    pub custom_headers: List<CustomHeader>,
    /// Id of the origin access control.
    pub access_control: Prop<Text>,
    /// Id of the VPC origin.
    pub vpc_origin: Prop<Text>,
    /// Whether requests pass through Origin Shield.
    pub origin_shield: Prop<bool>,
    /// The origin access identity, as `origin-access-identity/cloudfront/…`; of `S3OriginConfig`.
    pub access_identity: Prop<Text>,
    /// Seconds after which a response has to be complete; no limit if absent.
    pub completion_timeout: Prop<i64>,
    /// The mapping, for an edit.
    pub node: Option<NodeId>,
    pub span: Span,
    /// Position in the list, from 0.
    pub index: usize,
}

/// How CloudFront connects to an origin.
#[derive(Debug, Clone)]
pub enum OriginKind {
    /// `CustomOriginConfig`
    Custom(Box<CustomOrigin>),
    /// `S3OriginConfig`
    S3,
    /// `VpcOriginConfig`
    Vpc,
    /// None of them, or the template does not say.
    Unknown,
}

/// `CustomOriginConfig`
#[derive(Debug, Clone)]
pub struct CustomOrigin {
    /// `http-only`, `https-only` or `match-viewer`.
    pub protocol_policy: Prop<Text>,
    /// Port for HTTP, 80 by default.
    pub http_port: Prop<i64>,
    /// Port for HTTPS, 443 by default.
    pub https_port: Prop<i64>,
    /// TLS versions that CloudFront may use.
    pub ssl_protocols: List<Prop<Text>>,
    /// ARN of the client certificate.
    pub client_certificate: Prop<Text>,
    /// Seconds that CloudFront waits for a response, 30 by default.
    pub read_timeout: Prop<i64>,
    /// The mapping, for an edit.
    pub node: Option<NodeId>,
}

/// A header that CloudFront adds to each request to the origin.
#[derive(Debug, Clone)]
pub struct CustomHeader {
    pub name: Prop<Text>,
    pub value: Prop<Text>,
    /// The parameters in the value.
    pub parameters: Vec<ParameterUse>,
    /// The mapping, for an edit.
    pub node: Option<NodeId>,
}

/// Two origins, the second for when the first fails.
#[derive(Debug, Clone)]
pub struct OriginGroup {
    /// Its id within the distribution.
    pub id: Prop<Text>,
    /// Ids of the origins.
    pub members: List<Prop<Text>>,
    /// The statuses of the first origin that cause a failover to the second one.
    pub failover: List<Prop<Text>>,
}

#[derive(Debug, Clone)]
pub struct Behavior {
    /// Position among the ordered behaviors, from 0; `None` for the default one.
    pub index: Option<usize>,
    /// The pattern; absent for the default behavior.
    pub path_pattern: Prop<Text>,
    /// Id of the origin or origin group.
    pub target: Prop<Text>,
    /// `allow-all`, `https-only` or `redirect-to-https`.
    pub viewer_protocol_policy: Prop<Text>,
    /// Methods that are allowed; GET and HEAD by default.
    pub allowed_methods: List<Prop<Text>>,
    /// Methods whose responses are cached; GET and HEAD by default.
    pub cached_methods: List<Prop<Text>>,
    /// Id of the cache policy.
    pub cache_policy: Prop<Text>,
    /// Id of the origin request policy.
    pub origin_request_policy: Prop<Text>,
    /// Id of the response headers policy.
    pub response_headers_policy: Prop<Text>,
    /// The settings from before there were policies.
    pub forwarded_values: Prop<ForwardedValues>,
    /// Seconds; of the settings from before there were policies.
    pub min_ttl: Prop<i64>,
    /// Seconds; of the settings from before there were policies.
    pub default_ttl: Prop<i64>,
    /// Seconds; of the settings from before there were policies.
    pub max_ttl: Prop<i64>,
    /// ARN of the configuration of real-time logs.
    pub realtime_log: Prop<Text>,
    pub compress: Prop<bool>,
    /// Whether viewers may use gRPC.
    pub grpc: Prop<bool>,
    /// CloudFront Functions and Lambda@Edge functions.
    pub functions: List<EdgeFunction>,
    /// Who may sign the URLs and cookies that viewers need; key groups and accounts together.
    pub signers: List<Prop<Text>>,
    /// The mapping, for an edit.
    pub node: Option<NodeId>,
    /// The mapping; for the default behavior its key.
    pub span: Span,
}

/// `ForwardedValues`
#[derive(Debug, Clone)]
pub struct ForwardedValues {
    /// Whether query strings are forwarded.
    pub query_string: Prop<bool>,
    /// Headers that are forwarded and part of the cache key; `*` is all of them.
    pub headers: List<Prop<Text>>,
    /// Query strings that are part of the cache key; all if empty.
    pub query_string_cache_keys: List<Prop<Text>>,
    /// `none`, `whitelist` or `all`.
    pub cookies: Prop<Text>,
    pub cookie_names: List<Prop<Text>>,
    pub span: Span,
}

/// An edge function.
#[derive(Debug, Clone)]
pub struct EdgeFunction {
    /// When it runs: `viewer-request`, `origin-request`, `origin-response` or `viewer-response`.
    pub event: Prop<Text>,
    /// Whether it is Lambda@Edge rather than a CloudFront Function.
    pub is_lambda: bool,
    /// ARN of the function.
    pub arn: Prop<Text>,
    /// The CloudFront Function, if it is a resource of the template.
    pub code: Option<Arc<FunctionCode>>,
    /// The type of the resource that the ARN, or what is in its place, comes from.
    pub named: Option<String>,
    /// The region of the stack that this resource is in, if it is known.
    pub region: Option<String>,
    /// The Lambda function, if it is a resource of the template.
    pub lambda: Option<EdgeLambda>,
    pub span: Span,
}

/// What is returned instead of an error.
#[derive(Debug, Clone)]
pub struct ErrorResponse {
    /// Status that the origin returned.
    pub error_code: Prop<i64>,
    /// Status that the viewer gets.
    pub response_code: Prop<i64>,
    /// Path of the page that the viewer gets.
    pub page_path: Prop<Text>,
    /// The minimum number of seconds that the error is cached.
    pub caching_min_ttl: Prop<i64>,
    /// The mapping, for an edit.
    pub node: Option<NodeId>,
    pub span: Span,
    /// Position in the list, from 0.
    pub index: usize,
}

impl Behavior {
    /// The name in messages: the pattern, or `Default (*)` as the console calls it.
    pub fn name(&self) -> String {
        match (self.index, self.path_pattern.known()) {
            (None, _) => "Default (*)".to_owned(),
            (Some(_), Some(pattern)) => pattern.to_string(),
            (Some(index), None) => format!("CacheBehaviors[{index}]"),
        }
    }

    /// Path of the behavior below `Properties`.
    pub fn property(&self) -> String {
        match self.index {
            None => "DistributionConfig.DefaultCacheBehavior".to_owned(),
            Some(index) => format!("DistributionConfig.CacheBehaviors[{index}]"),
        }
    }

    /// Whether a function runs, or may run, on one of these events.
    pub fn may_run_on(&self, events: &[&str]) -> bool {
        self.functions.open.is_some()
            || self
                .functions
                .iter()
                .any(|function| function.event.literal().is_none_or(|event| events.contains(&event)))
    }
}

impl ErrorResponse {
    /// Path of the response below `Properties`.
    pub fn property(&self) -> String {
        format!("DistributionConfig.CustomErrorResponses[{}]", self.index)
    }
}

impl Distribution {
    /// Every behavior in the order in which CloudFront evaluates them, the default one last.
    pub fn all_behaviors(&self) -> impl Iterator<Item = &Behavior> {
        self.behaviors.iter().chain([&*self.default_behavior])
    }
}

impl Origin {
    /// Path of the origin below `Properties`.
    pub fn property(&self) -> String {
        format!("DistributionConfig.Origins[{}]", self.index)
    }
}
