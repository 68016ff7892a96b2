//! The hook in `.pre-commit-config.yaml`.

use std::path::Path;

use cflint_diagnostics::{Edit, FileId};
use cflint_template::edit::{NewValue, append, apply, replace, set_after};
use cflint_template::syntax::{self, Kind, NodeRef, Tree};

use crate::files::document::{Document, NamedBy};
use crate::files::roots::Roots;
use crate::problem::Problem;

/// The release that other tools are told to take.
pub(super) const VERSION: &str = env!("CARGO_PKG_VERSION");
pub(super) const FILE: &str = ".pre-commit-config.yaml";
const REPOSITORY: &str = "https://github.com/cflint/cflint";
const HOOK: &str = "cflint";
/// For what `cdk synth` writes, which is in no commit.
const CDK_HOOK: &str = "cflint-cdk";

/// What is to be done.
pub(super) enum Plan {
    /// The file gets this text.
    Change(String),
    /// The user adds the hook, and why.
    Print(String),
}

/// The hook as a text.
pub(super) fn entry() -> String {
    let hooks: String = hooks().iter().map(|hook| format!("      - id: {hook}\n")).collect();
    format!("repos:\n  - repo: {REPOSITORY}\n    rev: v{VERSION}\n    hooks:\n{hooks}")
}

/// The hooks that the project in the current folder needs.
fn hooks() -> &'static [&'static str] {
    if Path::new("cdk.json").exists() { &[HOOK, CDK_HOOK] } else { &[HOOK] }
}

/// Looks at the file of the current folder.
pub(super) fn plan() -> Result<Plan, Problem> {
    if Path::new(FILE).symlink_metadata().is_err() {
        return Ok(Plan::Print(format!("there is no {FILE}")));
    }
    let roots = Roots::of([Path::new(FILE)]);
    let document = Document::read(Path::new(FILE), FILE, "the hooks in", NamedBy::Project(&roots))?;
    if let Some(root) = document.root()
        && let Some(place) = root.find(|node| {
            let has =
                |key: &str, text: &str| node.get(key).and_then(|entry| entry.value.text()) == Some(text);
            node.kind() == Kind::Mapping && (has("repo", REPOSITORY) || has("id", HOOK))
        })
    {
        return Err(Problem::new(format!("{place}: the hook is there already")));
    }
    Ok(match with_hooks(document.text(), hooks()) {
        Some(text) => Plan::Change(text),
        None => Plan::Print("it is unclear where the hook belongs".to_owned()),
    })
}

/// The text with the hooks at the end of `repos`, everything else byte for byte as it was.
fn with_hooks(text: &str, hooks: &[&str]) -> Option<String> {
    let rev = format!("v{VERSION}");
    let repo = NewValue::Text(REPOSITORY);
    let text = edited(text, |root| append(repos(root)?, &NewValue::Entry("repo", &repo)))?;
    let text = edited(&text, |root| set_after(last(root)?, "repo", "rev", &NewValue::Text(&rev)))?;
    let mut text = edited(&text, |root| set_after(last(root)?, "rev", "hooks", &NewValue::Texts(hooks)))?;
    for (index, hook) in hooks.iter().enumerate() {
        let hook = NewValue::Text(hook);
        text = edited(&text, |root| {
            replace(last(root)?.get("hooks")?.value.items().nth(index)?, &NewValue::Entry("id", &hook))
        })?;
    }
    has_hooks(&text, hooks).then_some(text)
}

fn edited(text: &str, edits: impl Fn(NodeRef<'_>) -> Option<Vec<Edit>>) -> Option<String> {
    apply(text, &edits(parse(text)?.root()?)?)
}

fn parse(text: &str) -> Option<Tree> {
    syntax::parse(FileId(0), text.into()).ok().map(|parsed| parsed.tree)
}

fn repos(root: NodeRef<'_>) -> Option<NodeRef<'_>> {
    Some(root.get("repos")?.value)
}

fn last(root: NodeRef<'_>) -> Option<NodeRef<'_>> {
    repos(root)?.items().last()
}

/// Whether the edits came to what was meant.
fn has_hooks(text: &str, hooks: &[&str]) -> bool {
    let holds = |tree: &Tree| {
        let list = last(tree.root()?)?.get("hooks")?.value;
        Some(list.items().map(|hook| hook.get("id")?.value.text()).eq(hooks.iter().map(|hook| Some(*hook))))
    };
    parse(text).is_some_and(|tree| holds(&tree) == Some(true))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hook_is_added_in_the_layout_of_the_file() {
        let layouts = [("  - ", "      - "), ("- ", "  - "), ("-   ", "    -   ")];
        let added = layouts.map(|(item, inner)| {
            let indent = " ".repeat(item.len());
            let other = format!("{item}repo: https://example.com/a\n{indent}hooks:\n{inner}id: a # why\n");
            let text = format!("# hooks\nrepos:\n{other}");
            let changed = with_hooks(&text, &[HOOK, CDK_HOOK]).unwrap();
            assert!(changed.starts_with(&text), "{changed}");
            changed
        });
        insta::assert_snapshot!(added.join("\n").replace(VERSION, "VERSION"));
    }

    #[test]
    fn a_file_without_a_list_is_left_to_the_user() {
        for text in ["", "repos:\n", "repos: a\n", "- a\n", "x: *a\n"] {
            assert_eq!(with_hooks(text, &[HOOK]), None, "{text}");
        }
    }
}
