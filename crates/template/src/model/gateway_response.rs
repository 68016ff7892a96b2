//! Gateway responses: what a REST API returns instead of its default error messages.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gatewayResponse-definition.html>

use cflint_diagnostics::Span;

use super::reader::Reader;
use super::slice::Slice;
use super::{List, Prop};
use crate::eval::{Reason, Value};
use crate::value::Text;

/// A response that API Gateway generates itself, as the template customizes it.
#[derive(Debug, Clone)]
pub struct GatewayResponse {
    /// Its type, such as `ACCESS_DENIED` or `DEFAULT_4XX`.
    pub kind: Prop<Text>,
    /// The status; that of the type if absent.
    pub status: Prop<i64>,
    /// The body template for `application/json`; the default of the service if absent.
    pub body: Prop<Text>,
    pub span: Span,
}

/// Those that are resources of their own.
pub(super) fn read(slice: &Slice<'_, '_>, api: &str, span: Span) -> List<GatewayResponse> {
    let mut responses = List::of(span, Vec::new());
    for (resource, properties) in slice.of_kind("AWS::ApiGateway::GatewayResponse") {
        if properties.text("RestApiId").known().and_then(Text::as_resource) == Some(api) {
            responses.items.push(GatewayResponse {
                kind: properties.text("ResponseType"),
                status: properties.int("StatusCode"),
                body: properties.map_or_empty("ResponseTemplates").text("application/json"),
                span: resource.id_span,
            });
        }
    }
    responses
}

/// Those in a definition of the API.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-gateway-responses.html>
pub(super) fn of_definition(api: &Reader<'_, '_>, property: &str, responses: &mut List<GatewayResponse>) {
    match api.value(property).map(|body| body.value) {
        Some(Value::Map(at)) => {
            let body = api.below(at, at.node.span());
            let names = ["statusCode", "responseTemplates"];
            of_map(&body.map_or_empty("x-amazon-apigateway-gateway-responses"), names, responses);
        }
        Some(Value::NoValue) | None => {}
        Some(_) => responses.open = Some(Reason("its definition is not known".to_owned())),
    }
}

/// `GatewayResponses` of a SAM API.
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-api-gatewayresponse.html>
pub(super) fn of_sam(map: &Reader<'_, '_>, responses: &mut List<GatewayResponse>) {
    of_map(map, ["StatusCode", "ResponseTemplates"], responses);
}

fn of_map(
    map: &Reader<'_, '_>,
    [status, templates]: [&'static str; 2],
    responses: &mut List<GatewayResponse>,
) {
    for entry in map.entries() {
        let response = map.map_or_empty(entry.name.to_string());
        let span = entry.key.span();
        responses.items.push(GatewayResponse {
            kind: Prop::of(span, Text::literal(&*entry.name)),
            status: response.int(status),
            body: response.map_or_empty(templates).text("application/json"),
            span,
        });
    }
    if let Some(reason) = map.open() {
        responses.open = Some(reason.clone());
    }
}
