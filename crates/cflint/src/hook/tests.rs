use cflint_linter::Matcher;
use tempfile::TempDir;

use super::*;
use crate::discover::shown;

const OTHER: &str = "Resources: {A: {Type: 'AWS::S3::Bucket'}}\n";
const IMPORTING: &str =
    "Resources: {A: {Type: 'AWS::S3::Bucket', Properties: {BucketName: !ImportValue name}}}\n";

/// The names below the folder, with `!` before those that are checked.
fn collected(changed: &str, text: &str, others: &[(&str, &str)]) -> Vec<String> {
    let dir = TempDir::new().unwrap();
    for (name, text) in others.iter().chain([&(changed, text)]) {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let exclude = Exclude { paths: Matcher::new(|name| name.contains("excluded")), is_forced: true };
    let found = collect(&[dir.path().join(changed)], "", &mut io::empty(), &exclude, dir.path());
    assert!(found.errors.is_empty() && found.notices.is_empty(), "{found:?}");
    let root = format!("{}/", shown(dir.path()));
    let name = |input: &Input| {
        let mark = if input.role == Role::Linked { "" } else { "!" };
        format!("{mark}{}", input.name.strip_prefix(&root).unwrap_or(&input.name))
    };
    found.inputs.iter().map(name).collect()
}

#[test]
fn the_project_is_read_only_if_something_imports() {
    let others =
        [("a.yaml", OTHER), ("z/b.json", OTHER), ("excluded/c.yaml", OTHER), ("ci.yaml", "on: push\n")];
    assert_eq!(collected("edge.yaml", OTHER, &others), ["!edge.yaml"]);
    assert_eq!(collected("edge.yaml", IMPORTING, &others), ["!edge.yaml", "a.yaml", "z/b.json"]);
}

#[test]
fn a_nested_template_is_linked_and_may_be_what_imports() {
    let outer =
        "Resources: {A: {Type: 'AWS::CloudFormation::Stack', Properties: {TemplateURL: ./inner.yaml}}}\n";
    let others = [("a.yaml", OTHER), ("inner.yaml", OTHER)];
    assert_eq!(collected("outer.yaml", outer, &others), ["!outer.yaml", "inner.yaml"]);
    let others = [("a.yaml", OTHER), ("inner.yaml", IMPORTING)];
    assert_eq!(collected("outer.yaml", outer, &others), ["!outer.yaml", "inner.yaml", "a.yaml"]);
}

#[test]
fn what_changed_and_is_excluded_or_no_template_leads_to_nothing() {
    assert!(collected("excluded.yaml", IMPORTING, &[("a.yaml", OTHER)]).is_empty());
    assert!(collected("notes.txt", "see ImportValue\n", &[("a.yaml", OTHER)]).is_empty());
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
