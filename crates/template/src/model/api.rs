//! REST and HTTP APIs with their stages and routes.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_ApiGateway.html>
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_ApiGatewayV2.html>

use cflint_diagnostics::Span;

use super::prop::tri;
use super::reader::Reader;
use super::{
    Authorizer, GatewayResponse, Integration, List, PolicyStatement, Prop, State, Streaming, TlsSettings,
};
use crate::eval::Reason;
use crate::syntax::NodeId;
use crate::value::{Text, Tri};

/// Why routes and stages are not known where there may be resources that the file does not show.
pub(super) const MORE: &str = "the file does not show all resources";

/// The kind of an API, which decides how stages and routes are chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// A REST API: the stage is always the first segment of the path.
    Rest,
    /// An HTTP API: the stage may be `$default`, which has no segment.
    Http,
    WebSocket,
}

#[derive(Debug, Clone)]
pub struct Api {
    /// Logical id.
    pub id: String,
    /// Where the logical id is written.
    pub span: Span,
    pub protocol: Protocol,
    /// `EDGE`, `REGIONAL` or `PRIVATE`; for REST APIs.
    pub endpoint_types: List<Prop<Text>>,
    /// Whether only custom domains respond.
    pub disable_execute_api_endpoint: Prop<bool>,
    /// Whether a resource policy restricts who may call it; for REST APIs.
    pub resource_policy: Tri,
    /// Its statements; open if there may be others, and of no meaning where there is no policy.
    pub policy: List<PolicyStatement>,
    pub authorizers: List<Authorizer>,
    /// `HEADER`, or `AUTHORIZER` if an authorizer provides the API key; not for HTTP APIs.
    pub api_key_source: Prop<Text>,
    /// Whether and for which origins it allows cross-origin requests.
    pub cors: Prop<Cors>,
    /// Its gateway responses; for REST APIs.
    pub gateway_responses: List<GatewayResponse>,
    pub stages: List<Stage>,
    pub routes: List<Route>,
    /// Its TLS policy; for REST APIs.
    pub tls: Option<Box<TlsSettings>>,
    /// Its `Properties`, for an edit.
    pub node: Option<NodeId>,
}

#[derive(Debug, Clone)]
pub struct Stage {
    /// Logical id of the stage; `None` for one that a deployment or an API creates implicitly.
    pub id: Option<String>,
    /// Its name, as it appears in the path.
    pub name: Prop<Text>,
    /// Whether SAM creates it alongside the intended one: it responds, but no one means it.
    pub is_stray: bool,
}

/// A method of a resource, or a route of an HTTP API.
#[derive(Debug, Clone)]
pub struct Route {
    /// The method in upper case, or `ANY`.
    pub method: String,
    /// The path below the stage.
    pub path: RoutePath,
    pub guard: Guard,
    /// The authorizer that decides, by the name in [`Api::authorizers`]; `None` if that is not known.
    pub authorizer: Option<String>,
    /// Whether it requires an API key.
    pub api_key: Tri,
    /// Query strings that it declares as required.
    pub required_query: Vec<String>,
    /// Whether it rejects a request that lacks one of them.
    pub is_validated: Tri,
    pub integration: Integration,
    /// What it returns as `Access-Control-Allow-Origin`, as far as the template says.
    pub allow_origin: Option<Prop<Text>>,
    /// The same for `Access-Control-Allow-Headers`: names with commas between them.
    pub allow_headers: Option<Prop<Text>>,
    /// Milliseconds that it waits for its backend, where the template says so.
    pub timeout: Option<Prop<i64>>,
    /// What it says about streaming its responses, if anything.
    pub streaming: Option<Box<Streaming>>,
    pub span: Span,
}

