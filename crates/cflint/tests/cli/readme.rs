//! The documentation shows what the binary really prints, and `docs/report.html` is a page that it writes.
//!
//! `UPDATE_README=1 cargo test -p cflint --test cli readme` rewrites the pictures of the README, the output in pages and
//! that page.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::picture;

const CHECK: &[&str] = &["check", "fixtures/_demo/edge.yaml"];
const TRACE: &[&str] = &["trace", "fixtures/_demo/edge.yaml", "GET /api/orders?page=2"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn output(args: &[&str], color: &str) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cflint"));
    // The widths and colors of a terminal with nothing set.
    command.env_clear().args(args).args(["--color", color]).current_dir(root());
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    String::from_utf8(output.stdout).unwrap()
}

/// The command as a reader would type it.
fn typed(args: &[&str]) -> String {
    let words = args.iter().map(|arg| if arg.contains(' ') { format!("'{arg}'") } else { (*arg).to_owned() });
    format!("cflint {}", words.collect::<Vec<_>>().join(" "))
}

/// Compares a file with what it has to be, or rewrites it.
fn refresh(name: &str, fresh: &str) {
    let path = root().join(name);
    if std::env::var_os("UPDATE_README").is_some() {
        std::fs::write(&path, fresh).unwrap();
    } else {
        let kept = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
        assert!(
            fresh == kept,
            "{name} is stale: run `UPDATE_README=1 cargo test -p cflint --test cli readme`"
        );
    }
}

#[test]
fn the_pictures_of_the_readme_show_what_is_really_printed() {
    for (name, args) in [("check", CHECK), ("trace", TRACE)] {
        let svg = picture::svg(&typed(args), &output(args, "always"));
        let document = roxmltree::Document::parse(&svg).unwrap();
        let lines = document.descendants().filter(|node| node.has_tag_name("text"));
        let shown: Vec<String> = lines
            .map(|line| {
                line.descendants().filter_map(|node| node.text().filter(|_| node.is_text())).collect()
            })
            .collect();
        let plain = output(args, "never");
        let printed = plain.lines().filter(|line| !line.is_empty()).map(|line| line.replace(' ', ""));
        let expected: Vec<String> =
            std::iter::once(format!("${}", typed(args).replace(' ', ""))).chain(printed).collect();
        let shown: Vec<String> = shown.iter().map(|line| line.replace(' ', "")).collect();
        assert_eq!(shown, expected);
        refresh(&format!("docs/{name}.svg"), &svg);
    }
}

#[test]
fn the_readme_links_to_its_pictures() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    for name in ["check", "trace"] {
        assert!(readme.contains(&format!("](docs/{name}.svg)")), "docs/{name}.svg");
    }
}

#[test]
fn the_trace_of_the_manual_is_a_real_one() {
    let page = std::fs::read_to_string(root().join("docs/trace.md")).unwrap().replace("\r\n", "\n");
    let (open, close) = ("<!-- trace -->\n", "<!-- /trace -->");
    let (before, rest) = page.split_once(open).unwrap();
    let (_, after) = rest.split_once(close).unwrap();
    let shown = format!("```console\n$ {}\n{}```\n", typed(TRACE), output(TRACE, "never"));
    refresh("docs/trace.md", &format!("{before}{open}{shown}{close}{after}"));
}

#[test]
fn the_page_of_the_docs_is_what_is_really_written() {
    refresh("docs/report.html", &output(&["check", "fixtures/_demo/edge.yaml", "--format", "html"], "never"));
}
