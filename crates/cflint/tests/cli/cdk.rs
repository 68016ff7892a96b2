//! Assemblies of the CDK: found, read through their manifest, and shown with the lines of the app.

use std::fs;
use std::path::{Path, PathBuf};

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::project::{Project, Ran};

const HOST: &[&str] = &["check", "--select", "host-header-forwarded"];

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/_cdk").join(name)
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// A folder with a fixture in it, under another name.
fn with(name: &str, to: &str) -> Project {
    let project = Project::new(&[]);
    copy(&fixture(name), &project.path(to));
    project
}

fn check(project: &Project, more: &[&str]) -> Ran {
    project.run(&[HOST, more].concat())
}

fn document(project: &Project, more: &[&str]) -> Value {
    check(project, &[&["--format", "json"], more].concat()).json()
}

/// An assembly whose manifest has the artifact `Edge`, which can be read, and these others.
fn assembly(version: &str, artifacts: &[(&str, Value)]) -> Project {
    let project = Project::new(&[("cdk.out/cdk.out", "{}")]);
    fs::copy(
        fixture("edge/cdk.out-2.276.0/EdgeStack.template.json"),
        project.path("cdk.out/Edge.template.json"),
    )
    .unwrap();
    let mut manifest = json!({"version": version, "artifacts": {}});
    for (name, artifact) in artifacts {
        manifest["artifacts"][name] = artifact.clone();
    }
    manifest["artifacts"]["Edge"] = stack("Edge.template.json");
    project.write("cdk.out/manifest.json", manifest.to_string().as_bytes());
    project
}

fn stack(template: &str) -> Value {
    json!({"type": "aws:cloudformation:stack", "properties": {"templateFile": template}})
}

#[test]
fn an_assembly_is_known_by_its_files_and_not_by_its_name() {
    for version in
        ["2.100.0", "2.100.0-debug", "2.245.0-debug", "2.276.0", "2.276.0-debug", "2.276.0-no-path"]
    {
        let project = with(&format!("edge/cdk.out-{version}"), "infra/synthesized");
        for path in ["infra/synthesized", "infra", "."] {
            let ran = check(&project, &["--format", "concise", path]);
            assert_eq!((ran.code, ran.stderr.as_str()), (Some(1), ""), "{version}: {ran}");
            assert!(ran.stdout.starts_with("infra/synthesized/EdgeStack.template.json:"), "{version}: {ran}");
            assert!(ran.stdout.ends_with("behaviors, 1 API: 1 error\n"), "{version}: {ran}");
        }
    }
}

