use std::fs;

use tempfile::TempDir;

use super::*;
use crate::files::paths::shown;
use crate::input::testing::{TEMPLATE, folder};

/// The names of the inputs below the folder, with `!` before those that were named.
fn names(dir: &TempDir, found: &Found) -> Vec<String> {
    let root = format!("{}/", shown(dir.path()));
    let name = |input: &Input| {
        format!(
            "{}{}",
            if input.role == Role::Named { "!" } else { "" },
            input.name.strip_prefix(&root).unwrap_or(&input.name)
        )
    };
    found.inputs.iter().map(name).collect()
}

fn nothing() -> Exclude {
    Exclude { paths: Matcher::new(|_| false), is_forced: false }
}

fn find(dir: &TempDir, paths: &[&str]) -> Found {
    let paths: Vec<_> = paths.iter().map(|path| dir.path().join(path)).collect();
    collect(&paths, "<stdin>", &mut io::empty(), &nothing())
}

#[test]
fn a_walk_can_be_stopped() {
    let dir = folder(&[("a.yaml", TEMPLATE)]);
    let found = |stop| below(dir.path().to_path_buf(), &nothing(), &AtomicBool::new(stop));
    assert_eq!(found(false).map(|found| names(&dir, &found)), Some(vec!["a.yaml".to_owned()]));
    assert!(found(true).is_none());
    let root = [dir.path().to_path_buf()];
    let read = gather(&root, "", &mut io::empty(), &nothing(), &AtomicBool::new(true));
    assert!(read.inputs.is_empty(), "{:?}", names(&dir, &read));
}

#[test]
fn a_folder_is_walked_in_the_order_of_names() {
    let dir = folder(&[
        ("b/z.yml", TEMPLATE),
        ("b/a.json", TEMPLATE),
        ("c.template", TEMPLATE),
        ("a.YAML", TEMPLATE),
        ("Shop.template.JSON", TEMPLATE),
        ("notes.md", TEMPLATE),
        ("yaml", TEMPLATE),
        (".github/deploy.yaml", TEMPLATE),
    ]);
    assert_eq!(
        names(&dir, &find(&dir, &[""])),
        [".github/deploy.yaml", "Shop.template.JSON", "a.YAML", "b/a.json", "b/z.yml", "c.template"]
    );
}

#[test]
fn files_that_cannot_be_templates_are_read_and_left_out() {
    let dir = folder(&[
        ("a.yaml", "name: ci\non: push\n"),
        ("b.yaml", "AWSTemplateFormatVersion: '2010-09-09'\n"),
        ("c.json", "{\"Fn::Transform\": {}}"),
        ("d.json", ""),
    ]);
    fs::write(dir.path().join("e.yaml"), b"\xff\xfe Type: AWS::S3::Bucket").unwrap();
    fs::write(dir.path().join("f.yaml"), b"\xff\xfe").unwrap();
    let found = find(&dir, &[""]);
    assert_eq!(names(&dir, &found), ["b.yaml", "c.json", "e.yaml"]);
    assert_eq!(found.irrelevant, 3);
}

#[test]
fn a_named_file_is_handed_on_whatever_it_is() {
    let dir = folder(&[("README.md", "# Hello"), ("empty.yaml", "")]);
    let found = find(&dir, &["README.md", "empty.yaml"]);
    assert_eq!(names(&dir, &found), ["!README.md", "!empty.yaml"]);
    assert_eq!(found.irrelevant, 0);
}

#[test]
fn folders_of_tools_are_left_out() {
    let dir = folder(&[
        (".git/a.yaml", TEMPLATE),
        ("node_modules/x/a.yaml", TEMPLATE),
        ("lib/node_modules/a.yaml", TEMPLATE),
        ("target/a.yaml", TEMPLATE),
        (".venv/a.yaml", TEMPLATE),
        ("__pycache__/a.yaml", TEMPLATE),
        ("targets/a.yaml", TEMPLATE),
    ]);
    assert_eq!(names(&dir, &find(&dir, &[""])), ["targets/a.yaml"]);
    // Such a folder is searched if it is named.
    assert_eq!(names(&dir, &find(&dir, &["node_modules"])), ["node_modules/x/a.yaml"]);
}

