//! Resources on their own, and what their properties can hold.

use cflint_template::model::{AnyPolicy, InView, SingleResource, apis, single, singles};

use super::with_template;

/// Looks at what the first resource of the template says, in each of its views.
fn with_first<T>(text: &str, look: impl FnOnce(&[InView<SingleResource>]) -> T) -> T {
    with_template(text, |template, graph| {
        look(&single(template, graph, singles(template).next().expect("a resource of the table")))
    })
}

/// The properties with values that they cannot hold.
fn faults(text: &str) -> Vec<String> {
    with_first(text, |views| {
        let (_, resource) = views.first().expect("a view");
        let wrong = resource.settings.iter().filter(|setting| setting.fault().is_some());
        wrong.map(|setting| setting.property.clone()).collect()
    })
}

#[test]
fn a_policy_needs_no_distribution() {
    let text = "Resources: {It: {Type: 'AWS::CloudFront::CachePolicy', Properties: {CachePolicyConfig: {MaxTTL: 5}}}}";
    with_first(text, |views| {
        let [(_, resource)] = views else { panic!("one view") };
        let Some(AnyPolicy::Cache(policy)) = &resource.policy else { panic!("a cache policy") };
        assert_eq!((policy.id.as_str(), policy.max_ttl.known()), ("It", Some(&5)));
    });
}

#[test]
fn a_resource_has_the_views_of_its_own_conditions() {
    let text = "
Parameters: {A: {Type: String}, B: {Type: String}}
Conditions: {IsA: !Equals [!Ref A, x], IsB: !Equals [!Ref B, x]}
Resources:
  It:
    Type: AWS::Lambda::Url
    Condition: IsA
    Properties: {AuthType: NONE}
  Other:
    Type: AWS::Lambda::Url
    Properties: {AuthType: !If [IsB, NONE, AWS_IAM]}
";
    with_first(text, |views| {
        let [(conditions, _)] = views else { panic!("it exists in one view: {views:?}") };
        assert_eq!(conditions.as_slice(), [("IsA".to_owned(), true)]);
    });
}

#[test]
fn lists_and_intrinsics_are_followed() {
    let text = "
Parameters: {Given: {Type: String}, Default: {Type: String, Default: http}}
Resources:
  It:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Origins:
          - {ConnectionAttempts: 3}
          - CustomOriginConfig: {OriginProtocolPolicy: !Ref Given, OriginSSLProtocols: [TLSv1.2, TLSv2]}
        CacheBehaviors:
          - {ViewerProtocolPolicy: !Ref Default, PathPattern: !Sub '/a b/${Given}'}
";
    let config = "DistributionConfig.";
    let expected = [
        "CacheBehaviors[0].PathPattern",
        "CacheBehaviors[0].ViewerProtocolPolicy",
        "Origins[1].CustomOriginConfig.OriginSSLProtocols[1]",
    ];
    assert_eq!(faults(text), expected.map(|property| format!("{config}{property}")));
}

#[test]
fn timeouts_of_integrations_belong_to_their_routes() {
    let text = "
Transform: AWS::Serverless-2016-10-31
Resources:
  Api: {Type: AWS::ApiGatewayV2::Api, Properties: {ProtocolType: HTTP}}
  Slow: {Type: AWS::ApiGatewayV2::Integration, Properties: {ApiId: !Ref Api, TimeoutInMillis: 5000}}
  A: {Type: AWS::ApiGatewayV2::Route, Properties: {ApiId: !Ref Api, RouteKey: GET /a, Target: !Sub 'integrations/${Slow}'}}
  B: {Type: AWS::ApiGatewayV2::Route, Properties: {ApiId: !Ref Api, RouteKey: GET /b}}
  Rest:
    Type: AWS::ApiGateway::RestApi
    Properties: {Body: {paths: {/c: {get: {x-amazon-apigateway-integration: {timeoutInMillis: '6000'}}}}}}
  Fn:
    Type: AWS::Serverless::Function
    Properties: {Events: {D: {Type: HttpApi, Properties: {Path: /d, Method: get, TimeoutInMillis: 7000}}}}
";
    let views = with_template(text, |template, graph| apis(template, graph, &Default::default()));
    let (_, apis) = views.first().expect("a view");
    let timeout = |route: &cflint_template::model::Route| {
        (route.name(), route.timeout.as_ref().and_then(|timeout| timeout.known().copied()))
    };
    let mut found: Vec<_> = apis.iter().flat_map(|api| api.routes.iter().map(timeout)).collect();
    found.sort();
    let expected = [("GET /a", Some(5000)), ("GET /b", None), ("GET /c", Some(6000)), ("GET /d", Some(7000))];
    assert_eq!(found, expected.map(|(name, timeout)| (name.to_owned(), timeout)));
}
