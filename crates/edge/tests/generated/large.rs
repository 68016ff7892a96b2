//! Templates of a size, for how much work they are.

use std::fmt::Write as _;

/// What the patterns and routes of a large distribution are like.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    /// Each behavior has routes of its own.
    Services,
    /// Each pattern has a wildcard in its middle and takes one route in four.
    Middles,
    /// Every pattern meets every route, and they are hard to distinguish.
    Hostile,
}

/// A distribution with so many behaviors in front of an HTTP API with so many routes.
pub(crate) fn large(kind: Kind, behaviors: usize, routes: usize) -> String {
    let mut text = String::from(
        "Resources:
  Api: {Type: AWS::ApiGatewayV2::Api, Properties: {Name: api, ProtocolType: HTTP}}
  Stage: {Type: AWS::ApiGatewayV2::Stage, Properties: {ApiId: !Ref Api, StageName: $default}}
  Function:
    Type: AWS::ApiGatewayV2::Integration
    Properties: {ApiId: !Ref Api, IntegrationType: AWS_PROXY, IntegrationUri: 'arn:aws:lambda:us-east-1:123456789012:function:f'}
",
    );
    for route in 0..routes {
        let service = route % behaviors.max(1);
        let path = match kind {
            Kind::Services => format!("/svc{service}/items/{{id}}/x{route}"),
            Kind::Middles => format!("/r{service}/{{id}}/x{service}/y{}", route % 4),
            Kind::Hostile => format!("/a/{{b}}/r{route}/{{c}}/x{route}"),
        };
        let _ = writeln!(
            text,
            "  Route{route}: {{Type: AWS::ApiGatewayV2::Route, Properties: {{ApiId: !Ref Api, RouteKey: 'ANY {path}', Target: !Sub 'integrations/${{Function}}'}}}}"
        );
    }
    let settings = "TargetOriginId: api, ViewerProtocolPolicy: https-only, CachePolicyId: 4135ea2d-6df8-44a3-9df3-4b5a84be39ad";
    let _ = writeln!(
        text,
        "  Cdn:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Enabled: true
        Origins:
          - {{Id: api, DomainName: !Sub '${{Api}}.execute-api.us-east-1.amazonaws.com', CustomOriginConfig: {{OriginProtocolPolicy: https-only}}}}
        DefaultCacheBehavior: {{{settings}}}
        CacheBehaviors:"
    );
    for behavior in 0..behaviors {
        let pattern = match kind {
            Kind::Services => format!("/svc{behavior}/*"),
            Kind::Middles => format!("/r{behavior}/*/x{behavior}/*"),
            Kind::Hostile => format!("*a*b*c*{behavior}*"),
        };
        let _ = writeln!(text, "          - {{PathPattern: '{pattern}', {settings}}}");
    }
    text
}
