//! `cflint check --hook`: what tools name that do not know what the files are, linked with the rest of the repository.

mod projects;

use std::fs;
use std::path::Path;

use insta::assert_snapshot;
use serde_json::Value;

use crate::project::{Project, Ran};

/// Exports the default endpoint of an API. It has a mistake of its own, and one that shows only behind a distribution.
const API: &str = "\
AWSTemplateFormatVersion: '2010-09-09'
Resources:
  Api:
    Type: AWS::ApiGateway::RestApi
    Properties:
      Name: shop
      EndpointConfiguration: {Types: [REGIONAL]}
      DisableExecuteApiEndpoint: true
      Description: !Ref Nothing
  Users:
    Type: AWS::ApiGateway::Resource
    Properties: {RestApiId: !Ref Api, ParentId: !GetAtt Api.RootResourceId, PathPart: users}
  Get:
    Type: AWS::ApiGateway::Method
    Properties: {RestApiId: !Ref Api, ResourceId: !Ref Users, HttpMethod: GET, AuthorizationType: NONE, Integration: {Type: MOCK}}
  Deployment:
    Type: AWS::ApiGateway::Deployment
    DependsOn: Get
    Properties: {RestApiId: !Ref Api}
  Stage:
    Type: AWS::ApiGateway::Stage
    Properties: {RestApiId: !Ref Api, DeploymentId: !Ref Deployment, StageName: prod}
Outputs:
  Domain:
    Value: !Sub '${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}'
    Export: {Name: shop-api}
";

const EDGE: &str = "\
Resources:
  Pages:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Enabled: true
        Origins:
          - Id: api
            DomainName: !ImportValue shop-api
            OriginPath: /prod
            CustomOriginConfig: {OriginProtocolPolicy: https-only, OriginSSLProtocols: [TLSv1.2]}
            OriginCustomHeaders: [{HeaderName: x-origin-verify, HeaderValue: '{{resolve:secretsmanager:shop}}'}]
        DefaultCacheBehavior:
          TargetOriginId: api
          ViewerProtocolPolicy: https-only
          CachePolicyId: 4135ea2d-6df8-44a3-9df3-4b5a84be39ad
          OriginRequestPolicyId: 216adef6-5c7f-47e4-b989-5492eafa07d3 # AllViewer
";

const BROKEN: &str = "Resources:\n  A:\n    Type: 'AWS::S3::Bucket\n";
const CHART: &str = "{{- if .Values.shop }}\napiVersion: v1\n{{- end }}\n";

const FILES: &[(&str, &str)] = &[
    ("api/api.yaml", API),
    ("web/edge.yaml", EDGE),
    ("old/broken.yaml", BROKEN),
    ("charts/deployment.yaml", CHART),
    ("package.json", "{\"name\": \"shop\"}\n"),
    (".github/workflows/ci.yml", "on: push\njobs: {a: {steps: [{run: 'echo AWS::Region'}]}}\n"),
    ("README.md", "# Shop\n"),
    (".git/HEAD", "ref: refs/heads/main\n"),
];

fn hook(project: &Project, args: &[&str]) -> Ran {
    project.run(&[&["check", "--hook", "--format", "concise"], args].concat())
}

/// The rules and paths of the findings, sorted, with a star for those that do not count.
fn found(ran: &Ran) -> Vec<String> {
    let json = ran.json();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let mut found: Vec<String> = json["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| {
            let mark = if finding["suppressed"].is_null() { "" } else { "*" };
            format!("{mark}{} {}", text(&finding["rule"]), text(&finding["path"]))
        })
        .collect();
    found.sort();
    found
}

#[test]
fn what_is_no_template_is_passed_over_in_silence() {
    let project = Project::new(FILES);
    let others = ["charts/deployment.yaml", "package.json", ".github/workflows/ci.yml", "README.md"];
    let ran = hook(&project, &others);
    assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (Some(0), "", ""));
    // Without the mode, naming them is reported.
    let ran = project.run(&[&["check"], &others[..]].concat());
    assert!(
        ran.code == Some(2) && ran.stderr.contains("package.json: not a CloudFormation template"),
        "{ran}"
    );
}

#[test]
fn a_broken_template_and_a_missing_file_are_errors() {
    let project = Project::new(FILES);
    assert_snapshot!(hook(&project, &["old/broken.yaml", "package.json", "gone.yaml"]));
}

#[test]
fn what_the_configuration_excludes_is_neither_checked_nor_linked() {
    let project = Project::new(FILES);
    project.write("cflint.yaml", b"exclude: [old, api]\n");
    let ran = hook(&project, &["old/broken.yaml", "api/api.yaml"]);
    assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (Some(0), "", ""));
    assert_eq!(hook(&project, &["web/edge.yaml"]).stdout, "1 distribution, 1 behavior: no findings\n");
}

