//! Every intrinsic function, in the shapes that templates have.

use super::evaluated;

/// The value of `It.V` in a template with parameters, a mapping, conditions and an API.
fn value(expression: &str) -> String {
    value_with(expression, &[])
}

fn value_with(expression: &str, given: &[(&str, &str)]) -> String {
    let text = format!(
        r#"
Parameters:
  Env: {{ Type: String, AllowedValues: [dev, prod] }}
  Name: {{ Type: String, Default: shop }}
  Free: {{ Type: String }}
  Hosts: {{ Type: CommaDelimitedList, Default: "a.example.com, b.example.com" }}
  Latest: {{ Type: "AWS::SSM::Parameter::Value<String>", Default: /path }}
Mappings:
  Stages:
    dev: {{ Path: beta, Zones: [x, y] }}
    prod: {{ Path: beta, Host: www }}
Conditions:
  Never: !Equals [a, b]
  Always: !Not [!Condition Never]
  Open: !Equals [!Ref Free, x]
Resources:
  Api: {{ Type: "AWS::ApiGateway::RestApi" }}
  Stage: {{ Type: "AWS::ApiGateway::Stage", Properties: {{ StageName: !Select [0, !Split ["--", !Ref "AWS::StackName"]] }} }}
  Http: {{ Type: "AWS::ApiGatewayV2::Api" }}
  Url: {{ Type: "AWS::Lambda::Url" }}
  Bucket: {{ Type: "AWS::S3::Bucket" }}
  Cdn: {{ Type: "AWS::CloudFront::Distribution" }}
  It:
    Type: Custom::It
    Properties:
      V: {expression}
"#
    );
    evaluated(&text, "V", given)
}

