//! Responses that are streamed: how an integration says so.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode.html>

use super::openapi;
use super::reader::Reader;
use super::{Prop, State};
use crate::eval::Value;
use crate::value::Text;

/// What an integration says about how it transfers responses.
#[derive(Debug, Clone)]
pub struct Streaming {
    /// `BUFFERED` or `STREAM`; `RESPONSE_STREAM` in an event of SAM.
    pub mode: Prop<Text>,
    /// The type of the integration.
    pub kind: Prop<Text>,
    pub uri: Prop<Text>,
    pub place: StreamingPlace,
}

/// Where an integration is written, which decides the valid values and who checks them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StreamingPlace {
    Method,
    /// An OpenAPI definition.
    Definition,
    /// An event of a SAM function.
    Event,
}

/// `Integration` of a method; `None` if it says nothing about streaming.
pub(super) fn of_method(integration: &Reader<'_, '_>) -> Option<Streaming> {
    let mode = integration.text("ResponseTransferMode");
    let (kind, uri) = (integration.text("Type"), integration.text("Uri"));
    (!mode.is_absent()).then_some(Streaming { mode, kind, uri, place: StreamingPlace::Method })
}

/// The same of an operation in a definition.
pub(super) fn of_operation(integration: &Reader<'_, '_>) -> Option<Streaming> {
    let mode = integration.text("responseTransferMode");
    let kind = integration.text("type").map(|kind| match kind.as_literal() {
        Some(kind) => State::Known(Text::literal(kind.to_ascii_uppercase())),
        None => State::Known(kind.clone()),
    });
    let uri = integration.text("uri");
    (!mode.is_absent()).then_some(Streaming { mode, kind, uri, place: StreamingPlace::Definition })
}

/// All of the definition in a property.
pub(super) fn of_definition(api: &Reader<'_, '_>, property: &str) -> Vec<Streaming> {
    let mut found = Vec::new();
    openapi::each_integration(api, property, |integration| found.extend(of_operation(integration)));
    found
}

/// Of an event of a function.
pub(super) fn of_event(event: &Reader<'_, '_>) -> Option<Streaming> {
    let mode = event.text("ResponseTransferMode");
    let none = || Prop::absent(event.span());
    (!mode.is_absent()).then(|| Streaming { mode, kind: none(), uri: none(), place: StreamingPlace::Event })
}

/// All events of a function.
pub(super) fn of_events(function: &Reader<'_, '_>) -> Vec<Streaming> {
    let events = function.map_or_empty("Events");
    let of = |name: &str| {
        let Value::Map(_) = events.value(name)?.value else { return None };
        let event = events.map_or_empty(name.to_owned());
        (event.text("Type").literal() == Some("Api"))
            .then(|| of_event(&event.map_or_empty("Properties")))
            .flatten()
    };
    events.entries().iter().filter_map(|entry| of(&entry.name)).collect()
}
