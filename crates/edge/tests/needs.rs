//! What routes require, and whether it arrives.

#![expect(clippy::expect_used, reason = "a test that is written wrongly may panic")]

use std::cell::RefCell;
use std::sync::Arc;

use cflint_diagnostics::FileId;
use cflint_edge::access::needs::{arrives, unmet};
use cflint_edge::facts::Certainty;
use cflint_edge::facts::headers::Method;
use cflint_edge::routes::entrance::leads_to;
use cflint_edge::routes::path::{RequestPath, request_paths};
use cflint_template::links::links;
use cflint_template::model::{self, Graph, IdentityPlace};
use cflint_template::syntax::parse;
use cflint_template::template::Template;
use cflint_template::value::Tri;

const API: &str = "
Resources:
  Api: {Type: AWS::ApiGatewayV2::Api, Properties: {ProtocolType: HTTP}}
  Stage: {Type: AWS::ApiGatewayV2::Stage, Properties: {ApiId: !Ref Api, StageName: $default}}
  Users:
    Type: AWS::ApiGatewayV2::Authorizer
    Properties: {ApiId: !Ref Api, AuthorizerType: JWT, IdentitySource: [$request.header.Authorization]}
  Post:
    Type: AWS::ApiGatewayV2::Route
    Properties: {ApiId: !Ref Api, RouteKey: POST /users, AuthorizationType: JWT, AuthorizerId: !Ref Users}
  Get:
    Type: AWS::ApiGatewayV2::Route
    Properties: {ApiId: !Ref Api, RouteKey: GET /, AuthorizationType: JWT, AuthorizerId: !Ref Users}
  It:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Origins:
          - {Id: it, DomainName: !Sub '${Api}.execute-api.eu-west-1.amazonaws.com', OriginCustomHeaders: [{HeaderName: x-own, HeaderValue: a}]}
";

/// Looks at the only request path of a distribution with these further lines.
fn with_path<T>(lines: &str, look: impl FnOnce(&RequestPath<'_>) -> T) -> T {
    let text = format!("{API}{lines}");
    let parsed = parse(FileId(0), Arc::from(text)).expect("the template parses");
    let template = Template::new(parsed.tree.root().expect("not empty"), &[]);
    let graph = Graph::new(&template, &links(&template));
    let distribution = model::distributions(&template).next().expect("a distribution");
    let views = model::views(&template, &graph, distribution, &RefCell::default());
    let paths = request_paths(&views.models.first().expect("a view").1);
    look(paths.first().expect("a behavior"))
}

fn behavior(settings: &str) -> String {
    format!(
        "        DefaultCacheBehavior: {{TargetOriginId: it, AllowedMethods: [GET, HEAD, OPTIONS, PUT, POST, PATCH, DELETE], {settings}}}\n"
    )
}

const CACHING_DISABLED: &str = "CachePolicyId: 4135ea2d-6df8-44a3-9df3-4b5a84be39ad";

fn header(path: &RequestPath<'_>, name: &str, method: Method) -> (Tri, Certainty) {
    arrives(path, IdentityPlace::Header, name, method)
}

#[test]
fn the_surest_comes_first() {
    with_path(&behavior(CACHING_DISABLED), |path| {
        let found: Vec<_> =
            unmet(path).iter().map(|unmet| (unmet.sample.route.name(), unmet.certainty)).collect();
        let sure = ("GET /".to_owned(), Certainty::Certain);
        assert_eq!(found, [sure, ("POST /users".to_owned(), Certainty::Uncertain)]);
    });
}

#[test]
fn what_is_set_on_the_way_is_not_missing() {
    with_path(&behavior(CACHING_DISABLED), |path| {
        assert_eq!(header(path, "X-Own", Method::Get), (Tri::True, Certainty::Certain));
        assert_eq!(header(path, "x-api-key", Method::Get), (Tri::False, Certainty::Certain));
        for name in ["Host", "user-agent", "x-forwarded-for", "CloudFront-Viewer-Country"] {
            assert_eq!(header(path, name, Method::Get).0, Tri::Unknown, "{name}");
        }
        assert_eq!(header(path, "Cookie", Method::Get), (Tri::False, Certainty::Certain));
    });
}

#[test]
fn some_cookies_may_be_the_right_ones() {
    let legacy =
        |cookies: &str| behavior(&format!("ForwardedValues: {{QueryString: true, Cookies: {cookies}}}"));
    for (cookies, answer) in [
        ("{Forward: none}", Tri::False),
        ("{Forward: all}", Tri::True),
        ("{Forward: whitelist, WhitelistedNames: [session]}", Tri::Unknown),
    ] {
        let found = with_path(&legacy(cookies), |path| header(path, "Cookie", Method::Get).0);
        assert_eq!(found, answer, "{cookies}");
    }
}

#[test]
fn a_behavior_that_cloudfront_refuses_is_not_judged() {
    let both = format!("{CACHING_DISABLED}, ForwardedValues: {{QueryString: false}}");
    for settings in [both.as_str(), "Compress: true"] {
        with_path(&behavior(settings), |path| {
            assert!(!path.forwarding.is_settled(), "{settings}");
            assert!(unmet(path).is_empty(), "{settings}");
        });
    }
}

#[test]
fn the_default_root_object_takes_the_place_of_the_root() {
    for (object, leads) in [("", true), ("        DefaultRootObject: index.html\n", false)] {
        with_path(&format!("{}{object}", behavior(CACHING_DISABLED)), |path| {
            assert_eq!(leads_to(path, "/", Method::Get).is_some(), leads);
        });
    }
}

#[test]
fn no_path_is_certain_while_behaviors_are_not_known() {
    let lines = format!("{}        CacheBehaviors: !GetAtt Macro.Behaviors\n", behavior(CACHING_DISABLED));
    with_path(&lines, |path| assert!(path.samples().is_empty()));
}
