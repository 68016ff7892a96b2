//! Routes of an OpenAPI definition inside the template.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html>

use super::reader::Reader;
use super::{Guard, List, Route, RoutePath, State};
use crate::eval::{MapEntry, Reason, Value};
use crate::value::Tri;

const METHODS: [&str; 7] = ["get", "put", "post", "delete", "options", "head", "patch"];
const ANY: &str = "x-amazon-apigateway-any-method";

/// Who may call an operation and whether it asks for an API key, told by the whole definition, the operation and its verb.
pub(super) type Access<'f, 'r, 't> = &'f dyn Fn(&Reader<'r, 't>, &Reader<'r, 't>, &str) -> (Guard, Tri);

/// Adds the routes of `Body`; what cannot be read leaves the list open.
pub(super) fn read(api: &Reader<'_, '_>, routes: &mut List<Route>) {
    read_property(api, "Body", &|body, operation, _| security(body, operation), routes);
}

/// Adds the routes of the definition in this property.
pub(super) fn read_property<'r, 't>(
    api: &Reader<'r, 't>,
    property: &str,
    access: Access<'_, 'r, 't>,
    routes: &mut List<Route>,
) {
    let unread = |routes: &mut List<Route>, why: &str| routes.open = Some(Reason(why.to_owned()));
    let Some(body) = api.value(property) else { return };
    let Value::Map(at) = body.value else {
        return unread(routes, "its definition is no mapping");
    };
    let body = api.below(at, at.node.span());
    let paths = body.map("paths");
    let State::Known(paths) = paths.state else {
        return unread(routes, "its definition has no paths");
    };
    if body.open().is_some() || paths.open().is_some() {
        unread(routes, "a transform adds to its definition");
    }
    for path in paths.entries() {
        let Value::Map(at) = paths.evaluator().eval(path.at).value else {
            unread(routes, "a path of its definition is not known");
            continue;
        };
        let item = paths.below(at, path.key.span());
        if item.open().is_some() || item.entry("$ref").is_some() {
            unread(routes, "a path of its definition is elsewhere");
        }
        for entry in item.entries() {
            if let Some(method) = method(entry) {
                let operation = item.map_or_empty(&entry.name);
                let (guard, api_key) = access(&body, &operation, &method);
                let path = RoutePath::parse(&path.name);
                routes.items.push(Route { method, path, guard, api_key, span: entry.key.span() });
            }
        }
    }
}

/// Whether the definition in this property holds a resource policy.
pub(super) fn has_policy(api: &Reader<'_, '_>, property: &str) -> Tri {
    match api.value(property).map(|body| body.value) {
        None | Some(Value::NoValue) => Tri::False,
        Some(Value::Map(at)) => {
            let body = api.below(at, at.node.span());
            let written = body.entry("x-amazon-apigateway-policy").is_some();
            if written || body.open().is_none() { Tri::from(written) } else { Tri::Unknown }
        }
        Some(_) => Tri::Unknown,
    }
}

fn method(entry: &MapEntry<'_>) -> Option<String> {
    if entry.name == ANY {
        return Some("ANY".to_owned());
    }
    METHODS.contains(&&*entry.name).then(|| entry.name.to_ascii_uppercase())
}

/// Who may call an operation: its own `security`, or that of the whole definition.
pub(super) fn security<'r, 't>(body: &Reader<'r, 't>, operation: &Reader<'r, 't>) -> (Guard, Tri) {
    let auth = operation.map_or_empty("x-amazon-apigateway-auth").text("type");
    match auth.literal() {
        Some("AWS_IAM" | "aws_iam") => return (Guard::Iam, Tri::False),
        Some("NONE" | "none") => return (Guard::None, Tri::False),
        _ => {}
    }
    let holder = if operation.entry("security").is_some() { operation } else { body };
    let requirements = holder.maps("security", |requirement, _| requirement);
    if requirements.open.is_some() || !auth.is_absent() {
        return (Guard::Unknown, Tri::Unknown);
    }
    let schemes = body.map_or_empty("components").map("securitySchemes");
    let schemes = match schemes.state {
        State::Known(schemes) => schemes,
        _ => body.map_or_empty("securityDefinitions"),
    };
    let mut guard = Guard::None;
    let mut api_key = Tri::False;
    for entry in requirements.iter().flat_map(Reader::entries) {
        let scheme = schemes.map_or_empty(&entry.name);
        let kind = scheme.text("x-amazon-apigateway-authtype");
        let authorizer = scheme.entry("x-amazon-apigateway-authorizer").is_some();
        match (scheme.text("type").literal(), kind.literal()) {
            (_, Some("awsSigv4")) => guard = Guard::Iam,
            _ if authorizer => guard = Guard::Authorizer,
            (Some("apiKey"), None) => api_key = Tri::True,
            (Some("oauth2" | "openIdConnect"), None) => guard = Guard::Authorizer,
            _ if guard == Guard::None => guard = Guard::Unknown,
            _ => {}
        }
    }
    (guard, api_key)
}
