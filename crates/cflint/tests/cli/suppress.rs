use insta::assert_snapshot;

use crate::project::Project;

#[test]
fn a_file_full_of_comments_that_do_nothing_has_a_bound() {
    let comments = "# cflint: ignore\n# cflint: ignore[host-header-forwarded] why\n".repeat(1_500);
    let text = format!("{comments}Resources:\n  T: {{Type: 'AWS::SNS::Topic'}}\n");
    let project = Project::new(&[("edge.yaml", text.as_str())]);
    let said = "note: edge.yaml: 1000 more suppressions of the file do nothing and are not reported\n";
    let ran = project.run(&["check", "--format", "concise"]);
    assert!(ran.stderr.contains(said), "{ran}");
    for rule in ["unused-suppression", "unknown-rule-in-suppression"] {
        assert_eq!(ran.stdout.lines().filter(|line| line.contains(rule)).count(), 1_000, "{rule}");
    }
    let ran = project.run(&["check", "--fix"]);
    assert!(ran.stderr.contains("fixed 1500 findings"), "{}", ran.stderr);
    project.write("cflint.yaml", b"rules: {input: {severity: off}}\n");
    let ran = project.run(&["check"]);
    assert!(ran.code == Some(0) && !ran.stderr.contains("suppression"), "{ran}");
}

