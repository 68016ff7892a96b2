//! `cflint check --hook`: tools that call a hook name the files that changed, without knowing what they are.
//!
//! The run is the one over the whole project, of which only findings in the named files, or that point to them, are reported.
//! So a hook never reports what the whole run does not.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use cflint_diagnostics::FileId;
use cflint_linter::{Input, Role};
use cflint_template::syntax::{decode, parse};
use cflint_template::template::is_template;

use super::discover::{self, Exclude, may_be_template};
use super::found::Found;
use crate::files::paths::{absolute, from_here, is_stdin, repository, target};
use crate::files::read::{self, Unreadable};

/// The paths without links and without files that can be no templates. What cannot be read stays, for an error.
pub(crate) fn worth_reading(paths: &[PathBuf]) -> Vec<PathBuf> {
    let is_worth = |path: &&PathBuf| {
        // Walks do not follow links either.
        if path.is_symlink() {
            return false;
        }
        if is_stdin(path) || path.is_dir() {
            return true;
        }
        let may_be_one = |bytes: &[u8]| match has_sections(bytes) {
            Some(is_template) => is_template,
            // Source code can have the signs of a template, too.
            None => discover::has_extension(path),
        };
        match read::file(path) {
            Ok(bytes) => may_be_template(&bytes) && may_be_one(&bytes),
            Err(Unreadable::TooLarge | Unreadable::NotRegular) => false,
            Err(Unreadable::Outside | Unreadable::Io(_)) => true,
        }
    };
    paths.iter().filter(is_worth).cloned().collect()
}

/// Reads the files that were named, and the rest of the project, which may be related to them. Of the files that a run
/// over the whole project does not come to, such as those of dependencies, only those count that no such run can know.
pub(crate) fn collect(
    paths: &[PathBuf],
    stdin_name: &str,
    stdin: &mut dyn Read,
    exclude: &Exclude,
    project: &Path,
) -> Found {
    let never = AtomicBool::new(false);
    let mut found = discover::gather(paths, stdin_name, stdin, exclude, &never);
    // The hook does not know which of these are templates.
    found.retain(|input| input.role != Role::Named || may_be_template(&input.bytes));
    if found.inputs.is_empty() {
        found.say_beyond();
        return found;
    }
    let named = found.take();
    let is_absolute = named.iter().all(|input| Path::new(&input.name).is_absolute());
    let (placed, loose): (Vec<_>, Vec<_>) =
        named.into_iter().partition(|input| target(&input.name).is_some());
    let called = |name: String| if is_absolute { name } else { from_here(Path::new(&name)) };
    let mut left: BTreeMap<PathBuf, Input> =
        placed.into_iter().filter_map(|input| Some((target(&input.name)?, input))).collect();
    let mut all = discover::with_nested(&[project.to_path_buf()], "", &mut io::empty(), exclude, &never);
    for input in all.take() {
        // Resolving a file costs as much as reading it, so it stops when all changed files are found.
        let known = if left.is_empty() { None } else { target(&input.name) };
        found.add(match known.and_then(|real| left.remove(&real)) {
            // The bytes may come from standard input, and an assembly knows more of its files.
            Some(named) => Input { role: Role::Found, stack: input.stack, ..named },
            None => Input { name: called(input.name), role: Role::Linked, ..input },
        });
    }
    left.retain(|real, input| is_unknown_to_walks(input, real, project));
    let others = left.into_values().chain(loose);
    others.for_each(|input| found.add(Input { role: Role::Found, ..input }));
    found.beyond.extend(all.beyond.into_iter().map(called));
    found.say_beyond();
    found
}

/// Whether a walk over the project does not read a file only because it is outside, or has another ending. Then it has to
/// be a template: source code can have the signs of one.
fn is_unknown_to_walks(input: &Input, real: &Path, project: &Path) -> bool {
    let project = fs::canonicalize(project).unwrap_or_else(|_| project.to_path_buf());
    let Ok(inner) = real.strip_prefix(&project) else { return true };
    let is_hidden = discover::has_extension(inner) || discover::is_out_of_sight(&project, inner);
    !is_hidden && has_sections(&input.bytes) == Some(true)
}

/// Whether it is a template; `None` if it cannot be parsed.
fn has_sections(bytes: &[u8]) -> Option<bool> {
    let parsed = parse(FileId(0), decode(bytes).ok()?).ok()?;
    Some(is_template(&parsed.tree))
}

/// Whatever the hook may look at: the repository of the files, or else the current folder, if they are in it and it is not the
/// root of the system.
pub(crate) fn project(paths: &[PathBuf]) -> PathBuf {
    let here = absolute(Path::new("."));
    let first = absolute(paths.first().map_or(Path::new("."), PathBuf::as_path));
    let folder = || if first.is_dir() { Some(first.clone()) } else { first.parent().map(Path::to_path_buf) };
    let is_project = here.parent().is_some() && first.starts_with(&here);
    repository(&first).or_else(|| folder().filter(|_| !is_project)).unwrap_or(here)
}

#[cfg(test)]
mod tests;
