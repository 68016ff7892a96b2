//! The events of functions and state machines that become routes.
//! <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-api.html>
//! <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-httpapi.html>

use cflint_diagnostics::Span;

use super::targets::{SOURCES, id_property};
use crate::eval::{MapEntry, Value};
use crate::generated::Implicit;
use crate::model::api::written;
use crate::model::reader::Reader;
use crate::model::slice::Slice;
use crate::model::streaming::{Streaming, of_event};
use crate::model::{Integration, Prop, RoutePath, State};
use crate::scope::Scope;

const ANY: &str = "x-amazon-apigateway-any-method";

/// What API Gateway accepts as a method; it ignores anything else in a definition.
const VERBS: [&str; 8] = ["ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

/// An event that becomes a route.
#[derive(Debug)]
pub(super) struct Event<'r, 't> {
    /// Logical id of the API.
    pub(super) api: String,
    /// The kind of API that it is meant for.
    pub(super) kind: Implicit,
    /// The method in upper case, or `ANY`; `None` if it is not known.
    pub(super) method: Option<String>,
    /// `None` if it is not known.
    pub(super) path: Option<RoutePath>,
    /// The path; the name of the event if it has none.
    pub(super) span: Span,
    /// `Auth`.
    pub(super) auth: Reader<'r, 't>,
    /// Query strings without which the route rejects a request.
    pub(super) required_query: Vec<String>,
    /// A function, or a service that runs state machines.
    pub(super) integration: Integration,
    /// Milliseconds that the route waits for the function, where the event says so.
    pub(super) timeout: Option<Prop<i64>>,
    /// What it says about streaming.
    pub(super) streaming: Option<Box<Streaming>>,
}

/// The events of a slice, in one view.
#[derive(Debug, Default)]
pub(in crate::model) struct Events<'r, 't> {
    pub(super) events: Vec<Event<'r, 't>>,
    /// Why there may be events that the file does not show.
    pub(super) open: Option<&'static str>,
}

impl<'r, 't> Events<'r, 't> {
    /// Reads the events of every function that exists in the view.
    pub(in crate::model) fn read(slice: &Slice<'r, 't>) -> Self {
        let mut events = Self { events: Vec::new(), open: None };
        for (index, resource) in slice.matching(|resource| SOURCES.contains(&resource.kind)) {
            let properties = slice.reader(index);
            let scope = slice.template().scope(resource.at.env);
            let list = properties.map_or_empty("Events");
            if list.open().is_some() {
                events.open = Some("the events of a function are not known");
            }
            for entry in list.entries() {
                let is_function = resource.kind == "AWS::Serverless::Function";
                let integration = if is_function { Integration::Function } else { Integration::Service };
                events.add(&list, entry, scope, integration);
            }
        }
        events
    }

    fn add(
        &mut self,
        list: &Reader<'r, 't>,
        entry: &MapEntry<'t>,
        scope: &Scope<'t>,
        integration: Integration,
    ) {
        let at = match list.evaluator().eval(entry.at).value {
            Value::Map(at) => at,
            Value::Unknown(_) => return self.open = Some("an event of a function is not known"),
            _ => return,
        };
        let event = list.below(at, entry.key.span());
        let implicit = match event.text("Type").literal() {
            Some("Api") => Implicit::Rest,
            Some("HttpApi") => Implicit::Http,
            _ => return,
        };
        let properties = event.map_or_empty("Properties");
        if properties.open().is_some() {
            return self.open = Some("an event of a function is not known");
        }
        let Some(api) = api_of(&properties, implicit, scope) else {
            return self.open = Some("the API of an event is not known");
        };
        let (path, method) = (properties.text("Path"), properties.text("Method"));
        // For an HTTP API, an event without both is the default route; a REST API needs them.
        let is_default = implicit == Implicit::Http && path.is_absent() && method.is_absent();
        let parsed = match path.literal() {
            _ if is_default => Some(RoutePath::Default),
            Some(path) => Some(RoutePath::parse(path)),
            None => None,
        };
        let verb = if is_default { Some(ANY) } else { method.literal() };
        let verb = verb.map(verb_of);
        if verb.as_ref().is_some_and(|verb| !VERBS.contains(&verb.as_str())) {
            return;
        }
        self.events.push(Event {
            api,
            kind: implicit,
            method: verb,
            path: parsed,
            span: if path.node.is_some() { path.span } else { entry.key.span() },
            auth: properties.map_or_empty("Auth"),
            required_query: required_query(&properties),
            integration,
            streaming: of_event(&properties).map(Box::new),
            timeout: written(properties.int("TimeoutInMillis"), &properties.text("ResponseTransferMode")),
        });
    }

    /// The events of an API.
    pub(super) fn of<'e>(&'e self, api: &'e str) -> impl Iterator<Item = &'e Event<'r, 't>> {
        self.events.iter().filter(move |event| event.api == api)
    }
}

/// The name of the API: `!Ref Api`, `Api`, or the implicit one.
fn api_of(event: &Reader<'_, '_>, implicit: Implicit, scope: &Scope<'_>) -> Option<String> {
    let id = event.text(id_property(implicit));
    match &id.state {
        State::Absent => Some(scope.qualify(implicit.id())),
        State::Known(text) => match text.as_resource() {
            Some(id) => Some(id.to_owned()),
            None => text.as_literal().map(|name| scope.qualify(name)),
        },
        State::Unknown(_) => None,
    }
}

/// `RequestParameters` is a list of names and of mappings from a name to its settings.
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-requestparameter.html>
fn required_query(event: &Reader<'_, '_>) -> Vec<String> {
    let Some(Value::List(items)) = event.value("RequestParameters").map(|value| value.value) else {
        return Vec::new();
    };
    let mut names = Vec::new();
    for item in items {
        let Value::Map(at) = item.value else { continue };
        let settings = event.below(at, at.node.span());
        for entry in settings.entries() {
            let name = entry.name.strip_prefix("method.request.querystring.");
            let is_required =
                settings.map_or_empty(entry.name.to_string()).bool("Required").known() == Some(&true);
            names.extend(name.filter(|_| is_required).map(str::to_owned));
        }
    }
    names
}

fn verb_of(method: &str) -> String {
    match method.to_ascii_lowercase().as_str() {
        "any" | ANY => "ANY".to_owned(),
        method => method.to_ascii_uppercase(),
    }
}
