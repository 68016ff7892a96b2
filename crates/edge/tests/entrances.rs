//! Which requests certainly come to a route, and which certainly do not.

#![expect(clippy::expect_used, reason = "a test that is written wrongly may panic")]

use std::cell::RefCell;
use std::sync::Arc;

use cflint_diagnostics::FileId;
use cflint_edge::facts::headers::Method;
use cflint_edge::facts::refusals::NOT_FOUND;
use cflint_edge::routes::entrance::{behind, entrances, leads_to};
use cflint_edge::routes::path::SampleRequest;
use cflint_edge::routes::path::{RequestPath, paths_of};
use cflint_edge::routes::reachable::{may_lead, origin_leads};
use cflint_edge::routes::unrouted::{unrouted, unrouted_example};
use cflint_template::links::links;
use cflint_template::model::{self, Graph};
use cflint_template::syntax::parse;
use cflint_template::template::Template;

/// An HTTP API behind the default behavior, with the routes `GET /` and `GET /users`.
fn with_path<T>(config: &str, look: impl FnOnce(&RequestPath<'_>) -> T) -> T {
    let text = format!(
        "Resources:
  Api:
    Type: AWS::ApiGatewayV2::Api
    Properties:
      Name: api
      ProtocolType: HTTP
  Root:
    Type: AWS::ApiGatewayV2::Route
    Properties: {{ApiId: !Ref Api, RouteKey: 'GET /'}}
  Users:
    Type: AWS::ApiGatewayV2::Route
    Properties: {{ApiId: !Ref Api, RouteKey: 'GET /users'}}
  Stage:
    Type: AWS::ApiGatewayV2::Stage
    Properties: {{ApiId: !Ref Api, StageName: $default}}
  Distribution:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Enabled: true
        Origins:
          - Id: api
            DomainName: !Sub '${{Api}}.execute-api.${{AWS::Region}}.amazonaws.com'
            CustomOriginConfig: {{OriginProtocolPolicy: https-only}}
        DefaultCacheBehavior: {{TargetOriginId: api, ViewerProtocolPolicy: https-only}}
        {config}
"
    );
    let parsed = parse(FileId(0), Arc::from(text)).expect("the template parses");
    let template = Template::new(parsed.tree.root().expect("not empty"), &[]);
    let graph = Graph::new(&template, &links(&template));
    let distribution = model::distributions(&template).next().expect("a distribution");
    let views = model::views(&template, &graph, distribution, &RefCell::default());
    let model = &views.models.first().expect("a view").1;
    let paths = paths_of(model, &model.distribution.default_behavior);
    look(paths.first().expect("the origin is known"))
}

fn leads(path: &RequestPath<'_>, viewer_path: &str) -> bool {
    leads_to(path, viewer_path, Method::Get).is_some()
}

#[test]
fn a_default_root_object_takes_the_place_of_the_root() {
    with_path("", |path| assert!(leads(path, "/") && leads(path, "/users")));
    with_path("DefaultRootObject: ''", |path| assert!(leads(path, "/")));
    with_path("DefaultRootObject: index.html", |path| {
        assert!(!leads(path, "/") && leads(path, "/users"));
        assert!(behind(path, "/", Method::Get).is_some());
    });
    with_path("DefaultRootObject: !ImportValue object", |path| assert!(!leads(path, "/")));
}

#[test]
fn a_behavior_that_is_not_known_may_take_any_path() {
    with_path("CacheBehaviors: !GetAtt Other.Behaviors", |path| {
        assert!(!leads(path, "/users"));
        assert_eq!(path.samples().len(), 0);
    });
}

#[test]
fn only_what_has_no_route_is_refused() {
    with_path("", |path| {
        assert!(unrouted(path, "/users", Method::Get).is_none());
        for (viewer_path, method) in [("/index.html", Method::Get), ("/users", Method::Post)] {
            let refused = unrouted(path, viewer_path, method).expect("it has no route");
            assert_eq!(refused.answer(), Some(NOT_FOUND));
        }
    });
}

#[test]
fn a_path_without_a_route_can_be_named() {
    let example = |path: &RequestPath<'_>| unrouted_example(path).map(|(viewer_path, _)| viewer_path);
    with_path("", |path| assert_eq!(example(path).as_deref(), Some("/no-such-route")));
    // It would come to another behavior.
    let other =
        "CacheBehaviors: [{PathPattern: '*-route', TargetOriginId: api, ViewerProtocolPolicy: https-only}]";
    with_path(other, |path| assert_eq!(example(path), None));
}

#[test]
fn a_root_behind_a_default_root_object_leads_somewhere() {
    with_path("DefaultRootObject: index.html", |path| assert!(origin_leads(path)));
}

/// Whether a behavior for a pattern may reach the route of each call of the default one.
fn may_lead_from(pattern: &str) -> Vec<bool> {
    let other = format!(
        "CacheBehaviors: [{{PathPattern: {pattern}, TargetOriginId: api, ViewerProtocolPolicy: https-only}}]"
    );
    with_path(&other, |path| {
        let behavior = path.distribution.behaviors.iter().next().expect("a behavior");
        let ways = paths_of(path.model, behavior);
        let way = ways.first().expect("the origin is known");
        // The calls of a default behavior that is alone: the other one may leave it nothing.
        with_path("", |alone| {
            let samples = alone.samples().iter().map(|sample| {
                let route = sample.route.name();
                let api = way.backend.api().expect("the API is in the template");
                let own = api.routes.iter().find(|own| own.name() == route).expect("it is the same API");
                let entrance = entrances(way).remove(0);
                let sample = SampleRequest { entrance, route: own, ..sample.clone() };
                may_lead(way, &sample)
            });
            samples.collect()
        })
    })
}

#[test]
fn another_behavior_may_lead_to_a_route() {
    assert_eq!(may_lead_from("/users"), [false, true]);
    assert_eq!(may_lead_from("/*"), [true, true]);
    assert_eq!(may_lead_from("/img/*"), [false, false]);
    assert_eq!(may_lead_from("!ImportValue pattern"), [true, true]);
}
