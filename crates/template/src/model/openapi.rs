//! Routes of an OpenAPI definition inside the template.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html>

use super::api::{Access, written};
use super::authorizer::{self, Authorizer};
use super::reader::Reader;
use super::streaming::of_operation;
use super::{Guard, Integration, List, Prop, Route, RoutePath, State};
use crate::eval::{MapEntry, Reason, Value};
use crate::value::{Text, Tri};

const METHODS: [&str; 7] = ["get", "put", "post", "delete", "options", "head", "patch"];
const ANY: &str = "x-amazon-apigateway-any-method";
const INTEGRATION: &str = "x-amazon-apigateway-integration";

/// The header that tells a browser which origins may read a response, as integrations set it.
pub(super) const ALLOW_ORIGIN: &str = "method.response.header.Access-Control-Allow-Origin";
pub(super) const ALLOW_HEADERS: &str = "method.response.header.Access-Control-Allow-Headers";

/// Who may call an operation, given the whole definition, the operation and its method.
pub(super) type AccessOf<'f, 'r, 't> = &'f dyn Fn(&Reader<'r, 't>, &Reader<'r, 't>, &str) -> Access;

/// Adds the routes of `Body` and the authorizers that it declares; what cannot be read leaves the lists open.
pub(super) fn read(api: &Reader<'_, '_>, routes: &mut List<Route>, authorizers: &mut List<Authorizer>) {
    read_property(api, "Body", &|body, operation, _| security(body, operation), routes);
    read_authorizers(api, "Body", authorizers);
}

/// Adds the authorizers of the definition in this property.
pub(super) fn read_authorizers(api: &Reader<'_, '_>, property: &str, authorizers: &mut List<Authorizer>) {
    if let Some(Value::Map(at)) = api.value(property).map(|body| body.value) {
        authorizer::of_schemes(&schemes(&api.below(at, at.node.span())), authorizers);
    }
}

/// The security schemes of a definition, in the form of either version.
fn schemes<'r, 't>(body: &Reader<'r, 't>) -> Reader<'r, 't> {
    match body.map_or_empty("components").map("securitySchemes").state {
        State::Known(schemes) => schemes,
        _ => body.map_or_empty("securityDefinitions"),
    }
}

/// An extension at the top of the definition in a property.
pub(super) fn in_body<'r, 't>(
    api: &Reader<'r, 't>,
    property: &str,
    name: &'static str,
) -> Prop<Reader<'r, 't>> {
    match api.value(property).map(|body| body.value) {
        Some(Value::Map(at)) => api.below(at, at.node.span()).map(name),
        Some(Value::NoValue) | None => Prop::absent(api.span()),
        Some(_) => Prop {
            state: State::Unknown(Reason("its definition is not known".to_owned())),
            ..Prop::absent(api.span())
        },
    }
}

/// What the response parameters of an integration return to cross-origin requests: a constant is in quotes.
pub(super) fn allowed(parameters: &Reader<'_, '_>, header: &str) -> Option<Prop<Text>> {
    let name = &parameters.entries().iter().find(|entry| entry.name.eq_ignore_ascii_case(header))?.name;
    Some(unquoted(&parameters.text(name.to_string())))
}

/// The text between the quotes that mark a constant.
pub(super) fn unquoted(text: &Prop<Text>) -> Prop<Text> {
    text.map(|text| match text.as_literal().map(|text| text.trim_matches('\'')) {
        Some(inner) => State::Known(Text::literal(inner)),
        None => State::Known(text.clone()),
    })
}

/// Adds the routes of the definition in this property.
pub(super) fn read_property<'r, 't>(
    api: &Reader<'r, 't>,
    property: &str,
    access: AccessOf<'_, 'r, 't>,
    routes: &mut List<Route>,
) {
    let unread = |routes: &mut List<Route>, why: &str| routes.open = Some(Reason(why.to_owned()));
    let Some(body) = api.value(property) else { return };
    let Value::Map(at) = body.value else {
        return unread(routes, "its definition is not a mapping");
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
        let at = match paths.evaluator().eval(path.at).value {
            Value::Map(at) => at,
            Value::NoValue => continue,
            _ => {
                unread(routes, "a path of its definition is not known");
                continue;
            }
        };
        let item = paths.below(at, path.key.span());
        if item.open().is_some() || item.entry("$ref").is_some() {
            unread(routes, "a path of its definition is defined elsewhere");
        }
        for entry in item.entries() {
            if let Some(method) = method(entry)
                && item.evaluator().eval(entry.at).value != Value::NoValue
            {
                let operation = item.map_or_empty(entry.name.to_string());
                let access = access(&body, &operation, &method);
                let path = RoutePath::parse(&path.name);
                let integration = operation.map_or_empty(INTEGRATION);
                routes.items.push(Route {
                    required_query: required_query(&operation),
                    integration: Integration::read(&integration),
                    allow_origin: constant(&operation, &method, ALLOW_ORIGIN),
                    allow_headers: constant(&operation, &method, ALLOW_HEADERS),
                    timeout: written(
                        integration.int("timeoutInMillis"),
                        &integration.text("responseTransferMode"),
                    ),
                    streaming: of_operation(&integration).map(Box::new),
                    ..Route::new(method, path, access, entry.key.span())
                });
            }
        }
    }
}

