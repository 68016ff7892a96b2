//! What requires credentials in front of the routes of an API, and where in the request it reads them.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-authorizer.html>
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-authorizer.html>

use cflint_diagnostics::Span;

use super::reader::Reader;
use super::slice::Slice;
use super::{List, Prop};
use crate::eval::{Reason, Value};
use crate::value::Text;

/// Something that decides who may call a route.
#[derive(Debug, Clone)]
pub struct Authorizer {
    /// Logical id, or the name in the definition of the API.
    pub id: String,
    pub span: Span,
    pub kind: AuthorizerKind,
    /// What it requires. A request that lacks one of them is rejected; see [`Authorizer::is_strict`].
    pub identity: List<Identity>,
    /// Seconds that its response is cached.
    pub ttl: Prop<i64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuthorizerKind {
    /// A function that receives one header.
    Token,
    /// A function that receives the request.
    Request,
    /// A Cognito user pool, which reads one header.
    Cognito,
    /// A JSON Web Token, checked by API Gateway.
    Jwt,
    /// The template does not say.
    Unknown,
}

/// A part of the request that an authorizer reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Which part of the request.
    pub place: IdentityPlace,
    /// The name of the header or of the query string.
    pub name: String,
    /// Where it is written; for a default, the authorizer.
    pub span: Span,
}

/// A part of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdentityPlace {
    Header,
    Query,
    /// Something that is not part of the request, such as a stage variable.
    Other,
}

impl Authorizer {
    /// Whether requests without the identity sources are rejected before the authorizer runs. A function that receives
    /// the whole request, and whose responses are not cached, still runs.
    /// <https://docs.aws.amazon.com/apigateway/latest/developerguide/configure-api-gateway-lambda-authorization.html>
    pub fn is_strict(&self) -> bool {
        self.kind != AuthorizerKind::Request || self.ttl.or_default(300).is_some_and(|ttl| ttl > 0)
    }
}

impl Identity {
    /// Reads `method.request.header.Authorization`, `$request.header.Authorization` of an HTTP API, or
    /// `route.request.header.Authorization` of a WebSocket API.
    fn parse(text: &str, span: Span) -> Self {
        let source = text.trim().trim_start_matches('$');
        let prefixes = ["method.", "route."];
        let source = prefixes.iter().find_map(|prefix| source.strip_prefix(prefix)).unwrap_or(source);
        let (place, name) = match source.strip_prefix("request.").and_then(|rest| rest.split_once('.')) {
            Some(("header", name)) => (IdentityPlace::Header, name),
            Some(("querystring", name)) => (IdentityPlace::Query, name),
            _ => (IdentityPlace::Other, source),
        };
        Self { place, name: name.to_owned(), span }
    }

    fn header(name: &str, span: Span) -> Self {
        Self { place: IdentityPlace::Header, name: name.to_owned(), span }
    }
}

/// The authorizers that are resources of their own.
pub(super) fn read(slice: &Slice<'_, '_>, api: &str, span: Span) -> List<Authorizer> {
    let mut authorizers = List::of(span, Vec::new());
    for (index, resource) in slice.matching(|resource| resource.kind.ends_with("::Authorizer")) {
        let (of, kind) = match resource.kind {
            "AWS::ApiGateway::Authorizer" => ("RestApiId", "Type"),
            "AWS::ApiGatewayV2::Authorizer" => ("ApiId", "AuthorizerType"),
            _ => continue,
        };
        let properties = slice.reader(index);
        if properties.text(of).known().and_then(Text::as_resource) != Some(api) {
            continue;
        }
        let kind = kind_of(properties.text(kind).literal());
        authorizers.items.push(Authorizer {
            id: resource.id.clone(),
            span: resource.id_span,
            kind,
            identity: identity(&properties, "IdentitySource", kind, resource.id_span),
            ttl: properties.int("AuthorizerResultTtlInSeconds"),
        });
    }
    authorizers
}

/// Those that a definition of the API declares among its security schemes.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authorizer.html>
pub(super) fn of_schemes(schemes: &Reader<'_, '_>, authorizers: &mut List<Authorizer>) {
    const EXTENSION: &str = "x-amazon-apigateway-authorizer";
    for entry in schemes.entries() {
        let scheme = schemes.map_or_empty(entry.name.to_string());
        if scheme.entry(EXTENSION).is_none() {
            continue;
        }
        let span = entry.key.span();
        let extension = scheme.map_or_empty(EXTENSION);
        let kind = kind_of(extension.text("type").literal());
        let mut found = identity(&extension, "identitySource", kind, span);
        // Without its own source, the scheme says which header it is.
        if !found.present
            && scheme.text("in").literal() == Some("header")
            && let Some(name) = scheme.text("name").literal()
            && !name.eq_ignore_ascii_case("unused")
        {
            found.items = vec![Identity::header(name, scheme.text("name").span)];
        }
        authorizers.items.push(Authorizer {
            id: entry.name.to_string(),
            span,
            kind,
            identity: found,
            ttl: extension.int("authorizerResultTtlInSeconds"),
        });
    }
    if let Some(reason) = schemes.open() {
        authorizers.open = Some(reason.clone());
    }
}

