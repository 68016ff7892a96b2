use std::fs::File;

use tempfile::TempDir;

use super::*;

/// A folder with empty files, all of the same age, and an assembly.
fn app(files: &[&str]) -> TempDir {
    let dir = TempDir::new().unwrap();
    for file in files.iter().chain(&["cdk.json", "cdk.out/cdk.out", "cdk.out/manifest.json"]) {
        let path = dir.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        File::create(&path).unwrap().set_modified(SystemTime::UNIX_EPOCH).unwrap();
    }
    dir
}

/// The notice after one file was changed an hour later.
fn after_a_change_of(file: &str) -> Option<String> {
    let dir = app(&[file]);
    let file = File::options().write(true).open(dir.path().join(file)).unwrap();
    file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(3_600)).unwrap();
    let notice = outdated(&App::around(dir.path()).unwrap())?;
    assert!(notice.path.ends_with("/cdk.out"), "{}", notice.path);
    Some(notice.message)
}

#[test]
fn an_assembly_is_older_than_code_that_changed() {
    for file in ["bin/app.ts", "lib/edge/stack.ts", "app.py", "cdk.json", "src/main/java/com/Edge.java"] {
        let said = after_a_change_of(file).unwrap();
        assert!(said.contains(&format!("{file}`: run `npx cdk synth`")), "{said}");
    }
}

#[test]
fn what_is_no_code_of_the_app_makes_nothing_old() {
    let files = [
        "README.md",
        "node_modules/a/index.js",
        "test/edge.ts",
        "lib/edge.test.ts",
        "lib/edge.d.ts",
        ".venv/a.py",
        "cdk.out/asset.0123456789abcdef/index.js",
        "cdk.out.old/edge.json",
        "package.json",
    ];
    for file in files {
        assert_eq!(after_a_change_of(file), None, "{file}");
    }
}

#[test]
fn files_of_one_checkout_are_of_the_same_age() {
    let dir = app(&["lib/edge.ts"]);
    let file = File::options().write(true).open(dir.path().join("lib/edge.ts")).unwrap();
    file.set_modified(SystemTime::UNIX_EPOCH + AT_ONCE).unwrap();
    assert_eq!(outdated(&App::around(dir.path()).unwrap()), None);
}

#[test]
fn the_app_of_an_assembly_is_found_from_inside_it() {
    let dir = app(&["cdk.out/assembly-Prod/cdk.out", "cdk.out/assembly-Prod/manifest.json"]);
    let folder = |path: &str| App::around(&dir.path().join(path)).map(|app| app.folder);
    for path in ["", "cdk.out", "cdk.out/Edge.template.json", "cdk.out/assembly-Prod/Edge.template.json"] {
        assert_eq!(target(folder(path).unwrap()), target(dir.path()), "{path}");
    }
    fs::write(dir.path().join("cdk.json"), r#"{"output": "build"}"#).unwrap();
    assert_eq!(folder("cdk.out"), None);
}