const EDGE: &str = "\
AWSTemplateFormatVersion: '2010-09-09'
Resources:
  Pages:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Enabled: true
        Origins:
          - Id: site
            DomainName: site.example.com
            CustomOriginConfig: {OriginProtocolPolicy: https-only, OriginSSLProtocols: [TLSv1.2]}
          - Id: old
            DomainName: old.execute-api.eu-west-1.amazonaws.com # the first one
            CustomOriginConfig: {OriginProtocolPolicy: http-only}
            OriginCustomHeaders: [{HeaderName: x-origin-verify, HeaderValue: '{{resolve:secretsmanager:shop}}'}]
        DefaultCacheBehavior:
          TargetOriginId: site
          ViewerProtocolPolicy: https-only
          CachePolicyId: 658327ea-f89d-4fab-a63d-7e88639e58f6
        CacheBehaviors:
          - PathPattern: /old/*
            TargetOriginId: old
            ViewerProtocolPolicy: https-only
            CachePolicyId: 4135ea2d-6df8-44a3-9df3-4b5a84be39ad
            OriginRequestPolicyId: 216adef6-5c7f-47e4-b989-5492eafa07d3 # AllViewer
";

#[test]
fn what_is_suppressed_counts_only_when_that_is_asked_for() {
    let about = "OriginProtocolPolicy: http-only}";
    let text = EDGE
        .replace(about, &format!("{about} # cflint: ignore[origin-not-https] it is going away"))
        .replace("# AllViewer", "# cflint: ignore[host-header-forwarded]");
    let project = Project::new(&[("edge.yaml", &text)]);
    assert_snapshot!(project.run(&["check"]));
    let all = project.run(&["check", "--no-suppressions"]);
    assert_eq!(all.code, Some(1), "{all}");
    for rule in ["origin-not-https", "host-header-forwarded"] {
        assert!(all.stdout.contains(&format!("error[{rule}]")), "{all}");
    }
}

#[test]
fn suppressions_are_written_as_comments_and_found_again() {
    let project = Project::new(&[("edge.yaml", EDGE)]);
    assert_snapshot!(project.run(&["check", "--diff", "--add-ignore=until the move"]));
    assert_eq!(project.read("edge.yaml"), EDGE);
    assert_snapshot!(project.run(&["check", "--add-ignore=until the move"]));
    assert_eq!(project.run(&["check"]).code, Some(0));
    let again = project.run(&["check", "--add-ignore"]);
    assert!(!again.stderr.contains("suppressed"), "{again}");
}

#[test]
fn suppressions_are_written_as_metadata_into_json() {
    let project = Project::new(&[(
        "edge.json",
        r#"{
  "Resources": {
    "Pages": {
      "Type": "AWS::CloudFront::Distribution",
      "Properties": {
        "DistributionConfig": {
          "Enabled": true,
          "Origins": [{"Id": "s", "DomainName": "s.example.com", "CustomOriginConfig": {"OriginProtocolPolicy": "https-only"}}],
          "DefaultCacheBehavior": {
            "TargetOriginId": "s",
            "ViewerProtocolPolicy": "allow-all",
            "CachePolicyId": "658327ea-f89d-4fab-a63d-7e88639e58f6"
          }
        }
      }
    }
  }
}
"#,
    )]);
    assert_snapshot!(project.run(&[
        "check",
        "--diff",
        "--add-ignore",
        "--select",
        "viewer-protocol-not-https"
    ]));
    project.run(&["check", "--add-ignore=a \"plain\" site", "--select", "viewer-protocol-not-https"]);
    assert_snapshot!(project.read("edge.json"));
    assert_eq!(project.run(&["check", "--select", "viewer-protocol-not-https"]).code, Some(0));
}

#[test]
fn a_reason_is_one_line() {
    let project = Project::new(&[("edge.yaml", EDGE)]);
    let ran = project.run(&["check", "--add-ignore=one\ntwo"]);
    assert_eq!(ran.code, Some(2), "{ran}");
    assert!(ran.stderr.contains("a reason is one line of text"), "{ran}");
    assert_eq!(project.read("edge.yaml"), EDGE);
}

#[test]
fn what_would_count_in_spite_of_it_is_not_written() {
    let yaml = EDGE.replace("# AllViewer", "# cflint: ignore[viewer-tls-outdated]");
    let json = r#"{"Resources": {"D": {"Type": "AWS::CloudFront::Distribution", "Metadata": {"cflint": {"ignore": ["routing", {"id": "nope"}]}}}}}"#;
    let project = Project::new(&[("edge.yaml", &yaml), ("one.json", json)]);
    for _ in 0..2 {
        let ran = project.run(&[
            "check",
            "--add-ignore",
            "--select",
            "origin-not-https,input,viewer-tls-outdated,routing",
        ]);
        assert!(ran.stderr.contains("would still be reported"), "{ran}");
        let text = |name| project.read(name);
        assert_eq!(text("one.json"), json);
        assert_eq!(text("edge.yaml").matches("unused-suppression").count(), 0, "{ran}");
        // What can be suppressed is, although it is in the same file.
        assert!(
            text("edge.yaml").contains("# the first one")
                && text("edge.yaml").contains("ignore[origin-not-https]"),
            "{ran}"
        );
    }
}

#[test]
fn many_suppressions_are_no_more_work_than_their_number() {
    // Each of them looked at all that follows it, and at all of the others.
    let comments = "# cflint: ignore[\n".repeat(20_000);
    let items = "{id: duplicate-key, reason: x},".repeat(5_000);
    let text = format!("{comments}{EDGE}Metadata:\n  cflint: {{ignore: [{items}]}}\n");
    let project = Project::new(&[("edge.yaml", &text)]);
    let ran = project.run(&["check", "--format", "concise"]);
    assert_eq!(ran.stdout.matches("[unknown-rule-in-suppression]").count(), 1_000);
    assert_eq!(ran.stdout.matches("[unused-suppression]").count(), 1_000);
    assert!(ran.stderr.contains("23000 more suppressions"), "{}", ran.stderr);
}

#[test]
fn many_suppressions_are_written_together() {
    let origins: String = (0..200)
        .map(|index| {
            let id = format!("{{Id: o{index}, DomainName: o{index}.example.com, CustomOriginConfig: {{OriginProtocolPolicy: http-only}}}}");
            format!("          - {id}\n")
        })
        .collect();
    let at = "          - Id: site\n";
    let text = EDGE.replace(at, &format!("{origins}{at}"));
    let project = Project::new(&[("edge.yaml", &text)]);
    let ran = project.run(&["check", "--add-ignore=known"]);
    assert_eq!(ran.code, Some(0), "{ran}");
    assert_eq!(project.run(&["check"]).code, Some(0));
}
