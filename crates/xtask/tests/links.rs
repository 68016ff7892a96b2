//! Whether the relative links of the documentation lead somewhere.

#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    reason = "reads files of this repository, and fails if they are not there"
)]

use std::fs;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn pages() -> Vec<PathBuf> {
    let here = WalkDir::new(root()).max_depth(1).into_iter();
    let below = ["docs", "fuzz", ".github"].map(|folder| WalkDir::new(root().join(folder)).into_iter());
    here.chain(below.into_iter().flatten())
        .map(|entry| entry.expect("the folder can be read").into_path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect()
}

/// What `](…)` and `src="…"` name, outside fences. Code has no links in these pages.
fn links(text: &str) -> Vec<&str> {
    let mut links = Vec::new();
    let mut is_prose = true;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            is_prose = !is_prose;
        }
        for (open, close) in [("](", ')'), ("src=\"", '"')].into_iter().filter(|_| is_prose) {
            links.extend(line.split(open).skip(1).filter_map(|rest| Some(rest.split_once(close)?.0)));
        }
    }
    links.retain(|link| !link.contains("://") && !link.starts_with("mailto:"));
    links
}

/// The anchors of the headings, as GitHub makes them.
fn anchors(text: &str) -> Vec<String> {
    let heading = |line: &str| {
        let title = line.trim_start_matches('#');
        let is_kept = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
        (title.len() < line.len()).then(|| {
            title.trim().to_lowercase().chars().filter(is_kept).collect::<String>().replace(' ', "-")
        })
    };
    text.lines().filter_map(heading).collect()
}

/// What is wrong with the link of a page.
fn fault(page: &Path, link: &str) -> Option<String> {
    let (target, anchor) = link.split_once('#').unwrap_or((link, ""));
    let target = if target.is_empty() { page.to_owned() } else { page.with_file_name(target) };
    if !target.exists() {
        return Some("is not there".to_owned());
    }
    let Ok(text) = fs::read_to_string(&target) else { return None };
    (!anchor.is_empty() && !anchors(&text).iter().any(|known| known == anchor))
        .then(|| format!("has no heading `#{anchor}`"))
}

#[test]
fn every_relative_link_leads_somewhere() {
    let (mut faults, mut count) = (Vec::new(), 0);
    for page in pages() {
        let text = fs::read_to_string(&page).expect("the page is text");
        for link in links(&text) {
            count += 1;
            let fault = fault(&page, link);
            faults.extend(fault.map(|fault| format!("{}: `{link}` {fault}", page.display())));
        }
    }
    assert!(count > 100, "only {count} links were found");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_link_to_nothing_is_found() {
    let page = root().join("README.md");
    assert_eq!(
        links("[a](docs) ![b](x.svg) <img src=\"y.svg\">\n```sh\n[c](d)\n```\n"),
        ["docs", "x.svg", "y.svg"]
    );
    assert_eq!(fault(&page, "docs/no-such-page.md").as_deref(), Some("is not there"));
    assert_eq!(fault(&page, "docs/usage.md#no-such").as_deref(), Some("has no heading `#no-such`"));
    assert_eq!(fault(&page, "docs/usage.md#exit-codes"), None);
    assert_eq!(anchors("## `select`, `extend-select`, `ignore`\ntext\n"), ["select-extend-select-ignore"]);
}
