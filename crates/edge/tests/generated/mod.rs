//! Small templates and requests, made up: what properties of rules and traces are tried on.

use std::fmt::Write as _;

use cflint_edge::facts::headers::Method;
use cflint_edge::trace::Request;
use proptest::prelude::*;
use proptest::sample::select;

/// A distribution in front of one API.
#[derive(Debug, Clone)]
pub(crate) struct Sketch {
    is_rest: bool,
    stages: Vec<&'static str>,
    routes: Vec<Route>,
    origin_path: &'static str,
    /// The base path of a mapping of a custom domain, through which the origin is asked.
    base_path: Option<&'static str>,
    behaviors: Vec<Behavior>,
    default: Behavior,
    root_object: Option<&'static str>,
    error_page: bool,
    has_cors: bool,
}

#[derive(Debug, Clone)]
struct Route {
    method: &'static str,
    path: String,
    guard: Guard,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Guard {
    None,
    Iam,
    Header,
    Query,
    Key,
}

#[derive(Debug, Clone)]
struct Behavior {
    pattern: String,
    methods: &'static str,
    settings: &'static str,
    viewer: &'static str,
}

const SETTINGS: [&str; 8] = [
    // CachingDisabled, with nothing, AllViewerExceptHostHeader, AllViewer and CORS-CustomOrigin
    "CachePolicyId: 4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
    "CachePolicyId: 4135ea2d-6df8-44a3-9df3-4b5a84be39ad, OriginRequestPolicyId: b689b0a8-53d0-40ab-baf2-68738e2966ac",
    "CachePolicyId: 4135ea2d-6df8-44a3-9df3-4b5a84be39ad, OriginRequestPolicyId: 216adef6-5c7f-47e4-b989-5492eafa07d3",
    "CachePolicyId: 4135ea2d-6df8-44a3-9df3-4b5a84be39ad, OriginRequestPolicyId: 59781a5b-3903-41f3-afcb-af62929ccde1",
    // CachingOptimized and UseOriginCacheControlHeaders
    "CachePolicyId: 658327ea-f89d-4fab-a63d-7e88639e58f6, OriginRequestPolicyId: b689b0a8-53d0-40ab-baf2-68738e2966ac",
    "CachePolicyId: 83da9c7e-98b4-4e11-a168-04f0df8e2c65",
    "ForwardedValues: {QueryString: true, Headers: [Authorization]}, DefaultTTL: 0",
    "ForwardedValues: {QueryString: false}",
];

const METHODS: [&str; 4] = ["", "[GET, HEAD, OPTIONS]", ALL, ALL];
const ALL: &str = "[GET, HEAD, OPTIONS, PUT, POST, PATCH, DELETE]";

impl Sketch {
    pub(crate) fn template(&self) -> String {
        let mut text = String::from("Resources:\n");
        self.api(&mut text);
        let host = match self.base_path {
            Some(_) => "api.example.com",
            None => "!Sub '${Api}.execute-api.${AWS::Region}.amazonaws.com'",
        };
        let path = if self.origin_path.is_empty() {
            String::new()
        } else {
            format!(", OriginPath: {}", self.origin_path)
        };
        let _ = write!(
            text,
            "  Distribution:\n    Type: AWS::CloudFront::Distribution\n    Properties:\n      DistributionConfig:\n        Enabled: true\n        Origins: [{{Id: api, DomainName: {host}{path}, CustomOriginConfig: {{OriginProtocolPolicy: https-only}}}}]\n        DefaultCacheBehavior: {}\n",
            self.default.yaml(),
        );
        if let Some(object) = self.root_object {
            let _ = writeln!(text, "        DefaultRootObject: {object}");
        }
        if self.error_page {
            text.push_str("        CustomErrorResponses: [{ErrorCode: 403, ResponseCode: 200, ResponsePagePath: /index.html}]\n");
        }
        if !self.behaviors.is_empty() {
            text.push_str("        CacheBehaviors:\n");
        }
        for behavior in &self.behaviors {
            let _ = writeln!(text, "          - {}", behavior.yaml());
        }
        text
    }

