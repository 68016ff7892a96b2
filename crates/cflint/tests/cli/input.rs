//! What becomes of each kind of file, named, walked to or piped in.

use insta::assert_snapshot;

use crate::parameters::{self, BAD, EDGE, GOOD};
use crate::project::{Project, Ran};

const BROKEN: &str =
    "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  Topic:\n    Type: AWS::SNS::Topic: no\n";

const UNKNOWN: &str = "AWSTemplateFormatVersion: '2010-09-09'
Resources:
  Topic:
    Type: AWS::SNS::Topic
    Properties:
      TopicName: !Ref Nmae
";

const CLEAN: &str =
    "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  Topic:\n    Type: AWS::SNS::Topic\n";

const KUBERNETES: &str = "apiVersion: v1\nkind: Service\nmetadata:\n  name: AWS::Proxy\n---\nkind: Pod\n";
const OPENAPI: &str = "openapi: 3.0.1\npaths:\n  /users:\n    get:\n      x-amazon-apigateway-integration:\n        uri:\n          Fn::Sub: arn:${AWS::Region}\n";
const PACKAGE: &str = r#"{ "name": "app", "scripts": { "deploy": "cdk deploy" } }"#;

fn concise(project: &Project, paths: &[&str]) -> Ran {
    let args = ["check", "--select", "input", "--format", "concise"];
    project.run(&args.iter().chain(paths).copied().collect::<Vec<_>>())
}

#[test]
fn a_broken_file_is_shown_and_the_others_are_checked() {
    let project = Project::new(&[("a.yaml", UNKNOWN), ("broken.yaml", BROKEN), ("clean.yaml", CLEAN)]);
    let walked = project.run(&["check", "--select", "input"]);
    assert_snapshot!(walked);
    let named = project.run(&["check", "--select", "input", "broken.yaml", "clean.yaml", "a.yaml"]);
    assert_eq!(named.to_string(), walked.to_string());
    let never = project.run(&["check", "--select", "input", "--fail-on", "never"]);
    assert_eq!(never.code, Some(2));
}

#[test]
fn an_error_is_said_even_if_its_rule_does_not_run() {
    let project = Project::new(&[("broken.yaml", BROKEN), ("clean.yaml", CLEAN)]);
    assert_snapshot!(project.run(&["check", "--ignore", "invalid-template"]));
}

#[test]
fn an_error_and_its_finding_have_one_place() {
    let project = Project::new(&[("broken.yaml", BROKEN)]);
    let ran = project.run(&["check", "--format", "json"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(2), ""));
    let json = ran.json();
    let (error, finding) = (&json["errors"][0], &json["findings"][0]);
    assert_eq!(finding["rule"], "invalid-template");
    assert_eq!(error["span"], finding["span"]);
    assert_eq!(error["span"]["start"]["line"], 4);
    assert_eq!(error["message"], finding["message"]);
    assert_eq!((&error["path"], &finding["path"]), (&"broken.yaml".into(), &"broken.yaml".into()));
    assert_eq!(json["summary"]["findings"]["error"], 1);
}

#[test]
fn a_broken_file_that_is_no_template_counts_only_if_it_is_named() {
    let project = Project::new(&[("values.yaml", "{{ if .Values.a }}\na: 'Fn::'\n{{ end }}\n")]);
    let walked = concise(&project, &[]);
    assert_eq!((walked.code, walked.stderr.as_str()), (Some(0), ""), "{walked}");
    let named = concise(&project, &["values.yaml"]);
    assert_eq!(named.code, Some(2), "{named}");
    assert!(named.stdout.contains("values.yaml:2:1"), "{named}");
}

#[test]
fn other_files_are_named_only_if_the_user_named_them() {
    let files = [
        ("clean.yaml", CLEAN),
        ("openapi.yaml", OPENAPI),
        ("package.json", PACKAGE),
        ("service.yaml", KUBERNETES),
    ];
    let project = Project::new(&files);
    assert_snapshot!(project.run(&["check"]));
    assert_snapshot!(project.run(&["check", "service.yaml", "openapi.yaml", "package.json"]));
    assert_snapshot!(project.run(&["check", "-q", "service.yaml"]));
}

