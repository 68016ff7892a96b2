//! What guards an origin, and what does not.

#![expect(clippy::expect_used, reason = "a test that is written wrongly may panic")]

use std::cell::RefCell;
use std::sync::Arc;

use cflint_diagnostics::FileId;
use cflint_edge::access::invocation::{ACTIONS, may_invoke};
use cflint_edge::access::secret::{Clear, in_clear, is_secret};
use cflint_edge::access::verification::{Ineffective, Verification, verification};
use cflint_edge::facts::acl_scope::{Unguarded, WrongAcl, unguarded, wrong_acls};
use cflint_edge::facts::certificate::foreign_certificates;
use cflint_edge::origin::bucket::{Grant, bucket_of, grant};
use cflint_template::links::links;
use cflint_template::model::{self, Graph, Model};
use cflint_template::syntax::parse;
use cflint_template::template::Template;
use cflint_template::value::{Text, Tri};

fn with_model<T>(given: &[(&str, &str)], text: &str, look: impl FnOnce(&Model) -> T) -> T {
    let parsed = parse(FileId(0), Arc::from(text)).expect("the template parses");
    let given: Vec<_> = given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let template = Template::new(parsed.tree.root().expect("not empty"), &given);
    let graph = Graph::new(&template, &links(&template));
    let distribution = model::distributions(&template).next().expect("a distribution");
    let views = model::views(&template, &graph, distribution, &RefCell::default());
    let (_, model) = views.models.first().expect("a view");
    look(model)
}

/// A distribution with one origin, and other resources.
fn template(beside: &str, config: &str, origin: &str) -> String {
    format!(
        "
Parameters:
  Secret: {{Type: String, NoEcho: true}}
  Known: {{Type: String, NoEcho: true, Default: abcdef}}
  Shown: {{Type: String}}
Resources:
  It:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        {config}
        Origins: [{{Id: it, {origin}}}]
        DefaultCacheBehavior: {{TargetOriginId: it}}
{beside}"
    )
}

const ORIGIN: &str = "DomainName: !Sub '${Api}.execute-api.${AWS::Region}.amazonaws.com'";

fn http_api(route: &str) -> String {
    format!(
        "
  Api: {{Type: AWS::ApiGatewayV2::Api, Properties: {{Name: shop, ProtocolType: HTTP}}}}
  Integration:
    Type: AWS::ApiGatewayV2::Integration
    Properties: {{ApiId: !Ref Api, IntegrationType: AWS_PROXY}}
  Route:
    Type: AWS::ApiGatewayV2::Route
    Properties: {{ApiId: !Ref Api, RouteKey: GET /users, Target: !Sub 'integrations/${{Integration}}', {route}}}
  Stage: {{Type: AWS::ApiGatewayV2::Stage, Properties: {{ApiId: !Ref Api, StageName: $default}}}}
"
    )
}

fn rest_api(method: &str, integration: &str) -> String {
    format!(
        "
  Api: {{Type: AWS::ApiGateway::RestApi, Properties: {{Name: shop}}}}
  Method:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Api
      ResourceId: !GetAtt Api.RootResourceId
      HttpMethod: GET
      Integration: {{{integration}}}
      {method}
  Stage: {{Type: AWS::ApiGateway::Stage, Properties: {{RestApiId: !Ref Api, StageName: prod}}}}
"
    )
}

fn acl(header: &str) -> String {
    format!(
        "
  Acl:
    Type: AWS::WAFv2::WebACL
    Properties:
      Scope: REGIONAL
      DefaultAction: {{Allow: {{}}}}
      Rules:
        - Name: it
          Priority: 0
          Action: {{Block: {{}}}}
          Statement:
            NotStatement:
              Statement:
                ByteMatchStatement:
                  FieldToMatch: {{SingleHeader: {{name: {header}}}}}
                  PositionalConstraint: EXACTLY
                  SearchString: abc
                  TextTransformations: [{{Priority: 0, Type: NONE}}]
  Association:
    Type: AWS::WAFv2::WebACLAssociation
    Properties:
      ResourceArn: !Sub 'arn:aws:apigateway:${{AWS::Region}}::/restapis/${{Api}}/stages/prod'
      WebACLArn: !GetAtt Acl.Arn
"
    )
}

fn verdict(beside: &str, header: &str) -> &'static str {
    with_model(&[], &template(beside, "Enabled: true", ORIGIN), |model| {
        match verification(model, model.api("Api").expect("the API"), header) {
            Verification::Checked => "checked",
            Verification::Partly(_) => "partly",
            Verification::Hidden { .. } => "hidden",
            Verification::Unchecked { instead: None, .. } => "unchecked",
            Verification::Unchecked { instead: Some(Ineffective::KeyOfHttpApi), .. } => "key of HTTP API",
            Verification::Unchecked { instead: Some(Ineffective::WebAclOfHttpApi(_)), .. } => {
                "web ACL of HTTP API"
            }
            Verification::Unchecked { instead: Some(Ineffective::KeyNotAskedFor), .. } => "key not asked for",
        }
    })
}