    fn api(&self, text: &mut String) {
        let kind = if self.is_rest { "AWS::ApiGateway::RestApi" } else { "AWS::ApiGatewayV2::Api" };
        let _ = write!(text, "  Api:\n    Type: {kind}\n    Properties:\n");
        text.push_str(if self.is_rest {
            "      EndpointConfiguration: {Types: [REGIONAL]}\n"
        } else {
            "      ProtocolType: HTTP\n"
        });
        if self.has_cors && !self.is_rest {
            text.push_str("      CorsConfiguration: {AllowOrigins: ['https://www.example.com']}\n");
        }
        text.push_str(
            "      Body:\n        openapi: 3.0.1\n        components:\n          securitySchemes:\n",
        );
        let (header, query) = match self.is_rest {
            true => (
                "{type: token, identitySource: method.request.header.Authorization}",
                "{type: request, identitySource: method.request.querystring.token}",
            ),
            false => (
                "{type: jwt, identitySource: $request.header.Authorization}",
                "{type: request, identitySource: $request.querystring.token}",
            ),
        };
        let _ = write!(
            text,
            "            header: {{type: apiKey, in: header, name: Authorization, x-amazon-apigateway-authorizer: {header}}}\n            query: {{type: apiKey, in: query, name: token, x-amazon-apigateway-authorizer: {query}}}\n            iam: {{type: apiKey, in: header, name: Authorization, x-amazon-apigateway-authtype: awsSigv4}}\n            key: {{type: apiKey, in: header, name: x-api-key}}\n        paths:\n",
        );
        let mut paths: Vec<&str> = self.routes.iter().map(|route| route.path.as_str()).collect();
        paths.sort_unstable();
        paths.dedup();
        for path in paths {
            let _ = writeln!(text, "          '{path}':");
            let mut seen = Vec::new();
            for route in self.routes.iter().filter(|route| route.path == path) {
                if !seen.contains(&route.method) {
                    seen.push(route.method);
                    let _ = writeln!(
                        text,
                        "            {}: {{security: {}}}",
                        route.method,
                        route.guard.yaml(self.is_rest)
                    );
                }
            }
        }
        for (number, stage) in self.stages.iter().enumerate() {
            let (kind, of) = match self.is_rest {
                true => ("AWS::ApiGateway::Stage", "RestApiId"),
                false => ("AWS::ApiGatewayV2::Stage", "ApiId"),
            };
            let _ = writeln!(
                text,
                "  Stage{number}: {{Type: {kind}, Properties: {{{of}: !Ref Api, StageName: {stage}}}}}"
            );
        }
        if let (Some(key), Some(stage)) = (self.base_path, self.stages.first()) {
            let key = if key.is_empty() { String::new() } else { format!(", ApiMappingKey: {key}") };
            let _ = write!(
                text,
                "  Domain: {{Type: AWS::ApiGatewayV2::DomainName, Properties: {{DomainName: api.example.com}}}}\n  Mapping: {{Type: AWS::ApiGatewayV2::ApiMapping, Properties: {{DomainName: !Ref Domain, ApiId: !Ref Api, Stage: {stage}{key}}}}}\n",
            );
        }
    }
}

impl Guard {
    fn yaml(self, is_rest: bool) -> &'static str {
        match self {
            Self::None => "[]",
            Self::Iam => "[{iam: []}]",
            Self::Header => "[{header: []}]",
            Self::Query => "[{query: []}]",
            Self::Key if is_rest => "[{key: []}]",
            Self::Key => "[]",
        }
    }
}

impl Behavior {
    fn yaml(&self) -> String {
        let pattern = if self.pattern.is_empty() {
            String::new()
        } else {
            format!("PathPattern: '{}', ", self.pattern)
        };
        let methods = if self.methods.is_empty() {
            String::new()
        } else {
            format!(", AllowedMethods: {}", self.methods)
        };
        format!(
            "{{{pattern}TargetOriginId: api, ViewerProtocolPolicy: {}, {}{methods}}}",
            self.viewer, self.settings
        )
    }
}

fn path(segments: &'static [&'static str], most: usize) -> impl Strategy<Value = String> {
    (prop::collection::vec(select(segments), 0..=most), prop::bool::weighted(0.2)).prop_map(
        |(segments, slash)| {
            let path = format!("/{}", segments.join("/"));
            if slash && path != "/" { format!("{path}/") } else { path }
        },
    )
}

