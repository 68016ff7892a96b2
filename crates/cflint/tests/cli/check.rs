use std::fs::File;
use std::io::pipe;
use std::path::Path;
use std::process::Stdio;

use insta::assert_snapshot;

use crate::project::Project;

#[test]
fn an_empty_folder_is_no_error() {
    assert_snapshot!(Project::new(&[]).run(&["check"]));
}

#[test]
fn a_missing_file_is_an_error_of_the_run() {
    let project = Project::new(&[]);
    assert_snapshot!(project.run(&["check", "gone.yaml", "infra"]));
    assert_snapshot!(project.run(&["check", "gone.yaml", "--format", "concise"]));
    let ran = project.run(&["check", "gone.yaml", "--format", "json", "--fail-on", "never"]);
    assert_eq!(ran.code, Some(2));
    assert_eq!(
        ran.json()["errors"],
        serde_json::json!([{"path": "gone.yaml", "message": "no such file or directory"}])
    );
}

#[test]
fn what_a_walk_leaves_out_is_said_unless_it_should_be_quiet() {
    let project = Project::new(&[("infra/ci.yaml", "on: push\n")]);
    File::create(project.path("infra/big.json")).unwrap().set_len(33 * 1024 * 1024).unwrap();
    assert_snapshot!(project.run(&["check"]));
    assert_snapshot!(project.run(&["check", "-q"]));
    let json = project.run(&["check", "--output-format", "json"]).json();
    assert_eq!(json["summary"]["files"], 1);
}

#[test]
fn findings_go_to_a_file_when_asked() {
    let project = Project::new(&[]);
    let ran = project.run(&["check", "-o", "out.txt"]);
    assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (Some(0), "", ""));
    assert_eq!(project.read("out.txt"), "no templates found\n");
    assert_snapshot!(project.run(&["check", "-o", "no/such/folder/out.txt"]));
}

#[test]
fn errors_are_colored_when_asked() {
    let colored = |project: Project, args: &[&str]| {
        let args: Vec<_> = ["check", "gone.yaml"].iter().chain(args).copied().collect();
        project.run(&args).stderr.contains('\u{1b}')
    };
    let project = || Project::new(&[]);
    assert!(!colored(project(), &[]));
    assert!(colored(project(), &["--color", "always"]));
    assert!(colored(project().env("FORCE_COLOR", "1"), &[]));
    assert!(colored(project().env("CLICOLOR_FORCE", "1"), &[]));
    assert!(!colored(project().env("FORCE_COLOR", "1").env("NO_COLOR", "1"), &[]));
    assert!(!colored(project().env("FORCE_COLOR", "1"), &["--color", "never"]));
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    for args in [["check", "."], ["rules", "--color=auto"], ["--help", "--color=auto"]] {
        let (reader, writer) = pipe().unwrap();
        drop(reader);
        let project = Project::new(&[]);
        let output = project.command(&args).stdout(writer).spawn().unwrap().wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{args:?}");
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    }
}

#[test]
fn a_closed_standard_error_changes_nothing() {
    let (reader, writer) = pipe().unwrap();
    drop(reader);
    let project = Project::new(&[]);
    let status =
        project.command(&["check", "gone.yaml"]).stdout(Stdio::null()).stderr(writer).status().unwrap();
    assert_eq!(status.code(), Some(2));
}

#[test]
fn findings_are_counted_by_rule() {
    let edge = fixture("_demo/edge.yaml");
    let project =
        Project::new(&[("a.yaml", &edge), ("b.yaml", &edge), ("c.yaml", "Resources: {A: {Type: AWS::X\n")]);
    let ran = project.run(&["check", "--statistics"]);
    let starts =
        ["2  host-header-forwarded      [*] ", "2  path-pattern-misses-stage      ", "1  invalid-template  "];
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert!(starts.iter().zip(&lines).all(|(start, line)| line.starts_with(start)), "{ran}");
    assert!(lines[4].ends_with(": 5 errors · 2 fixable with --fix") && ran.code == Some(2), "{ran}");
    // The finding that would show it is only counted.
    assert!(ran.stderr.starts_with("error: c.yaml:1:16: "), "{ran}");
    let concise = ["check", "--statistics", "--format", "concise"];
    assert_eq!(project.run(&concise).stdout, project.run(&["check", "--statistics"]).stdout);
    let json = project.run(&["check", "--statistics", "--format", "json", "a.yaml"]).json();
    assert_eq!(json["schema"], "cflint-statistics/v1");
    let of =
        |rule: &serde_json::Value| (rule["rule"].clone(), rule["findings"].clone(), rule["fixable"].clone());
    let rules: Vec<_> = json["rules"].as_array().unwrap().iter().map(of).collect();
    assert_eq!(rules[0], ("host-header-forwarded".into(), 1.into(), 1.into()), "{json}");
    assert_eq!(rules[1], ("path-pattern-misses-stage".into(), 1.into(), 0.into()), "{json}");
    let ran = project.run(&["check", "--statistics", "--format", "sarif"]);
    assert!(ran.code == Some(2) && ran.stderr.contains("`--statistics` is a table or JSON"), "{ran}");
    let clean = Project::new(&[]).run(&["check", "--statistics"]);
    assert_eq!((clean.code, clean.stdout.as_str()), (Some(0), "no templates found\n"));
}

fn fixture(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures").join(name)).unwrap()
}
