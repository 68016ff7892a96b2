//! REST and HTTP APIs with their stages and routes.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_ApiGateway.html>
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_ApiGatewayV2.html>

use std::collections::HashMap;

use cflint_diagnostics::Span;

use super::build::Slice;
use super::openapi;
use super::reader::Reader;
use super::{List, Prop, State};
use crate::eval::{Reason, Value};
use crate::value::{Reference, Text, Tri};

/// The kind of an API, which decides how stages and routes are chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// A REST API: the stage is always the first segment of the path.
    Rest,
    /// An HTTP API: the stage may be `$default`, which has no segment.
    Http,
    /// A WebSocket API.
    WebSocket,
}

/// An API.
#[derive(Debug, Clone)]
pub struct Api {
    /// Logical id.
    pub id: String,
    /// Where the logical id is written.
    pub span: Span,
    /// The kind.
    pub protocol: Protocol,
    /// `EDGE`, `REGIONAL` or `PRIVATE`; of REST APIs.
    pub endpoint_types: List<Prop<Text>>,
    /// Whether only custom domains answer.
    pub disable_execute_api_endpoint: Prop<bool>,
    /// Whether a resource policy has a say in who may call it; of REST APIs.
    pub resource_policy: Tri,
    /// The stages.
    pub stages: List<Stage>,
    /// The routes.
    pub routes: List<Route>,
}

/// A deployed stage.
#[derive(Debug, Clone)]
pub struct Stage {
    /// Logical id of the stage; `None` for one that a deployment or an API makes on the side.
    pub id: Option<String>,
    /// Its name, as it stands in the path.
    pub name: Prop<Text>,
}

/// A method of a resource, or a route of an HTTP API.
#[derive(Debug, Clone)]
pub struct Route {
    /// The verb in capitals, or `ANY`.
    pub method: String,
    /// The path below the stage.
    pub path: RoutePath,
    /// Who may call it.
    pub guard: Guard,
    /// Whether it asks for an API key.
    pub api_key: Tri,
    /// Where it is declared.
    pub span: Span,
}

/// The path of a route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoutePath {
    /// Segments; none is the root.
    Segments(Vec<Segment>),
    /// `$default`: everything that no other route takes.
    Default,
}

/// One segment of the path of a route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Segment {
    /// Itself.
    Text(Text),
    /// `{name}`: any one segment.
    Parameter(String),
    /// `{name+}`: one or more segments.
    Greedy(String),
}

/// Who may call a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guard {
    /// Anyone.
    None,
    /// Who signs with IAM credentials.
    Iam,
    /// Whom a Lambda, JWT or Cognito authorizer lets in.
    Authorizer,
    /// The template does not say.
    Unknown,
}