#[test]
fn an_assembly_is_walked_without_its_assets_whatever_git_ignores() {
    let dir = folder(&[
        (".gitignore", "cdk.out\n"),
        ("cdk.out/Shop.template.json", TEMPLATE),
        ("cdk.out/assembly-Prod/Prod.template.json", TEMPLATE),
        ("cdk.out/asset.0123456789abcdef/template.yaml", TEMPLATE),
        ("cdk.out/asset.0123456789abcdef.js/template.yaml", TEMPLATE),
        ("asset.store/template.yaml", TEMPLATE),
    ]);
    assert_eq!(
        names(&dir, &find(&dir, &[""])),
        [
            "asset.store/template.yaml",
            "cdk.out/Shop.template.json",
            "cdk.out/assembly-Prod/Prod.template.json"
        ]
    );
}

#[test]
fn a_file_is_checked_once() {
    let dir = folder(&[("a.yaml", TEMPLATE), ("b/c.yaml", TEMPLATE)]);
    assert_eq!(names(&dir, &find(&dir, &["a.yaml", "b/../a.yaml", "a.yaml"])), ["!a.yaml"]);
    assert_eq!(names(&dir, &find(&dir, &["", "b", "b/c.yaml"])), ["a.yaml", "!b/c.yaml"]);
}

#[test]
fn a_missing_path_does_not_hide_the_others() {
    let dir = folder(&[("a.yaml", TEMPLATE)]);
    let found = find(&dir, &["gone.yaml", "a.yaml"]);
    assert_eq!(names(&dir, &found), ["!a.yaml"]);
    let [error] = found.errors.as_slice() else { panic!("{:?}", found.errors) };
    assert!(error.path.ends_with("gone.yaml") && error.message == "no such file or directory", "{error:?}");
}

#[test]
fn a_file_that_is_too_large_is_said_and_not_checked() {
    let dir = folder(&[("a.yaml", TEMPLATE)]);
    fs::File::create(dir.path().join("big.json")).unwrap().set_len(32 * 1024 * 1024 + 1).unwrap();
    let walked = find(&dir, &[""]);
    assert_eq!((walked.inputs.len(), walked.notices.len(), walked.errors.len()), (1, 1, 0));
    let named = find(&dir, &["big.json"]);
    assert_eq!((named.inputs.len(), named.notices.len(), named.errors.len()), (0, 0, 1));
}

#[cfg(unix)]
#[test]
fn links_are_followed_only_when_they_are_named() {
    use std::os::unix::fs::symlink;

    let dir = folder(&[("real/a.yaml", TEMPLATE)]);
    symlink(dir.path(), dir.path().join("real/loop")).unwrap();
    symlink(dir.path().join("real/a.yaml"), dir.path().join("link.yaml")).unwrap();
    symlink(dir.path().join("real"), dir.path().join("folder")).unwrap();
    assert_eq!(names(&dir, &find(&dir, &[""])), ["real/a.yaml"]);
    assert_eq!(names(&dir, &find(&dir, &["link.yaml"])), ["!link.yaml"]);
    assert_eq!(names(&dir, &find(&dir, &["folder"])), ["folder/a.yaml"]);
}

#[test]
fn standard_input_is_read_once_and_has_a_name() {
    let paths = [PathBuf::from("-"), PathBuf::from("-")];
    let found = collect(&paths, "edge.yaml", &mut TEMPLATE.as_bytes(), &nothing());
    let [input] = found.inputs.as_slice() else { panic!("{:?}", found.inputs) };
    assert_eq!((input.name.as_str(), &*input.bytes), ("edge.yaml", TEMPLATE.as_bytes()));
    assert!(input.role == Role::Named);
}