#[test]
fn a_changed_template_is_linked_with_the_rest_of_the_repository() {
    let project = Project::new(FILES);
    assert_snapshot!(hook(&project, &["web/edge.yaml", "package.json"]));
    let summary = project.run(&["check", "--hook", "--format", "json", "web/edge.yaml"]).json();
    assert_eq!((&summary["summary"]["files"], &summary["summary"]["templates"]), (&1.into(), &1.into()));
    assert_eq!(summary["errors"], Value::Array(Vec::new()));
}

#[test]
fn a_copy_that_takes_the_meaning_from_an_import_is_told() {
    let project = Project::new(FILES);
    project.write("old/broken.yaml", API.as_bytes());
    let note = "note: `shop-api` is exported by several templates, so imports of it stay unknown: \
                `api/api.yaml`, `old/broken.yaml`; exclude the copies\n";
    assert_eq!(project.run(&["check", "--format", "concise"]).stderr, note);
    assert_eq!(hook(&project, &["web/edge.yaml"]).stderr, note);
    assert_eq!(hook(&project, &["api/api.yaml"]).stderr, "", "it is the business of who imports");
}

#[test]
fn files_are_named_as_the_caller_names_them() {
    let project = Project::new(FILES);
    let mut command = project.command(&["check", "--hook", "--format", "concise", "edge.yaml"]);
    let ran = command.current_dir(project.path("web")).output().unwrap();
    let text = String::from_utf8(ran.stdout).unwrap();
    assert!(text.starts_with("../api/api.yaml:8:") && text.contains("\nedge.yaml:17:"), "{text}");
    let path = project.path("web/edge.yaml");
    let text = hook(&project, &[path.to_str().unwrap()]).stdout;
    let other = Path::new(text.split(":8:").next().unwrap());
    assert!(other.is_absolute() && other.ends_with("api/api.yaml"), "{text}");
}

#[test]
fn only_what_was_named_is_changed() {
    let api = API.replace("      EndpointConfiguration: {Types: [REGIONAL]}\n", "");
    let project = Project::new(FILES);
    project.write("api/api.yaml", api.as_bytes());
    let ran = hook(&project, &["--fix", "--unsafe-fixes", "web/edge.yaml"]);
    assert_snapshot!(ran);
    assert_eq!(project.read("api/api.yaml"), api);
    assert!(!project.read("web/edge.yaml").contains("216adef6"));
    // The fix exists for a run that names the file.
    let ran = project.run(&["check", "--hook", "--diff", "--unsafe-fixes", "web/edge.yaml", "api/api.yaml"]);
    assert!(ran.stdout.contains("+++ b/api/api.yaml"), "{ran}");
}

#[test]
fn a_diff_is_about_what_was_named() {
    let project = Project::new(FILES);
    let ran = project.run(&["check", "--hook", "--diff", "package.json", "web/edge.yaml"]);
    assert!(ran.code == Some(1) && ran.stderr.is_empty(), "{ran}");
    assert!(ran.stdout.starts_with("--- a/web/edge.yaml\n") && !ran.stdout.contains("api.yaml"), "{ran}");
}

#[test]
fn suppressions_are_written_only_into_what_was_named() {
    let project = Project::new(FILES);
    let ran = hook(&project, &["--add-ignore=later", "web/edge.yaml"]);
    assert_snapshot!(ran);
    assert_eq!(project.read("api/api.yaml"), API);
    assert!(project.read("web/edge.yaml").contains("later"));
}

#[test]
fn suppressions_in_linked_files_count_and_are_not_judged() {
    let api = API
        .replace("Endpoint: true", "Endpoint: true # cflint: ignore[execute-api-endpoint-disabled] no more")
        .replace("Name: shop\n", "Name: shop # cflint: ignore[origin-not-https, no-such-rule]\n");
    let project = Project::new(FILES);
    project.write("api/api.yaml", api.as_bytes());
    let ran = project.run(&["check", "--hook", "--format", "json", "web/edge.yaml"]);
    assert_eq!(
        found(&ran),
        ["*execute-api-endpoint-disabled api/api.yaml", "host-header-forwarded web/edge.yaml"]
    );
    let ran = project.run(&["check", "--hook", "--format", "json", "api/api.yaml"]);
    assert_eq!(
        found(&ran),
        [
            "*execute-api-endpoint-disabled api/api.yaml",
            "unknown-reference api/api.yaml",
            "unknown-rule-in-suppression api/api.yaml",
            "unused-suppression api/api.yaml",
        ]
    );
}

