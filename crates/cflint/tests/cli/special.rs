//! Pipes and devices in place of files: nothing waits for them unless the user named them.
#![cfg(unix)]

use std::os::unix::fs::symlink;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::project::{Project, Ran};

const TOPIC: &str = "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  Topic: {Type: 'AWS::SNS::Topic', Properties: {TopicName: !Ref Nmae}}\n";

/// Runs until it ends or has had enough time for it.
fn run(project: &Project, args: &[&str]) -> Ran {
    let mut child = project.command(args).spawn().unwrap();
    let start = Instant::now();
    while child.try_wait().unwrap().is_none() {
        let is_late = start.elapsed() > Duration::from_secs(20);
        if is_late {
            child.kill().unwrap();
        }
        assert!(!is_late, "{args:?} waits for ever");
        std::thread::sleep(Duration::from_millis(5));
    }
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

fn pipe(project: &Project, name: &str) {
    let made = Command::new("mkfifo").arg(project.path(name)).status().unwrap();
    assert!(made.success());
}

#[test]
fn a_template_names_a_device_or_a_pipe() {
    let project = Project::new(&[]);
    pipe(&project, "pipe");
    symlink("/dev/ptmx", project.path("link")).unwrap();
    for (url, why) in [
        ("/dev/ptmx", "is outside the project"),
        ("link", "is outside the project"),
        ("pipe", "is not a regular file"),
    ] {
        let stack = format!("{{Type: 'AWS::CloudFormation::Stack', Properties: {{TemplateURL: {url}}}}}");
        project.write("t.yaml", format!("Resources: {{S: {stack}}}\n").as_bytes());
        for more in [&[][..], &["--fix"]] {
            let ran = run(&project, &[&["check", "t.yaml"], more].concat());
            let said = format!("note: t.yaml: `{url}` {why} and was not read\n");
            assert!(ran.code == Some(0) && ran.stderr.starts_with(&said), "{ran}");
        }
    }
}

#[test]
fn a_walk_and_a_hook_pass_pipes_over() {
    let project = Project::new(&[("t.yaml", TOPIC)]);
    pipe(&project, "pipe.yaml");
    for args in [&["check", "."][..], &["check", "--fix", "."], &["check", "--hook", "pipe.yaml", "t.yaml"]] {
        let ran = run(&project, args);
        assert!(ran.code == Some(1) && ran.stdout.contains("`Nmae`"), "{ran}");
    }
}

#[test]
fn a_configuration_and_what_it_names_are_regular_files() {
    let project = Project::new(&[("t.yaml", TOPIC)]);
    pipe(&project, "cflint.yaml");
    let ran = run(&project, &["check"]);
    assert!(ran.code == Some(2) && ran.stderr.contains("`cflint.yaml`: not a regular file"), "{ran}");
    let project = Project::new(&[("t.yaml", TOPIC), ("cflint.yaml", "parameters-file: pipe\n")]);
    pipe(&project, "pipe");
    let ran = run(&project, &["check"]);
    assert!(ran.code == Some(2) && ran.stderr.contains("in `pipe`: not a regular file"), "{ran}");
}

#[test]
fn a_link_in_the_project_does_not_make_a_run_wait() {
    let project = Project::new(&[("t.yaml", TOPIC)]);
    symlink("/dev/ptmx", project.path("device")).unwrap();
    pipe(&project, "pipe");
    symlink("pipe", project.path("link")).unwrap();
    for name in ["device", "link"] {
        for args in [
            &["check", name][..],
            &["check", "t.yaml", "--config", name],
            &["check", "t.yaml", "--baseline", name],
            &["check", "t.yaml", "--parameters-file", name],
        ] {
            let ran = run(&project, args);
            assert_eq!(ran.code, Some(2), "{args:?}: {ran}");
        }
    }
    for option in ["--config", "--baseline", "--parameters-file"] {
        let ran = run(&project, &["check", "t.yaml", option, "pipe"]);
        assert!(ran.code == Some(2) && ran.stderr.contains("`pipe`: not a regular file"), "{option}: {ran}");
    }
}

#[test]
fn an_assembly_has_regular_files() {
    let manifest = r#"{"version": "36.0.0", "artifacts": {"Edge": {"type": "aws:cloudformation:stack",
        "properties": {"templateFile": "Edge.template.json"}}}}"#;
    let project = Project::new(&[("cdk.out/cdk.out", "{}"), ("cdk.out/manifest.json", manifest)]);
    pipe(&project, "cdk.out/Edge.template.json");
    let ran = run(&project, &["check"]);
    assert!(ran.code == Some(2) && ran.stderr.contains("Edge.template.json: not a regular file"), "{ran}");
}

