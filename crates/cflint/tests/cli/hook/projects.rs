//! Which run is told of a file: that of its project, with its configuration.

use super::*;

/// A stack with an API and a distribution, of which each points at the other, and a stack around it that gives the path.
const NESTED: &[(&str, &str)] = &[
    (
        "root.yaml",
        "\
Resources:
  Shop:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: nested/shop.yaml, Parameters: {Path: /beta}}
",
    ),
    (
        "nested/shop.yaml",
        "\
Parameters: {Path: {Type: String, Default: /prod}}
Resources:
  Pages:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Enabled: true
        Origins:
          - Id: api
            DomainName: !ImportValue shop-api
            OriginPath: !Ref Path # cflint: ignore[unknown-target-origin]
            CustomOriginConfig: {OriginProtocolPolicy: https-only, OriginSSLProtocols: [TLSv1.2]}
        DefaultCacheBehavior:
          TargetOriginId: api
          ViewerProtocolPolicy: https-only
          CachePolicyId: 658327ea-f89d-4fab-a63d-7e88639e58f6
",
    ),
];

#[test]
fn a_hook_tells_what_the_whole_run_says_about_the_changed_files() {
    let project = Project::new(&[FILES, NESTED].concat());
    project.write("old/broken.yaml", b"");
    let places = |ran: &Ran| -> Vec<(String, Vec<String>)> {
        let json = ran.json();
        let path = |place: &Value| place["path"].as_str().unwrap().to_owned();
        let one = |finding: &Value| {
            let related = finding["related"].as_array().unwrap().iter().map(path);
            (
                finding["fingerprint"].as_str().unwrap().to_owned(),
                [path(finding)].into_iter().chain(related).collect(),
            )
        };
        json["findings"].as_array().unwrap().iter().map(one).collect()
    };
    let all = places(&project.run(&["check", "--format", "json"]));
    assert!(all.len() > 4, "{all:?}");
    let files = ["api/api.yaml", "web/edge.yaml", "root.yaml", "nested/shop.yaml"];
    for changed in files.iter().map(|file| vec![*file]).chain([files.to_vec(), files[2..].to_vec()]) {
        let told = places(&project.run(&[&["check", "--hook", "--format", "json"], &changed[..]].concat()));
        let points =
            |(_, places): &&(String, Vec<String>)| places.iter().any(|place| changed.contains(&&**place));
        assert!(all.iter().filter(points).all(|finding| told.contains(finding)), "{changed:?}: {told:?}");
        assert!(told.iter().all(|finding| all.contains(finding)), "{changed:?}: {told:?}");
    }
}

#[test]
fn each_project_has_its_own_configuration() {
    let project = Project::new(FILES);
    project.write("web/cflint.yaml", b"rules: {host-header-forwarded: {severity: off}}\n");
    project.write("old/broken.yaml", b"Resources: {A: {Type: 'AWS::S3::Bucket'}}\n");
    let ran = hook(&project, &["old/broken.yaml", "web/edge.yaml"]);
    assert!(!ran.stdout.contains("host-header-forwarded") && ran.code == Some(1), "{ran}");
    // What is wrong with one of them is no reason not to check the others.
    project.write("old/cflint.yaml", b"rule: {}\n");
    let ran = hook(&project, &["old/broken.yaml", "web/edge.yaml"]);
    assert!(ran.code == Some(2) && ran.stderr.contains("old/cflint.yaml:1:1"), "{ran}");
    assert!(ran.stdout.contains("execute-api-endpoint-disabled"), "{ran}");
    let ran = project.run(&["check", "--hook", "--format", "sarif", "old/broken.yaml", "web/edge.yaml"]);
    assert!(ran.code == Some(2) && ran.stderr.contains("in several projects"), "{ran}");
}

#[test]
fn each_finding_is_told_by_the_project_of_its_file() {
    let project = Project::new(FILES);
    project.write("web/cflint.yaml", b"rules: {}\n");
    project.write("api/cflint.yaml", b"ignore: [execute-api-endpoint-disabled]\n");
    let args =
        ["check", "--hook", "--format", "concise", "--select", "routing", "api/api.yaml", "web/edge.yaml"];
    let ran = project.run(&args);
    assert_eq!(ran.stdout.matches("web/edge.yaml:").count(), 1, "{ran}");
    project.write("api/cflint.yaml", b"rules: {execute-api-endpoint-disabled: {severity: off}}\n");
    let ran = hook(&project, &["api/api.yaml", "web/edge.yaml"]);
    assert!(!ran.stdout.contains("execute-api-endpoint-disabled"), "{ran}");
}

#[test]
fn what_is_no_template_decides_nothing() {
    let project = Project::new(FILES);
    project.write("old/cflint.yaml", b"nonsense: 1\n");
    project.write("old/README.md", b"# Notes\n- 'AWS::CloudFront::Distribution': [a\n");
    let ran = hook(&project, &["old/README.md"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{ran}");
    let ran = project.run(&["check", "--hook", "--format", "json", "web/edge.yaml", "old/README.md"]);
    assert_eq!(ran.code, Some(1), "{ran}");
}

#[test]
fn standard_input_is_in_the_project_of_its_name() {
    let project = Project::new(FILES);
    let text = EDGE.replace("216adef6-5c7f-47e4-b989-5492eafa07d3", "b689b0a8-53d0-40ab-baf2-68738e2966ac");
    let args = ["check", "--hook", "--format", "json", "--stdin-filename", "web/edge.yaml", "-"];
    assert_eq!(found(&project.run_with(&args, &text)), ["execute-api-endpoint-disabled api/api.yaml"]);
    let elsewhere = Project::new(&[]);
    let path = project.path("web/edge.yaml");
    let args = ["check", "--hook", "--format", "json", "--stdin-filename", path.to_str().unwrap(), "-"];
    assert_eq!(found(&elsewhere.run_with(&args, &text)).len(), 1, "wherever it is called from");
    project.write("web/cflint.yaml", b"exclude: [edge.yaml]\n");
    assert_eq!(found(&elsewhere.run_with(&args, &text)), [""; 0]);
}

#[test]
fn without_a_repository_the_current_folder_is_the_project() {
    let files: Vec<_> = FILES.iter().copied().filter(|(name, _)| !name.starts_with(".git/")).collect();
    let project = Project::new(&files);
    assert!(hook(&project, &["web/edge.yaml"]).stdout.contains("api/api.yaml:8:"));
    let mut command = project.command(&["check", "--hook", "edge.yaml"]);
    let ran = command.current_dir(project.path("web")).output().unwrap();
    assert_eq!(String::from_utf8(ran.stdout).unwrap(), "1 distribution, 1 behavior: no findings\n");
}

#[test]
fn the_configuration_is_that_of_the_first_template() {
    let project = Project::new(FILES);
    project.write("web/cflint.yaml", b"rules: {host-header-forwarded: {severity: off}}\n");
    let ran = hook(&project, &["charts/deployment.yaml", "package.json", "web/edge.yaml"]);
    assert!(!ran.stdout.contains("host-header-forwarded") && ran.code == Some(1), "{ran}");
}
