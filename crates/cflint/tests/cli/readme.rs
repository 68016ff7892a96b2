//! The README shows what the binary really prints, and lists the rules that there are; `docs/report.html` is a page that it
//! writes.
//!
//! `UPDATE_README=1 cargo test -p cflint --test cli readme` rewrites all of that.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use cflint_linter::Group;
use cflint_rules::RULES;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The README with another text between the markers `<!-- name -->` and `<!-- /name -->`.
fn with(readme: &str, name: &str, text: &str) -> String {
    let (open, close) = (format!("<!-- {name} -->\n"), format!("<!-- /{name} -->"));
    let (before, rest) = readme.split_once(&open).unwrap();
    let (_, after) = rest.split_once(&close).unwrap();
    format!("{before}{open}{text}{close}{after}")
}

fn printed(args: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cflint"));
    command.args(args).current_dir(root()).env("NO_COLOR", "1");
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    String::from_utf8(output.stdout).unwrap()
}

fn output(args: &[&str]) -> String {
    format!("```text\n{}```\n", printed(args))
}

/// What is shown of the binary, by the name of its marker.
const SHOWN: [(&str, &[&str]); 2] = [
    ("output", &["check", "fixtures/_demo/edge.yaml"]),
    ("trace", &["trace", "fixtures/_demo/edge.yaml", "GET /api/orders?page=2"]),
];

fn rules() -> String {
    let mut list = String::new();
    for group in Group::ALL {
        let rules: Vec<_> = RULES.iter().map(|rule| rule.meta()).filter(|meta| meta.group == group).collect();
        if !rules.is_empty() {
            let _ = writeln!(list, "\n**{}**\n", group.as_str());
        }
        for meta in rules {
            let pedantic = if meta.pedantic { " *(pedantic)*" } else { "" };
            let _ = writeln!(list, "- `{}`{pedantic}: {}", meta.id, meta.summary);
        }
    }
    format!("{list}\n")
}

#[test]
fn the_readme_shows_what_is_really_there() {
    let path = root().join("README.md");
    let readme = std::fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
    let shown = SHOWN.iter().fold(readme.clone(), |text, (name, args)| with(&text, name, &output(args)));
    let fresh = with(&shown, "rules", &rules());
    if std::env::var_os("UPDATE_README").is_some() {
        std::fs::write(&path, fresh).unwrap();
    } else {
        assert!(
            fresh == readme,
            "the README is stale: run `UPDATE_README=1 cargo test -p cflint --test cli readme`"
        );
    }
}

#[test]
fn the_page_in_the_docs_of_the_readme_is_what_is_really_written() {
    let path = root().join("docs/report.html");
    let fresh = printed(&["check", "fixtures/_demo/edge.yaml", "--format", "html"]);
    if std::env::var_os("UPDATE_README").is_some() {
        std::fs::write(&path, fresh).unwrap();
    } else {
        let page = std::fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
        assert!(
            fresh == page,
            "docs/report.html is stale: run `UPDATE_README=1 cargo test -p cflint --test cli readme`"
        );
    }
}