#[test]
fn standard_input_is_a_file() {
    let project = Project::new(&[]);
    let piped = project.run_with(&["check", "-", "--select", "input", "--format", "concise"], UNKNOWN);
    assert_snapshot!(piped);
    let args =
        ["check", "-", "--stdin-filename", "infra/edge.yaml", "--select", "input", "--format", "concise"];
    let named = project.run_with(&args, UNKNOWN);
    assert_eq!(named.stdout, piped.stdout.replace("<stdin>", "infra/edge.yaml"));
    let broken = project.run_with(&["check", "-"], BROKEN);
    assert_eq!(broken.code, Some(2), "{broken}");
    let other = project.run_with(&["check", "-"], PACKAGE);
    assert_eq!(other.code, Some(0), "{other}");
    assert_eq!(other.stderr, "note: <stdin>: not a CloudFormation template, skipped\n");
}

#[test]
fn the_configuration_of_standard_input_is_that_of_its_name() {
    let project =
        Project::new(&[("infra/cflint.yaml", "ignore: [unknown-reference]\n"), ("infra/edge.yaml", UNKNOWN)]);
    let run = |more: &[&str]| {
        project.run_with(&[&["check", "-", "--stdin-filename", "infra/edge.yaml"], more].concat(), UNKNOWN)
    };
    assert_eq!(run(&[]).code, Some(0));
    assert!(run(&["--no-config"]).stdout.contains("infra/edge.yaml:"));
    // It replaces the file and is not read as well.
    let both = run(&["--no-config", "--format", "json", "infra"]);
    assert_eq!(both.json()["summary"]["templates"], 1, "{both}");
}

#[test]
fn a_template_in_utf_16_is_told_in_a_folder_too() {
    let project = Project::new(&[]);
    let bytes: Vec<u8> =
        "\u{feff}".chars().chain(UNKNOWN.chars()).flat_map(|c| (c as u16).to_le_bytes()).collect();
    project.write("edge.yaml", &bytes);
    let ran = project.run(&["check"]);
    assert!(ran.code == Some(2) && ran.stdout.contains("the file is UTF-16"), "{ran}");
}

#[test]
fn paths_are_shown_as_the_user_would_write_them() {
    let project = Project::new(&[("infra/a.yaml", UNKNOWN)]);
    let path = |argument: &str| {
        let ran = concise(&project, &[argument]);
        ran.stdout.split(':').next().unwrap_or_default().to_owned()
    };
    assert_eq!(path("."), "infra/a.yaml");
    assert_eq!(path("./"), "infra/a.yaml");
    assert_eq!(path("infra"), "infra/a.yaml");
    assert_eq!(path("infra/a.yaml"), "infra/a.yaml");
    assert_eq!(path("./infra"), "./infra/a.yaml");
    assert_eq!(path("./infra/a.yaml"), "./infra/a.yaml");
}

#[test]
fn a_parameter_decides() {
    let project = Project::new(&[("edge.yaml", EDGE)]);
    let check = |more: &[&str]| parameters::check(&project, more);
    assert_eq!(check(&[]).code, Some(0));
    let given = check(&["--parameter", &format!("Policy={BAD}")]);
    assert_eq!(given.code, Some(1), "{given}");
    assert!(given.stdout.starts_with("edge.yaml:21:34: "), "{given}");
    let except = check(&["--parameter", &format!("Policy={GOOD}")]);
    assert_eq!(except.code, Some(0), "{except}");
}

#[test]
fn the_exit_code_follows_the_contract() {
    let project = Project::new(&[("a.yaml", UNKNOWN), ("clean.yaml", CLEAN)]);
    let code = |args: &[&str]| project.run(&[&["check"], args].concat()).code;
    assert_eq!(code(&["clean.yaml"]), Some(0));
    assert_eq!(code(&["a.yaml"]), Some(1));
    assert_eq!(code(&["."]), Some(1));
    assert_eq!(code(&["a.yaml", "--fail-on", "error"]), Some(1));
    assert_eq!(code(&["a.yaml", "--fail-on", "never"]), Some(0));
    assert_eq!(code(&["a.yaml", "--ignore", "input"]), Some(0));
    assert_eq!(code(&["a.yaml", "--select", "duplicate-key"]), Some(0));
    assert_eq!(code(&["a.yaml", "gone.yaml"]), Some(2));
}