/// Calls a function with the integration of each operation of a definition.
pub(super) fn each_integration<'r, 't>(
    api: &Reader<'r, 't>,
    property: &str,
    mut with: impl FnMut(&Reader<'r, 't>),
) {
    let Some(Value::Map(at)) = api.value(property).map(|body| body.value) else { return };
    let paths = api.below(at, at.node.span()).map_or_empty("paths");
    for path in paths.entries() {
        let Value::Map(at) = paths.evaluator().eval(path.at).value else { continue };
        let item = paths.below(at, path.key.span());
        for entry in item.entries().iter().filter(|entry| method(entry).is_some()) {
            if let Value::Map(_) = item.evaluator().eval(entry.at).value {
                with(&item.map_or_empty(entry.name.to_string()).map_or_empty(INTEGRATION));
            }
        }
    }
}

/// Whether the definition in this property contains a resource policy.
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

/// The query strings that an operation declares as required.
fn required_query(operation: &Reader<'_, '_>) -> Vec<String> {
    let parameters = operation.maps("parameters", |parameter, _| {
        let is_required = parameter.text("in").literal() == Some("query")
            && parameter.bool("required").known() == Some(&true);
        parameter.text("name").literal().filter(|_| is_required).map(str::to_owned)
    });
    parameters.items.into_iter().flatten().collect()
}

/// What an `OPTIONS` operation with a mock integration returns to cross-origin requests.
fn constant(operation: &Reader<'_, '_>, method: &str, header: &str) -> Option<Prop<Text>> {
    let integration = operation.map_or_empty(INTEGRATION);
    let is_mock = integration.text("type").literal().is_some_and(|kind| kind.eq_ignore_ascii_case("mock"));
    if method != "OPTIONS" || !is_mock {
        return None;
    }
    let responses = integration.map_or_empty("responses");
    responses.entries().iter().find_map(|entry| {
        let response = responses.map_or_empty(entry.name.to_string());
        allowed(&response.map_or_empty("responseParameters"), header)
    })
}

/// Who may call an operation: its own `security`, or that of the whole definition.
pub(super) fn security<'r, 't>(body: &Reader<'r, 't>, operation: &Reader<'r, 't>) -> Access {
    let auth = operation.map_or_empty("x-amazon-apigateway-auth").text("type");
    match auth.literal() {
        Some("AWS_IAM" | "aws_iam") => return Access::new(Guard::Iam, Tri::False),
        Some("NONE" | "none") => return Access::new(Guard::None, Tri::False),
        _ => {}
    }
    let holder = if operation.entry("security").is_some() { operation } else { body };
    let requirements = holder.maps("security", |requirement, _| requirement);
    if requirements.open.is_some() || !auth.is_absent() {
        return Access::new(Guard::Unknown, Tri::Unknown);
    }
    let schemes = schemes(body);
    let mut guard = Guard::None;
    let mut api_key = Tri::False;
    let mut named = None;
    for entry in requirements.iter().flat_map(Reader::entries) {
        let scheme = schemes.map_or_empty(entry.name.to_string());
        let kind = scheme.text("x-amazon-apigateway-authtype");
        let authorizer = scheme.entry("x-amazon-apigateway-authorizer").is_some();
        match (scheme.text("type").literal(), kind.literal()) {
            (_, Some("awsSigv4")) => guard = Guard::Iam,
            _ if authorizer => {
                guard = Guard::Authorizer;
                named = Some(entry.name.to_string());
            }
            (Some("apiKey"), None) => api_key = Tri::True,
            (Some("oauth2" | "openIdConnect"), None) => guard = Guard::Authorizer,
            _ if guard == Guard::None => guard = Guard::Unknown,
            _ => {}
        }
    }
    Access { guard, authorizer: named.filter(|_| guard == Guard::Authorizer), api_key }
}
