//! One resource on its own, whether or not it is related to a distribution.

use std::cell::RefCell;

use cflint_diagnostics::Span;

use super::build::{InView, explore};
use super::slice::Slice;
use super::values::{self, Setting};
use super::{
    CachePolicy, DeploymentPolicy, GatewayParts, Graph, OriginRequestPolicy, ResponseHeadersPolicy,
    StrayProperty, continuous_deployment, gateway_part, sam, unknown_property,
};
use crate::template::Template;

#[derive(Debug, Clone)]
pub struct SingleResource {
    /// Logical id.
    pub id: String,
    pub kind: String,
    /// Where the logical id is written.
    pub span: Span,
    /// The region of its stack, if it is known.
    pub region: Option<String>,
    /// The policy that it is, if it is one.
    pub policy: Option<AnyPolicy>,
    /// What it says about mappings, TLS and streaming.
    pub gateway: GatewayParts,
    /// The continuous deployment policy that it is, if it is one.
    pub deployment_policy: Option<DeploymentPolicy>,
    /// The properties that can hold only certain values.
    pub settings: Vec<Setting>,
    /// The properties that CloudFormation does not know.
    pub unknown: Vec<StrayProperty>,
}

impl SingleResource {
    /// One of the properties that can hold only certain values.
    pub fn setting(&self, property: &str) -> Option<&Setting> {
        self.settings.iter().find(|setting| setting.property == property)
    }
}

/// A policy that behaviors name.
#[derive(Debug, Clone)]
pub enum AnyPolicy {
    /// `AWS::CloudFront::CachePolicy`
    Cache(Box<CachePolicy>),
    /// `AWS::CloudFront::OriginRequestPolicy`
    OriginRequest(Box<OriginRequestPolicy>),
    /// `AWS::CloudFront::ResponseHeadersPolicy`
    ResponseHeaders(Box<ResponseHeadersPolicy>),
}

/// The resources of a template whose properties are known by name, or can hold only certain values: their indices.
pub fn singles<'a>(template: &'a Template<'_>) -> impl Iterator<Item = usize> + 'a {
    let all = template.resources().iter().enumerate();
    let is_known =
        |kind: &str| values::knows(kind) || gateway_part::knows(kind) || unknown_property::knows(kind);
    all.filter(move |(_, resource)| is_known(resource.kind) && template.is_own(resource))
        .map(|(index, _)| index)
}

/// What one resource says, for each consistent choice of the conditions that it depends on.
pub fn single(template: &Template<'_>, graph: &Graph, index: usize) -> Vec<InView<SingleResource>> {
    // Wrong types are reported only for resources that are related to requests.
    let problems = RefCell::default();
    explore(template, graph, &[index], &problems, |slice| read(slice, index)).0
}

fn read(slice: &Slice<'_, '_>, index: usize) -> Option<SingleResource> {
    let (_, resource) = slice.resources().next()?;
    let properties = slice.reader(index);
    let (id, span, shared) = (resource.id.as_str(), resource.id_span, slice.is_shared(index));
    let policy = match resource.kind {
        "AWS::CloudFront::CachePolicy" => {
            Some(AnyPolicy::Cache(Box::new(CachePolicy::read(id, span, shared, &properties))))
        }
        "AWS::CloudFront::OriginRequestPolicy" => {
            let policy = OriginRequestPolicy::read(id, span, shared, &properties);
            Some(AnyPolicy::OriginRequest(Box::new(policy)))
        }
        "AWS::CloudFront::ResponseHeadersPolicy" => {
            Some(AnyPolicy::ResponseHeaders(Box::new(ResponseHeadersPolicy::read(id, span, &properties))))
        }
        _ => None,
    };
    Some(SingleResource {
        id: id.to_owned(),
        kind: resource.kind.to_owned(),
        span,
        region: slice.template.scope(resource.at.env).given("AWS::Region").map(str::to_owned),
        policy,
        gateway: gateway_part::read(slice, index, resource),
        deployment_policy: (resource.kind == continuous_deployment::KIND)
            .then(|| DeploymentPolicy::read(id, &properties)),
        unknown: unknown_property::of_resource(slice, resource),
        settings: match resource.kind.strip_prefix("AWS::Serverless::") {
            Some(kind) => {
                let merged = sam::Settings::of_resource(slice, index, kind);
                values::settings(resource.kind, |name| merged.holder(name))
            }
            None => values::settings(resource.kind, |_| &properties),
        },
    })
}
