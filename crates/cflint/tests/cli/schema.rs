//! The schema for editors, and whether it agrees with what is read.

use std::fs;
use std::path::{Path, PathBuf};

use cflint_rules::RULES;

use crate::project::Project;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn the_schema_is_fresh() {
    let fresh = Project::new(&[]).run(&["config", "--schema"]).stdout;
    let path = root().join("docs/cflint.schema.json");
    let written = fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    if fresh != written && std::env::var_os("CI").is_none() {
        fs::write(&path, &fresh).unwrap();
    } else {
        assert!(
            fresh == written,
            "docs/cflint.schema.json is stale: run `cargo test -p cflint --test cli schema`"
        );
    }
}

#[test]
fn the_schema_names_every_rule() {
    let schema = Project::new(&[]).run(&["config", "--schema"]).json();
    let names = schema["definitions"]["rule-name"]["enum"].as_array().unwrap();
    for rule in RULES {
        assert!(names.iter().any(|name| name == rule.meta().id), "{}", rule.meta().id);
    }
}

/// The same files are judged by another validator in `tests/differential/schema.py`.
#[test]
fn good_configurations_are_read_and_bad_ones_are_not() {
    let project = Project::new(&[("prod.json", "{}")]);
    for (kind, code) in [("good", 0), ("bad", 2)] {
        let folder = root().join("fixtures/_config").join(kind);
        let mut count = 0;
        for file in fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            project.write("cflint.yaml", &fs::read(&path).unwrap());
            let ran = project.run(&["config"]);
            assert_eq!(ran.code, Some(code), "{}: {ran}", path.display());
            count += 1;
        }
        assert!(count > 5);
    }
}

#[test]
fn the_documentation_has_every_key_and_its_examples_are_read() {
    let text = fs::read_to_string(root().join("docs/configuration.md")).unwrap().replace("\r\n", "\n");
    let headings: Vec<&str> = text.lines().filter(|line| line.starts_with("## ")).collect();
    let schema = Project::new(&[]).run(&["config", "--schema"]).json();
    for key in schema["properties"].as_object().unwrap().keys() {
        assert!(headings.iter().any(|heading| heading.contains(&format!("`{key}`"))), "{key}");
    }
    let project = Project::new(&[("stages/common.json", "{}"), ("stages/prod.json", "{}")]);
    let examples = text.split("```yaml\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    for example in examples {
        project.write("cflint.yaml", example.as_bytes());
        let ran = project.run(&["config"]);
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{example}{ran}");
    }
}