/// One of `Auth.Authorizers` of a SAM API.
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-api-lambdatokenauthorizer.html>
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-httpapi-lambdaauthorizer.html>
pub(super) fn of_sam(name: &str, span: Span, is_rest: bool, authorizer: &Reader<'_, '_>) -> Authorizer {
    let details = authorizer.map_or_empty("Identity");
    let has = |name: &str| authorizer.entry(name).is_some();
    let kind = match authorizer.text("FunctionPayloadType").literal() {
        _ if is_rest && has("UserPoolArn") => AuthorizerKind::Cognito,
        Some("REQUEST") if is_rest => AuthorizerKind::Request,
        _ if is_rest && authorizer.open().is_none() => AuthorizerKind::Token,
        _ if has("JwtConfiguration") || has("OpenIdConnectUrl") => AuthorizerKind::Jwt,
        _ if has("FunctionArn") => AuthorizerKind::Request,
        _ => AuthorizerKind::Unknown,
    };
    let mut found = match kind {
        AuthorizerKind::Jwt => identity(authorizer, "IdentitySource", kind, span),
        AuthorizerKind::Request => {
            let mut sources = List::of(span, Vec::new());
            for (property, place) in
                [("Headers", IdentityPlace::Header), ("QueryStrings", IdentityPlace::Query)]
            {
                let names = details.texts(property);
                for name in names.iter() {
                    match name.literal() {
                        Some(text) => {
                            sources.items.push(Identity { place, name: text.to_owned(), span: name.span })
                        }
                        None => sources.open = Some(unknown()),
                    }
                }
                sources.open = sources.open.or(names.open);
            }
            sources
        }
        AuthorizerKind::Unknown => List { open: Some(unknown()), ..List::of(span, Vec::new()) },
        AuthorizerKind::Token | AuthorizerKind::Cognito => {
            let header = details.text("Header");
            match (header.is_absent(), header.literal()) {
                (true, _) => List::of(span, vec![Identity::header("Authorization", span)]),
                (false, Some(name)) => List::of(span, vec![Identity::header(name, header.span)]),
                (false, None) => List { open: Some(unknown()), ..List::of(span, Vec::new()) },
            }
        }
    };
    found.present = !found.items.is_empty();
    Authorizer { id: name.to_owned(), span, kind, identity: found, ttl: details.int("ReauthorizeEvery") }
}

fn kind_of(name: Option<&str>) -> AuthorizerKind {
    match name.map(str::to_ascii_lowercase).as_deref() {
        Some("token") => AuthorizerKind::Token,
        Some("request") => AuthorizerKind::Request,
        Some("cognito_user_pools") => AuthorizerKind::Cognito,
        Some("jwt") => AuthorizerKind::Jwt,
        _ => AuthorizerKind::Unknown,
    }
}

fn unknown() -> Reason {
    Reason("it is not known what the authorizer reads".to_owned())
}

/// A text with commas between the sources, or a list of them.
fn identity(
    properties: &Reader<'_, '_>,
    name: &'static str,
    kind: AuthorizerKind,
    span: Span,
) -> List<Identity> {
    let mut sources = List::of(span, Vec::new());
    let mut add = |source: &Prop<Text>| match source.literal() {
        Some(text) => {
            let parts = text.split(',').filter(|part| !part.trim().is_empty());
            sources.items.extend(parts.map(|part| Identity::parse(part, source.span)));
        }
        None => sources.open = Some(unknown()),
    };
    match properties.value(name).map(|value| value.value) {
        Some(Value::List(_)) => {
            let texts = properties.texts(name);
            texts.iter().for_each(&mut add);
            sources.open = sources.open.or(texts.open);
        }
        Some(Value::NoValue) | None => {
            // A user pool reads this header by default.
            if kind == AuthorizerKind::Cognito && properties.open().is_none() {
                return List::of(span, vec![Identity::header("Authorization", span)]);
            }
            sources.open = properties.open().cloned();
        }
        Some(_) => add(&properties.text(name)),
    }
    sources.present = !sources.items.is_empty();
    sources
}