#[test]
fn what_cannot_see_a_header_does_not_check_it() {
    assert_eq!(verdict(&rest_api("", "Type: MOCK"), "x-verify"), "unchecked");
    let service = "Type: AWS, Uri: !Sub 'arn:aws:apigateway:${AWS::Region}:sqs:path/1/it'";
    assert_eq!(verdict(&rest_api("", service), "x-verify"), "unchecked");
    let function =
        "Type: AWS, Uri: !Sub 'arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/f'";
    assert_eq!(verdict(&rest_api("", function), "x-verify"), "hidden");
    assert_eq!(verdict(&rest_api("", "Type: HTTP_PROXY"), "x-verify"), "hidden");
    assert_eq!(verdict(&http_api(""), "x-verify"), "hidden");
}

#[test]
fn an_api_key_is_checked_where_the_route_of_a_rest_api_asks_for_it() {
    assert_eq!(verdict(&rest_api("ApiKeyRequired: true", "Type: MOCK"), "x-api-key"), "checked");
    assert_eq!(verdict(&http_api("ApiKeyRequired: true"), "x-api-key"), "key of HTTP API");
    let plan = "
  Plan: {Type: AWS::ApiGateway::UsagePlan, Properties: {ApiStages: [{ApiId: !Ref Api, Stage: prod}]}}
";
    let api = rest_api("", "Type: HTTP_PROXY") + plan;
    assert_eq!(verdict(&api, "X-Api-Key"), "key not asked for");
    assert_eq!(verdict(&api, "x-verify"), "hidden");
}

#[test]
fn a_web_acl_checks_the_header_that_its_rules_name() {
    let api = rest_api("", "Type: MOCK");
    assert_eq!(verdict(&(api.clone() + &acl("X-Verify")), "x-verify"), "checked");
    assert_eq!(verdict(&(api.clone() + &acl("x-other")), "x-verify"), "unchecked");
    let elsewhere = "
  Association:
    Type: AWS::WAFv2::WebACLAssociation
    Properties:
      ResourceArn: !Sub 'arn:aws:apigateway:${AWS::Region}::/restapis/${Api}/stages/prod'
      WebACLArn: !ImportValue acl
";
    assert_eq!(verdict(&(api + elsewhere), "x-verify"), "hidden");
    assert_eq!(verdict(&(http_api("") + &acl("x-verify")), "x-verify"), "web ACL of HTTP API");
}

#[test]
fn a_route_that_is_left_out_may_be_meant_for_everybody() {
    let other = "
  Other:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Api
      ResourceId: !GetAtt Api.RootResourceId
      HttpMethod: POST
      Integration: {Type: MOCK}
";
    let api = rest_api("ApiKeyRequired: true", "Type: MOCK") + other;
    assert_eq!(verdict(&api, "x-api-key"), "partly");
    assert_eq!(verdict(&api, "x-verify"), "unchecked");
}

#[test]
fn credentials_of_viewers_close_an_api_as_well() {
    assert_eq!(verdict(&http_api("AuthorizationType: AWS_IAM"), "x-verify"), "checked");
    assert_eq!(verdict(&http_api("AuthorizationType: JWT, AuthorizerId: !Ref Shown"), "x-verify"), "checked");
}

fn clear(given: &[(&str, &str)], value: &str) -> String {
    let origin =
        format!("DomainName: a.example.com, OriginCustomHeaders: [{{HeaderName: x, HeaderValue: {value}}}]");
    with_model(given, &template("", "Enabled: true", &origin), |model| {
        let origin = model.distribution.origins.iter().next().expect("an origin");
        match in_clear(origin.custom_headers.iter().next().expect("a header")) {
            None => "hidden".to_owned(),
            Some(Clear::Literal) => "literal".to_owned(),
            Some(Clear::Default(parameter)) => format!("default of {}", parameter.name),
            Some(Clear::Shown(parameter)) => format!("shown {}", parameter.name),
        }
    })
}

