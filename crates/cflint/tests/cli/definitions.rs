//! OpenAPI definitions in files next to a template.

use crate::project::{Project, Ran};

const DEFINITION: &str = "openapi: 3.0.1
info: {title: shop, version: '1'}
paths:
  /api/users:
    get:
      security: [{sigv4: []}]
      x-amazon-apigateway-integration: {type: aws_proxy, httpMethod: POST, uri: x}
components:
  securitySchemes:
    sigv4: {type: apiKey, name: Authorization, in: header, x-amazon-apigateway-authtype: awsSigv4}
";

const REST: &str = "AWS::ApiGateway::RestApi";
const SAM: &str = "AWS::Serverless::Api";

/// A distribution in front of an API of this type with these properties; `Authorization` does not reach it.
fn template(kind: &str, properties: &str) -> String {
    let stage = if kind == REST {
        "  Deployment: {Type: 'AWS::ApiGateway::Deployment', Properties: {RestApiId: !Ref Api, StageName: prod}}\n"
    } else {
        ""
    };
    format!(
        "Resources:
  Api:
    Type: {kind}
    Properties: {properties}
{stage}  Edge:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Enabled: true
        Origins:
          - Id: api
            DomainName: !Sub ${{Api}}.execute-api.${{AWS::Region}}.amazonaws.com
            OriginPath: /prod
            CustomOriginConfig: {{OriginProtocolPolicy: https-only}}
        DefaultCacheBehavior:
          TargetOriginId: api
          ViewerProtocolPolicy: https-only
          CachePolicyId: 4135ea2d-6df8-44a3-9df3-4b5a84be39ad
"
    )
}

fn include(location: &str) -> String {
    format!("{{'Fn::Transform': {{Name: 'AWS::Include', Parameters: {{Location: '{location}'}}}}}}")
}

/// A template for each way to name a file.
fn naming(path: &str) -> [String; 5] {
    let sam = |properties: &str| template(SAM, &format!("{{StageName: prod, {properties}}}"));
    let included = include(path);
    [
        template(REST, &format!("{{BodyS3Location: '{path}'}}")),
        template(REST, &format!("{{Body: {included}}}")),
        template(
            REST,
            &format!("{{Body: !Transform {{Name: 'AWS::Include', Parameters: {{Location: '{path}'}}}}}}"),
        ),
        sam(&format!("DefinitionUri: '{path}'")),
        sam(&format!("DefinitionBody: {included}")),
    ]
}

fn check(project: &Project, path: &str) -> Ran {
    let rule = "authorization-not-forwarded";
    project.run(&["check", path, "--select", rule, "--format", "json"])
}

/// Whether the route of the definition is known: a rule points at it.
fn is_read(ran: &Ran) -> bool {
    ran.json()["findings"].as_array().is_some_and(|findings| !findings.is_empty())
}

#[test]
fn routes_are_known_from_the_file_that_a_template_names() {
    for path in ["openapi.yaml", "./openapi.yaml", "../infra/openapi.yaml"] {
        for text in naming(path) {
            let project = Project::new(&[
                (".git/HEAD", ""),
                ("infra/template.yaml", &text),
                ("infra/openapi.yaml", DEFINITION),
            ]);
            for named in [".", "infra/template.yaml"] {
                let ran = check(&project, named);
                let found = ran.json();
                let finding = &found["findings"][0];
                assert_eq!(finding["path"], "infra/template.yaml", "{text}\n{ran}");
                let label = &finding["related"][0];
                assert_eq!(label["span"]["start"]["line"], 5, "{text}\n{ran}");
                let place = label["path"].as_str().unwrap();
                assert_eq!(place.replace("infra/../", ""), "infra/openapi.yaml", "{text}\n{ran}");
                assert_eq!(found["summary"]["templates"], 1, "{ran}");
            }
            let ran = project.run(&["trace", "infra/template.yaml", "GET /api/nothing"]);
            assert!(ran.stdout.contains("403 from API Gateway"), "{ran}");
        }
    }
}

#[test]
fn a_definition_in_json_is_read_and_one_that_is_named_is_no_mistake() {
    let json = r#"{"openapi": "3.0.1", "paths": {"/api/users": {"get": {"x-amazon-apigateway-auth": {"type": "AWS_IAM"}}}}}"#;
    let [text, ..] = naming("openapi.json");
    let project = Project::new(&[("template.yaml", &text), ("openapi.json", json)]);
    assert!(is_read(&check(&project, "template.yaml")));
    let ran = project.run(&["check", "template.yaml", "openapi.json"]);
    assert!(!ran.stderr.contains("not a CloudFormation template"), "{ran}");
}

