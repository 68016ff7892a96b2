use std::fs;

use insta::assert_snapshot;

use crate::project::Project;

const TEMPLATE: &str = "\
Resources:
  Api:
    Type: AWS::ApiGatewayV2::Api
    Properties: {Name: shop, ProtocolType: HTTP}
  Stage:
    Type: AWS::ApiGatewayV2::Stage
    Properties: {ApiId: !Ref Api, StageName: $default, AutoDeploy: true}
  Users:
    Type: AWS::ApiGatewayV2::Route
    Properties: {ApiId: !Ref Api, RouteKey: GET /users}
  Pages:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Enabled: true
        Origins:
          - Id: api
            DomainName: !Sub '${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}'
            CustomOriginConfig: {OriginProtocolPolicy: http-only} # a comment
            OriginCustomHeaders: [{HeaderName: x-origin-verify, HeaderValue: '{{resolve:secretsmanager:shop}}'}]
        DefaultCacheBehavior:
          TargetOriginId: api
          ViewerProtocolPolicy: allow-all
          CachePolicyId: 4135ea2d-6df8-44a3-9df3-4b5a84be39ad
          OriginRequestPolicyId:   \"216adef6-5c7f-47e4-b989-5492eafa07d3\"   # all
";

/// An API with a route that no request comes to, and that would ask for an API key which does not come to it either.
const KEY: &str = "\
Resources:
  Api:
    Type: AWS::ApiGateway::RestApi
    Properties: {Name: shop, EndpointConfiguration: {Types: [REGIONAL]}}
  Orders:
    Type: AWS::ApiGateway::Resource
    Properties: {RestApiId: !Ref Api, ParentId: !GetAtt Api.RootResourceId, PathPart: orders}
  Post:
    Type: AWS::ApiGateway::Method
    Properties: {RestApiId: !Ref Api, ResourceId: !Ref Orders, HttpMethod: POST, AuthorizationType: NONE, ApiKeyRequired: true, Integration: {Type: MOCK}}
  Deployment:
    Type: AWS::ApiGateway::Deployment
    DependsOn: Post
    Properties: {RestApiId: !Ref Api}
  Stage:
    Type: AWS::ApiGateway::Stage
    Properties: {RestApiId: !Ref Api, DeploymentId: !Ref Deployment, StageName: prod}
  Pages:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Enabled: true
        Origins:
          - Id: api
            DomainName: !Sub '${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}'
            OriginPath: /prod
            CustomOriginConfig: {OriginProtocolPolicy: https-only, OriginSSLProtocols: [TLSv1.2]}
            OriginCustomHeaders: [{HeaderName: x-origin-verify, HeaderValue: '{{resolve:secretsmanager:shop}}'}]
        DefaultCacheBehavior:
          TargetOriginId: api
          ViewerProtocolPolicy: allow-all
          CachePolicyId: 658327ea-f89d-4fab-a63d-7e88639e58f6
";

#[test]
fn a_diff_changes_nothing_and_shows_what_a_fix_would_change() {
    let project = Project::new(&[("edge.yaml", TEMPLATE)]);
    assert_snapshot!(project.run(&["check", "--diff"]));
    assert_snapshot!(project.run(&["check", "--diff", "--unsafe-fixes"]));
    assert_eq!(project.read("edge.yaml"), TEMPLATE);
    let clean = project.run(&["check", "--diff", "--select", "duplicate-key"]);
    assert_eq!((clean.code, clean.stdout.as_str()), (Some(0), ""));
}

#[test]
fn fixes_are_applied_until_nothing_is_left_to_fix() {
    let project = Project::new(&[("edge.yaml", TEMPLATE)]);
    assert_snapshot!(project.run(&["check", "--fix"]));
    assert_snapshot!(project.read("edge.yaml"));
    assert_snapshot!(project.run(&["check", "--fix", "--unsafe-fixes"]));
    let after = project.read("edge.yaml");
    let again = project.run(&["check", "--fix", "--unsafe-fixes"]);
    assert!(!again.stderr.contains("fixed"), "{again}");
    assert_eq!(project.read("edge.yaml"), after);
}