#[test]
fn a_secret_is_in_clear_where_somebody_can_read_it() {
    assert_eq!(clear(&[], "abcdef"), "literal");
    assert_eq!(clear(&[], "!Ref Known"), "default of Known");
    assert_eq!(clear(&[], "!Ref Shown"), "shown Shown");
    assert_eq!(clear(&[], "!Sub 'Bearer ${Shown}'"), "shown Shown");
    assert_eq!(clear(&[], "!Ref Secret"), "hidden");
    assert_eq!(clear(&[], "'{{resolve:secretsmanager:it}}'"), "hidden");
    assert_eq!(clear(&[], "!Sub '${Shown}-${Secret}'"), "hidden");
    assert_eq!(clear(&[], "'true'"), "hidden");
    assert_eq!(clear(&[], "!ImportValue it"), "hidden");
}

#[test]
fn what_the_user_gives_for_a_parameter_is_not_in_the_template() {
    assert_eq!(clear(&[("Secret", "hunter2")], "!Ref Secret"), "hidden");
    assert_eq!(clear(&[("Known", "hunter2")], "!Ref Known"), "hidden");
    assert_eq!(clear(&[("Shown", "hunter2")], "!Ref Shown"), "shown Shown");
}

#[test]
fn the_names_of_headers_tell_secrets() {
    with_model(&[], &template("", "Enabled: true", "DomainName: a.example.com"), |model| {
        for name in
            ["x-api-key", "Authorization", "X-Origin-Verify", "x-cdn-token", "X-Secret-Header", "x-auth"]
        {
            assert!(is_secret(model, name).is_some(), "{name}");
        }
        for name in ["x-forwarded-host", "x-cache-key", "x-token-type", "x-author", "x-keyboard", "x-stage"] {
            assert!(is_secret(model, name).is_none(), "{name}");
        }
    });
}

fn granted(statement: &str) -> &'static str {
    let beside = format!(
        "
  Bucket: {{Type: AWS::S3::Bucket}}
  Identity: {{Type: AWS::CloudFront::CloudFrontOriginAccessIdentity}}
  Policy:
    Type: AWS::S3::BucketPolicy
    Properties: {{Bucket: !Ref Bucket, PolicyDocument: {{Statement: [{{Action: 's3:GetObject', {statement}}}]}}}}
"
    );
    let text = template(&beside, "Enabled: true", "DomainName: !GetAtt Bucket.RegionalDomainName");
    with_model(&[], &text, |model| {
        let origin = model.distribution.origins.iter().next().expect("an origin");
        match grant(model, bucket_of(model, origin).expect("the bucket")) {
            Grant::CloudFront => "CloudFront",
            Grant::Everybody(..) => "everybody",
            Grant::Nobody(_) => "nobody",
            Grant::Unknown => "unknown",
        }
    })
}

#[test]
fn a_bucket_policy_can_name_cloudfront_in_several_ways() {
    for principal in [
        "Principal: {Service: cloudfront.amazonaws.com}",
        "Principal: {CanonicalUser: !GetAtt Identity.S3CanonicalUserId}",
        "Principal: {AWS: !Sub 'arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity ${Identity}'}",
        "Principal: '*', Condition: {StringEquals: {'AWS:SourceArn': !Sub 'arn:aws:cloudfront::1:distribution/${It}'}}",
    ] {
        assert_eq!(granted(&format!("Effect: Allow, {principal}")), "CloudFront", "{principal}");
    }
    assert_eq!(granted("Effect: Allow, Principal: '*'"), "everybody");
    assert_eq!(granted("Effect: Deny, Principal: '*'"), "nobody");
    assert_eq!(granted("Effect: Allow, Principal: {AWS: 'arn:aws:iam::111122223333:root'}"), "nobody");
    assert_eq!(granted("Effect: Allow, Principal: {AWS: !Ref Shown}"), "unknown");
    assert_eq!(granted("Effect: Allow, Principal: '*', Condition: {Bool: {'aws:x': true}}"), "unknown");
}

fn invoked(permissions: &str) -> [Tri; 2] {
    let beside = format!(
        "
  Function: {{Type: AWS::Lambda::Function}}
  Alias: {{Type: AWS::Lambda::Alias, Properties: {{FunctionName: !Ref Function, Name: live}}}}
  Url: {{Type: AWS::Lambda::Url, Properties: {{AuthType: AWS_IAM, TargetFunctionArn: !GetAtt Function.Arn}}}}
{permissions}"
    );
    let host = "DomainName: !Select [2, !Split ['/', !GetAtt Url.FunctionUrl]]";
    with_model(&[], &template(&beside, "Enabled: true", host), |model| {
        let url = model.lambda_urls.first().expect("a URL");
        ACTIONS.map(|action| may_invoke(model, url, action))
    })
}

