//! WebSocket APIs: viewers connect to the stage, and everything else is messages on the connection.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-keys-connect-disconnect.html>

use cflint_diagnostics::Span;

use super::api::{Access, access};
use super::reader::Reader;
use super::slice::Slice;
use super::{Guard, Integration, List, Prop, Route, RoutePath, State};
use crate::eval::Reason;
use crate::value::{Text, Tri};

/// The one request that the API handles. It does so even without a route `$connect`.
pub(super) fn read(slice: &Slice<'_, '_>, id: &str, span: Span) -> List<Route> {
    let connect = |access, span| Route::new("GET".to_owned(), RoutePath::Connect, access, span);
    let mut found = None;
    let mut is_open = slice.has_more_resources() || slice.is_handed_over(id);
    for (resource, of) in slice.of_kind("AWS::ApiGatewayV2::Route") {
        if of.text("ApiId").known().and_then(Text::as_resource) != Some(id) {
            continue;
        }
        match of.text("RouteKey").literal() {
            Some("$connect") => {
                let integration = Integration::of_target(slice, &of.text("Target"));
                found = Some(Route { integration, ..connect(access(&of), resource.id_span) });
            }
            Some(_) => {}
            None => is_open = true,
        }
    }
    let unguarded = || {
        let access = if is_open {
            Access::new(Guard::Unknown, Tri::Unknown)
        } else {
            Access::new(Guard::None, Tri::False)
        };
        connect(access, span)
    };
    List::of(span, vec![found.unwrap_or_else(unguarded)])
}

/// `ApiKeySelectionExpression`, in the words of a REST API.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-selection-expressions.html>
pub(super) fn api_key_source(properties: &Reader<'_, '_>) -> Prop<Text> {
    properties.text("ApiKeySelectionExpression").map(|expression| match expression.as_literal() {
        Some("$request.header.x-api-key") => State::Known(Text::literal("HEADER")),
        Some("$context.authorizer.usageIdentifierKey") => State::Known(Text::literal("AUTHORIZER")),
        _ => State::Unknown(Reason("`ApiKeySelectionExpression` is not known".to_owned())),
    })
}