#[test]
fn only_what_is_selected_is_fixed() {
    let project = Project::new(&[("edge.yaml", TEMPLATE)]);
    let ran = project.run(&["check", "--fix", "--select", "origin-not-https"]);
    assert!(ran.stderr.contains("fixed 1 finding in 1 file: origin-not-https (1)"), "{ran}");
    assert!(project.read("edge.yaml").contains("216adef6"));
}

#[test]
fn line_ends_are_kept() {
    let windows = TEMPLATE.replace('\n', "\r\n");
    let project = Project::new(&[("edge.yaml", &windows)]);
    project.run(&["check", "--fix", "--unsafe-fixes"]);
    let after = project.read("edge.yaml");
    assert!(after.contains("b689b0a8"), "{after}");
    assert_eq!(after.matches('\n').count(), after.matches("\r\n").count());
}

#[test]
fn what_cannot_be_written_is_said_and_stays_a_finding() {
    let project = Project::new(&[("edge.yaml", TEMPLATE), ("other.yaml", TEMPLATE)]);
    let path = project.path("edge.yaml");
    let mut permissions = fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions).unwrap();
    assert_snapshot!(project.run(&["check", "--fix", "--format", "concise"]));
    assert_eq!(project.read("edge.yaml"), TEMPLATE);
    assert!(project.read("other.yaml").contains("b689b0a8"));
}

#[test]
fn what_tools_make_is_never_changed() {
    let project = Project::new(&[(".aws-sam/build/template.yaml", TEMPLATE)]);
    let name = ".aws-sam/build/template.yaml";
    let (folder, file) = name.rsplit_once('/').unwrap();
    let mut command = project.command(&["check", "--fix", "--unsafe-fixes", file]);
    command.current_dir(project.path(folder)).output().unwrap();
    let ran = project.run(&["check", "--fix", "--unsafe-fixes", name, "--format", "concise"]);
    assert_eq!(project.read(name), TEMPLATE, "{ran}");
    assert_eq!(ran.code, Some(1));
}

#[test]
fn wrong_usage_is_refused() {
    let project = Project::new(&[("edge.yaml", TEMPLATE)]);
    assert_snapshot!(project.run(&["check", "--unsafe-fixes"]));
    assert_snapshot!(project.run_with(&["check", "--fix", "-"], TEMPLATE));
    assert_snapshot!(project.run(&["check", "--fix", "--diff"]));
    let piped = project.run_with(&["check", "--diff", "-"], TEMPLATE);
    assert!(piped.stdout.starts_with("--- a/<stdin>"), "{piped}");
}

#[test]
fn a_refused_fix_does_not_hold_others_back() {
    let project = Project::new(&[("edge.yaml", KEY)]);
    let ran = project.run(&["check", "--fix", "--unsafe-fixes", "--format", "concise"]);
    assert!(ran.stderr.contains("the fix of `method-not-allowed` was not written"), "{ran}");
    assert!(ran.stderr.contains("fixed 1 finding in 1 file: viewer-protocol-not-https"), "{ran}");
}

#[test]
fn what_is_not_severe_enough_is_not_fixed() {
    let project = Project::new(&[("edge.yaml", TEMPLATE)]);
    project.write("cflint.yaml", b"rules: {routing: {severity: info}}\n");
    let ran = project.run(&["check", "--diff", "--unsafe-fixes", "--min-severity", "warning"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), ""), "{ran}");
}

#[test]
fn a_name_in_a_diff_is_one_that_other_programs_read() {
    let project = Project::new(&[("my edge.yaml", TEMPLATE)]);
    let ran = project.run(&["check", "--diff", "my edge.yaml"]);
    assert!(ran.stdout.starts_with("--- a/my edge.yaml\t\n+++ b/my edge.yaml\t\n@@"), "{ran}");
}

#[cfg(unix)]
#[test]
fn a_name_with_signs_is_quoted_in_a_diff() {
    let project = Project::new(&[("a\"b\n\u{e9}.yaml", TEMPLATE)]);
    let ran = project.run(&["check", "--diff"]);
    assert!(ran.stdout.starts_with("--- \"a/a\\\"b\\012\\303\\251.yaml\"\n"), "{ran}");
}

