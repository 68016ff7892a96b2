//! The templates of stacks inside stacks, which nobody names on the command line.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use cflint_diagnostics::FileId;
use cflint_linter::{Input, Role};
use cflint_template::project::local_templates;
use cflint_template::syntax::{decode, parse};

use super::found::Found;
use crate::files::paths::target;
use crate::files::read;

/// How many templates are added; more are no project but a mistake.
const MAX_ADDED: usize = 1_000;

/// Adds the local templates that the inputs name for the stacks inside them, and those that these name.
pub(crate) fn add(found: &mut Found) {
    let mut known: BTreeSet<PathBuf> = found.inputs.iter().filter_map(|input| target(&input.name)).collect();
    let first = found.inputs.len();
    let mut next = 0;
    while let Some(input) = found.inputs.get(next)
        && found.inputs.len() - first < MAX_ADDED
    {
        next += 1;
        let folder = Path::new(&input.name).parent().unwrap_or(Path::new("")).to_owned();
        // A manifest names the nested templates of its assembly.
        for path in if input.stack.is_none() { named(&input.bytes) } else { Vec::new() } {
            // Without the `.` of `./nested.yaml`, which says nothing.
            let parts = Path::new(&path).components().filter(|part| *part != Component::CurDir);
            let path = folder.join(parts.collect::<PathBuf>());
            let name = path.to_string_lossy().into_owned();
            if !target(&name).is_some_and(|real| known.insert(real)) {
                continue;
            }
            // What cannot be read leaves the values of that stack unknown.
            if let Ok(bytes) = read::file(&path) {
                found.inputs.push(Input { role: Role::Found, ..Input::new(name, bytes) });
            }
        }
    }
}

/// The paths that a template names.
fn named(bytes: &[u8]) -> Vec<String> {
    let has_stacks = |text: &str| {
        text.contains("AWS::CloudFormation::Stack") || text.contains("AWS::Serverless::Application")
    };
    let Some(source) = decode(bytes).ok().filter(|source| has_stacks(source)) else { return Vec::new() };
    let Ok(parsed) = parse(FileId(0), Arc::clone(&source)) else { return Vec::new() };
    let Some(root) = parsed.tree.root() else { return Vec::new() };
    local_templates(root).map(|(_, path)| path.to_owned()).collect()
}
