//! The typed model: what the resources of a template say, with the place of every property.
//!
//! Rules and the edge model see only this, so it does not matter which syntax a template was written in.

mod access_control;
mod api;
mod api_policy;
mod apis;
mod authorizer;
mod buckets;
mod build;
mod certificates;
mod continuous_deployment;
mod custom_domain;
mod distribution;
mod edge_lambda;
mod firewalls;
mod function_code;
mod gateway_part;
mod gateway_response;
mod graph;
mod guards;
mod http_api;
mod integration;
mod load_balancer;
mod logging;
mod memo;
mod named;
mod openapi;
mod parameters;
mod part;
mod path;
mod permissions;
mod policy;
mod prop;
mod property_names;
mod reader;
mod records;
mod response_headers;
mod rest_api;
mod sam;
mod single;
mod slice;
mod statements;
mod streaming;
mod tenants;
mod tls_settings;
mod unknown_property;
mod values;
mod web_acl;
mod web_socket;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use access_control::{LambdaUrl, OriginAccessControl};
pub use api::{Api, Cors, Guard, Protocol, Route, RoutePath, Segment, Stage};
pub use authorizer::{Authorizer, AuthorizerKind, Identity, IdentityPlace};
pub use buckets::BucketPolicy;
pub use build::{InView, MAX_VIEWS, Views, apis, distributions, in_views, views};
pub use certificates::Certificate;
pub use continuous_deployment::DeploymentPolicy;
pub use custom_domain::{CustomDomain, GENERATED as GENERATED_DOMAIN, Mapping};
pub use distribution::{
    Behavior, CustomHeader, CustomOrigin, Distribution, EdgeFunction, ErrorResponse, ForwardedValues, Origin,
    OriginGroup, OriginKind, ViewerCertificate,
};
pub use edge_lambda::{ClosedRole, EdgeLambda};
pub use firewalls::{Firewalls, firewalls};
pub use function_code::FunctionCode;
pub use gateway_part::{GatewayParts, MappedKey};
pub use gateway_response::GatewayResponse;
pub use graph::Graph;
pub use guards::{ApiKey, UsagePlan};
pub use integration::Integration;
pub use load_balancer::{Listener, ListenerAction, ListenerRedirect, LoadBalancer, VpcOrigin};
pub use logging::{Bucket, LogBucket, LogSource};
pub use memo::Memo;
pub use parameters::ParameterUse;
pub use path::Property;
pub use permissions::Permission;
pub use policy::{CachePolicy, OriginRequestPolicy, PolicyPart};
pub use prop::{List, Prop, State};
pub use records::{AliasTarget, Record};
pub use response_headers::{CorsHeaders, ResponseHeadersPolicy};
pub use single::{AnyPolicy, SingleResource, single, singles};
pub use statements::{PolicyCondition, PolicyStatement};
pub use streaming::{Streaming, StreamingPlace};
pub use tenants::{
    ParameterDefinition, Tenant, TenantConfig, TenantParameter, UnsupportedSetting, placeholders,
};
pub use tls_settings::TlsSettings;
pub use unknown_property::{RightPlace, StrayProperty};
pub use values::{Allowed, Setting, ValueFault, alias_fault, listed_values, stage_fault};
pub use web_acl::{AclAction, AclRule, Association, Statement, WebAcl};

/// One distribution and everything that it depends on, in one view.
#[derive(Debug, Clone)]
pub struct Model {
    pub distribution: Distribution,
    /// The APIs that it can reach.
    pub apis: Arc<Vec<Api>>,
    /// Cache policies that the template declares.
    pub cache_policies: Vec<CachePolicy>,
    /// Origin request policies that the template declares.
    pub origin_request_policies: Vec<OriginRequestPolicy>,
    /// Response headers policies that the template declares.
    pub response_headers_policies: Vec<ResponseHeadersPolicy>,
    /// API Gateway custom domains.
    pub custom_domains: Arc<Vec<CustomDomain>>,
    pub lambda_urls: Arc<Vec<LambdaUrl>>,
    pub load_balancers: Arc<Vec<LoadBalancer>>,
    pub vpc_origins: Vec<VpcOrigin>,
    /// Who may call functions that have a URL.
    pub permissions: Arc<Vec<Permission>>,
    pub bucket_policies: Arc<Vec<BucketPolicy>>,
    pub records: Arc<Vec<Record>>,
    /// How CloudFront signs its requests to origins.
    pub access_controls: Vec<OriginAccessControl>,
    /// The API keys of REST APIs.
    pub api_keys: Vec<ApiKey>,
    /// Which API keys are valid for which stages.
    pub usage_plans: Vec<UsagePlan>,
    pub web_acls: Arc<Vec<WebAcl>>,
    pub certificates: Vec<Certificate>,
    /// Which part of the requests goes to staging distributions.
    pub deployment_policies: Vec<DeploymentPolicy>,
    /// Which web ACL protects which resource.
    pub associations: Vec<Association>,
    /// What access logs are collected from, by resources of their own.
    pub log_sources: Vec<LogSource>,
    /// The properties of the distribution that CloudFormation does not know.
    pub unknown_properties: Vec<StrayProperty>,
    /// The bucket that the distribution logs to, if it names one.
    pub log_bucket: Option<LogBucket>,
    /// The region of each API, certificate and web ACL whose stack is in a known one, by logical id.
    pub regions: BTreeMap<String, String>,
    /// What else may be the way to each API besides the distribution and custom domains.
    pub other_ways: BTreeMap<String, OtherWay>,
    /// The types of all resources of the slice, by logical id.
    pub resources: BTreeMap<String, String>,
    /// In how many views the distribution is read.
    pub views: usize,
    /// What has been worked out about it.
    pub memo: Memo,
}

/// A way to an API that the model of a distribution does not show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OtherWay {
    /// Other templates, or people who read the outputs, receive its name.
    GivenAway,
    /// Another distribution of the template names it.
    Distribution,
}

impl Model {
    /// The API with this logical id.
    pub fn api(&self, id: &str) -> Option<&Api> {
        self.apis.iter().find(|api| api.id == id)
    }
}
