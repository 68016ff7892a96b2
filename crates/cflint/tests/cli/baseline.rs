//! Baselines: what was found before does not count.

use std::fs;

use insta::assert_snapshot;

use crate::project::{Project, Ran};

/// A behavior that answers over plain HTTP, once more for each pattern.
fn edge(patterns: &[&str]) -> String {
    let mut text = "Resources:
  Pages:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Enabled: true
        Origins: [{ Id: web, DomainName: www.example.com, CustomOriginConfig: { OriginProtocolPolicy: https-only } }]
        DefaultCacheBehavior: { TargetOriginId: web, ViewerProtocolPolicy: https-only, CachePolicyId: 4135ea2d-6df8-44a3-9df3-4b5a84be39ad }
        CacheBehaviors:
"
    .to_owned();
    for pattern in patterns {
        text += &format!(
            "          - {{ PathPattern: '{pattern}', TargetOriginId: web, ViewerProtocolPolicy: allow-all, CachePolicyId: 4135ea2d-6df8-44a3-9df3-4b5a84be39ad }}\n"
        );
    }
    text
}

fn check(project: &Project, more: &[&str]) -> Ran {
    let args = ["check", "--select", "viewer-protocol-not-https", "--format", "concise"];
    project.run(&[&args[..], more].concat())
}

fn project() -> Project {
    Project::new(&[
        ("a/edge.yaml", &edge(&["/one", "/two"])),
        ("b/edge.yaml", &edge(&["/one", "/two"])),
        ("ci/x", ""),
    ])
}

#[test]
fn only_new_findings_count() {
    let project = project();
    let ran = check(&project, &["--write-baseline", "ci/known.json"]);
    assert_eq!(
        (ran.code, ran.stdout.as_str(), ran.stderr.as_str()),
        (Some(0), "", "wrote 4 findings to ci/known.json\n")
    );
    let written = project.read("ci/known.json");
    assert_snapshot!(written);
    let ran = check(&project, &["--baseline", "ci/known.json"]);
    assert_snapshot!(ran);
    // Lines do not matter, other files neither, and a new finding is new.
    project.write("b/edge.yaml", format!("# moved\n\n{}", edge(&["/zero", "/one", "/two"])).as_bytes());
    let ran = check(&project, &["b", "--baseline", "ci/known.json"]);
    assert_eq!((ran.code, ran.stdout.matches("warning[").count()), (Some(1), 1), "{ran}");
    assert!(ran.stdout.starts_with("b/edge.yaml:12:") && ran.stderr.is_empty(), "{ran}");
    let rule = "viewer-protocol-not-https";
    let args = ["check", "b", "--select", rule, "--baseline", "ci/known.json", "--format", "json"];
    let json = project.run(&args).json();
    assert_eq!(json["summary"]["suppressed"], 2);
    assert_eq!(json["findings"][1]["suppressed"]["channel"], "baseline");
}

#[test]
fn it_works_from_any_folder() {
    let project = project();
    check(&project, &["--write-baseline", "ci/known.json"]);
    let mut command = project.command(&[
        "check",
        "..",
        "--select",
        "viewer-protocol-not-https",
        "--baseline",
        "known.json",
    ]);
    let output = command.current_dir(project.path("ci")).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stdout));
    let mut command = project.command(&[
        "check",
        "--select",
        "viewer-protocol-not-https",
        "--write-baseline",
        "../ci/again.json",
    ]);
    command.current_dir(project.path("a")).output().unwrap();
    let again = project.read("ci/again.json");
    let all = project.read("ci/known.json");
    assert!(
        again
            .lines()
            .filter(|line| line.contains("rule"))
            .all(|line| all.contains(line.trim_end_matches(',')))
    );
}

#[test]
fn an_entry_counts_as_often_as_it_was_written() {
    let project = Project::new(&[("edge.yaml", &edge(&["/one"]))]);
    check(&project, &["--write-baseline", "known.json"]);
    let text = project.read("known.json");
    let line = text.lines().find(|line| line.contains("rule")).unwrap();
    project.write("known.json", text.replace(line, &format!("{line},\n{line}")).as_bytes());
    let ran = check(&project, &["--baseline", "known.json"]);
    assert_eq!(ran.code, Some(0));
    assert!(ran.stderr.contains("unused baseline entry: `viewer-protocol-not-https` in edge.yaml"), "{ran}");
}