/// Which cross-origin requests an API allows.
#[derive(Debug, Clone)]
pub struct Cors {
    pub span: Span,
    /// The origins that it allows; `*` is every one.
    pub origins: List<Prop<Text>>,
    /// The headers that pages may send, as they are written; open if it may allow others.
    pub headers: List<Prop<Text>>,
    /// Whether the API responds to preflights itself, without a route for `OPTIONS`.
    pub is_built_in: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Access {
    pub(super) guard: Guard,
    pub(super) authorizer: Option<String>,
    pub(super) api_key: Tri,
}

impl Access {
    pub(super) fn new(guard: Guard, api_key: Tri) -> Self {
        Self { guard, authorizer: None, api_key }
    }
}

/// The path of a route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoutePath {
    /// Segments; none is the root.
    Segments(Vec<Segment>),
    /// `$default`: everything that no other route matches.
    Default,
    /// `$connect` of a WebSocket API: the stage itself. Its other routes handle messages, not requests.
    Connect,
}

/// One segment of the path of a route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Segment {
    Text(Text),
    /// `{name}`: any one segment.
    Parameter(String),
    /// `{name+}`: one or more segments.
    Greedy(String),
}

/// Who may call a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guard {
    None,
    /// Anyone who signs with IAM credentials.
    Iam,
    /// Anyone whom a Lambda, JWT or Cognito authorizer allows.
    Authorizer,
    /// The template does not say.
    Unknown,
}

impl RoutePath {
    /// Reads `/users/{id}` or `/$default`.
    pub fn parse(path: &str) -> Self {
        if matches!(path, "$default" | "/$default") {
            return Self::Default;
        }
        Self::Segments(
            path.split('/').filter(|part| !part.is_empty()).map(|p| Segment::read(p.into())).collect(),
        )
    }
}

impl Segment {
    pub(super) fn read(part: Text) -> Self {
        let name = part.as_literal().and_then(|text| text.strip_prefix('{')?.strip_suffix('}'));
        match name.map(|name| (name, name.strip_suffix('+'))) {
            Some((_, Some(greedy))) => Self::Greedy(greedy.to_owned()),
            Some((name, None)) => Self::Parameter(name.to_owned()),
            None => Self::Text(part),
        }
    }
}

impl std::fmt::Display for RoutePath {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let segments = match self {
            Self::Default => return f.write_str("$default"),
            Self::Connect => return f.write_str("$connect"),
            Self::Segments(segments) if segments.is_empty() => return f.write_str("/"),
            Self::Segments(segments) => segments,
        };
        for segment in segments {
            match segment {
                Segment::Text(text) => write!(f, "/{text}")?,
                Segment::Parameter(name) => write!(f, "/{{{name}}}")?,
                Segment::Greedy(name) => write!(f, "/{{{name}+}}")?,
            }
        }
        Ok(())
    }
}

/// A timeout that is written, or that is not known. That of a response that is streamed is for the whole stream, so it says
/// nothing about how long its next part may take:
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode.html>.
pub(super) fn written(timeout: Prop<i64>, transfer_mode: &Prop<Text>) -> Option<Prop<i64>> {
    let is_buffered = transfer_mode.is_absent() || transfer_mode.literal() == Some("BUFFERED");
    if is_buffered {
        return Some(timeout).filter(|timeout| !timeout.is_absent());
    }
    let state = State::Unknown(Reason("the response is streamed".to_owned()));
    Some(Prop { state, ..timeout })
}

impl Route {
    pub(super) fn new(method: String, path: RoutePath, access: Access, span: Span) -> Self {
        let Access { guard, authorizer, api_key } = access;
        Self {
            method,
            path,
            guard,
            authorizer,
            api_key,
            required_query: Vec::new(),
            is_validated: Tri::Unknown,
            integration: Integration::Unknown,
            allow_origin: None,
            allow_headers: None,
            timeout: None,
            streaming: None,
            span,
        }
    }

    pub(super) fn set_access(&mut self, access: Access) {
        (self.guard, self.authorizer, self.api_key) = (access.guard, access.authorizer, access.api_key);
    }