#[test]
fn a_baseline_of_the_project_holds_for_a_part_of_it() {
    let project = Project::new(FILES);
    project.write("old/broken.yaml", b"");
    let written = project.run(&["check", "--write-baseline", "known.json"]);
    assert_eq!(written.code, Some(0), "{written}");
    for changed in ["web/edge.yaml", "api/api.yaml"] {
        let ran = hook(&project, &["--baseline", "known.json", changed]);
        assert!(ran.code == Some(0) && ran.stderr.is_empty(), "{changed}: {ran}");
    }
    let ran = hook(&project, &["--write-baseline", "known.json", "web/edge.yaml"]);
    assert!(ran.code == Some(2) && ran.stderr.contains("cannot be used with"), "{ran}");
}

#[test]
fn what_a_part_of_the_project_does_not_need_is_not_said_to_be_unneeded() {
    let known = "rules:\n  execute-api-endpoint-disabled: {ignore: [{path: api/api.yaml, reason: later}]}\n";
    let project = Project::new(FILES);
    project.write("cflint.yaml", known.as_bytes());
    let ran = hook(&project, &["api/api.yaml", "--parameter", "Stage=prod"]);
    assert_eq!(ran.stderr, "", "{ran}");
    let ran = hook(&project, &["web/edge.yaml"]);
    assert!(!ran.stdout.contains("execute-api-endpoint-disabled") && ran.stderr.is_empty(), "{ran}");
}

#[test]
fn what_points_at_a_changed_nested_template_is_told() {
    let outer = "\
AWSTemplateFormatVersion: '2010-09-09'
Resources:
  Inner:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: inner.yaml}
  Other:
    Type: AWS::S3::Bucket
    Properties: {BucketName: !Ref Nothing}
";
    let project = Project::new(&[FILES, &[("web/inner.yaml", EDGE), ("web/outer.yaml", outer)]].concat());
    let inner = ["execute-api-endpoint-disabled api/api.yaml", "host-header-forwarded web/inner.yaml"];
    let ran = project.run(&["check", "--hook", "--format", "json", "web/inner.yaml"]);
    assert_eq!(found(&ran), inner);
    // The stack around it reports the same, as well as its own findings.
    let ran = project.run(&["check", "--hook", "--format", "json", "web/outer.yaml"]);
    assert_eq!(found(&ran), [&inner[..], &["unknown-reference web/outer.yaml"]].concat());
}

#[test]
fn a_changed_stack_is_checked_with_those_around_it() {
    let stack = |file: &str, more: &str| {
        let kind = "Type: AWS::CloudFormation::Stack";
        format!("Resources:\n  Inner:\n    {kind}\n    Properties: {{TemplateURL: {file}{more}}}\n")
    };
    let policy = "216adef6-5c7f-47e4-b989-5492eafa07d3";
    let parameter = format!("Parameters: {{Policy: {{Type: String, Default: {policy}}}}}\n");
    let inner = parameter + &EDGE.replace(policy, "!Ref Policy");
    let given = ", Parameters: {Policy: b689b0a8-53d0-40ab-baf2-68738e2966ac}";
    let project = Project::new(FILES);
    project.write("web/inner.yaml", inner.as_bytes());
    project.write("web/middle.yaml", stack("inner.yaml", given).as_bytes());
    project.write("web/outer.yaml", stack("middle.yaml", "").as_bytes());
    let found = |changed: &[&str]| hook(&project, changed).stdout.contains("host-header-forwarded");
    assert!(!found(&["web/inner.yaml"]) && !found(&["web/inner.yaml", "web/middle.yaml"]));
    // Only in the project without the stacks around it, the default of its parameter counts.
    fs::remove_file(project.path("web/middle.yaml")).unwrap();
    assert!(found(&["web/inner.yaml"]));
}

#[test]
fn a_file_is_never_taken_for_an_option() {
    let project = Project::new(&[
        ("edge.yaml", "a: b\n"),
        ("-oleft.yaml", "a: b\n"),
        ("--add-ignore=x.yaml", "a: b\n"),
    ]);
    for name in ["-oleft.yaml", "--add-ignore=x.yaml"] {
        let ran = project.run(&["check", "--hook", "edge.yaml", name]);
        assert_eq!(ran.code, Some(2), "{ran}");
        assert!(ran.stderr.contains(&format!("`{name}` is a file that looks like an option")), "{ran}");
        assert_eq!(project.run(&["check", "--hook", "--", "edge.yaml", name]).code, Some(0));
    }
    assert!(!project.path("left.yaml").exists());
    // Without the mode, an option is an option.
    assert_eq!(project.run(&["check", "edge.yaml", "-oleft.yaml"]).code, Some(0));
}
