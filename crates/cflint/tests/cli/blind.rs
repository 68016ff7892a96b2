//! What a run says when it could not look at what it is there for.

use std::fs;
use std::path::Path;

use crate::project::{Project, Ran};

const API: &str = "Resources: {Api: {Type: AWS::ApiGateway::RestApi}}\n";

fn edge(domain: &str) -> String {
    format!(
        "
Parameters: {{Host: {{Type: String}}, Other: {{Type: String, Default: www.example.com}}}}
Resources:
  Site:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Enabled: true
        Origins:
          - {{Id: a, DomainName: {domain}, CustomOriginConfig: {{OriginProtocolPolicy: https-only}}}}
        DefaultCacheBehavior:
          TargetOriginId: a
          ViewerProtocolPolicy: https-only
          CachePolicyId: 4135ea2d-6df8-44a3-9df3-4b5a84be39ad
"
    )
}

fn fixture(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/_cdk").join(name)).unwrap()
}

fn said(ran: &Ran) -> &str {
    assert_eq!(ran.code, Some(0), "{ran}");
    &ran.stderr
}

#[test]
fn templates_without_a_distribution_are_told_once() {
    let project = Project::new(&[("a.yaml", API), ("infra/b.yaml", API)]);
    let ran = project.run(&["check"]);
    assert_eq!(
        said(&ran),
        "note: no CloudFront distribution in 2 templates: the checks that need one did not run\n"
    );
    assert_eq!(said(&project.run(&["check", "-q"])), "");
    // A commit is a part of a project.
    assert_eq!(said(&project.run(&["check", "--hook", "a.yaml"])), "");
    project.write("edge.yaml", edge("www.example.com").as_bytes());
    assert_eq!(said(&project.run(&["check"])), "");
    // There are no templates, which the summary says.
    assert_eq!(said(&Project::new(&[]).run(&["check"])), "");
}

#[test]
fn what_could_not_be_read_may_have_the_distribution() {
    let project = Project::new(&[("a.yaml", API), ("b.yaml", "Resources: {A: {Type: AWS::X::Y}\n")]);
    let ran = project.run(&["check", "--format", "concise"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(2), ""), "{ran}");
}

