//! REST APIs.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_ApiGateway.html>

use std::collections::HashMap;

use cflint_diagnostics::Span;

use super::api::{MORE, access, cors_of_routes, written};
use super::prop::tri;
use super::reader::Reader;
use super::slice::Slice;
use super::{Api, Authorizer, Integration, List, Prop, Protocol, Route, RoutePath, Segment, Stage, State};
use super::{api_policy, authorizer, gateway_response, openapi, streaming, tls_settings};
use crate::eval::{Reason, Value};
use crate::value::{Reference, Text, Tri};

/// Reads the REST API with this logical id, its stages and its methods.
pub(super) fn read(slice: &Slice<'_, '_>, id: &str, span: Span, properties: &Reader<'_, '_>) -> Api {
    let mut stages = List::of(span, Vec::new());
    let is_part = |kind: &str| matches!(kind, "AWS::ApiGateway::Stage" | "AWS::ApiGateway::Deployment");
    for (index, resource) in slice.matching(|resource| is_part(resource.kind)) {
        let of = slice.reader(index);
        if of.text("RestApiId").known().and_then(Text::as_resource) != Some(id) {
            continue;
        }
        let name = of.text("StageName");
        match name.state {
            State::Absent if resource.kind == "AWS::ApiGateway::Deployment" => {}
            State::Known(_) => {
                let is_stage = resource.kind == "AWS::ApiGateway::Stage";
                stages.items.push(Stage { id: is_stage.then(|| resource.id.clone()), name, is_stray: false });
            }
            _ => stages.open = Some(Reason(format!("the name of stage `{}` is not known", resource.id))),
        }
    }
    if slice.has_more_resources() {
        stages.open = Some(Reason(MORE.to_owned()));
    }
    if slice.has_stages_elsewhere(id) {
        stages.open = Some(Reason("another template adds a stage to it".to_owned()));
    }
    if stages.items.is_empty() && stages.open.is_none() {
        stages.open = Some(Reason("the template has no stage for it".to_owned()));
    }
    let mut endpoint_types = properties.map_or_empty("EndpointConfiguration").texts("Types");
    let parameters = properties.map_or_empty("Parameters");
    let kind = parameters.text("endpointConfigurationTypes");
    if !endpoint_types.present && !kind.is_absent() {
        match kind.state {
            State::Known(_) => endpoint_types.items.push(kind),
            _ => endpoint_types.open = Some(Reason("its endpoint type is not known".to_owned())),
        }
        endpoint_types.present = true;
    }
    let elsewhere = ["BodyS3Location", "CloneFrom"].iter().any(|name| properties.entry(name).is_some())
        || properties.open().is_some()
        || parameters.text("basepath").literal().is_some_and(|mode| mode != "ignore");
    if elsewhere && !endpoint_types.present {
        endpoint_types.open = Some(Reason("the API's definition is not in the template".to_owned()));
    }
    let policy = api_policy::read(properties);
    let mut authorizers = authorizer::read(slice, id, span);
    let routes = rest_routes(slice, id, span, properties, elsewhere, &mut authorizers);
    let mut gateway_responses = gateway_response::read(slice, id, span);
    gateway_response::of_definition(properties, "Body", &mut gateway_responses);
    if elsewhere {
        gateway_responses.open = Some(Reason("the API's definition is not in the template".to_owned()));
    }
    Api {
        id: id.to_owned(),
        span,
        protocol: Protocol::Rest,
        endpoint_types,
        disable_execute_api_endpoint: properties.bool("DisableExecuteApiEndpoint"),
        resource_policy: resource_policy(properties, elsewhere),
        policy,
        authorizers,
        api_key_source: properties.text("ApiKeySourceType"),
        cors: cors_of_routes(&routes),
        gateway_responses,
        stages,
        routes,
        tls: Some(Box::new(tls_settings::of_api(properties))),
        node: properties.node(),
    }
}

/// Whether there is a resource policy, in the properties or in the definition.
fn resource_policy(properties: &Reader<'_, '_>, elsewhere: bool) -> Tri {
    let own = match properties.value("Policy").map(|policy| policy.value) {
        Some(Value::NoValue) | None => Tri::False,
        // The Serverless Framework writes this into every REST API.
        Some(Value::Text(text)) if text.as_literal() == Some("") => Tri::False,
        Some(Value::Unknown(_)) => Tri::Unknown,
        Some(_) => Tri::True,
    };
    own.or(if elsewhere { Tri::Unknown } else { openapi::has_policy(properties, "Body") })
}

/// The query strings that a method declares as required, which only a request validator enforces.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-method.html>
fn required_query(method: &Reader<'_, '_>) -> Vec<String> {
    let parameters = method.map_or_empty("RequestParameters");
    let required = parameters.entries().iter().filter_map(|entry| {
        let name = entry.name.strip_prefix("method.request.querystring.")?;
        (parameters.bool(entry.name.to_string()).known() == Some(&true)).then(|| name.to_owned())
    });
    required.collect()
}

