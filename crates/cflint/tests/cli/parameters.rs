//! Values of parameters from files and from the command line.

use insta::assert_snapshot;

use crate::project::{Project, Ran};

pub(crate) const EDGE: &str = "AWSTemplateFormatVersion: '2010-09-09'
Parameters:
  Policy: { Type: String }
Resources:
  Api:
    Type: AWS::ApiGatewayV2::Api
    Properties: { Name: api, ProtocolType: HTTP }
  Pages:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Enabled: true
        Origins:
          - Id: api
            DomainName: !Sub '${Api}.execute-api.${AWS::Region}.amazonaws.com'
            CustomOriginConfig: { OriginProtocolPolicy: https-only }
        DefaultCacheBehavior:
          TargetOriginId: api
          ViewerProtocolPolicy: https-only
          CachePolicyId: 4135ea2d-6df8-44a3-9df3-4b5a84be39ad
          OriginRequestPolicyId: !Ref Policy
";

/// `AllViewer`, which is reported.
pub(crate) const BAD: &str = "216adef6-5c7f-47e4-b989-5492eafa07d3";
/// `AllViewerExceptHostHeader`
pub(crate) const GOOD: &str = "b689b0a8-53d0-40ab-baf2-68738e2966ac";

pub(crate) fn check(project: &Project, more: &[&str]) -> Ran {
    let args = ["check", "--select", "host-header-forwarded", "--format", "concise"];
    project.run(&args.iter().chain(more).copied().collect::<Vec<_>>())
}

/// The paths of the findings, of a run without errors and notices.
fn reported(ran: &Ran) -> Vec<&str> {
    assert!(ran.code != Some(2) && ran.stderr.is_empty(), "{ran}");
    ran.stdout
        .lines()
        .filter_map(|line| Some(line.split_once(": warning[").or(line.split_once(": error["))?.0))
        .collect()
}

#[test]
fn every_form_decides() {
    let forms = [
        ("list.json", r#"[{"ParameterKey": "Policy", "ParameterValue": "BAD"}]"#),
        ("pipeline.json", r#"{"Parameters": {"Policy": "BAD"}, "Tags": {"a": "b"}}"#),
        ("map.json", r#"{"Policy": "BAD"}"#),
        ("map.yaml", "# prod\nPolicy: BAD\n"),
        ("stack.yaml", "edge:\n  Policy: BAD\n"),
        ("samconfig.toml", "[default.deploy.parameters]\nparameter_overrides = 'Policy=\"BAD\"'\n"),
    ];
    for (name, text) in forms {
        let project = Project::new(&[("edge.yaml", EDGE), (name, &text.replace("BAD", BAD))]);
        let ran = check(&project, &["edge.yaml", "--parameters-file", name]);
        assert_eq!(reported(&ran), ["edge.yaml:21:34"], "{name}");
        assert_eq!(ran.code, Some(1), "{name}");
    }
}

#[test]
fn what_is_said_last_counts() {
    let file = |value: &str| format!("Policy: {value}\n");
    let project = Project::new(&[("edge.yaml", EDGE), ("bad.yaml", &file(BAD)), ("good.yaml", &file(GOOD))]);
    let count = |more: &[&str]| reported(&check(&project, &[&["edge.yaml"], more].concat())).len();
    assert_eq!(count(&["--parameters-file", "good.yaml", "--parameters-file", "bad.yaml"]), 1);
    assert_eq!(count(&["--parameters-file", "bad.yaml", "--parameters-file", "good.yaml"]), 0);
    let (good, bad) = (format!("Policy={GOOD}"), format!("Policy={BAD}"));
    assert_eq!(count(&["--parameter", &good, "--parameters-file", "bad.yaml"]), 0);
    assert_eq!(count(&["--parameter", &bad, "--parameter", &good]), 0);
    let of_stack = format!("edge:{bad}");
    assert_eq!(count(&["--parameter", &of_stack, "--parameter", &good]), 1);
}

#[test]
fn each_stack_has_values_of_its_own() {
    let project = Project::new(&[("a.yaml", EDGE), ("b.yaml", EDGE)]);
    let (a, b) = (format!("a:Policy={GOOD}"), format!("b:Policy={BAD}"));
    let ran = check(&project, &["--parameter", &a, "--parameter", &b]);
    assert_eq!(reported(&ran), ["b.yaml:21:34"]);
    let file = format!("{{\"a\": {{\"Policy\": \"{BAD}\"}}, \"Policy\": \"{GOOD}\"}}");
    project.write("values.json", file.as_bytes());
    assert_eq!(reported(&check(&project, &["--parameters-file", "values.json"])), ["a.yaml:21:34"]);
}

#[test]
fn the_stacks_of_an_assembly_have_names() {
    let manifest = r#"{"version": "36.0.0", "artifacts": {"Edge": {"type": "aws:cloudformation:stack",
        "environment": "aws://unknown-account/unknown-region",
        "properties": {"templateFile": "Edge.template.json", "stackName": "prod-edge"}}}}"#;
    let files = [
        ("cdk.out/cdk.out", "{}"),
        ("cdk.out/manifest.json", manifest),
        ("cdk.out/Edge.template.json", EDGE),
    ];
    let project = Project::new(&files);
    for stack in ["prod-edge", "Edge"] {
        let ran = check(&project, &["--parameter", &format!("{stack}:Policy={BAD}")]);
        assert_eq!(reported(&ran), ["cdk.out/Edge.template.json:21:34"], "{stack}");
    }
}

#[test]
fn the_value_of_an_indirect_parameter_is_elsewhere() {
    let indirect = EDGE.replace("Type: String", "Type: AWS::SSM::Parameter::Value<String>");
    let project = Project::new(&[("edge.yaml", &indirect)]);
    let ran = check(&project, &["--parameter", &format!("Policy={BAD}")]);
    assert!(reported(&ran).is_empty(), "{ran}");
}

#[test]
fn what_no_template_declares_is_a_notice() {
    let project = Project::new(&[("edge.yaml", EDGE), ("values.yaml", "Polciy: x\nedgy: {Policy: x}\n")]);
    let args = ["edge.yaml", "--parameters-file", "values.yaml", "--parameter", "edge:Stage=x"];
    assert_snapshot!(check(&project, &args));
    assert!(reported(&check(&project, &[&args[..], &["-q"]].concat())).is_empty());
    assert!(reported(&check(&project, &["--parameter", "AWS::Region=eu-west-1"])).is_empty());
    let nothing = Project::new(&[]).run(&["check", "--parameter", "Stage=x"]);
    assert_eq!((nothing.code, nothing.stderr.as_str()), (Some(0), ""));
}

#[test]
fn unreadable_files_end_the_run() {
    let project = Project::new(&[
        ("edge.yaml", EDGE),
        ("list.json", "[\n  {\"ParameterKey\": \"Policy\"}\n]\n"),
        ("broken.json", "{\"Policy\": \"x\"\n"),
        ("map.yaml", "Policy:\n  Nested:\n    Value: x\n"),
        ("samconfig.toml", "[a.deploy.parameters]\n[b.deploy.parameters]\n"),
    ]);
    project.write("utf16.json", b"\xff\xfe{\0}\0");
    let files =
        ["gone.json", "list.json", "broken.json", "map.yaml", "samconfig.toml", "utf16.json", "edge.yaml"];
    let mut said = String::new();
    for file in files {
        let ran = check(&project, &["edge.yaml", "--parameters-file", file]);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{ran}");
        said += &ran.stderr;
    }
    assert_snapshot!(said);
}