#[test]
fn an_app_without_an_assembly_is_told_what_makes_one() {
    let project = Project::new(&[("cdk.json", "{}"), ("infra/cdk.json", r#"{"output": "build/out"}"#)]);
    let here =
        "note: cdk.json: this is a CDK app without `cdk.out`: run `npx cdk synth`, then `cflint check`\n";
    assert_eq!(said(&project.run(&["check"])), here);
    assert_eq!(said(&project.run(&["check", ".", "."])), here);
    assert_eq!(
        said(&project.run(&["check", "infra/"])),
        "note: infra/cdk.json: this is a CDK app without `build/out`: run `npx cdk synth`, then `cflint check infra`\n"
    );
    assert!(project.run(&["map"]).stderr.starts_with(here));
    fs::create_dir_all(project.path("infra/build/out")).unwrap();
    project.write("infra/build/out/cdk.out", b"{}");
    project.write("infra/build/out/manifest.json", br#"{"version": "36.0.0", "artifacts": {}}"#);
    assert_eq!(said(&project.run(&["check", "infra"])), "");
}

#[test]
fn a_service_that_was_not_packaged_is_told_what_packages_it() {
    let project = Project::new(&[("serverless.yml", "service: shop\n")]);
    assert_eq!(
        said(&project.run(&["check"])),
        "note: serverless.yml: this is a Serverless Framework service without `.serverless`: \
         run `npx serverless package`, then `cflint check`\n"
    );
    fs::create_dir(project.path(".serverless")).unwrap();
    let template = ".serverless/cloudformation-template-update-stack.json";
    project.write(template, br#"{"Resources": {"Site": {"Type": "AWS::CloudFront::Distribution"}}}"#);
    let ran = project.run(&["check", "--format", "json"]);
    assert_eq!(ran.json()["summary"]["templates"], 1);
    assert!(!ran.stderr.contains("npx"), "{ran}");
}

#[test]
fn source_code_is_no_template() {
    let files = ["lib/edge.ts", "app.py", "App.java", "main.go", "Edge.cs", "index.js"];
    let project = Project::new(&files.map(|file| (file, "import { App } from 'aws-cdk-lib';\n")));
    for file in files {
        let ran = project.run(&["check", file]);
        assert_eq!(ran.code, Some(2), "{ran}");
        assert_eq!(
            ran.stderr,
            format!("error: {file}: source code, not a template; run `npx cdk synth`, then `cflint check`\n")
        );
    }
    let ran = project.run(&["trace", "app.py", "GET /"]);
    assert!(ran.code == Some(2) && ran.stderr.contains("run `npx cdk synth`"), "{ran}");
    assert_eq!(project.run(&["check", "gone.ts"]).stderr, "error: gone.ts: no such file or directory\n");
    assert_eq!(said(&project.run(&["check", "--hook", "app.py"])), "");
}

#[test]
fn an_assembly_that_is_older_than_the_app_is_told_but_not_in_a_pipeline() {
    let project = || {
        let project = Project::new(&[
            ("cdk.json", "{}"),
            ("lib/edge.ts", ""),
            ("cdk.out/cdk.out", ""),
            ("cdk.out/manifest.json", r#"{"version": "36.0.0", "artifacts": {}}"#),
        ]);
        let manifest = fs::File::options().write(true).open(project.path("cdk.out/manifest.json")).unwrap();
        manifest.set_modified(std::time::SystemTime::UNIX_EPOCH).unwrap();
        project
    };
    let note = "note: cdk.out: older than `cdk.json`: run `npx cdk synth` to check the current app\n";
    assert_eq!(said(&project().run(&["check"])), note);
    assert_eq!(said(&project().run(&["check", "cdk.out"])), note);
    assert_eq!(said(&project().run(&["check", "cdk.out", "."])), note);
    assert_eq!(said(&project().env("CI", "true").run(&["check"])), "");
}

#[test]
fn references_of_a_lone_template_stay_unknown() {
    let files = ["cdk.out", "manifest.json", "EdgeFar.template.json"];
    let texts = files.map(|file| fixture(&format!("project/cdk.out-2.276.0/{file}")));
    let files: Vec<(String, &str)> =
        files.iter().map(|file| format!("cdk.out/{file}")).zip(texts.iter().map(String::as_str)).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(file, text)| (file.as_str(), *text)).collect();
    let project = Project::new(&files);
    let ran = project.run(&["check", "cdk.out/EdgeFar.template.json", "--fail-on", "never"]);
    assert_eq!(
        said(&ran),
        "note: 3 references to other stacks stay unknown in `cdk.out/EdgeFar.template.json`: `cflint check cdk.out` resolves them\n"
    );
    let template = edge("!ImportValue shop-host");
    let stdin = project.run_with(&["check", "-"], &template);
    assert_eq!(
        said(&stdin),
        "note: 1 reference to other stacks stays unknown in `<stdin>`: check the template together with those that export the values\n"
    );
    // A walk has everything that there is.
    let project = Project::new(&[("edge.yaml", &template)]);
    assert!(!said(&project.run(&["check"])).contains("other stacks"));
    project.write(
        "host.yaml",
        b"Resources: {T: {Type: AWS::SNS::Topic}}\nOutputs: {H: {Value: www.example.com, Export: {Name: shop-host}}}\n",
    );
    assert!(!said(&project.run(&["check", "edge.yaml", "host.yaml"])).contains("other stacks"));
}

#[test]
fn a_distribution_without_a_known_origin_is_told() {
    let note = "note: no origin of distribution `Site` is known, so requests were not followed to an API; \
                pass values that the template leaves open with `--parameter NAME=VALUE`\n";
    let project = Project::new(&[("edge.yaml", &edge("!Ref Host"))]);
    assert_eq!(said(&project.run(&["check"])), note);
    assert_eq!(said(&project.run(&["check", "--parameter", "Host=www.example.com"])), "");
    assert_eq!(said(&Project::new(&[("edge.yaml", &edge("!Ref Other"))]).run(&["check"])), "");
}

#[test]
fn a_named_file_that_is_skipped_is_told() {
    let project = Project::new(&[
        ("cflint.yaml", "exclude: [old]\n"),
        ("old/edge.yaml", &edge("www.example.com")),
        ("ci.yaml", "on: push\n"),
    ]);
    assert_eq!(
        said(&project.run(&["check", "ci.yaml"])),
        "note: ci.yaml: not a CloudFormation template, skipped\n"
    );
    assert_eq!(
        said(&project.run(&["check", "--force-exclude", "old/edge.yaml"])),
        "note: old/edge.yaml: excluded by the configuration, skipped\n"
    );
    assert_eq!(said(&project.run(&["check"])), "");
}
