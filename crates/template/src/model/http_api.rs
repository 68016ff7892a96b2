//! HTTP and WebSocket APIs.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_ApiGatewayV2.html>

use cflint_diagnostics::Span;

use super::api::{Access, Cors, MORE, access, written};
use super::reader::Reader;
use super::slice::Slice;
use super::{Api, Guard, Integration, List, Prop, Protocol, Route, RoutePath, Stage, State};
use super::{authorizer, openapi, web_socket};
use crate::eval::Reason;
use crate::value::{Part, Reference, Text, Tri};

/// Reads the HTTP or WebSocket API with this logical id, its stages and its routes.
pub(super) fn read(slice: &Slice<'_, '_>, id: &str, span: Span, properties: &Reader<'_, '_>) -> Api {
    let protocol = match properties.text("ProtocolType").literal() {
        Some("WEBSOCKET") => Protocol::WebSocket,
        _ => Protocol::Http,
    };
    let mut stages = List::of(span, Vec::new());
    let mut routes = List::of(span, Vec::new());
    let target = properties.text("Target");
    if !target.is_absent() {
        let key = properties.text("RouteKey").or_default(Text::literal("$default"));
        let name = target.map(|_| State::Known(Text::literal("$default")));
        stages.items.push(Stage { id: None, name, is_stray: false });
        match key.as_ref().and_then(Text::as_literal).and_then(|key| route(key, target.span)) {
            Some(route) => routes.items.push(route),
            None => routes.open = Some(Reason("its `RouteKey` is not known".to_owned())),
        }
    }
    let mut authorizers = authorizer::read(slice, id, span);
    if protocol == Protocol::WebSocket {
        routes = web_socket::read(slice, id, span);
    }
    if properties.entry("Body").is_some() {
        openapi::read(properties, &mut routes, &mut authorizers);
    }
    let base_path = properties.text("BasePath");
    if properties.entry("BodyS3Location").is_some()
        || properties.open().is_some()
        || !(base_path.is_absent() || base_path.literal() == Some("ignore"))
    {
        routes.open = Some(Reason("the API's definition is not in the template".to_owned()));
    }
    let is_part = |kind: &str| matches!(kind, "AWS::ApiGatewayV2::Stage" | "AWS::ApiGatewayV2::Route");
    for (index, resource) in slice.matching(|resource| is_part(resource.kind)) {
        let of = slice.reader(index);
        if of.text("ApiId").known().and_then(Text::as_resource) != Some(id) {
            continue;
        }
        match resource.kind {
            "AWS::ApiGatewayV2::Stage" => {
                let name = of.text("StageName");
                match name.state {
                    State::Known(_) => {
                        stages.items.push(Stage { id: Some(resource.id.clone()), name, is_stray: false });
                    }
                    _ => {
                        stages.open =
                            Some(Reason(format!("the name of stage `{}` is not known", resource.id)))
                    }
                }
            }
            "AWS::ApiGatewayV2::Route" if protocol == Protocol::Http => {
                match of.text("RouteKey").literal().and_then(|key| route(key, resource.id_span)) {
                    Some(mut route) => {
                        route.set_access(access(&of));
                        route.integration = Integration::of_target(slice, &of.text("Target"));
                        route.timeout = timeout(slice, &of);
                        routes.items.push(route);
                    }
                    None => {
                        routes.open = Some(Reason(format!("the key of route `{}` is not known", resource.id)))
                    }
                }
            }
            _ => {}
        }
    }
    if slice.is_handed_over(id) && protocol == Protocol::Http {
        routes.open = Some(Reason("other stacks can add routes to it".to_owned()));
    }
    if slice.has_more_resources() {
        stages.open = Some(Reason(MORE.to_owned()));
        routes.open = Some(Reason(MORE.to_owned())).filter(|_| protocol == Protocol::Http);
    }
    if slice.has_stages_elsewhere(id) {
        stages.open = Some(Reason("another template adds a stage to it".to_owned()));
    }
    for (open, what) in [(&mut stages.open, "stage"), (&mut routes.open, "route")] {
        let empty = if what == "stage" { stages.items.is_empty() } else { routes.items.is_empty() };
        if empty && open.is_none() {
            *open = Some(Reason(format!("the template has no {what} for it")));
        }
    }
    Api {
        id: id.to_owned(),
        span,
        protocol,
        endpoint_types: List::of(span, Vec::new()),
        disable_execute_api_endpoint: properties.bool("DisableExecuteApiEndpoint"),
        resource_policy: Tri::False,
        policy: List::of(span, Vec::new()),
        authorizers,
        api_key_source: web_socket::api_key_source(properties),
        cors: cors(properties),
        gateway_responses: List::of(span, Vec::new()),
        stages,
        routes,
        tls: None,
        node: properties.node(),
    }
}

/// The timeout of the integration that a route names as `integrations/…`.
fn timeout(slice: &Slice<'_, '_>, route: &Reader<'_, '_>) -> Option<Prop<i64>> {
    let target = route.text("Target");
    let [Part::Lit(_), Part::Hole(hole)] = target.known()?.parts() else { return None };
    let Reference::Resource { id, .. } = &hole.reference else { return None };
    let integration = slice.reader(slice.named(id)?.0);
    written(integration.int("TimeoutInMillis"), &integration.text("ResponseTransferMode"))
}

/// A route of an HTTP API by its key: `GET /users/{id}` or `$default`.
fn route(key: &str, span: Span) -> Option<Route> {
    let (method, path) = match key.trim() {
        "$default" => ("ANY", RoutePath::Default),
        key => {
            let (method, path) = key.split_once(char::is_whitespace)?;
            (method, RoutePath::parse(path.trim()))
        }
    };
    Some(Route::new(method.to_ascii_uppercase(), path, Access::new(Guard::None, Tri::False), span))
}

/// `CorsConfiguration`, or `x-amazon-apigateway-cors` of the definition; with either, the API responds to preflights.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html>
fn cors(properties: &Reader<'_, '_>) -> Prop<Cors> {
    let configuration = properties.map("CorsConfiguration");
    let (configuration, [origins, headers]) = if configuration.is_absent() {
        let written = openapi::in_body(properties, "Body", "x-amazon-apigateway-cors");
        (written, ["allowOrigins", "allowHeaders"])
    } else {
        (configuration, ["AllowOrigins", "AllowHeaders"])
    };
    configuration.map(|cors| {
        let (origins, headers) = (cors.texts(origins), cors.texts(headers));
        State::Known(Cors { span: configuration.span, origins, headers, is_built_in: true })
    })
}
