//! The typed model: what the resources of a template say, with the place of every property.
//!
//! Rules and the edge model see only this, so it does not matter which syntax a template was written in.

mod api;
mod build;
mod custom_domain;
mod distribution;
mod graph;
mod http_api;
mod named;
mod openapi;
mod policy;
mod prop;
mod reader;
mod rest_api;
mod sam;

use std::collections::BTreeMap;

pub use api::{Api, Guard, Protocol, Route, RoutePath, Segment, Stage};
pub use build::{InView, MAX_VIEWS, Views, apis, distributions, views};
pub use custom_domain::{CustomDomain, GENERATED as GENERATED_DOMAIN, Mapping};
pub use distribution::{
    Behavior, CustomHeader, CustomOrigin, Distribution, EdgeFunction, ErrorResponse, ForwardedValues, Origin,
    OriginGroup, OriginKind,
};
pub use graph::Graph;
pub use policy::{CachePolicy, OriginRequestPolicy, PolicyPart, ResponseHeadersPolicy};
pub use prop::{List, Prop, State};

/// One distribution and everything that it depends on, in one view.
#[derive(Debug, Clone)]
pub struct Model {
    /// The distribution.
    pub distribution: Distribution,
    /// The APIs that it can lead to.
    pub apis: Vec<Api>,
    /// Cache policies that the template declares.
    pub cache_policies: Vec<CachePolicy>,
    /// Origin request policies that the template declares.
    pub origin_request_policies: Vec<OriginRequestPolicy>,
    /// Response headers policies that the template declares.
    pub response_headers_policies: Vec<ResponseHeadersPolicy>,
    /// Custom domains of API Gateway.
    pub custom_domains: Vec<CustomDomain>,
    /// The region of each API whose stack is in a known one, by logical id.
    pub regions: BTreeMap<String, String>,
    /// The types of all resources of the slice, by logical id.
    pub resources: BTreeMap<String, String>,
}

impl Model {
    /// The API with this logical id.
    #[must_use]
    pub fn api(&self, id: &str) -> Option<&Api> {
        self.apis.iter().find(|api| api.id == id)
    }
}