fn route() -> impl Strategy<Value = Route> {
    let guards = select(&[Guard::None, Guard::None, Guard::Iam, Guard::Header, Guard::Query, Guard::Key][..]);
    let methods = select(&["get", "get", "post", "options", "x-amazon-apigateway-any-method"][..]);
    (methods, path(&["a", "b", "api", "{id}"], 2), prop::bool::weighted(0.3), guards).prop_map(
        |(method, path, greedy, guard)| {
            let path = path.trim_end_matches('/');
            let path = if greedy { format!("{path}/{{proxy+}}") } else { path.to_owned() };
            Route { method, path: if path.is_empty() { "/".to_owned() } else { path }, guard }
        },
    )
}

fn behavior(has_pattern: bool) -> impl Strategy<Value = Behavior> {
    let pattern = path(&["a", "b", "api", "prod", "*", "?", "a*", "*b"], 3);
    let viewers = select(&["https-only", "https-only", "redirect-to-https", "allow-all"][..]);
    // The second one lets everything work.
    let settings = prop_oneof![select(&SETTINGS[..]), Just(SETTINGS[1])];
    (pattern, select(&METHODS[..]), settings, viewers).prop_map(
        move |(pattern, methods, settings, viewer)| {
            let pattern = if has_pattern { pattern } else { String::new() };
            Behavior { pattern, methods, settings, viewer }
        },
    )
}

pub(crate) fn sketch() -> impl Strategy<Value = Sketch> {
    let stages = prop::collection::btree_set(select(&["prod", "a", "$default"][..]), 1..3);
    let api = (any::<bool>(), stages, prop::collection::vec(route(), 1..6), any::<bool>());
    let origin = (
        prop::option::weighted(0.25, select(&["", "/prod", "/a", "/prod/api", "/api"][..])),
        prop::option::weighted(0.25, select(&["", "api", "a/b"][..])),
    );
    let rest = (
        prop::collection::vec(behavior(true), 0..4),
        behavior(false),
        prop::option::weighted(0.2, Just("index.html")),
        prop::bool::weighted(0.2),
    );
    (api, origin, rest).prop_map(
        |(
            (is_rest, stages, routes, has_cors),
            (origin_path, base_path),
            (behaviors, default, root_object, error_page),
        )| {
            let mut stages: Vec<&str> = stages.into_iter().collect();
            // Most people get it right.
            let origin_path = origin_path.unwrap_or(match (is_rest, base_path) {
                (_, Some("api")) => "/api",
                (_, Some("a/b")) => "/a/b",
                (true, None) if stages.contains(&"a") => "/a",
                (true, None) => "/prod",
                _ => "",
            });
            if is_rest {
                stages.retain(|stage| *stage != "$default");
                if stages.is_empty() {
                    stages.push("prod");
                }
            }
            Sketch {
                is_rest,
                stages,
                routes,
                origin_path,
                base_path,
                behaviors,
                default,
                root_object,
                error_page,
                has_cors,
            }
        },
    )
}

/// A request, often one that has all credentials.
pub(crate) fn request() -> impl Strategy<Value = Request> {
    let methods =
        select(&[Method::Get, Method::Get, Method::Get, Method::Post, Method::Options, Method::Head][..]);
    let target = path(&["a", "b", "api", "prod", "c", "index.html"], 4);
    (methods, target, prop::bool::weighted(0.9), any::<bool>()).prop_map(
        |(method, path, is_https, has_all)| {
            let mut headers = Vec::new();
            if has_all {
                headers.push(("Authorization".to_owned(), "Bearer abc".to_owned()));
                headers.push(("x-api-key".to_owned(), "abc".to_owned()));
                headers.push(("Origin".to_owned(), "https://www.example.com".to_owned()));
                headers.push(("Access-Control-Request-Method".to_owned(), "GET".to_owned()));
            }
            let query = has_all.then(|| "token=abc".to_owned());
            Request { method, is_https, host: None, path, query, headers, has_body: false }
        },
    )
}