impl RoutePath {
    /// Reads `/users/{id}` or `/$default`.
    #[must_use]
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
    fn read(part: Text) -> Self {
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

impl Stage {
    /// Whether it is the stage of an HTTP API that has no segment in the path.
    #[must_use]
    pub fn is_default(&self) -> bool {
        self.name.literal() == Some("$default")
    }
}

impl Api {
    /// Whether the API is of the REST kind with this endpoint type, explicitly or by default.
    /// `EDGE` is the default: <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-endpoint-types.html>
    #[must_use]
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

/// Reads every API of the slice.
pub(super) fn read(slice: &Slice<'_, '_>) -> Vec<Api> {
    let mut apis = Vec::new();
    for (index, resource) in slice.resources() {
        let properties = slice.reader(index);
        let api = match resource.kind {
            "AWS::ApiGateway::RestApi" => rest_api(slice, &resource.id, resource.id_span, &properties),
            "AWS::ApiGatewayV2::Api" => v2_api(slice, &resource.id, resource.id_span, &properties),
            "AWS::Serverless::Api" => serverless(&resource.id, resource.id_span, Protocol::Rest, &properties),
            "AWS::Serverless::HttpApi" => {
                serverless(&resource.id, resource.id_span, Protocol::Http, &properties)
            }
            _ => continue,
        };
        apis.push(api);
    }
    apis
}

fn open<T>(span: Span, reason: &str) -> List<T> {
    List { items: Vec::new(), open: Some(Reason(reason.to_owned())), present: true, span, node: None }
}

fn list<T>(span: Span, items: Vec<T>) -> List<T> {
    List { present: !items.is_empty(), items, open: None, span, node: None }
}

/// An API of SAM: its routes and stages are made by the transform.
fn serverless(id: &str, span: Span, protocol: Protocol, properties: &Reader<'_, '_>) -> Api {
    const REASON: &str = "the SAM transform makes it";
    Api {
        id: id.to_owned(),
        span,
        protocol,
        endpoint_types: open(span, REASON),
        disable_execute_api_endpoint: properties.bool("DisableExecuteApiEndpoint"),
        resource_policy: Tri::Unknown,
        stages: open(span, REASON),
        routes: open(span, REASON),
    }
}

/// The API that SAM makes for functions that name none.
pub(super) fn implicit(id: &str, span: Span, protocol: Protocol) -> Api {
    const REASON: &str = "the SAM transform makes it";
    Api {
        id: id.to_owned(),
        span,
        protocol,
        endpoint_types: open(span, REASON),
        disable_execute_api_endpoint: Prop {
            state: State::Unknown(Reason(REASON.to_owned())),
            span,
            node: None,
            origins: Vec::new(),
        },
        resource_policy: Tri::Unknown,
        stages: open(span, REASON),
        routes: open(span, REASON),
    }
}

fn rest_api(slice: &Slice<'_, '_>, id: &str, span: Span, properties: &Reader<'_, '_>) -> Api {
    let own = |text: &Prop<Text>| text.known().and_then(Text::as_resource) == Some(id);
    let mut stages = list(span, Vec::new());
    for (index, resource) in slice.resources() {
        let of = slice.reader(index);
        if !matches!(resource.kind, "AWS::ApiGateway::Stage" | "AWS::ApiGateway::Deployment")
            || !own(&of.text("RestApiId"))
        {
            continue;
        }
        let name = of.text("StageName");
        match name.state {
            State::Absent if resource.kind == "AWS::ApiGateway::Deployment" => {}
            State::Known(_) => {
                let is_stage = resource.kind == "AWS::ApiGateway::Stage";
                stages.items.push(Stage { id: is_stage.then(|| resource.id.clone()), name });
            }
            _ => stages.open = Some(Reason(format!("the name of stage `{}` is not known", resource.id))),
        }
    }
    if stages.items.is_empty() && stages.open.is_none() {
        stages.open = Some(Reason("the template has no stage of it".to_owned()));
    }
    let mut endpoint_types = properties.map_or_empty("EndpointConfiguration").texts("Types");
    let parameters = properties.map_or_empty("Parameters");
    if let Some(kind) = parameters.text("endpointConfigurationTypes").literal()
        && !endpoint_types.present
    {
        let prop = parameters.text("endpointConfigurationTypes");
        endpoint_types.items.push(Prop { state: State::Known(Text::literal(kind)), ..prop });
        endpoint_types.present = true;
    }
    let elsewhere = ["BodyS3Location", "CloneFrom"].iter().any(|name| properties.entry(name).is_some())
        || properties.open().is_some()
        || parameters.text("basepath").literal().is_some_and(|mode| mode != "ignore");
    if elsewhere && !endpoint_types.present {
        endpoint_types.open = Some(Reason("the definition of the API is elsewhere".to_owned()));
    }
    Api {
        id: id.to_owned(),
        span,
        protocol: Protocol::Rest,
        endpoint_types,
        disable_execute_api_endpoint: properties.bool("DisableExecuteApiEndpoint"),
        resource_policy: resource_policy(properties, elsewhere),
        stages,
        routes: rest_routes(slice, id, span, properties, elsewhere),
    }
}

/// Whether there is a resource policy, in the properties or in the definition.
fn resource_policy(properties: &Reader<'_, '_>, elsewhere: bool) -> Tri {
    let own = match properties.value("Policy").map(|policy| policy.value) {
        Some(Value::NoValue) | None => Tri::False,
        Some(Value::Unknown(_)) => Tri::Unknown,
        Some(_) => Tri::True,
    };
    own.or(if elsewhere { Tri::Unknown } else { openapi::has_policy(properties) })
}

fn rest_routes(
    slice: &Slice<'_, '_>,
    id: &str,
    span: Span,
    properties: &Reader<'_, '_>,
    elsewhere: bool,
) -> List<Route> {
    let mut routes = list(span, Vec::new());
    if elsewhere {
        routes.open = Some(Reason("the definition of the API is elsewhere".to_owned()));
    }
    if properties.entry("Body").is_some() {
        openapi::read(properties, &mut routes);
    }
    let tree = ResourceTree::read(slice, id);
    for (index, resource) in slice.resources() {
        if resource.kind != "AWS::ApiGateway::Method" {
            continue;
        }
        let method = slice.reader(index);
        if method.text("RestApiId").known().and_then(Text::as_resource) != Some(id) {
            continue;
        }
        let path = method.text("ResourceId").known().and_then(|text| tree.path(text, 0));
        let verb = method.text("HttpMethod").literal().map(str::to_ascii_uppercase);
        let (Some(path), Some(verb)) = (path, verb) else {
            routes.open = Some(Reason(format!("the path of method `{}` is not known", resource.id)));
            continue;
        };
        routes.items.push(Route {
            method: verb,
            path: RoutePath::Segments(path),
            guard: guard(&method),
            api_key: tri(&method.bool("ApiKeyRequired"), false),
            span: resource.id_span,
        });
    }
    if routes.items.is_empty() && routes.open.is_none() {
        routes.open = Some(Reason("the template has no method of it".to_owned()));
    }
    if slice.is_extended(id) || tree.is_extended(slice) {
        routes.open = Some(Reason("other stacks can add resources to it".to_owned()));
    }
    routes
}

/// The resources of a REST API: parent and path part by logical id.
struct ResourceTree {
    api: String,
    parts: HashMap<String, (Text, Text)>,
}

impl ResourceTree {
    fn read(slice: &Slice<'_, '_>, api: &str) -> Self {
        let mut parts = HashMap::new();
        for (index, resource) in slice.resources() {
            if resource.kind == "AWS::ApiGateway::Resource" {
                let properties = slice.reader(index);
                if let (Some(parent), Some(part)) =
                    (properties.text("ParentId").known(), properties.text("PathPart").known())
                {
                    parts.insert(resource.id.clone(), (parent.clone(), part.clone()));
                }
            }
        }
        Self { api: api.to_owned(), parts }
    }

    fn path(&self, resource: &Text, depth: usize) -> Option<Vec<Segment>> {
        if depth > self.parts.len() {
            return None;
        }
        if let Reference::Resource { id, attribute } = &resource.as_hole()?.reference
            && *id == self.api
            && attribute == "RootResourceId"
        {
            return Some(Vec::new());
        }
        let (parent, part) = self.parts.get(resource.as_resource()?)?;
        let mut path = self.path(parent, depth + 1)?;
        path.push(Segment::read(part.clone()));
        Some(path)
    }

    fn is_extended(&self, slice: &Slice<'_, '_>) -> bool {
        self.parts.iter().any(|(id, (parent, _))| slice.is_given_away(id) && self.path(parent, 1).is_some())
    }
}

fn v2_api(slice: &Slice<'_, '_>, id: &str, span: Span, properties: &Reader<'_, '_>) -> Api {
    let protocol = match properties.text("ProtocolType").literal() {
        Some("WEBSOCKET") => Protocol::WebSocket,
        _ => Protocol::Http,
    };
    let mut stages = list(span, Vec::new());
    let mut routes = list(span, Vec::new());
    let target = properties.text("Target");
    if !target.is_absent() {
        let key = properties.text("RouteKey").or_default(Text::literal("$default"));
        stages.items.push(Stage { id: None, name: target.map(|_| State::Known(Text::literal("$default"))) });
        match key.as_ref().and_then(Text::as_literal).and_then(|key| route(key, target.span)) {
            Some(route) => routes.items.push(route),
            None => routes.open = Some(Reason("its `RouteKey` is not known".to_owned())),
        }
    }
    if properties.entry("Body").is_some() {
        openapi::read(properties, &mut routes);
    }
    let base_path = properties.text("BasePath");
    if properties.entry("BodyS3Location").is_some()
        || properties.open().is_some()
        || !(base_path.is_absent() || base_path.literal() == Some("ignore"))
    {
        routes.open = Some(Reason("the definition of the API is elsewhere".to_owned()));
    }
    for (index, resource) in slice.resources() {
        let of = slice.reader(index);
        if !resource.kind.starts_with("AWS::ApiGatewayV2::")
            || of.text("ApiId").known().and_then(Text::as_resource) != Some(id)
        {
            continue;
        }
        match resource.kind {
            "AWS::ApiGatewayV2::Stage" => {
                let name = of.text("StageName");
                match name.state {
                    State::Known(_) => stages.items.push(Stage { id: Some(resource.id.clone()), name }),
                    _ => {
                        stages.open =
                            Some(Reason(format!("the name of stage `{}` is not known", resource.id)))
                    }
                }
            }
            "AWS::ApiGatewayV2::Route" => {
                match of.text("RouteKey").literal().and_then(|key| route(key, resource.id_span)) {
                    Some(route) => routes.items.push(Route { guard: guard(&of), ..route }),
                    None => {
                        routes.open = Some(Reason(format!("the key of route `{}` is not known", resource.id)))
                    }
                }
            }
            _ => {}
        }
    }
    for (open, what) in [(&mut stages.open, "stage"), (&mut routes.open, "route")] {
        let empty = if what == "stage" { stages.items.is_empty() } else { routes.items.is_empty() };
        if empty && open.is_none() {
            *open = Some(Reason(format!("the template has no {what} of it")));
        }
    }
    Api {
        id: id.to_owned(),
        span,
        protocol,
        endpoint_types: list(span, Vec::new()),
        disable_execute_api_endpoint: properties.bool("DisableExecuteApiEndpoint"),
        resource_policy: Tri::False,
        stages,
        routes,
    }
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
    Some(Route { method: method.to_ascii_uppercase(), path, guard: Guard::None, api_key: Tri::False, span })
}

fn guard(properties: &Reader<'_, '_>) -> Guard {
    let kind = properties.text("AuthorizationType");
    match (kind.literal(), &kind.state) {
        (Some("NONE"), _) => Guard::None,
        (Some("AWS_IAM"), _) => Guard::Iam,
        (Some("CUSTOM" | "COGNITO_USER_POOLS" | "JWT"), _) => Guard::Authorizer,
        (None, State::Absent) if properties.text("AuthorizerId").is_absent() => Guard::None,
        _ => Guard::Unknown,
    }
}

fn tri(prop: &Prop<bool>, default: bool) -> Tri {
    prop.or_default(default).map_or(Tri::Unknown, Tri::from)
}
