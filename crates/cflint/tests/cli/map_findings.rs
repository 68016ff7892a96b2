//! What a map shows of the findings, and what it draws once.

use crate::map::FORMATS;
use crate::project::Project;

/// A distribution `Site` in front of one server.
fn site(policy: &str) -> String {
    format!(
        "
Resources:
  Site:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Enabled: true
        Origins: [{{Id: a, DomainName: a.example.com, CustomOriginConfig: {{OriginProtocolPolicy: https-only}}}}]
        DefaultCacheBehavior:
          TargetOriginId: a
          ViewerProtocolPolicy: {policy}
          CachePolicyId: 658327ea-f89d-4fab-a63d-7e88639e58f6
"
    )
}

#[test]
fn a_distribution_does_not_take_the_findings_of_its_namesake() {
    let project = Project::new(&[("a.yaml", &site("https-only")), ("b.yaml", &site("allow-all"))]);
    let drawn = project.run(&["map"]).stdout;
    let (first, second) = drawn.split_once("b.yaml").unwrap();
    assert!(!first.contains("viewer-protocol-not-https"), "{drawn}");
    assert!(second.contains("warning[viewer-protocol-not-https]"), "{drawn}");
}

const API: &str = "
Resources:
  Api:
    Type: AWS::ApiGatewayV2::Api
    Properties: {Name: shop, ProtocolType: HTTP, Target: 'https://a.example.com', DisableExecuteApiEndpoint: true}
Outputs:
  Url: {Value: !GetAtt Api.ApiEndpoint, Export: {Name: shop-url}}
";

fn in_front(id: &str) -> String {
    format!(
        "
Resources:
  {id}:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Enabled: true
        Origins:
          - Id: api
            DomainName: !Select [2, !Split [/, !ImportValue shop-url]]
            CustomOriginConfig: {{OriginProtocolPolicy: https-only}}
        DefaultCacheBehavior:
          TargetOriginId: api
          ViewerProtocolPolicy: https-only
          CachePolicyId: 4135ea2d-6df8-44a3-9df3-4b5a84be39ad
"
    )
}

#[test]
fn a_finding_in_a_linked_template_is_shown_in_each_map_that_it_is_about() {
    let (first, second) = (in_front("Shop"), in_front("Other"));
    let project = Project::new(&[
        ("api.yaml", API),
        ("edge.yaml", &first),
        ("other.yaml", &second),
        ("site.yaml", &site("https-only")),
    ]);
    let drawn = project.run(&["map"]).stdout;
    assert_eq!(drawn.matches("error[execute-api-endpoint-disabled]").count(), 2, "{drawn}");
}

#[test]
fn every_behavior_with_a_shared_policy_is_marked() {
    let policy = "
Parameters: {Id: {Type: String}}
Resources:
  Headers:
    Type: AWS::CloudFront::OriginRequestPolicy
    Properties:
      OriginRequestPolicyConfig:
        Name: all
        CookiesConfig: {CookieBehavior: all}
        HeadersConfig: {HeaderBehavior: allViewer}
        QueryStringsConfig: {QueryStringBehavior: all}
  Shop:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Enabled: true
        Origins:
          - Id: api
            DomainName: !Sub '${Id}.execute-api.us-east-1.amazonaws.com'
            CustomOriginConfig: {OriginProtocolPolicy: https-only}
        DefaultCacheBehavior: &behavior
          TargetOriginId: api
          ViewerProtocolPolicy: https-only
          CachePolicyId: 4135ea2d-6df8-44a3-9df3-4b5a84be39ad
          OriginRequestPolicyId: !Ref Headers
        CacheBehaviors: [{PathPattern: /a, <<: *behavior}, {PathPattern: /b, <<: *behavior}]
";
    let project = Project::new(&[("edge.yaml", policy)]);
    let drawn = project.run(&["map"]).stdout;
    assert_eq!(drawn.matches("error[host-header-forwarded]").count(), 3, "{drawn}");
}

