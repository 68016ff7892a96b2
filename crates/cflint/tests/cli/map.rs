use std::fs;
use std::path::Path;

use insta::assert_snapshot;

use crate::project::Project;

pub(crate) const FORMATS: [&str; 4] = ["text", "mermaid", "dot", "svg"];

fn fixture(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures").join(name)).unwrap()
}

#[test]
fn every_format_shows_the_way_of_the_requests() {
    let project = Project::new(&[("edge.yaml", &fixture("_demo/edge.yaml"))]);
    for format in FORMATS {
        assert_snapshot!(format, project.run(&["map", "edge.yaml", "--format", format]));
    }
    let colored = project.run(&["map", "edge.yaml", "--color", "always"]);
    assert!(colored.stdout.contains("\u{1b}[31merror[host-header-forwarded]"), "{colored}");
    assert_eq!(project.run(&["map", "edge.yaml", "-o", "edge.svg", "--format", "svg"]).stdout, "");
    assert!(project.read("edge.svg").ends_with("</svg>\n"));
}

const CONDITIONS: &str = "
Parameters: {Env: {Type: String, AllowedValues: [prod, test]}}
Conditions: {IsProd: !Equals [!Ref Env, prod]}
Resources:
  Site:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Enabled: true
        Origins:
          - {Id: a, DomainName: a.example.com, CustomOriginConfig: {OriginProtocolPolicy: https-only}}
        DefaultCacheBehavior:
          TargetOriginId: a
          ViewerProtocolPolicy: !If [IsProd, https-only, allow-all]
          CachePolicyId: 658327ea-f89d-4fab-a63d-7e88639e58f6
        CacheBehaviors:
          - PathPattern: /api/*
            TargetOriginId: a
            ViewerProtocolPolicy: https-only
            CachePolicyId: 658327ea-f89d-4fab-a63d-7e88639e58f6
          - PathPattern: /api/users
            TargetOriginId: a
            ViewerProtocolPolicy: https-only
            CachePolicyId: 658327ea-f89d-4fab-a63d-7e88639e58f6
";

#[test]
fn views_that_differ_are_drawn_apart_and_dead_behaviors_are_marked() {
    let project = Project::new(&[("edge.yaml", CONDITIONS)]);
    assert_snapshot!(project.run(&["map"]));
    assert_snapshot!(project.run(&["map", "--parameter", "Env=prod", "--format", "mermaid"]));
}

const HOSTILE: &str = r##"
Resources:
  "x\u001b[31m\"]<script>alert(1)</script>&#36;{{`":
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Enabled: true
        Aliases: ["\u202ea\"]; drop", "--><b>"]
        Origins:
          - {Id: "o\\\"\n</svg>", DomainName: "a<b>.example.com", CustomOriginConfig: {OriginProtocolPolicy: https-only}}
        DefaultCacheBehavior: {TargetOriginId: "o\\\"\n</svg>", ViewerProtocolPolicy: "</text><script>", CachePolicyId: "%%{init: {}}%%"}
"##;

/// The heading of a picture shows the conditions.
const HEADING: &str = r#"
Conditions: {"\n::error::\u001b[31m": !Equals [!Ref AWS::Region, a]}
Resources:
  It:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Enabled: true
        Origins: [{Id: o, DomainName: a.example.com, CustomOriginConfig: {OriginProtocolPolicy: https-only}}]
        DefaultCacheBehavior:
          TargetOriginId: o
          ViewerProtocolPolicy: !If ["\n::error::\u001b[31m", allow-all, https-only]
          CachePolicyId: 4135ea2d-6df8-44a3-9df3-4b5a84be39ad
"#;

#[test]
fn text_in_headings_stays_text() {
    let project = Project::new(&[("edge.yaml", HEADING)]);
    for format in FORMATS {
        let ran = project.run(&["map", "edge.yaml", "--format", format]);
        assert!(ran.code == Some(0) && ran.stdout.contains(" is true"), "{ran}");
        assert!(!ran.stdout.contains('\u{1b}') && !ran.stdout.contains("\n::"), "{ran}");
    }
}

#[test]
fn text_of_a_template_stays_text() {
    let project = Project::new(&[("edge.yaml", HOSTILE)]);
    for format in FORMATS {
        let ran = project.run(&["map", "edge.yaml", "--format", format]);
        assert_eq!(ran.code, Some(0), "{ran}");
        assert!(!ran.stdout.contains(['\u{1b}', '\u{202e}', '\u{7}']), "{ran}");
        assert_snapshot!(format!("hostile-{format}"), ran);
        if format == "svg" {
            let tree = roxmltree::Document::parse(&ran.stdout).unwrap();
            assert!(tree.descendants().all(|node| !node.has_tag_name("script")));
        }
    }
}

#[test]
fn nothing_to_draw_is_said() {
    let project = Project::new(&[
        ("api.yaml", "Resources: {A: {Type: AWS::S3::Bucket}}"),
        ("bad.yaml", "Resources: ["),
    ]);
    assert_snapshot!(project.run(&["map", "api.yaml"]));
    assert_snapshot!(project.run(&["map", "bad.yaml"]));
    assert_snapshot!(project.run(&["map", "gone.yaml"]));
    assert_snapshot!(project.run(&["map", "api.yaml", "--format", "png"]));
}

#[test]
fn a_picture_overwrites_no_template() {
    let project = Project::new(&[("edge.yaml", CONDITIONS)]);
    let ran = project.run(&["map", "-o", "edge.yaml"]);
    assert!(ran.code == Some(2) && ran.stderr.contains("would be overwritten"), "{ran}");
    assert_eq!(project.read("edge.yaml"), CONDITIONS);
}

#[test]
fn one_distribution_of_an_assembly_is_drawn_by_its_construct() {
    let project = Project::new(&[]);
    for version in ["2.276.0", "2.276.0-no-path"] {
        let assembly = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/_cdk/project");
        let assembly = assembly.join(format!("cdk.out-{version}"));
        let assembly = assembly.to_str().unwrap();
        let map = |name: &str| project.run(&["map", assembly, "--distribution", name]);
        for name in ["EdgeStack/Pages", "EdgeStack/Pages/Resource", "EdgeStack.Pages127DFD1A"] {
            let ran = map(name);
            assert!(ran.stdout.starts_with("Pages127DFD1A, stack EdgeStack "), "{name}: {ran}");
            assert_eq!(ran.stdout.matches(", stack ").count(), 1, "{name}: {ran}");
        }
        for name in ["Pages", "Pages127"] {
            let ran = map(name);
            let said = format!("error: several distributions match `{name}`\nhelp: name one of ");
            assert!(ran.code == Some(2) && ran.stderr.starts_with(&said), "{ran}");
            assert_eq!(ran.stderr.matches("Pages127DFD1A").count(), 4, "{ran}");
        }
        let ran = map("Shop");
        assert!(ran.code == Some(2) && ran.stderr.contains("there is no distribution `Shop`"), "{ran}");
    }
    let assembly = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/_cdk/project/cdk.out-2.276.0");
    let assembly = assembly.to_str().unwrap();
    let trace = |name: &str| project.run(&["trace", assembly, "GET /users", "--distribution", name]);
    assert_eq!(trace("EdgeStack/Pages").stdout, trace("EdgeStack.Pages127DFD1A").stdout);
    assert!(trace("Pages1").stderr.contains("several distributions match `Pages1`"));
}