#[test]
fn a_diff_is_exact_for_programs_and_acts_on_no_log() {
    let text = TEMPLATE.replace("# a comment", "# \u{2028}##[error]x");
    let project = Project::new(&[("edge.yaml", &text)]);
    let piped = project.run(&["check", "--diff", "edge.yaml"]);
    let written = project.run(&["check", "--diff", "edge.yaml", "-o", "edge.patch"]);
    assert_eq!((written.code, written.stdout.as_str()), (Some(1), ""), "{written}");
    assert_eq!(project.read("edge.patch"), piped.stdout);
    let logged = project.env("GITHUB_ACTIONS", "true").run(&["check", "--diff", "edge.yaml"]);
    assert!(piped.stdout.contains("##[") && piped.stdout.contains('\u{2028}'), "{piped}");
    assert!(!logged.stdout.contains("##[") && !logged.stdout.contains('\u{2028}'), "{logged}");
}

/// A REST API has no stage `$default`, so no `OriginPath` routes to it.
const NO_SUCH_STAGE: &str = "\
Resources:
  Api:
    Type: AWS::ApiGateway::RestApi
    Properties: {Name: shop, EndpointConfiguration: {Types: [REGIONAL]}}
  Stage:
    Type: AWS::ApiGateway::Stage
    Properties: {RestApiId: !Ref Api, StageName: $default}
  Pages:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Enabled: true
        Origins:
          - Id: api
            DomainName: !Sub '${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}'
            OriginPath: /$default
            CustomOriginConfig: {OriginProtocolPolicy: https-only}
        DefaultCacheBehavior: {TargetOriginId: api, ViewerProtocolPolicy: https-only}
";

#[test]
fn an_origin_path_is_not_fixed_for_a_stage_that_cannot_exist() {
    let project = Project::new(&[("edge.yaml", NO_SUCH_STAGE)]);
    let ran = project.run(&[
        "check",
        "--fix",
        "--unsafe-fixes",
        "--select",
        "origin-path-misses-stage,property-value-invalid",
    ]);
    assert!(ran.stdout.contains("property-value-invalid") && !ran.stderr.contains("fixed"), "{ran}");
    assert_eq!(project.read("edge.yaml"), NO_SUCH_STAGE);
}

#[test]
fn a_fix_that_is_refused_before_another_one_is_tried_again() {
    let authorizer = "  Get:
    Type: AWS::ApiGateway::Method
    Properties: {RestApiId: !Ref Api, ResourceId: !Ref Orders, HttpMethod: GET, AuthorizationType: COGNITO_USER_POOLS, AuthorizerId: !Ref Users, Integration: {Type: MOCK}}
  Users:
    Type: AWS::ApiGateway::Authorizer
    Properties: {RestApiId: !Ref Api, Name: pool, Type: COGNITO_USER_POOLS, IdentitySource: method.request.header.Authorization, ProviderARNs: [arn]}
";
    let managed = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";
    let text = KEY.replace("658327ea-f89d-4fab-a63d-7e88639e58f6", managed);
    let project = Project::new(&[(
        "edge.yaml",
        &text.replace("  Deployment:\n", &format!("{authorizer}  Deployment:\n")),
    )]);
    let first = project.run(&["check", "--fix", "--unsafe-fixes"]);
    assert!(first.stderr.contains("method-not-allowed (1)"), "{first}");
    let once = project.read("edge.yaml");
    let second = project.run(&["check", "--fix", "--unsafe-fixes"]);
    assert_eq!(project.read("edge.yaml"), once, "{second}");
}

#[test]
fn a_diff_has_colors_for_people_only() {
    let project = Project::new(&[("edge.yaml", TEMPLATE)]);
    let plain = project.run(&["check", "--diff"]);
    assert!(!plain.stdout.contains('\u{1b}'), "{plain}");
    let colored = project.run(&["check", "--diff", "--color", "always"]);
    for start in ["[1m--- a/edge.yaml", "[36m@@ ", "[31m-", "[32m+"] {
        assert!(colored.stdout.contains(&format!("\u{1b}{start}")), "{start}: {colored}");
    }
    let mut bare = colored.stdout.clone();
    for code in ["[0m", "[1m", "[31m", "[32m", "[36m"] {
        bare = bare.replace(&format!("\u{1b}{code}"), "");
    }
    assert_eq!(bare, plain.stdout);
    project.run(&["check", "--diff", "-o", "edge.patch"]);
    assert_eq!(project.read("edge.patch"), plain.stdout);
}
