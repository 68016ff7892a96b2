//! The routes of a SAM API: its definition, its events, and what CORS adds.
//! <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-api.html>

use super::auth::ApiAuth;
use super::events::Event;
use super::source::Source;
use crate::eval::{Reason, Value};
use crate::generated::Implicit;
use crate::model::api::{Access, MORE};
use crate::model::openapi;
use crate::model::prop::tri;
use crate::model::{Guard, Integration, List, Protocol, Route, RoutePath};
use crate::value::Tri;

/// How SAM creates the definition of an API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Definition {
    Generated,
    /// The user wrote it; events of a REST API add nothing to it.
    Written,
    /// The user wrote it, and the events are merged into it.
    Merged,
    /// It is in another file, which events add nothing to.
    File,
    /// It is in another file that is not known.
    Elsewhere,
}

/// The routes of an API.
pub(super) fn routes(source: &Source<'_, '_, '_>, auth: &ApiAuth) -> List<Route> {
    let mut routes = List::of(source.span, Vec::new());
    let definition = definition(source);
    match definition {
        Definition::Generated => {}
        Definition::Written | Definition::Merged | Definition::File => openapi::read_property(
            source.settings.own(),
            "DefinitionBody",
            &|body, operation, method| auth.of_operation(body, operation, method),
            &mut routes,
        ),
        Definition::Elsewhere => {
            routes.open = Some(Reason("its definition is in another file".to_owned()));
        }
    }
    for event in source.events.of(source.id) {
        add(event, definition, source.protocol, auth, &mut routes);
    }
    if let Some(reason) = source.events.open {
        routes.open = Some(Reason(reason.to_owned()));
    }
    if source.settings.own().open().is_some() {
        routes.open = Some(Reason("a transform adds to its properties".to_owned()));
    }
    if source.protocol == Protocol::Rest {
        add_preflights(source, auth, &mut routes);
    }
    let is_extended = match source.protocol {
        Protocol::Rest => source.slice.is_extended(source.id),
        _ => source.slice.is_handed_over(source.id),
    };
    if is_extended {
        routes.open = Some(Reason("other stacks can add routes to it".to_owned()));
    }
    if source.slice.has_more_resources() {
        routes.open = Some(Reason(MORE.to_owned()));
    }
    if routes.items.is_empty() && routes.open.is_none() {
        routes.open = Some(Reason("no event uses it".to_owned()));
    }
    routes.present = !routes.items.is_empty();
    routes
}

fn definition(source: &Source<'_, '_, '_>) -> Definition {
    let has =
        |name: &str| source.settings.value(name).is_some_and(|definition| definition.value != Value::NoValue);
    if has("DefinitionUri") {
        return Definition::Elsewhere;
    }
    let Some(body) = source.settings.holder("DefinitionBody").entry("DefinitionBody") else {
        return Definition::Generated;
    };
    if body.key.text() == Some("DefinitionUri") {
        return Definition::File;
    }
    if !has("DefinitionBody") {
        return Definition::Generated;
    }
    let merges = tri(&source.settings.bool("MergeDefinitions"), false);
    if merges.is_false() { Definition::Written } else { Definition::Merged }
}

/// Adds the route of an event.
fn add(
    event: &Event<'_, '_>,
    definition: Definition,
    protocol: Protocol,
    auth: &ApiAuth,
    routes: &mut List<Route>,
) {
    match definition {
        Definition::Elsewhere => return,
        Definition::File => {
            // SAM does not look into the file, and whether it rejects this is not documented.
            let is_there = |route: &Route| {
                Some(&route.method) == event.method.as_ref() && Some(&route.path) == event.path.as_ref()
            };
            if !routes.items.iter().any(is_there) {
                routes.open = Some(Reason("an event is not in its definition".to_owned()));
            }
            return;
        }
        Definition::Generated | Definition::Written | Definition::Merged => {}
    }
    // SAM adds events of an HTTP API to whatever the user wrote.
    let is_merged = event.kind == Implicit::Http && definition == Definition::Written;
    let definition = if is_merged { Definition::Merged } else { definition };
    let (Some(method), Some(path)) = (&event.method, &event.path) else {
        if definition != Definition::Written {
            routes.open = Some(Reason("the path of an event is not known".to_owned()));
        }
        return;
    };
    let access = auth.of_event(method, &event.auth);
    let written = routes.items.iter_mut().find(|route| route.method == *method && route.path == *path);
    match (definition, written) {
        (Definition::Written, Some(route)) => {
            // The definition wins unless the event sets it.
            match tri(&event.auth.bool("OverrideApiAuth"), false) {
                Tri::True => route.set_access(access),
                Tri::False => {}
                Tri::Unknown => route.set_access(Access::new(Guard::Unknown, Tri::Unknown)),
            }
        }
        (Definition::Written, None) => {}
        (_, Some(route)) => {
            if protocol == Protocol::Rest || event.auth.entry("Authorizer").is_some() {
                route.set_access(access);
            }
        }
        (_, None) => routes.items.push(Route {
            required_query: event.required_query.clone(),
            integration: event.integration,
            timeout: event.timeout.clone(),
            streaming: event.streaming.clone(),
            ..Route::new(method.clone(), path.clone(), access, event.span)
        }),
    }
}

/// `Cors` adds an `OPTIONS` to each path that has none.
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-api-corsconfiguration.html>
fn add_preflights(source: &Source<'_, '_, '_>, auth: &ApiAuth, routes: &mut List<Route>) {
    let holder = source.settings.holder("Cors");
    let Some(cors) = holder.entry("Cors") else { return };
    let node = cors.at.node;
    // SAM checks what is written: a function counts, whatever its value.
    if node.is_null() || node.text() == Some("") || node.text() == Some("false") {
        return;
    }
    let span = if node.span().is_empty() { cors.key.span() } else { node.span() };
    let allow_origin = match holder.value("Cors").map(|value| value.value) {
        Some(Value::Map(_)) => openapi::unquoted(&holder.map_or_empty("Cors").text("AllowOrigin")),
        _ => openapi::unquoted(&holder.text("Cors")),
    };
    let allow_headers = match holder.value("Cors").map(|value| value.value) {
        Some(Value::Map(_)) => Some(openapi::unquoted(&holder.map_or_empty("Cors").text("AllowHeaders"))),
        _ => None,
    };
    let allow_headers = allow_headers.filter(|headers| !headers.is_absent());
    let mut paths: Vec<RoutePath> = Vec::new();
    for route in &routes.items {
        if !paths.contains(&route.path) {
            paths.push(route.path.clone());
        }
    }
    for path in paths {
        if routes.items.iter().any(|route| route.path == path && route.method == "OPTIONS") {
            continue;
        }
        let route = Route::new("OPTIONS".to_owned(), path, auth.of_preflight(), span);
        routes.items.push(Route {
            allow_origin: Some(allow_origin.clone()),
            allow_headers: allow_headers.clone(),
            integration: Integration::Mock,
            ..route
        });
    }
}
