//! The configuration file: where it is looked for, what it says, and what is wrong with it.

use insta::assert_snapshot;

use crate::project::{Project, Ran};

/// Forwards every header, and answers over plain HTTP.
const EDGE: &str = "AWSTemplateFormatVersion: '2010-09-09'
Parameters:
  Policy: { Type: String, Default: 216adef6-5c7f-47e4-b989-5492eafa07d3 }
Resources:
  Api:
    Type: AWS::ApiGatewayV2::Api
    Properties: { Name: api, ProtocolType: HTTP }
  Pages:
    Type: AWS::CloudFront::Distribution
    Metadata: { 'aws:cdk:path': Shop/Edge/Pages }
    Properties:
      DistributionConfig:
        Enabled: true
        Origins:
          - Id: api
            DomainName: !Sub '${Api}.execute-api.${AWS::Region}.amazonaws.com'
            CustomOriginConfig: { OriginProtocolPolicy: https-only }
        DefaultCacheBehavior:
          TargetOriginId: api
          ViewerProtocolPolicy: allow-all
          CachePolicyId: 4135ea2d-6df8-44a3-9df3-4b5a84be39ad
          OriginRequestPolicyId: !Ref Policy
";
const RULES: &str = "select: [host-header-forwarded, viewer-protocol-not-https]\n";

fn project(config: &str) -> Project {
    Project::new(&[
        ("cflint.yaml", &format!("{RULES}{config}")),
        ("infra/edge.yaml", EDGE),
        ("infra/old/edge.yaml", EDGE),
    ])
}

fn check(project: &Project, more: &[&str]) -> Ran {
    project.run(&[&["check", "--format", "concise"], more].concat())
}

/// Path, severity and rule of each finding.
fn told(ran: &Ran) -> Vec<String> {
    assert!(ran.code != Some(2), "{ran}");
    let finding = |line: &str| {
        let (place, rest) = line.split_once(": ")?;
        let (level, _) = rest.split_once("] ")?;
        Some(format!("{} {}", place.split(':').next()?, level.replace('[', " ")))
    };
    ran.stdout.lines().filter_map(finding).collect()
}