#[test]
fn stale_entries_are_told_and_do_not_fail() {
    let patterns: Vec<String> = (0..7).map(|index| format!("/{index}")).collect();
    let patterns: Vec<&str> = patterns.iter().map(String::as_str).collect();
    let names = ["gone.yaml", "gone1.yaml", "gone2.yaml", "gone3.yaml", "gone4.yaml"];
    let one = edge(&["/one"]);
    let all = edge(&patterns);
    let files = names.iter().map(|name| (*name, one.as_str())).chain([("edge.yaml", all.as_str())]);
    let project = Project::new(&files.collect::<Vec<_>>());
    check(&project, &["--write-baseline", "known.json"]);
    names.iter().for_each(|name| fs::remove_file(project.path(name)).unwrap());
    project.write("edge.yaml", edge(&["/new"]).replace("allow-all", "https-only").as_bytes());
    assert_snapshot!(check(&project, &["--baseline", "known.json"]));
    let all = check(&project, &["--baseline", "known.json", "-v"]);
    assert_eq!(all.stderr.matches("`viewer-protocol-not-https`").count(), 6, "{all}");
    assert_eq!(check(&project, &["--baseline", "known.json", "-q"]).stderr, "");
    // A rule that does not run and a level that hides say nothing about entries.
    let other = project.run(&["check", "--select", "dns", "edge.yaml", "--baseline", "known.json"]);
    assert_eq!(other.stderr.matches("in gone").count(), 5, "{other}");
    assert_eq!(other.stderr.matches("in edge.yaml").count(), 0, "{other}");
}

#[test]
fn a_hidden_finding_keeps_its_entry() {
    let project = project();
    check(&project, &["--write-baseline", "known.json"]);
    for more in [["--min-severity", "error"], ["--min-confidence", "certain"]] {
        let ran = check(&project, &[&["--baseline", "known.json"][..], &more].concat());
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{ran}");
    }
}

#[test]
fn an_empty_baseline_is_one() {
    let project = Project::new(&[("edge.yaml", &edge(&["/one"]).replace("allow-all", "https-only"))]);
    let ran = check(&project, &["--write-baseline", "known.json"]);
    assert_eq!(ran.stderr, "wrote 0 findings to known.json\n");
    assert_eq!(check(&project, &["--baseline", "known.json"]).code, Some(0));
}

#[test]
fn a_malformed_baseline_ends_the_run() {
    let contents = [
        "",
        "[]",
        "{\"findings\": []}",
        "{\"schema\": \"cflint-baseline/v2\", \"findings\": []}",
        "{\"schema\": 1, \"findings\": []}",
        "{\"schema\": \"cflint-baseline/v1\"}",
        "{\"schema\": \"cflint-baseline/v1\", \"findings\": {}}",
        "{\"schema\": \"cflint-baseline/v1\", \"finding\": []}",
        "{\"schema\": \"cflint-baseline/v1\", \"findings\": [\n  1]}",
        "{\"schema\": \"cflint-baseline/v1\", \"findings\": [\n  {\"rule\": \"a\", \"path\": \"b\"}]}",
        "{\"schema\": \"cflint-baseline/v1\", \"findings\": [\n  {\"rule\": 1, \"path\": \"b\", \"fingerprint\": \"c\"}]}",
        "{\"schema\": \"cflint-baseline/v1\", \"findings\": [\n  {\"rule\": \"a\" \"path\": \"b\"}]}",
        "{\"schema\": \"cflint-baseline/v1\", ",
    ];
    let project = Project::new(&[("edge.yaml", &edge(&["/one"]))]);
    let said = contents.map(|content| {
        project.write("known.json", content.as_bytes());
        let ran = check(&project, &["--baseline", "known.json"]);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{content}: {ran}");
        format!("{content}\n{}", ran.stderr)
    });
    assert_snapshot!(said.join("\n"));
}

