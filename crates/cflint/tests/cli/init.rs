//! `cflint init`.

use std::fs;

use insta::assert_snapshot;

use crate::project::{Project, Ran};

fn version(text: &str) -> String {
    let version = env!("CARGO_PKG_VERSION");
    text.replace(&format!("v{version}"), "vVERSION").replace(&format!("=={version}"), "==VERSION")
}

fn shown(ran: &Ran) -> String {
    version(&ran.to_string())
}

#[test]
fn a_configuration_is_written_once() {
    let project = Project::new(&[]);
    let dry = project.run(&["init", "--dry-run"]);
    assert_snapshot!(dry);
    assert!(!project.path("cflint.yaml").exists());
    let ran = project.run(&["init"]);
    assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (Some(0), "", "wrote cflint.yaml\n"));
    assert_eq!(project.run(&["check"]).code, Some(0));
    let before = fs::read(project.path("cflint.yaml")).unwrap();
    assert_snapshot!(project.run(&["init"]));
    assert_eq!(fs::read(project.path("cflint.yaml")).unwrap(), before);
    for name in [".cflint.yaml", ".github/cflint.yaml"] {
        let ran = Project::new(&[(name, "")]).run(&["init"]);
        assert!(ran.code == Some(2) && ran.stderr.contains(&format!("`{name}` already exists")), "{ran}");
    }
}

#[test]
fn what_is_commented_out_would_be_read() {
    let project = Project::new(&[("prod.json", "{}")]);
    let text = project.run(&["init", "--dry-run"]).stdout;
    let is_prose = |line: &str| line.contains(". ") || line.ends_with('.') || line.contains("$schema");
    let lines = text.lines().filter(|line| !is_prose(line) && *line != "# cflint.yaml");
    let all: Vec<&str> = lines.map(|line| line.strip_prefix("# ").unwrap_or(line)).collect();
    project.write("cflint.yaml", all.join("\n").as_bytes());
    let ran = project.run(&["config"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{ran}");
    assert!(ran.stdout.contains("LegacyDistribution") && ran.stdout.contains("sandbox"), "{ran}");
}

#[test]
fn a_workflow_is_written_once() {
    let project = Project::new(&[]);
    let dry = project.run(&["init", "--github", "--dry-run"]);
    assert_snapshot!(shown(&dry));
    assert!(!project.path(".github").exists());
    let ran = project.run(&["init", "--github"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), "wrote .github/workflows/cflint.yml\n"));
    assert_snapshot!(project.run(&["init", "--github"]));
}

#[test]
fn the_workflow_runs_for_the_default_branch() {
    let project = Project::new(&[
        (".git/HEAD", "ref: refs/heads/feature\n"),
        (".git/refs/remotes/origin/HEAD", "ref: refs/remotes/origin/trunk\n"),
    ]);
    let ran = project.run(&["init", "--github", "--dry-run"]);
    assert!(ran.stdout.contains("branches: [trunk]\n"), "{ran}");
}

#[test]
fn a_hook_is_written_or_printed() {
    let project = Project::new(&[]);
    let dry = project.run(&["init", "--pre-commit", "--dry-run"]);
    assert!(!project.path(".pre-commit-config.yaml").exists());
    let ran = project.run(&["init", "--pre-commit"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), "wrote .pre-commit-config.yaml\n"));
    let written = project.read(".pre-commit-config.yaml");
    assert_eq!(dry.stdout, format!("# .pre-commit-config.yaml\n{written}"));
    assert_snapshot!(version(&written));
    assert_snapshot!(project.run(&["init", "--pre-commit"]));
    for text in ["# ours\nrepos:\n- repo: https://example.com/a  # pinned\n", "repos: []\n", ""] {
        let project = Project::new(&[(".pre-commit-config.yaml", text)]);
        let ran = project.run(&["init", "--pre-commit"]);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), written.as_str()));
        assert_eq!(ran.stderr, ".pre-commit-config.yaml exists and is not changed; add this to it:\n");
        assert_eq!(project.read(".pre-commit-config.yaml"), text);
    }
    let project = Project::new(&[(".pre-commit-config.yaml", "repos: [\n")]);
    assert_snapshot!(project.run(&["init", "--pre-commit"]));
}

#[test]
fn nothing_is_written_if_one_thing_cannot_be() {
    let project = Project::new(&[(".github/workflows/cflint.yml", "")]);
    assert_eq!(project.run(&["init", "--github", "--pre-commit"]).code, Some(2));
    assert!(!project.path(".pre-commit-config.yaml").exists());
}

#[test]
fn a_cdk_app_gets_the_hook_for_its_assembly_too() {
    let project = Project::new(&[("cdk.json", "{}")]);
    assert_eq!(project.run(&["init", "--pre-commit"]).code, Some(0));
    assert_snapshot!(version(&project.read(".pre-commit-config.yaml")));
}

#[test]
fn what_counts_in_the_root_is_written_nowhere_else() {
    let project = Project::new(&[(".git/HEAD", ""), ("infra/edge.yaml", "")]);
    for option in ["--github", "--pre-commit"] {
        let mut command = project.command(&["init", option]);
        let ran = command.current_dir(project.path("infra")).output().unwrap();
        let text = String::from_utf8(ran.stderr).unwrap();
        assert!(ran.status.code() == Some(2) && text.contains("run it in `..`"), "{text}");
    }
    assert!(
        !project.path("infra/.github").exists() && !project.path("infra/.pre-commit-config.yaml").exists()
    );
    assert_eq!(project.run(&["init", "--github"]).code, Some(0));
}