    /// The name in messages: `GET /users`.
    pub fn name(&self) -> String {
        match self.path {
            RoutePath::Default | RoutePath::Connect => self.path.to_string(),
            RoutePath::Segments(_) => format!("{} {}", self.method, self.path),
        }
    }

    /// Whether it handles requests with this method.
    pub fn takes_method(&self, method: &str) -> bool {
        self.method == method || self.method == "ANY"
    }
}

impl Stage {
    /// Whether it is the stage of an HTTP API that has no segment in the path.
    pub fn is_default(&self) -> bool {
        self.name.literal() == Some("$default")
    }
}

impl Api {
    /// The authorizer that a route names.
    pub fn authorizer(&self, route: &Route) -> Option<&Authorizer> {
        let name = route.authorizer.as_ref()?;
        self.authorizers.iter().find(|authorizer| authorizer.id == *name)
    }

    /// Whether the API is of the REST kind with this endpoint type, explicitly or by default.
    /// `EDGE` is the default: <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-endpoint-types.html>
    pub fn has_endpoint_type(&self, name: &str) -> Tri {
        if self.protocol != Protocol::Rest {
            return Tri::from(name == "REGIONAL");
        }
        if !self.endpoint_types.present && self.endpoint_types.open.is_none() {
            return Tri::from(name == "EDGE");
        }
        let known = self.endpoint_types.iter().map(|kind| match kind.literal() {
            Some(kind) => Tri::from(kind == name),
            None => Tri::Unknown,
        });
        let open = if self.endpoint_types.open.is_some() { Tri::Unknown } else { Tri::False };
        known.fold(open, Tri::or)
    }
}

pub(super) fn access(properties: &Reader<'_, '_>) -> Access {
    let kind = properties.text("AuthorizationType");
    let authorizer = properties.text("AuthorizerId");
    let guard = match (kind.literal(), &kind.state) {
        (Some("NONE"), _) => Guard::None,
        (Some("AWS_IAM"), _) => Guard::Iam,
        (Some("CUSTOM" | "COGNITO_USER_POOLS" | "JWT"), _) => Guard::Authorizer,
        (None, State::Absent) if authorizer.is_absent() => Guard::None,
        _ => Guard::Unknown,
    };
    let named = authorizer.known().and_then(Text::as_resource).map(str::to_owned);
    Access {
        guard,
        authorizer: named.filter(|_| guard == Guard::Authorizer),
        api_key: tri(&properties.bool("ApiKeyRequired"), false),
    }
}

/// The names in a list with commas, all at the place of the list.
fn names(list: &Prop<Text>) -> Vec<Prop<Text>> {
    let Some(text) = list.literal() else { return vec![list.clone()] };
    let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
    names.map(|name| Prop { state: State::Known(Text::literal(name)), ..list.clone() }).collect()
}

/// The CORS of an API that responds to preflights through routes: it has some for `OPTIONS`.
pub(super) fn cors_of_routes(routes: &List<Route>) -> Prop<Cors> {
    let mut preflights = routes.iter().filter(|route| route.method == "OPTIONS").peekable();
    let Some(span) = preflights.peek().map(|route| route.span) else {
        let state = match &routes.open {
            Some(reason) => State::Unknown(reason.clone()),
            None => State::Absent,
        };
        return Prop { state, ..Prop::absent(routes.span) };
    };
    let mut origins = List::of(span, Vec::new());
    let mut headers = List::of(span, Vec::new());
    for route in preflights {
        headers.items.extend(route.allow_headers.iter().flat_map(names));
        match &route.allow_origin {
            Some(origin) => origins.items.push(origin.clone()),
            None => {
                let reason = Reason("a route for `OPTIONS` handles it".to_owned());
                origins.open = Some(reason.clone());
                headers.open = Some(reason);
            }
        }
    }
    let cors = Cors { span, origins, headers, is_built_in: false };
    Prop::of(span, cors)
}