#[test]
fn a_baseline_that_cannot_be_read_or_written_ends_the_run() {
    let project = project();
    let said = [
        ["--baseline", "gone.json"],
        ["--baseline", "ci"],
        ["--write-baseline", "ci"],
        ["--write-baseline", "no/such/known.json"],
    ]
    .map(|args| {
        let ran = check(&project, &args);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{ran}");
        ran.stderr
    });
    assert_snapshot!(said.join("\n"));
    assert_eq!(check(&project, &["--baseline", "a", "--write-baseline", "b"]).code, Some(2));
}

#[test]
fn a_part_of_the_findings_does_not_replace_a_baseline() {
    let project = project();
    check(&project, &["--write-baseline", "known.json"]);
    let before = fs::read(project.path("known.json")).unwrap();
    project.write("a/broken.yaml", b"Resources: {A: {Type: 'AWS::\n");
    let ran = check(&project, &["--write-baseline", "known.json"]);
    assert_snapshot!(ran);
    assert_eq!(fs::read(project.path("known.json")).unwrap(), before);
}

#[test]
fn what_is_no_baseline_is_not_overwritten() {
    let project = project();
    for (option, why) in
        [("--write-baseline", "the file exists and is not a baseline"), ("-o", "would be overwritten")]
    {
        let ran = check(&project, &[option, "a/edge.yaml"]);
        assert!(ran.code == Some(2) && ran.stderr.contains(why), "{ran}");
        assert_eq!(project.read("a/edge.yaml"), edge(&["/one", "/two"]));
    }
    assert_eq!(check(&project, &["--write-baseline", "ci/x"]).code, Some(0), "an empty file is nothing");
}

#[test]
fn what_is_known_is_not_fixed() {
    let project = project();
    check(&project, &["--write-baseline", "known.json"]);
    let before = edge(&["/one", "/two"]);
    let ran = check(&project, &["--baseline", "known.json", "--fix", "--unsafe-fixes"]);
    assert_eq!(ran.code, Some(0), "{ran}");
    assert_eq!(project.read("a/edge.yaml"), before);
    project.write("a/edge.yaml", edge(&["/one", "/three"]).as_bytes());
    check(&project, &["--baseline", "known.json", "--fix", "--unsafe-fixes"]);
    let after = project.read("a/edge.yaml");
    assert_eq!(after.matches("allow-all").count(), 1, "{after}");
}

#[cfg(unix)]
#[test]
fn a_baseline_holds_through_a_link() {
    let project = project();
    check(&project, &["--write-baseline", "known.json", "a"]);
    std::os::unix::fs::symlink("a", project.path("link")).unwrap();
    let ran = check(&project, &["--baseline", "known.json", "link/edge.yaml"]);
    assert_eq!(ran.code, Some(0), "{ran}");
}

#[cfg(unix)]
#[test]
fn a_closed_folder_and_what_is_in_it_stay_as_they_are() {
    use std::os::unix::fs::PermissionsExt as _;
    let project = project();
    check(&project, &["--write-baseline", "ci/known.json"]);
    fs::set_permissions(project.path("ci"), fs::Permissions::from_mode(0o500)).unwrap();
    let is_root = fs::write(project.path("ci/probe"), "").is_ok();
    let ran = check(&project, &["--write-baseline", "ci/known.json"]);
    fs::set_permissions(project.path("ci"), fs::Permissions::from_mode(0o700)).unwrap();
    // Root writes everywhere.
    if !is_root {
        assert_eq!(ran.code, Some(2), "{ran}");
        assert!(ran.stderr.contains("cannot write the baseline `ci/known.json`: permission denied"), "{ran}");
    }
    assert!(fs::read_dir(project.path("ci")).unwrap().all(|file| {
        let name = file.unwrap().file_name();
        ["known.json", "x", "probe"].iter().any(|known| name == **known)
    }));
}

#[cfg(unix)]
#[test]
fn a_link_stays_a_link_and_others_can_read() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let project = project();
    check(&project, &["--write-baseline", "ci/known.json"]);
    fs::set_permissions(project.path("ci/known.json"), fs::Permissions::from_mode(0o640)).unwrap();
    symlink("ci/known.json", project.path("link.json")).unwrap();
    check(&project, &["--write-baseline", "link.json"]);
    assert!(project.path("link.json").is_symlink());
    let mode = fs::metadata(project.path("ci/known.json")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
}