#[test]
fn only_what_the_manifest_names_is_read() {
    let project = with("edge/cdk.out-2.276.0", "cdk.out");
    let of = |name: &str| project.path(&format!("cdk.out/{name}"));
    fs::copy(of("EdgeStack.template.json"), of("OldStack.template.json")).unwrap();
    fs::create_dir(of("assembly-Old")).unwrap();
    fs::copy(of("EdgeStack.template.json"), of("assembly-Old/Edge.template.json")).unwrap();
    project.write("cdk.json", br#"{"app": "node app.js"}"#);
    assert_snapshot!(check(&project, &[]));
    let json = document(&project, &[]);
    assert_eq!(json["summary"]["templates"], 1);
}

#[test]
fn a_project_is_read_with_its_stages_and_nested_stacks() {
    for version in ["2.100.0", "2.100.0-no-path", "2.240.0", "2.276.0", "2.276.0-no-path", "2.276.0-weak"] {
        let project = with(&format!("project/cdk.out-{version}"), "cdk.out");
        let json = document(&project, &[]);
        assert_eq!((&json["summary"]["templates"], &json["errors"]), (&json!(11), &json!([])), "{version}");
    }
}

#[test]
fn findings_name_stack_construct_and_line() {
    for (version, source) in [
        ("2.100.0", Value::Null),
        ("2.100.0-debug", json!({"path": "/app/app.js", "line": 17, "column": 5})),
        ("2.245.0-debug", json!({"path": "/app/app.js", "line": 17, "column": 5})),
        ("2.276.0", json!({"path": "/app/app.js", "line": 17, "column": 5})),
        ("2.276.0-no-path", json!({"path": "/app/app.js", "line": 17, "column": 5})),
    ] {
        let project = with(&format!("edge/cdk.out-{version}"), "cdk.out");
        let json = document(&project, &[]);
        let finding = &json["findings"][0];
        assert_eq!(finding["subject"]["stack"], "EdgeStack", "{version}");
        assert_eq!(finding["subject"]["logical_id"], "Pages127DFD1A", "{version}");
        assert_eq!(finding["subject"]["construct"], "EdgeStack/Pages/Resource", "{version}");
        assert_eq!(finding["source"], source, "{version}");
        assert_eq!(finding["fix"]["applicability"], "display", "{version}");
    }
}

#[test]
fn what_a_manifest_names_in_vain_is_told_and_the_rest_is_checked() {
    let project = assembly(
        "55.0.0",
        &[
            ("Gone", stack("Gone.template.json")),
            ("Outside", stack("../../etc/passwd")),
            ("Absolute", stack("/etc/passwd")),
            ("Nameless", json!({"type": "aws:cloudformation:stack", "properties": {}})),
            ("Above", json!({"type": "cdk:cloud-assembly", "properties": {"directoryName": ".."}})),
            ("Here", json!({"type": "cdk:cloud-assembly", "properties": {"directoryName": "."}})),
            (
                "Stage",
                json!({"type": "cdk:cloud-assembly", "properties": {"directoryName": "assembly-Stage"}}),
            ),
            ("Later", json!({"type": "cdk:something-new", "properties": ["x"]})),
            (
                "Metadata",
                json!({
                    "type": "aws:cloudformation:stack",
                    "properties": {"templateFile": "Edge.template.json"},
                    "additionalMetadataFile": "../secrets.json",
                }),
            ),
        ],
    );
    assert_snapshot!(check(&project, &["--format", "concise"]));
}

#[cfg(unix)]
#[test]
fn a_template_that_ends_early_is_an_error_although_it_does_not_look_like_one() {
    let project = assembly("36.0.0", &[("Cut", stack("Cut.template.json"))]);
    project.write("cdk.out/Cut.template.json", b"{\"Resources\": {");
    let ran = check(&project, &["cdk.out"]);
    assert_eq!(ran.code, Some(2), "{ran}");
    assert!(ran.stderr.contains("Cut.template.json"), "{ran}");
}

#[test]
fn a_link_does_not_lead_out_of_an_assembly() {
    let template = fixture("edge/cdk.out-2.276.0/EdgeStack.template.json");
    let stage = json!({"type": "cdk:cloud-assembly", "properties": {"directoryName": "assembly-Link"}});
    let project = assembly("55.0.0", &[("Link", stack("Link.template.json")), ("Stage", stage)]);
    std::os::unix::fs::symlink(&template, project.path("cdk.out/Link.template.json")).unwrap();
    std::os::unix::fs::symlink(template.parent().unwrap(), project.path("cdk.out/assembly-Link")).unwrap();
    assert_snapshot!(check(&project, &["--format", "concise"]));
}

#[test]
fn a_manifest_of_the_future_is_read_with_a_note() {
    let ran = check(&assembly("99.1.0", &[]), &["--format", "concise"]);
    assert_eq!(ran.code, Some(1), "{ran}");
    assert_eq!(
        ran.stderr,
        "note: cdk.out/manifest.json: version 99.1.0 is newer than cflint supports; only the parts that it knows are read\n"
    );
}

#[test]
fn a_broken_manifest_is_one_error_and_other_files_are_checked() {
    let project = with("edge/cdk.out-2.276.0", "good/cdk.out");
    fs::create_dir(project.path("bad")).unwrap();
    for name in ["cdk.out", "EdgeStack.template.json"] {
        fs::copy(project.path("good/cdk.out").join(name), project.path("bad").join(name)).unwrap();
    }
    project.write("bad/manifest.json", b"{\"version\": \"55.0.0\",\n \"artifacts\": {\n");
    assert_snapshot!(check(&project, &["--format", "concise"]));
    for manifest in ["", "[]", "null", "\0", "\u{feff}{}"] {
        project.write("bad/manifest.json", manifest.as_bytes());
        let ran = check(&project, &["--format", "concise", "bad"]);
        assert_eq!(
            (ran.code, ran.stderr.matches("bad/manifest.json").count()),
            (Some(2), 1),
            "{manifest:?}: {ran}"
        );
    }
}

/// An app with its assembly, whose metadata names the file at this path of the project.
fn app(source: &str) -> Project {
    let project = with("edge/cdk.out-2.276.0", "cdk.out");
    fs::create_dir(project.path("bin")).unwrap();
    fs::copy(fixture("edge/app.js"), project.path("bin/app.js")).unwrap();
    let folder = fs::canonicalize(project.path("")).unwrap().to_string_lossy().replace("\\\\?\\", "");
    let path = Path::new(&folder).join(source).to_string_lossy().replace('\\', "\\\\");
    let metadata = project.path("cdk.out/EdgeStack.metadata.json");
    let text = fs::read_to_string(&metadata).unwrap().replace("/app/app.js", &path);
    fs::write(metadata, text).unwrap();
    project
}

#[test]
fn the_line_of_the_app_is_shown_before_the_template() {
    let project = app("bin/app.js");
    assert_snapshot!(check(&project, &[]));
    assert_eq!(document(&project, &[])["findings"][0]["source"]["path"], "bin/app.js");
    let line = "┌─ bin/app.js:17:5";
    for path in [".", "cdk.out", "bin/../cdk.out"] {
        assert!(check(&project, &[path]).stdout.contains(line), "{path}");
    }
    // Seen from elsewhere, the file has the name that the assembly gives it.
    let mut command = project.command(&[HOST, &["../cdk.out"]].concat());
    let ran = command.current_dir(project.path("bin")).output().unwrap();
    assert!(String::from_utf8(ran.stdout).unwrap().contains("┌─ app.js:17:5"));
    let mut command = project.command(&[HOST, &[project.path("cdk.out").to_str().unwrap()]].concat());
    let ran = command.current_dir(std::env::temp_dir()).output().unwrap();
    assert!(String::from_utf8(ran.stdout).unwrap().contains("app.js:17:5\n"));
}

#[test]
fn what_to_write_is_in_the_language_of_the_app() {
    for (source, code) in [
        ("app.ts", "originRequestPolicy: OriginRequestPolicy."),
        ("app.py", "origin_request_policy=OriginRequestPolicy."),
        ("src/Edge.java", ".originRequestPolicy(OriginRequestPolicy."),
        ("src/Edge.cs", "OriginRequestPolicy = OriginRequestPolicy."),
        ("edge.go", "OriginRequestPolicy: awscloudfront.OriginRequestPolicy_"),
    ] {
        let help = &document(&app(source), &[])["findings"][0]["help"];
        assert!(help.as_str().unwrap().contains(&format!("in CDK: `{code}")), "{source}: {help}");
    }
}

#[test]
fn an_app_that_is_not_there_or_was_changed_is_only_named() {
    for text in ["", "const cdk = 1;\n", "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n    \n"] {
        let project = app("bin/app.js");
        project.write("bin/app.js", text.as_bytes());
        let ran = check(&project, &[]);
        assert!(ran.stdout.contains("made at bin/app.js:17:5") && !ran.stdout.contains("┌─ bin"), "{ran}");
    }
    let gone = check(&app("lib/gone.js"), &[]);
    assert!(gone.stdout.contains("made at lib/gone.js:17:5"), "{gone}");
    assert_eq!((gone.code, gone.stderr.as_str()), (Some(1), ""));
    let project = app("bin/app.js");
    project.write("bin/app.js", b"\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n    new \xFF(\n");
    assert!(check(&project, &[]).stdout.contains("made at bin/app.js:17:5"));
}

#[test]
fn an_assembly_cannot_make_files_be_shown_that_are_hidden_or_elsewhere() {
    let secret = "    hush(\n".repeat(40);
    let named = |project: &Project, path: &str| {
        let ran = check(project, &[]);
        assert!(ran.stdout.contains(&format!("{path}:17:5\n")) && !ran.stdout.contains("hush"), "{ran}");
    };
    for path in [".env", ".git/config"] {
        let project = app(path);
        fs::create_dir_all(project.path(path).parent().unwrap()).unwrap();
        project.write(path, secret.as_bytes());
        named(&project, path);
    }
    let elsewhere = Project::new(&[("secrets.js", &secret)]);
    let outside = elsewhere.path("secrets.js");
    let project = app(outside.to_str().unwrap());
    named(&project, "secrets.js");
    let project = app("bin/../bin/app.js");
    assert!(check(&project, &[]).stdout.contains("new cloudfront.Distribution("));
    #[cfg(unix)]
    {
        let project = app("bin/link.js");
        std::os::unix::fs::symlink(outside, project.path("bin/link.js")).unwrap();
        named(&project, "bin/link.js");
    }
}

#[test]
fn without_an_assembly_there_is_a_remedy() {
    let said = |project: &Project, path: &str| {
        let ran = check(project, &[path]);
        assert_eq!(ran.code, Some(2), "{ran}");
        ran.stderr
    };
    let remedy = "there is no CDK assembly; `cdk synth` writes it\n";
    for path in ["cdk.out", "infra/cdk.out/"] {
        assert_eq!(said(&Project::new(&[]), path), format!("error: {path}: {remedy}"));
    }
    let emptied = Project::new(&[("cdk.out/asset.0123456789abcdef/index.js", "")]);
    assert_eq!(said(&emptied, "cdk.out"), format!("error: cdk.out: {remedy}"));
    assert!(!said(&emptied, "gone.yaml").contains("cdk synth"));
}

#[test]
fn suppressions_of_an_assembly_are_code_for_the_app() {
    for version in ["2.276.0", "2.276.0-no-path"] {
        let project = with(&format!("edge/cdk.out-{version}"), "cdk.out");
        let template = "cdk.out/EdgeStack.template.json";
        let before = project.read(template);
        let ran = project.run(&["check", "--add-ignore=known", "--format", "concise", "cdk.out"]);
        let code = "app.node.findChild('EdgeStack').node.findChild('Pages').node.findChild('Resource'))\
                    .acknowledge(\n  { id: 'cflint::host-header-forwarded', reason: 'known' },\n";
        assert!(ran.code == Some(1) && ran.stderr.contains(code), "{ran}");
        assert!(!ran.stderr.contains("was not written"), "{ran}");
        assert_eq!(project.read(template), before);
        let diff = project.run(&["check", "--add-ignore=known", "--diff", "cdk.out"]);
        assert!(diff.stdout.is_empty() && diff.stderr.contains(code), "{diff}");
        assert_eq!(project.run(&["check", "--add-ignore", "-q", "cdk.out"]).stderr, "");
    }
}

#[test]
fn a_template_of_an_assembly_is_never_changed() {
    let project = with("edge/cdk.out-2.276.0", "build/out");
    let template = "build/out/EdgeStack.template.json";
    let before = project.read(template);
    let fixed = project.run(&["check", "--fix", "--unsafe-fixes", template]);
    let ignored = project.run(&["check", "--add-ignore", template]);
    assert_eq!(project.read(template), before, "{fixed}");
    assert!(ignored.stderr.contains(".node.findChild('Pages')"), "{ignored}");
}

#[test]
fn what_an_app_acknowledges_is_suppressed_where_it_says() {
    let project = with("acknowledged/cdk.out-2.276.0", "cdk.out");
    let more = ["--extend-select", "access-log-missing", "cdk.out"];
    assert_snapshot!(project.run(&[&["check", "--format", "concise"], &more[..]].concat()));
    let json = project.run(&[&["check", "--format", "json"], &more[..]].concat()).json();
    let findings = json["findings"].as_array().unwrap();
    let suppressed: Vec<_> = findings.iter().filter(|finding| !finding["suppressed"].is_null()).collect();
    let said: Vec<_> = suppressed
        .iter()
        .map(|finding| (finding["subject"]["stack"].as_str().unwrap(), finding["rule"].as_str().unwrap()))
        .collect();
    assert_eq!(
        said,
        [
            ("Shop", "access-log-missing"),
            ("Shop", "host-header-forwarded"),
            ("Shop", "missing-origin-verify-header"),
            ("Prod-Inner", "host-header-forwarded"),
        ]
    );
    assert_eq!(
        suppressed[1]["suppressed"],
        json!({"channel": "acknowledgement", "reason": "a proxy rewrites Host"})
    );
    let unused = findings.iter().find(|finding| finding["rule"] == "unused-suppression").unwrap();
    assert_eq!(unused["source"], json!({"path": "/app/app.js", "line": 33, "column": 25}));
    // The template alone does not know what was acknowledged.
    let alone = project.run(&["check", "--format", "concise", "cdk.out/Shop.template.json"]);
    assert!(
        alone.stdout.contains("host-header-forwarded") && !alone.stdout.contains("acknowledge"),
        "{alone}"
    );
    let all = project.run(&["check", "--format", "concise", "--no-suppressions", "cdk.out"]);
    assert!(all.stdout.contains("host-header-forwarded") && !all.stdout.contains("unused"), "{all}");
    // Whether it is unused is not known if its rule has not run.
    let others = project.run(&["check", "--format", "concise", "--select", "input", "cdk.out"]);
    assert!(!others.stdout.contains("unused-suppression"), "{others}");
}

#[test]
fn an_id_of_cdk_nag_may_have_the_name_of_its_pack() {
    for (prefix, is_accepted) in
        [("Annotation::", true), ("annotation::", true), ("AwsSolutions::", true), ("other::", false)]
    {
        let project = with("acknowledged/cdk.out-2.276.0", "cdk.out");
        let metadata = "cdk.out/Shop.metadata.json";
        let text =
            project.read(metadata).replace("Annotation::AwsSolutions-", &format!("{prefix}AwsSolutions-"));
        project.write(metadata, text.as_bytes());
        let json =
            project.run(&["check", "--format", "json", "--select", "access-log-missing", "cdk.out"]).json();
        let of_shop = |finding: &&Value| finding["subject"]["stack"] == "Shop";
        let finding = json["findings"].as_array().unwrap().iter().find(of_shop).unwrap();
        assert_eq!(!finding["suppressed"].is_null(), is_accepted, "{prefix}");
    }
}