#[test]
fn a_pipe_that_the_user_names_is_read_once() {
    let project = Project::new(&[("t.yaml", TOPIC), ("values.json", "{\"Nmae\": \"a\"}")]);
    let bash = |script: &str| {
        let script = script.replace("cflint", env!("CARGO_BIN_EXE_cflint"));
        let mut command = Command::new("bash");
        command.args(["-c", &script]).current_dir(project.path("")).stdin(Stdio::null());
        let output = command.output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Ran { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    };
    for script in [
        "cflint check <(cat t.yaml)",
        "cat t.yaml | cflint check /dev/stdin",
        "cflint check /dev/stdin < t.yaml",
        "mkfifo pipe; (sleep 0.2; cat t.yaml > pipe) & cflint check pipe",
        "cflint check t.yaml --config <(echo 'pedantic: true') --parameters-file <(cat values.json)",
        "cflint check t.yaml --config /dev/null",
        "cflint check t.yaml -o /dev/stdout | cat; exit ${PIPESTATUS[0]}",
        "cflint check t.yaml -o >(cat) | cat; exit ${PIPESTATUS[0]}",
    ] {
        let ran = bash(script);
        assert!(ran.code == Some(1) && ran.stdout.contains("`Nmae`"), "{script}: {ran}");
    }
    let ran = bash("cflint check --fix <(cat t.yaml)");
    assert!(
        ran.code == Some(2) && ran.stderr.contains("is a pipe or a device, which cannot be changed"),
        "{ran}"
    );
}

/// Runs with an output that no one reads.
fn unheard(project: &Project, args: &[&str]) -> Option<i32> {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    project.command(args).stdout(writer).status().unwrap().code()
}

#[test]
fn the_exit_code_does_not_depend_on_who_reads_the_output() {
    let project = Project::new(&[("t.yaml", TOPIC), ("clean.yaml", &TOPIC.replace("!Ref Nmae", "a"))]);
    for format in ["full", "concise", "json", "jsonl", "sarif", "github", "gitlab", "junit", "markdown"] {
        let code = |path: &[&str]| unheard(&project, &[&["check", "--format", format], path].concat());
        assert_eq!(code(&["t.yaml"]), Some(1), "{format}");
        assert_eq!(code(&["clean.yaml"]), Some(0), "{format}");
        assert_eq!(code(&["t.yaml", "gone.yaml"]), Some(2), "{format}");
    }
    let edge = format!("{}/../../fixtures/_demo/edge.yaml", env!("CARGO_MANIFEST_DIR"));
    for args in [
        &["trace", &edge, "GET /nowhere"][..],
        &["trace", "--format", "json", &edge, "GET /"],
        &["map", &edge],
        &["map", "--format", "svg", &edge, "gone.yaml"],
        &["check", "--diff", "--unsafe-fixes", &edge],
        &["rules"],
        &["rules", "--format", "json"],
        &["explain", "host-header-forwarded"],
        &["config"],
        &["man"],
        &["completions", "bash"],
        &["init", "--dry-run"],
    ] {
        assert_eq!(unheard(&project, args), project.run(args).code, "{args:?}");
    }
}
