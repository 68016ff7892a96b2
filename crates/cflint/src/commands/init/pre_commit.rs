//! The hook in `.pre-commit-config.yaml`.

use std::path::Path;

use cflint_template::syntax::Kind;

use crate::files::document::{Document, NamedBy};
use crate::files::roots::Roots;
use crate::problem::Problem;

/// The release that the configuration of other tools pins.
pub(super) const VERSION: &str = env!("CARGO_PKG_VERSION");
pub(super) const FILE: &str = ".pre-commit-config.yaml";
const REPOSITORY: &str = "https://github.com/cflint/cflint";
const HOOK: &str = "cflint";
/// For what `cdk synth` writes, which is in no commit.
const CDK_HOOK: &str = "cflint-cdk";

/// A configuration with the hooks that the project in the current folder needs.
pub(super) fn configuration() -> String {
    let hooks: &[&str] = if Path::new("cdk.json").exists() { &[HOOK, CDK_HOOK] } else { &[HOOK] };
    let hooks: String = hooks.iter().map(|hook| format!("      - id: {hook}\n")).collect();
    format!("repos:\n  - repo: {REPOSITORY}\n    rev: v{VERSION}\n    hooks:\n{hooks}")
}

/// Whether the current folder has a configuration, which has no hook yet.
pub(super) fn is_there() -> Result<bool, Problem> {
    if Path::new(FILE).symlink_metadata().is_err() {
        return Ok(false);
    }
    let roots = Roots::of([Path::new(FILE)]);
    let document = Document::read(Path::new(FILE), FILE, "the hooks in", NamedBy::Project(&roots))?;
    let place = document.root().and_then(|root| {
        root.find(|node| {
            let has =
                |key: &str, text: &str| node.get(key).and_then(|entry| entry.value.text()) == Some(text);
            node.kind() == Kind::Mapping && (has("repo", REPOSITORY) || has("id", HOOK))
        })
    });
    match place {
        Some(place) => Err(Problem::new(format!("{place}: the hook already exists"))),
        None => Ok(true),
    }
}