/// What a file with this content is answered.
fn refused(content: &[u8]) -> String {
    let project = Project::new(&[("edge.yaml", EDGE)]);
    project.write("cflint.yaml", content);
    let ran = project.run(&["check"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{}: {ran}", String::from_utf8_lossy(content));
    ran.stderr
}

#[test]
fn settings_are_read() {
    let ran = check(&project(""), &[]);
    let all = [
        "infra/edge.yaml warning viewer-protocol-not-https",
        "infra/edge.yaml error host-header-forwarded",
        "infra/old/edge.yaml warning viewer-protocol-not-https",
        "infra/old/edge.yaml error host-header-forwarded",
    ];
    assert_eq!(told(&ran), all, "{ran}");
    assert_eq!(told(&check(&project("exclude: old\n"), &[])), all[..2]);
    assert_eq!(told(&check(&project("ignore: [routing]\n"), &[])).len(), 0);
    assert_eq!(told(&check(&project("min-severity: error\n"), &[])), [all[1], all[3]]);
    assert_eq!(told(&check(&project("min-confidence: certain\nexclude: [infra/old]\n"), &[])), all[..1]);
    assert_eq!(check(&project("fail-on: never\n"), &[]).code, Some(0));
    let severity = "rules: { routing: { severity: info }, viewer-protocol-not-https: { severity: error } }\n";
    let ran = check(&project(severity), &["infra/edge.yaml"]);
    assert_eq!(
        told(&ran),
        ["infra/edge.yaml error viewer-protocol-not-https", "infra/edge.yaml info host-header-forwarded"]
    );
    let over = "overrides: [{ paths: infra/old, ignore: viewer-protocol-not-https, rules: { host-header-forwarded: { severity: info } } }]\n";
    let ran = check(&project(over), &[]);
    assert_eq!(told(&ran)[2..], ["infra/old/edge.yaml info host-header-forwarded"]);
}

#[test]
fn the_command_line_counts_before_the_file() {
    let config = "ignore: [viewer-protocol-not-https]\nrules: { host-header-forwarded: { severity: off } }\nfail-on: never\nmin-severity: error\n";
    let count = |more: &[&str]| told(&check(&project(config), &[&["infra/edge.yaml"], more].concat())).len();
    assert_eq!(count(&[]), 0);
    assert_eq!(count(&["--select", "host-header-forwarded"]), 1);
    assert_eq!(
        count(&["--select", "routing", "--min-severity", "info", "--ignore", "host-header-forwarded"]),
        1
    );
    // What is requested is not held back, and everything else is.
    assert_eq!(count(&["--extend-select", "host-header-forwarded"]), 1);
    assert_eq!(count(&["--extend-select", "routing", "--min-severity", "info"]), 2);
    assert_eq!(count(&["--extend-select", "host-header-forwarded", "--ignore", "routing"]), 0);
    assert_eq!(check(&project("fail-on: never\n"), &["--fail-on", "error"]).code, Some(1));
    // Without it, everything else is found, too.
    assert!(count(&["--no-config"]) > 1 && count(&["--isolated"]) > 1);
}

#[test]
fn known_findings_are_suppressed_and_told_when_there_are_none() {
    let config = "rules:
  host-header-forwarded:
    ignore:
      - { path: infra/old, id: 'P*', reason: goes away }
      - { id: Gone }
      - infra/nowhere.yaml
  routing:
    ignore: [{ construct: 'Shop/**', path: infra/edge.yaml }]
";
    let project = project(config);
    let ran = check(&project, &[]);
    assert_snapshot!(ran);
    let json = project.run(&["check", "--format", "json"]).json();
    let channels: Vec<String> = json["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["suppressed"].to_string())
        .collect();
    assert_snapshot!(channels.join("\n"));
    // A run that reads one file cannot know what others need.
    assert_eq!(check(&project, &["infra/edge.yaml"]).stderr, "");
}

#[test]
fn values_of_parameters_are_for_every_command() {
    let good = "b689b0a8-53d0-40ab-baf2-68738e2966ac";
    let config = format!("parameters: {{ Policy: {good} }}\n");
    let hosts = |project: &Project, more: &[&str]| {
        told(&check(project, &[&["infra/edge.yaml"], more].concat()))
            .iter()
            .filter(|line| line.contains("host"))
            .count()
    };
    assert_eq!(hosts(&project(&config), &[]), 0);
    let of_stack = project(&format!("parameters: {{ edge: {{ Policy: {good} }} }}\n"));
    assert_eq!(hosts(&of_stack, &[]), 0);
    let bad = "Policy=216adef6-5c7f-47e4-b989-5492eafa07d3";
    assert_eq!(hosts(&of_stack, &["--parameter", bad]), 1);
    let from_file = project("parameters-file: infra/values.json\n");
    from_file.write("infra/values.json", format!("{{\"Policy\": \"{good}\"}}").as_bytes());
    assert_eq!(hosts(&from_file, &[]), 0);
    let trace = |project: &Project| project.run(&["trace", "infra/edge.yaml", "GET /"]).stdout;
    assert_ne!(trace(&project(&config)), trace(&project("")));
    let map = |project: &Project| project.run(&["map", "infra/edge.yaml"]).stdout;
    assert_ne!(map(&project(&config)), map(&project("")));
}

#[test]
fn excluded_files_are_read_if_they_are_named() {
    let project = project("exclude: [old/]\n");
    assert_eq!(told(&check(&project, &["infra/old/edge.yaml"])).len(), 2);
    assert_eq!(told(&check(&project, &["infra/old/edge.yaml", "--force-exclude"])).len(), 0);
    assert_snapshot!(check(&project, &["infra/old"]));
}

#[test]
fn what_templates_and_manifests_name_can_be_excluded() {
    let manifest = r#"{"version": "36.0.0", "artifacts": {"Edge": {"type": "aws:cloudformation:stack",
        "environment": "aws://unknown-account/unknown-region", "properties": {"templateFile": "Edge.template.json"}}}}"#;
    let nested = "Resources:\n  Inner: { Type: AWS::CloudFormation::Stack, Properties: { TemplateURL: ./inner/edge.yaml } }\n";
    let files = [
        ("cdk.out/cdk.out", "{}"),
        ("cdk.out/manifest.json", manifest),
        ("cdk.out/Edge.template.json", EDGE),
        ("outer.yaml", nested),
        ("inner/edge.yaml", EDGE),
    ];
    let project = Project::new(&files);
    let paths = |exclude: &str| {
        project.write("cflint.yaml", format!("{RULES}exclude: [{exclude}]\n").as_bytes());
        let mut paths: Vec<String> = told(&check(&project, &["outer.yaml", "cdk.out"]))
            .iter()
            .map(|line| line.split(' ').next().unwrap().to_owned())
            .collect();
        paths.sort();
        paths.dedup();
        paths
    };
    assert_eq!(paths(""), ["cdk.out/Edge.template.json", "inner/edge.yaml"]);
    assert_eq!(paths("cdk.out"), ["inner/edge.yaml"]);
    assert_eq!(paths("Edge.template.json"), ["inner/edge.yaml"]);
    assert_eq!(paths("inner"), ["cdk.out/Edge.template.json"]);
}