#[test]
fn the_origin_that_cdk_writes_comes_out_as_a_host_and_a_path() {
    let url = r#""Fn::Split": ["/", {"Fn::Join": ["", ["https://", {"Ref": "Api"}, ".execute-api.", {"Ref": "AWS::Region"}, ".", {"Ref": "AWS::URLSuffix"}, "/", {"Ref": "Stage"}, "/"]]}]"#;
    let piece = |index: u32| format!(r#"{{"Fn::Select": [{index}, {{{url}}}]}}"#);
    assert_eq!(value(&piece(2)), "{Api}.execute-api.{region}.{url-suffix}");
    assert_eq!(value(&piece(3)), "{stack-name[0]}");
    let path = format!(r#"{{"Fn::Join": ["", ["/", {}]]}}"#, piece(3));
    assert_eq!(value(&path), "/{stack-name[0]}");
}

#[test]
fn the_name_of_a_stage_is_the_same_wherever_it_is_written() {
    let direct = "!Sub ['/${S}', { S: !Select [0, !Split ['--', !Ref 'AWS::StackName']] }]";
    assert_eq!(value(direct), value("!Sub '/${Stage}'"));
    assert_eq!(value(direct), value("!Join ['', ['/', !Ref Stage]]"));
}

#[test]
fn references() {
    assert_eq!(value("!Ref Name"), "shop");
    assert_eq!(value_with("!Ref Name", &[("Name", "other")]), "other");
    assert_eq!(value("!Ref Free"), "{Free}");
    assert_eq!(value("!Ref Latest"), "{Latest}");
    assert_eq!(value("!Ref Hosts"), "[a.example.com, b.example.com]");
    assert_eq!(value("!Select [1, !Ref Hosts]"), "b.example.com");
    assert_eq!(value("!Ref AWS::NoValue"), "no value");
    assert_eq!(value_with("!Ref AWS::Region", &[("AWS::Region", "eu-west-1")]), "eu-west-1");
    assert_eq!(value("!Ref Nothing"), "unknown: nothing is named `Nothing`");
}

#[test]
fn attributes() {
    assert_eq!(value("!GetAtt Http.ApiEndpoint"), "https://{Http}.execute-api.{region}.{url-suffix}");
    assert_eq!(value("!GetAtt [Http, ApiEndpoint]"), "https://{Http}.execute-api.{region}.{url-suffix}");
    assert_eq!(
        value("!Select [1, !Split ['://', !GetAtt Http.ApiEndpoint]]"),
        "{Http}.execute-api.{region}.{url-suffix}"
    );
    assert_eq!(
        value("!Select [2, !Split ['/', !GetAtt Url.FunctionUrl]]"),
        "{Url.UrlId}.lambda-url.{region}.on.aws"
    );
    assert_eq!(value("!GetAtt Bucket.RegionalDomainName"), "{Bucket}.s3.{region}.{url-suffix}");
    assert_eq!(
        value("!Select [2, !Split ['/', !GetAtt Bucket.WebsiteURL]]"),
        "{Bucket}.s3-website-{region}.{url-suffix}"
    );
    assert_eq!(value("!GetAtt Cdn.DomainName"), "{Cdn.Subdomain}.cloudfront.net");
    assert_eq!(value("!GetAtt Api.RestApiId"), value("!Ref Api"));
}

#[test]
fn texts_with_variables() {
    assert_eq!(value("!Sub '${Name}-${AWS::StackName}-${!Literal}'"), "shop-{stack-name}-${Literal}");
    assert_eq!(value("!Sub ['${Name}.${x}', { Name: local, x: !Ref Env }]"), "local.{Env}");
    assert_eq!(value("!Sub '${Http.ApiEndpoint}/x'"), "https://{Http}.execute-api.{region}.{url-suffix}/x");
    assert_eq!(value("{'Fn::Sub': '${Free}'}"), "{Free}");
}

#[test]
fn lists_and_texts() {
    assert_eq!(value("!Join [',', [a, !Ref Name, !Ref Free]]"), "a,shop,{Free}");
    assert_eq!(value("!Join [',', !Ref Hosts]"), "a.example.com,b.example.com");
    assert_eq!(value("!Split [',', 'a,b']"), "[a, b]");
    assert_eq!(value("!Select ['1', [a, b]]"), "b");
    assert_eq!(value("!Select [5, [a, b]]"), "unknown: the list of `Fn::Select` has no such item");
    assert_eq!(value("!Select [0, !GetAZs '']"), "{Fn::Select}");
    assert_eq!(value("[a, !Ref AWS::NoValue, !If [Always, b, c]]"), "[a, b]");
    assert_eq!(value("{'Fn::Length': [a, b, c]}"), "3");
}

#[test]
fn mappings() {
    assert_eq!(value("!FindInMap [Stages, dev, Path]"), "beta");
    assert_eq!(value("!FindInMap [Stages, !Ref Env, Path]"), "beta");
    assert_eq!(value("!FindInMap [Stages, !Ref Env, Host]"), "{Fn::FindInMap}");
    assert_eq!(value("!FindInMap [Stages, dev, Zones]"), "[x, y]");
    assert_eq!(value("!FindInMap [Stages, no, Path]"), "unknown: mapping `Stages` has no such key");
    assert_eq!(value("!FindInMap [Stages, no, Path, { DefaultValue: other }]"), "other");
    assert_eq!(value_with("!FindInMap [Stages, !Ref Env, Host]", &[("Env", "prod")]), "www");
}

#[test]
fn branches() {
    assert_eq!(value("!If [Always, yes it is, no]"), "yes it is");
    assert_eq!(value("!If [Never, a, !If [Always, b, c]]"), "b");
    assert_eq!(value("!If [Open, a, b]"), "unknown: the value of condition `Open` is not known");
    assert_eq!(value_with("!If [Open, a, b]", &[("Free", "x")]), "a");
    assert_eq!(value("!If [Gone, a, b]"), "unknown: the value of condition `Gone` is not known");
}

#[test]
fn what_is_known_only_at_deployment_keeps_its_identity() {
    assert_eq!(value("!ImportValue api-id"), "{import api-id}");
    assert_eq!(value("!ImportValue {'Fn::Sub': '${AWS::StackName}-api'}"), "{import {stack-name}-api}");
    assert_eq!(value("'{{resolve:ssm:/a:1}}'"), "{{resolve:ssm:/a:1}}");
    assert_eq!(value("!Sub 'x-{{resolve:ssm:/${Env}/id}}'"), "x-{{resolve:ssm:/{Env}/id}}");
    assert_eq!(value("{'Fn::Base64': text}"), "{Fn::Base64}");
    assert_eq!(value("{'Fn::GetStackOutput': {StackName: A, OutputName: B}}"), "{Fn::GetStackOutput}");
    assert_eq!(value("{'Fn::Transform': {Name: 'AWS::Include'}}"), "unknown: a transform generates it");
}

#[test]
fn loops_make_resources_and_properties() {
    let text = r#"
Transform: AWS::LanguageExtensions
Resources:
  Fn::ForEach::Stages:
    - Name
    - [dev, prod-1]
    - "Stage&{Name}":
        Type: AWS::ApiGateway::Stage
        Properties: { StageName: !Ref Name, Description: "the ${Name} stage" }
  It:
    Type: Custom::It
    Properties:
      Dev: !Ref Stagedev
      Prod: !Sub "/${Stageprod1}"
      Fn::ForEach::Tags: [Key, [A, B], {"Tag${Key}": {"Fn::Sub": "x-${Key}"}}]
"#;
    assert_eq!(evaluated(text, "Dev", &[]), "dev");
    assert_eq!(evaluated(text, "Prod", &[]), "/prod-1");
    assert_eq!(evaluated(text, "TagB", &[]), "x-B");
}

#[test]
fn what_refers_to_itself_is_unknown_and_ends() {
    let text = r#"
Conditions:
  A: !Condition B
  B: !Condition A
Resources:
  Stage: { Type: "AWS::ApiGateway::Stage", Properties: { StageName: !Ref Stage } }
  It: { Type: Custom::It, Properties: { V: !Ref Stage, W: !If [A, x, y] } }
"#;
    assert!(evaluated(text, "V", &[]).contains("Stage"));
    assert_eq!(evaluated(text, "W", &[]), "unknown: the value of condition `A` is not known");
}