/// Whether a request validator checks the query strings.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-requestvalidator.html>
fn is_validated(slice: &Slice<'_, '_>, method: &Reader<'_, '_>) -> Tri {
    let validator = method.text("RequestValidatorId");
    if validator.is_absent() {
        return Tri::False;
    }
    let named = validator.known().and_then(Text::as_resource);
    match named.and_then(|id| slice.named(id)) {
        Some((index, _)) => tri(&slice.reader(index).bool("ValidateRequestParameters"), false),
        None => Tri::Unknown,
    }
}

/// What an `OPTIONS` method with a mock integration returns to cross-origin requests in a header.
fn constant(method: &Reader<'_, '_>, verb: &str, header: &str) -> Option<Prop<Text>> {
    let integration = method.map_or_empty("Integration");
    if verb != "OPTIONS" || integration.text("Type").literal() != Some("MOCK") {
        return None;
    }
    let responses =
        integration.maps("IntegrationResponses", |response, _| response.map_or_empty("ResponseParameters"));
    responses.iter().find_map(|response| openapi::allowed(response, header))
}

fn rest_routes(
    slice: &Slice<'_, '_>,
    id: &str,
    span: Span,
    properties: &Reader<'_, '_>,
    elsewhere: bool,
    authorizers: &mut List<Authorizer>,
) -> List<Route> {
    let mut routes = List::of(span, Vec::new());
    if elsewhere {
        routes.open = Some(Reason("the API's definition is not in the template".to_owned()));
    }
    if properties.entry("Body").is_some() {
        openapi::read(properties, &mut routes, authorizers);
    }
    let tree = ResourceTree::read(slice, id);
    for (resource, method) in slice.of_kind("AWS::ApiGateway::Method") {
        if method.text("RestApiId").known().and_then(Text::as_resource) != Some(id) {
            continue;
        }
        let path = method.text("ResourceId").known().and_then(|text| tree.path(text));
        let verb = method.text("HttpMethod").literal().map(str::to_ascii_uppercase);
        let (Some(path), Some(verb)) = (path, verb) else {
            routes.open = Some(Reason(format!("the path of method `{}` is not known", resource.id)));
            continue;
        };
        let path = RoutePath::Segments(path);
        let integration = method.map_or_empty("Integration");
        routes.items.push(Route {
            required_query: required_query(&method),
            is_validated: is_validated(slice, &method),
            integration: Integration::read(&integration),
            allow_origin: constant(&method, &verb, openapi::ALLOW_ORIGIN),
            allow_headers: constant(&method, &verb, openapi::ALLOW_HEADERS),
            timeout: written(integration.int("TimeoutInMillis"), &integration.text("ResponseTransferMode")),
            streaming: streaming::of_method(&integration).map(Box::new),
            ..Route::new(verb, path, access(&method), resource.id_span)
        });
    }
    if routes.items.is_empty() && routes.open.is_none() {
        routes.open = Some(Reason("the template has no method for it".to_owned()));
    }
    if slice.has_more_resources() {
        routes.open = Some(Reason(MORE.to_owned()));
    }
    if slice.is_extended(id) || tree.is_extended(slice) {
        routes.open = Some(Reason("other stacks can add resources to it".to_owned()));
    }
    routes
}

/// How many segments a path built from resources may have. An API has 300 resources.
const MAX_SEGMENTS: usize = 300;

/// The resources of a REST API: parent and path part by logical id.
struct ResourceTree {
    api: String,
    parts: HashMap<String, (Text, Text)>,
}

impl ResourceTree {
    fn read(slice: &Slice<'_, '_>, api: &str) -> Self {
        let mut parts = HashMap::new();
        for (resource, properties) in slice.of_kind("AWS::ApiGateway::Resource") {
            if let (Some(parent), Some(part)) =
                (properties.text("ParentId").known(), properties.text("PathPart").known())
            {
                parts.insert(resource.id.clone(), (parent.clone(), part.clone()));
            }
        }
        Self { api: api.to_owned(), parts }
    }

    fn path(&self, resource: &Text) -> Option<Vec<Segment>> {
        Some(self.parts_below_root(resource)?.into_iter().map(|part| Segment::read(part.clone())).collect())
    }

    /// The path parts from the root to a resource; `None` where they do not lead to the root, as in a cycle.
    fn parts_below_root<'r>(&'r self, mut resource: &'r Text) -> Option<Vec<&'r Text>> {
        let mut parts = Vec::new();
        while parts.len() <= MAX_SEGMENTS {
            if let Reference::Resource { id, attribute } = &resource.as_hole()?.reference
                && *id == self.api
                && attribute == "RootResourceId"
            {
                parts.reverse();
                return Some(parts);
            }
            let (parent, part) = self.parts.get(resource.as_resource()?)?;
            parts.push(part);
            resource = parent;
        }
        None
    }

    fn is_extended(&self, slice: &Slice<'_, '_>) -> bool {
        let leads_here = |parent| self.parts_below_root(parent).is_some();
        self.parts.iter().any(|(id, (parent, _))| slice.is_given_away(id) && leads_here(parent))
    }
}