#[test]
fn what_cannot_be_read_leaves_the_routes_unknown() {
    let outside = "is outside the project and was not read";
    for (path, said) in [
        ("missing.yaml", ""),
        ("s3://bucket/openapi.yaml", ""),
        ("https://example.com/openapi.yaml", ""),
        ("broken.yaml", ""),
        ("list.yaml", ""),
        ("folder", ""),
        ("../openapi.yaml", outside),
    ] {
        for text in naming(path) {
            let project = Project::new(&[
                ("openapi.yaml", DEFINITION),
                ("project/template.yaml", &text),
                ("project/broken.yaml", &format!("{DEFINITION}\tAWS::Include: [")),
                ("project/list.yaml", "- a\n"),
                ("project/folder/openapi.yaml", DEFINITION),
            ]);
            let ran = check(&project, "project/template.yaml");
            assert!(ran.code == Some(0) && !is_read(&ran), "{path}: {ran}");
            assert!(ran.stderr.contains(said) && (said.is_empty() == ran.stderr.is_empty()), "{path}: {ran}");
            let ran = project.run(&["trace", "project/template.yaml", "GET /api/nothing"]);
            assert!(ran.stdout.starts_with("undetermined"), "{path}: {ran}");
        }
    }
}

#[cfg(unix)]
#[test]
fn a_symbolic_link_to_a_definition_does_not_lead_out() {
    let [text, ..] = naming("link.yaml");
    let project = Project::new(&[("openapi.yaml", DEFINITION), ("project/template.yaml", &text)]);
    std::os::unix::fs::symlink(project.path("openapi.yaml"), project.path("project/link.yaml")).unwrap();
    let ran = check(&project, "project/template.yaml");
    assert!(ran.code == Some(0) && !is_read(&ran) && ran.stderr.contains("outside the project"), "{ran}");
}

#[test]
fn a_definition_that_includes_itself_or_is_named_by_many_comes_to_an_end() {
    let project = Project::new(&[
        ("template.yaml", &naming("openapi.yaml")[1]),
        ("openapi.yaml", &include("openapi.yaml")),
    ]);
    assert!(!is_read(&check(&project, ".")));
    let mut text = naming("openapi.yaml")[0].clone();
    for number in 0..5_000 {
        text += &format!("  A{number}: {{Type: {REST}, Properties: {{BodyS3Location: openapi.yaml}}}}\n");
    }
    let aliases = format!("x: &a [{}]\n", "y, ".repeat(2_000));
    let project =
        Project::new(&[("template.yaml", &text), ("openapi.yaml", &format!("{aliases}{DEFINITION}"))]);
    let ran = check(&project, ".");
    assert!(ran.code == Some(1) && is_read(&ran), "{ran}");
}

#[test]
fn nothing_is_written_into_a_definition() {
    let text = naming("openapi.yaml")[0].replace(
        "CachePolicyId",
        "OriginRequestPolicyId: 216adef6-5c7f-47e4-b989-5492eafa07d3\n          CachePolicyId",
    );
    let project = Project::new(&[("template.yaml", &text), ("openapi.yaml", DEFINITION)]);
    for more in ["--fix", "--add-ignore"] {
        project.run(&["check", ".", more, "--unsafe-fixes", "--pedantic", "--min-confidence", "possible"]);
        assert_eq!(project.read("openapi.yaml"), DEFINITION);
    }
}

/// What CDK writes for `ApiDefinition.fromAsset`.
#[test]
fn an_asset_of_cdk_is_read() {
    let text = template(REST, "{BodyS3Location: {Bucket: assets, Key: 4b5a84be.yaml}}").replace(
        "    Type: AWS::ApiGateway::RestApi\n",
        "    Type: AWS::ApiGateway::RestApi\n    Metadata: {'aws:asset:path': asset.4b5a84be.yaml, 'aws:asset:property': BodyS3Location}\n",
    );
    let project = Project::new(&[("template.yaml", &text), ("asset.4b5a84be.yaml", DEFINITION)]);
    assert!(is_read(&check(&project, "template.yaml")));
}