#[test]
fn the_nearest_file_counts_up_to_the_root_of_the_repository() {
    let config = "fail-on: never\n";
    let at = |files: &[&str], git: bool, path: &str| {
        let mut all: Vec<(&str, &str)> = files.iter().map(|file| (*file, config)).collect();
        all.push(("repo/infra/edge.yaml", EDGE));
        if git {
            all.push(("repo/.git/HEAD", ""));
        }
        let ran = Project::new(&all).run(&["config", path]);
        ran.stdout.lines().next().unwrap().split("  #").next().unwrap().trim_end().to_owned()
    };
    assert_eq!(at(&["cflint.yaml"], false, "repo/infra/edge.yaml"), "config: cflint.yaml");
    assert_eq!(at(&["cflint.yaml"], true, "repo/infra"), "config: none");
    assert_eq!(at(&["repo/.github/cflint.yaml"], true, "repo/infra"), "config: repo/.github/cflint.yaml");
    assert_eq!(
        at(&["repo/.cflint.yaml", "repo/infra/cflint.yaml"], true, "repo/infra"),
        "config: repo/infra/cflint.yaml"
    );
    assert_eq!(at(&["repo/cflint.yaml"], false, "repo/gone/a.yaml"), "config: repo/cflint.yaml");
}

#[test]
fn a_file_can_be_named() {
    let project = Project::new(&[
        ("cflint.yaml", "fail-on: never\n"),
        ("ci/strict.yaml", "fail-on: info\nexclude: [old]\n"),
        ("ci/old/edge.yaml", EDGE),
    ]);
    assert_eq!(check(&project, &[]).code, Some(0));
    let ran = check(&project, &["--config", "ci/strict.yaml"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), "no templates found\n"));
    let project = project.env("CFLINT_CONFIG", "ci/strict.yaml");
    assert!(project.run(&["config"]).stdout.starts_with("config: ci/strict.yaml"));
    assert!(project.run(&["config", "--no-config"]).stdout.starts_with("config: none"));
    assert!(project.run(&["config", "--config", "cflint.yaml"]).stdout.starts_with("config: cflint.yaml"));
    let gone = project.run(&["check", "--config", "gone.yaml"]);
    assert_eq!(gone.code, Some(2));
    assert!(gone.stderr.contains("cannot read the configuration `gone.yaml`: no such file"), "{gone}");
    assert_eq!(project.run(&["check", "--config", "a", "--no-config"]).code, Some(2));
}

#[test]
fn every_setting_is_shown_with_its_origin() {
    let config = "ignore: dns
min-confidence: possible
exclude: [old]
parameters-file: [values.yaml]
parameters:
  Stage: prod
  Api: { Stage: beta, Names: [a, b] }
rules:
  host-header-forwarded:
    severity: warning
    ignore: [{ id: Pages, reason: known }, infra/old]
overrides:
  - paths: [sandbox]
    ignore: [security]
    rules: { caching: { severity: off } }
";
    let project = project(config);
    project.write("values.yaml", b"Stage: beta\n");
    let args =
        ["config", "--show", "infra", "--ignore", "security", "--fail-on", "error", "--parameter", "A=b"];
    assert_snapshot!(project.run(&args));
    let json = project.run(&[&args[..], &["--format", "json"]].concat()).json();
    assert_eq!(json["schema"], "cflint-config/v1");
    let setting = |key: &str| {
        json["settings"].as_array().unwrap().iter().find(|setting| setting["key"] == key).unwrap().clone()
    };
    let origin = serde_json::json!({"kind": "file", "path": "cflint.yaml", "line": 3, "column": 17});
    assert_eq!(setting("min-confidence")["origin"], origin);
    assert_eq!(setting("fail-on")["origin"]["kind"], "command-line");
    assert_eq!(setting("pedantic")["origin"]["kind"], "default");
}