/// A whole behavior that depends on a condition is at two places of the file.
#[test]
fn views_that_look_the_same_are_drawn_once() {
    let behavior = |policy: &str| {
        format!(
            "{{TargetOriginId: a, ViewerProtocolPolicy: {policy}, CachePolicyId: 658327ea-f89d-4fab-a63d-7e88639e58f6}}"
        )
    };
    for (other, count) in [("https-only", 1), ("redirect-to-https", 2)] {
        let text = format!(
            "
Parameters: {{Env: {{Type: String}}}}
Conditions: {{IsProd: !Equals [!Ref Env, prod]}}
Resources:
  Site:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Enabled: true
        Origins: [{{Id: a, DomainName: a.example.com, CustomOriginConfig: {{OriginProtocolPolicy: https-only}}}}]
        DefaultCacheBehavior: !If [IsProd, {}, {}]
",
            behavior("https-only"),
            behavior(other),
        );
        let project = Project::new(&[("edge.yaml", &text)]);
        let drawn = project.run(&["map"]).stdout;
        assert_eq!(drawn.matches("edge.yaml:").count(), count, "{drawn}");
        assert_eq!(drawn.contains("IsProd is"), count > 1, "{drawn}");
    }
}

/// A REST API with a route and a preflight at each of three paths, behind an origin with a long name.
fn preflights() -> String {
    let mut text = "
Resources:
  Api: {Type: AWS::ApiGateway::RestApi, Properties: {Name: shop}}
  Deployment: {Type: AWS::ApiGateway::Deployment, Properties: {RestApiId: !Ref Api}}
  Stage:
    Type: AWS::ApiGateway::Stage
    Properties: {RestApiId: !Ref Api, DeploymentId: !Ref Deployment, StageName: production}
  Shop:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Enabled: true
        Origins:
          - Id: api
            DomainName: !Sub '${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}'
            OriginPath: /production
            CustomOriginConfig: {OriginProtocolPolicy: https-only}
        DefaultCacheBehavior: &behavior
          TargetOriginId: api
          ViewerProtocolPolicy: https-only
          CachePolicyId: 4135ea2d-6df8-44a3-9df3-4b5a84be39ad
        CacheBehaviors: [{PathPattern: /z, <<: *behavior}, {PathPattern: /a, <<: *behavior}]
"
    .to_owned();
    for name in ["Users", "Orders", "Carts"] {
        text.push_str(&format!(
            "  {name}:
    Type: AWS::ApiGateway::Resource
    Properties: {{RestApiId: !Ref Api, ParentId: !GetAtt Api.RootResourceId, PathPart: {name}}}
"
        ));
        for (method, kind) in [("GET", "HTTP_PROXY"), ("OPTIONS", "MOCK")] {
            text.push_str(&format!(
                "  {name}{method}:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Api
      ResourceId: !Ref {name}
      HttpMethod: {method}
      AuthorizationType: NONE
      Integration: {{Type: {kind}, IntegrationHttpMethod: GET, Uri: 'https://a.example.com'}}
"
            ));
        }
    }
    text
}

#[test]
fn preflights_are_one_line_and_nothing_that_matters_is_cut() {
    let project = Project::new(&[("edge.yaml", &preflights())]);
    for format in FORMATS {
        let drawn = project.run(&["map", "--format", format]).stdout;
        assert_eq!(drawn.matches("OPTIONS").count(), 1, "{drawn}");
        assert!(drawn.contains("OPTIONS of 3 paths") && drawn.contains("GET /Carts"), "{drawn}");
        assert!(drawn.contains("/production") || drawn.contains("#47;production"), "{drawn}");
    }
}

#[test]
fn graphviz_keeps_the_order_of_the_behaviors() {
    let project = Project::new(&[("edge.yaml", &preflights())]);
    let drawn = project.run(&["map", "--format", "dot"]).stdout;
    assert!(drawn.contains("  ordering=out;\n"), "{drawn}");
    let at = |pattern: &str| drawn.find(&format!("\"{pattern}\\l")).unwrap();
    assert!(at("/z") < at("/a") && at("/a") < at("Default (*)"), "{drawn}");
}
