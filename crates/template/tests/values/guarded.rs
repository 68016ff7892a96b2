//! What is read of firewalls, integrations, secrets and logs.

use std::cell::RefCell;

use cflint_template::model::{self, Integration, Model};

use super::with_template;

fn model(text: &str) -> Model {
    with_template(text, |template, graph| {
        let distribution = model::distributions(template).next().expect("a distribution");
        let mut views = model::views(template, graph, distribution, &RefCell::default());
        views.models.remove(0).1
    })
}

#[test]
fn associations_are_found_without_a_distribution() {
    let text = "
Parameters: {Env: {Type: String}}
Conditions: {IsProd: !Equals [!Ref Env, prod]}
Resources:
  Acl: {Type: AWS::WAFv2::WebACL, Properties: {Scope: REGIONAL}}
  Association:
    Type: AWS::WAFv2::WebACLAssociation
    Condition: IsProd
    Properties: {ResourceArn: !ImportValue stage, WebACLArn: !GetAtt Acl.Arn}
";
    let views = with_template(text, |template, graph| {
        let views = model::firewalls(template, graph, &RefCell::default());
        views.into_iter().map(|(conditions, view)| (conditions, view.associations.len())).collect::<Vec<_>>()
    });
    let is_prod = |answer| vec![("IsProd".to_owned(), answer)];
    assert_eq!(views.len(), 2);
    assert!(views.contains(&(is_prod(true), 1)) && views.contains(&(is_prod(false), 0)), "{views:?}");
    let none = with_template("Resources: {It: {Type: AWS::SNS::Topic}}", |template, graph| {
        model::firewalls(template, graph, &RefCell::default()).len()
    });
    assert_eq!(none, 0);
}

#[test]
fn the_parameters_in_a_header_are_known_whatever_they_come_to() {
    let text = "
Parameters:
  Secret: {Type: String, NoEcho: 'true'}
  Plain: {Type: String, Default: abc}
  Empty: {Type: String, Default: ''}
  Stored: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /it}
Resources:
  It:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Origins:
          - Id: it
            DomainName: a.example.com
            OriginCustomHeaders:
              - {HeaderName: a, HeaderValue: !Sub '${Secret}-${Plain}-${AWS::Region}-${!Literal}'}
              - {HeaderName: b, HeaderValue: !Join ['', [!Ref Empty, !Ref Stored, !Ref Empty]]}
              - {HeaderName: c, HeaderValue: literal}
        DefaultCacheBehavior: {TargetOriginId: it}
";
    let model = model(text);
    let origin = model.distribution.origins.iter().next().expect("an origin");
    let used = origin.custom_headers.iter().map(|header| {
        let parameters = header.parameters.iter();
        let shown = parameters.map(|used| {
            let marks =
                [(used.no_echo, "masked"), (used.is_indirect, "stored"), (used.default.is_some(), "default")];
            let marks: Vec<_> = marks.iter().filter(|(is, _)| *is).map(|(_, mark)| *mark).collect();
            format!("{} {}", used.name, marks.join("+"))
        });
        shown.collect::<Vec<_>>().join(", ")
    });
    let used: Vec<_> = used.collect();
    assert_eq!(used, ["Secret masked, Plain default", "Empty , Stored stored+default", ""]);
}

#[test]
fn what_stands_behind_a_route_is_read_in_each_form() {
    let text = "
Transform: AWS::Serverless-2016-10-31
Resources:
  Function:
    Type: AWS::Serverless::Function
    Properties:
      Events:
        A: {Type: HttpApi, Properties: {Path: /a, Method: get}}
  It:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Origins:
          - {Id: sam, DomainName: !Sub '${ServerlessHttpApi}.execute-api.eu-west-1.amazonaws.com'}
          - {Id: http, DomainName: !Sub '${Http}.execute-api.eu-west-1.amazonaws.com'}
          - {Id: rest, DomainName: !Sub '${Rest}.execute-api.eu-west-1.amazonaws.com'}
        DefaultCacheBehavior: {TargetOriginId: sam}
  Http: {Type: AWS::ApiGatewayV2::Api, Properties: {Name: it, ProtocolType: HTTP}}
  Queue:
    Type: AWS::ApiGatewayV2::Integration
    Properties: {ApiId: !Ref Http, IntegrationType: AWS_PROXY, IntegrationSubtype: SQS-SendMessage}
  Route:
    Type: AWS::ApiGatewayV2::Route
    Properties: {ApiId: !Ref Http, RouteKey: GET /b, Target: !Join [/, [integrations, !Ref Queue]]}
  Rest:
    Type: AWS::ApiGateway::RestApi
    Properties:
      Body:
        paths:
          /c: {get: {x-amazon-apigateway-integration: {type: mock}}}
          /d: {get: {x-amazon-apigateway-integration: {type: http_proxy}}}
          /e: {get: {}}
";
    let model = model(text);
    let of = |id: &str| -> Vec<Integration> {
        model.api(id).expect("the API").routes.iter().map(|route| route.integration).collect()
    };
    assert_eq!(of("ServerlessHttpApi"), [Integration::Function]);
    assert_eq!(of("Http"), [Integration::Service]);
    assert_eq!(of("Rest"), [Integration::Mock, Integration::Http, Integration::Unknown]);
}

#[test]
fn a_delivery_source_belongs_to_the_distribution_that_it_names() {
    let text = "
Resources:
  It:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Origins: [{Id: it, DomainName: a.example.com}]
        DefaultCacheBehavior: {TargetOriginId: it}
  Source:
    Type: AWS::Logs::DeliverySource
    Properties: {Name: it, ResourceArn: !Sub 'arn:aws:cloudfront::1:distribution/${It}', LogType: ACCESS_LOGS}
  Other:
    Type: AWS::Logs::DeliverySource
    Properties: {Name: other, ResourceArn: !ImportValue other, LogType: ACCESS_LOGS}
";
    assert_eq!(model(text).log_sources.len(), 1);
}