#[test]
fn what_is_wrong_has_a_place_and_a_remedy() {
    let said: Vec<String> = [
        "- select\n",
        "just a text\n",
        "slect: [dns]\n",
        "colour: red\n",
        "select: [rooting]\n",
        "select: {a: b}\n",
        "ignore:\n  - dns\n  - [caching]\n",
        "pedantic: maybe\n",
        "pedantic: [true]\n",
        "min-confidence: certainly\n",
        "fail-on: 3\n",
        "min-severity: [error]\n",
        "exclude: '[a'\n",
        "exclude: ../a\n",
        "parameters: [a]\n",
        "parameters: { Stage: !Ref A }\n",
        "parameters-file: gone.json\n",
        "rules: [a]\n",
        "rules: { host-heder-forwarded: { severity: off } }\n",
        "rules: { dns: off }\n",
        "rules: { dns: { severity: of } }\n",
        "rules: { dns: { level: off } }\n",
        "rules: { dns: { options: { a: 1 } } }\n",
        "rules: { dns: { ignore: a.yaml } }\n",
        "rules: { dns: { ignore: [{ reason: known }] } }\n",
        "rules: { dns: { ignore: [{ logical-id: A }] } }\n",
        "rules: { dns: { ignore: [[a]] } }\n",
        "overrides: { paths: a }\n",
        "overrides: [{ ignore: dns }]\n",
        "pedantic: true\npedantic: false\n",
        "rules:\n  dns: {}\n  dns: {}\n",
        "pedantic: true\n---\npedantic: false\n",
        "rules:\n\tdns: {}\n",
        "select: [dns\n",
    ]
    .iter()
    .map(|content| format!("{}\n{}", content.trim_end(), refused(content.as_bytes())))
    .collect();
    assert_snapshot!(said.join("\n"));
}

#[test]
fn files_without_a_value_say_nothing() {
    for content in
        ["", "\n", "# nothing\n", "---\n", "null\n", "{}", "rules:\nselect:\n", "rules: { dns: }\n"]
    {
        let project = Project::new(&[("cflint.yaml", content), ("edge.yaml", EDGE)]);
        let ran = check(&project, &["edge.yaml"]);
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(1), ""), "{content}: {ran}");
    }
}

#[test]
fn what_cannot_be_read_is_told() {
    assert!(refused(b"\xff\xfef\0").contains("cflint.yaml: the file is UTF-16"));
    assert!(refused(b"ignore: caf\xe9\n").contains("not valid UTF-8"));
    let project = Project::new(&[("cflint.yaml/a.txt", "")]);
    assert_snapshot!(project.run(&["check"]));
    let project = Project::new(&[("cflint.yaml", ""), (".github/cflint.yaml", "")]);
    assert_snapshot!(project.run(&["check"]));
    let project = Project::new(&[("cflint.yml", "")]);
    assert_snapshot!(project.run(&["check"]));
}

#[cfg(unix)]
#[test]
fn a_circle_of_links_and_a_closed_file_are_told() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let project = Project::new(&[]);
    symlink("cflint.yaml", project.path("cflint.yaml")).unwrap();
    let ran = project.run(&["check"]);
    assert!(
        ran.code == Some(2) && ran.stderr.contains("cannot read the configuration `cflint.yaml`"),
        "{ran}"
    );
    let project = Project::new(&[("cflint.yaml", "")]);
    let path = project.path("cflint.yaml");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).unwrap();
    // Root reads everything.
    if std::fs::read(&path).is_err() {
        let ran = project.run(&["check"]);
        assert!(ran.code == Some(2) && ran.stderr.contains("`cflint.yaml`: permission denied"), "{ran}");
    }
}

#[test]
fn settings_in_json_act_on_no_terminal_and_no_log() {
    let project = Project::new(&[("cflint.yaml", "exclude: [\"\\u202e##[add-mask]x\"]\n")]);
    let ran = project.run(&["config", "--format", "json"]);
    assert!(!ran.stdout.contains('\u{202e}') && !ran.stdout.contains("##["), "{ran}");
    assert!(ran.stdout.contains(r"\u202e##\u005badd-mask]x"), "{ran}");
}
