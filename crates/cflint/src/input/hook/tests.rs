use cflint_linter::Matcher;
use tempfile::TempDir;

use super::*;
use crate::files::paths::shown;
use crate::input::testing::{TEMPLATE, folder};

fn project_with(changed: &str, text: &str, others: &[(&str, &str)]) -> TempDir {
    folder(&[others, &[(changed, text)]].concat())
}

fn exclude() -> Exclude {
    Exclude { paths: Matcher::new(|name| name.contains("excluded")), is_forced: true }
}

fn changed(project: &Path, changed: &str) -> Found {
    let found = collect(&[project.join(changed)], "", &mut io::empty(), &exclude(), project);
    assert!(found.errors.is_empty() && found.notices.is_empty(), "{found:?}");
    found
}

/// The names below the folder, with `!` before those that are checked.
fn collected(changed_name: &str, text: &str, others: &[(&str, &str)]) -> Vec<String> {
    let dir = project_with(changed_name, text, others);
    let root = format!("{}/", shown(dir.path()));
    let name = |input: &Input| {
        let mark = if input.role == Role::Linked { "" } else { "!" };
        format!("{mark}{}", input.name.strip_prefix(&root).unwrap_or(&input.name))
    };
    changed(dir.path(), changed_name).inputs.iter().map(name).collect()
}

#[test]
fn the_rest_of_the_project_is_linked_with_a_template() {
    let others = [
        ("a.yaml", TEMPLATE),
        ("z/b.json", TEMPLATE),
        ("excluded/c.yaml", TEMPLATE),
        ("node_modules/d.yaml", TEMPLATE),
        ("ci.yaml", "on: push\n"),
    ];
    assert_eq!(collected("edge.yaml", TEMPLATE, &others), ["a.yaml", "!edge.yaml", "z/b.json"]);
}

#[test]
fn what_changed_and_is_excluded_or_no_template_leads_to_nothing() {
    let others = [("a.yaml", TEMPLATE)];
    assert!(collected("excluded.yaml", TEMPLATE, &others).is_empty());
    assert!(collected("notes.txt", "see ImportValue\n", &others).is_empty());
}

#[test]
fn what_a_walk_does_not_come_to_does_not_count() {
    for (name, text, is_checked) in [
        ("node_modules/edge.yaml", TEMPLATE, false),
        (".aws-sam/build/edge.template", TEMPLATE, false),
        ("asset.0123456789abcdef/edge.json", TEMPLATE, false),
        ("target/edge.tpl", TEMPLATE, false),
        ("edge.tpl", TEMPLATE, true),
        ("README.md", "`AWS::S3::Bucket`\n\n    A: &b: *c\n", false),
        ("app.ts", "// AWS::S3::Bucket\nconst x = { a: [1, 2 };\n", false),
    ] {
        let expected = if is_checked { vec![format!("!{name}")] } else { Vec::new() };
        let checked: Vec<_> =
            collected(name, text, &[]).into_iter().filter(|name| name.starts_with('!')).collect();
        assert_eq!(checked, expected, "{name}");
    }
}

#[test]
fn a_template_of_an_assembly_is_the_stack_that_it_is() {
    let manifest = r#"{"version": "36.0.0", "artifacts": {"Edge": {"type": "aws:cloudformation:stack",
        "environment": "aws://unknown-account/unknown-region", "properties": {"templateFile": "edge.template.json"}}}}"#;
    let others =
        [("out/manifest.json", manifest), ("out/cdk.out", "{}"), ("out/stale.template.json", TEMPLATE)];
    let dir = project_with("out/edge.template.json", TEMPLATE, &others);
    let found = changed(dir.path(), "out/edge.template.json");
    let [input] = found.inputs.as_slice() else { panic!("{found:?}") };
    assert!(input.role == Role::Found && input.stack.is_some(), "{input:?}");
    assert!(
        changed(dir.path(), "out/stale.template.json").inputs.iter().all(|input| input.role == Role::Linked)
    );
}

#[test]
#[cfg(unix)]
fn a_link_is_not_the_file_that_it_leads_to() {
    let dir = project_with("edge.yaml", TEMPLATE, &[]);
    std::os::unix::fs::symlink("edge.yaml", dir.path().join("link.yaml")).unwrap();
    assert_eq!(worth_reading(&[dir.path().join("link.yaml")]), [] as [PathBuf; 0]);
}

#[test]
fn standard_input_is_in_place_of_its_file() {
    let dir = project_with("edge.yaml", TEMPLATE, &[]);
    let name = shown(&dir.path().join("edge.yaml"));
    let text = "Resources: {New: {Type: 'AWS::S3::Bucket'}}\n";
    let found = collect(&[PathBuf::from("-")], &name, &mut text.as_bytes(), &exclude(), dir.path());
    let [input] = found.inputs.as_slice() else { panic!("{found:?}") };
    assert_eq!((input.role, &*input.bytes), (Role::Found, text.as_bytes()));
}

#[test]
fn the_project_is_that_of_the_files() {
    let dir = TempDir::new().unwrap();
    let root = dir.path().canonicalize().unwrap();
    fs::create_dir_all(root.join("repository/.git")).unwrap();
    fs::create_dir_all(root.join("elsewhere/a")).unwrap();
    assert_eq!(project(&[root.join("repository/a/edge.yaml")]), root.join("repository"));
    // Neither a repository nor below the current folder.
    assert_eq!(project(&[root.join("elsewhere/a/edge.yaml")]), root.join("elsewhere/a"));
    assert_eq!(project(&[PathBuf::from("src/lib.rs")]), project(&[]));
}
