//! What API Gateway itself accepts or rejects about one resource, whether or not a distribution is in front of it.

use super::Prop;
use super::custom_domain::{CustomDomain, declared};
use super::sam::Settings;
use super::slice::Slice;
use super::streaming::{self, Streaming};
use super::tls_settings::{self, TlsSettings};
use crate::template::Resource;
use crate::value::Text;

/// The types that parts are read from.
const KINDS: [&str; 11] = [
    "AWS::ApiGateway::BasePathMapping",
    "AWS::ApiGateway::BasePathMappingV2",
    "AWS::ApiGateway::DomainName",
    "AWS::ApiGateway::DomainNameV2",
    "AWS::ApiGateway::Method",
    "AWS::ApiGateway::RestApi",
    "AWS::ApiGatewayV2::ApiMapping",
    "AWS::ApiGatewayV2::DomainName",
    "AWS::Serverless::Api",
    "AWS::Serverless::Function",
    "AWS::Serverless::HttpApi",
];

/// Among how many custom domains and mappings one is looked for by its name.
const MAX_NAMED: usize = 100;

/// What one resource says about mappings, TLS and streaming.
#[derive(Debug, Clone, Default)]
pub struct GatewayParts {
    pub mapping: Option<MappedKey>,
    pub tls: Vec<TlsSettings>,
    pub streams: Vec<Streaming>,
}

/// The two properties of a mapping that are names.
#[derive(Debug, Clone)]
pub struct MappedKey {
    /// What the mapping calls its custom domain.
    pub domain_name: Prop<Text>,
    /// The base path.
    pub key: Prop<Text>,
    /// The custom domain, if it is in the template.
    pub domain: Option<Box<CustomDomain>>,
}

pub(super) fn knows(kind: &str) -> bool {
    KINDS.contains(&kind)
}

pub(super) fn read(slice: &Slice<'_, '_>, index: usize, resource: &Resource<'_>) -> GatewayParts {
    let mut parts = GatewayParts::default();
    let properties = slice.reader(index);
    match resource.kind {
        "AWS::ApiGateway::BasePathMapping" => {
            parts.mapping = Some(mapping(slice, index, "DomainName", "BasePath"))
        }
        "AWS::ApiGateway::BasePathMappingV2" => {
            parts.mapping = Some(mapping(slice, index, "DomainNameArn", "BasePath"));
        }
        "AWS::ApiGatewayV2::ApiMapping" => {
            parts.mapping = Some(mapping(slice, index, "DomainName", "ApiMappingKey"));
        }
        "AWS::ApiGateway::Method" => {
            let integration = properties.map_or_empty("Integration");
            parts.streams.extend(streaming::of_method(&integration));
        }
        "AWS::ApiGateway::RestApi" => {
            parts.tls.push(tls_settings::of_api(&properties));
            if streams(resource) {
                parts.streams = streaming::of_definition(&properties, "Body");
            }
        }
        "AWS::ApiGateway::DomainName" | "AWS::ApiGateway::DomainNameV2" | "AWS::ApiGatewayV2::DomainName" => {
            let mut tls = tls_settings::of_domain(&properties, resource.kind);
            tls.has_http_api = tls.is_enhanced() && maps_http_api(slice, index);
            parts.tls.push(tls);
        }
        "AWS::Serverless::Api" | "AWS::Serverless::HttpApi" => {
            let is_rest = resource.kind == "AWS::Serverless::Api";
            let settings = Settings::of_resource(slice, index, if is_rest { "Api" } else { "HttpApi" });
            parts.tls = tls_settings::of_sam(&settings, is_rest);
            if is_rest && streams(resource) {
                parts.streams = streaming::of_definition(&properties, "DefinitionBody");
            }
        }
        "AWS::Serverless::Function" if streams(resource) => parts.streams = streaming::of_events(&properties),
        _ => {}
    }
    parts
}

fn mapping(slice: &Slice<'_, '_>, index: usize, domain: &'static str, key: &'static str) -> MappedKey {
    let properties = slice.reader(index);
    let (domain_name, key) = (properties.text(domain), properties.text(key));
    let domain = domain_of(slice, index, &domain_name, &key).and_then(|at| {
        let resource = slice.template.resources().get(at)?;
        Some(Box::new(declared(&resource.id, resource.kind, &slice.reader(at))))
    });
    MappedKey { domain_name, key, domain }
}

/// The custom domain that a mapping refers to, or names where that matters.
fn domain_of(slice: &Slice<'_, '_>, index: usize, name: &Prop<Text>, key: &Prop<Text>) -> Option<usize> {
    let resources = slice.template.resources();
    let is_here = |at: &usize| resources.get(*at).is_some_and(|resource| is_domain(resource.kind));
    if let Some(&at) = slice.graph.neighbours[index].iter().find(|at| is_here(at)) {
        return Some(at);
    }
    key.known().filter(|key| key.literals().any(|text| text.contains('/')))?;
    let name = name.known()?;
    let has_name = |at: &usize| {
        slice.reader(*at).text("DomainName").known().is_some_and(|own| own.equals(name).is_true())
    };
    slice.graph.domains.members.iter().copied().take(MAX_NAMED).filter(is_here).find(has_name)
}

/// Whether a resource says anything about streaming. Reading a whole definition would ask for every condition in it.
fn streams(resource: &Resource<'_>) -> bool {
    let mut nodes = resource.at.node.subtree();
    nodes.any(|node| node.text().is_some_and(|text| text.eq_ignore_ascii_case("ResponseTransferMode")))
}

fn is_domain(kind: &str) -> bool {
    matches!(
        kind,
        "AWS::ApiGateway::DomainName" | "AWS::ApiGateway::DomainNameV2" | "AWS::ApiGatewayV2::DomainName"
    )
}

/// Whether a mapping that refers to the custom domain certainly maps it to an HTTP or WebSocket API.
fn maps_http_api(slice: &Slice<'_, '_>, domain: usize) -> bool {
    let template = slice.template;
    let mut beside = slice.graph.neighbours[domain].iter();
    beside.any(|&index| {
        let Some(resource) = template.resources().get(index) else { return false };
        if resource.kind != "AWS::ApiGatewayV2::ApiMapping" || resource.condition.is_some() {
            return false;
        }
        let api = slice.reader(index).text("ApiId");
        let api = api.known().and_then(Text::as_resource).and_then(|id| template.resource(id));
        api.is_some_and(|api| matches!(api.kind, "AWS::ApiGatewayV2::Api" | "AWS::Serverless::HttpApi"))
    })
}