#[test]
fn cloudfront_needs_both_permissions() {
    let permission = |id: &str, function: &str, action: &str| {
        format!(
            "  {id}: {{Type: AWS::Lambda::Permission, Properties: {{FunctionName: {function}, Action: {action}, Principal: cloudfront.amazonaws.com}}}}\n"
        )
    };
    let first = permission("A", "!GetAtt Function.Arn", "lambda:InvokeFunctionUrl");
    assert_eq!(invoked(""), [Tri::False, Tri::False]);
    assert_eq!(invoked(&first), [Tri::True, Tri::False]);
    assert_eq!(
        invoked(&(first + &permission("B", "!Ref Function", "lambda:InvokeFunction"))),
        [Tri::True; 2]
    );
    let of_alias = permission("A", "!Ref Alias", "lambda:InvokeFunctionUrl");
    assert_eq!(invoked(&of_alias), [Tri::Unknown, Tri::False]);
    let by_name = permission("A", "shop", "lambda:InvokeFunctionUrl");
    assert_eq!(invoked(&by_name), [Tri::Unknown, Tri::False]);
}

fn certificate(given: &[(&str, &str)], arn: &str) -> Option<String> {
    let beside = "
  Certificate: {Type: AWS::CertificateManager::Certificate, Properties: {DomainName: www.example.com}}
";
    let config = format!("ViewerCertificate: {{AcmCertificateArn: {arn}}}");
    with_model(given, &template(beside, &config, "DomainName: a.example.com"), |model| {
        foreign_certificates(model).first().map(|foreign| foreign.region.clone())
    })
}

#[test]
fn a_certificate_has_to_be_in_the_region_of_cloudfront() {
    let given = [("AWS::Region", "eu-west-1")];
    assert_eq!(certificate(&[], "'arn:aws:acm:eu-west-1:1:certificate/1'").as_deref(), Some("eu-west-1"));
    assert_eq!(certificate(&[], "'arn:aws:acm:us-east-1:1:certificate/1'"), None);
    let here = "!Sub 'arn:aws:acm:${AWS::Region}:1:certificate/1'";
    assert_eq!(certificate(&[], here), None);
    assert_eq!(certificate(&given, here).as_deref(), Some("eu-west-1"));
    assert_eq!(certificate(&[], "!Ref Certificate"), None);
    assert_eq!(certificate(&given, "!Ref Certificate").as_deref(), Some("eu-west-1"));
    assert_eq!(certificate(&[("AWS::Region", "us-east-1")], "!Ref Certificate"), None);
    assert_eq!(certificate(&[], "'arn:aws-cn:acm:cn-north-1:1:certificate/1'"), None);
}

fn firewall(given: &[(&str, &str)], scope: &str, arn: &str) -> Option<String> {
    let beside = format!("  Acl: {{Type: AWS::WAFv2::WebACL, Properties: {{Scope: {scope}}}}}\n");
    let text = template(&beside, &format!("WebACLId: {arn}"), "DomainName: a.example.com");
    with_model(given, &text, |model| {
        wrong_acls(model).into_iter().next().map(|(_, wrong)| match wrong {
            WrongAcl::Regional(_) => "REGIONAL".to_owned(),
            WrongAcl::Region(region, _) => region,
        })
    })
}

#[test]
fn a_distribution_takes_global_firewalls_only() {
    let own = "!GetAtt Acl.Arn";
    assert_eq!(firewall(&[], "REGIONAL", own).as_deref(), Some("REGIONAL"));
    assert_eq!(firewall(&[], "CLOUDFRONT", own), None);
    let given = [("AWS::Region", "eu-west-1")];
    assert_eq!(firewall(&given, "CLOUDFRONT", own).as_deref(), Some("eu-west-1"));
    let arn = |rest: &str| firewall(&[], "CLOUDFRONT", &format!("'arn:aws:wafv2:{rest}/webacl/a/1'"));
    assert_eq!(arn("us-east-1:1:regional").as_deref(), Some("REGIONAL"));
    assert_eq!(arn("eu-west-1:1:global").as_deref(), Some("eu-west-1"));
    assert_eq!(arn("us-east-1:1:global"), None);
    assert_eq!(firewall(&[], "CLOUDFRONT", "473e64fd-f30b-4765-81a0-62ad96dd167a"), None);
}

#[test]
fn an_arn_tells_what_cannot_have_a_firewall() {
    let of = |arn: &str| unguarded(&Text::literal(arn), &std::collections::BTreeMap::new());
    assert_eq!(of("arn:aws:cloudfront::1:distribution/E1"), Some(Unguarded::Distribution));
    assert_eq!(of("arn:aws:apigateway:eu-west-1::/apis/a/stages/prod"), Some(Unguarded::HttpApi));
    assert_eq!(of("arn:aws:apigateway:eu-west-1::/restapis/a/stages/prod"), None);
    assert_eq!(of("arn:aws:appsync:eu-west-1:1:apis/a"), None);
}
