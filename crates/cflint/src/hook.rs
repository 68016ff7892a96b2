//! `cflint check --hook`: tools that call a hook name the files that changed, without knowing what they are.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use cflint_linter::{Input, Role};
use cflint_template::project::may_import;

use crate::discover::{self, Exclude, Found, may_be_template, read, shown};
use crate::nested;
use crate::paths::{absolute, from_here, repository};
use crate::problem::Problem;

/// The paths without files that can be no templates. What cannot be read stays, for an error.
pub(crate) fn worth_reading(paths: &[PathBuf]) -> Vec<PathBuf> {
    let is_worth = |path: &&PathBuf| {
        if path.as_os_str() == "-" || path.is_dir() {
            return true;
        }
        match File::open(path).and_then(|mut file| read(&mut file)) {
            Ok(bytes) => bytes.is_some_and(|bytes| may_be_template(&bytes)),
            Err(_) => true,
        }
    };
    paths.iter().filter(is_worth).cloned().collect()
}

/// Reads the files that were named, and what their templates are linked with: the templates of stacks inside them, and the
/// rest of the project if one of them uses values of other templates.
pub(crate) fn collect(
    paths: &[PathBuf],
    stdin_name: &str,
    stdin: &mut dyn Read,
    exclude: &Exclude,
    project: &Path,
) -> Found {
    let mut found = discover::gather(paths, stdin_name, stdin, exclude);
    // Nobody said that these are templates.
    found.inputs.retain(|input| input.role != Role::Named || may_be_template(&input.bytes));
    found.inputs.iter_mut().for_each(|input| input.role = Role::Found);
    nested::add(&mut found, Role::Linked);
    if found.inputs.iter().any(|input| may_import(&String::from_utf8_lossy(&input.bytes))) {
        add_project(&mut found, project, exclude);
        nested::add(&mut found, Role::Linked);
    }
    exclude.clean(&mut found);
    found
}

/// Whatever the hook may look at: the repository of the files, or else the current folder, if they are in it and it is not the
/// root of the system.
pub(crate) fn project(paths: &[PathBuf]) -> PathBuf {
    let here = absolute(Path::new("."));
    let first = absolute(paths.first().map_or(Path::new("."), PathBuf::as_path));
    let folder = || first.parent().map(Path::to_path_buf);
    let is_project = here.parent().is_some() && first.starts_with(&here);
    repository(&first).or_else(|| folder().filter(|_| !is_project)).unwrap_or(here)
}

/// Refuses names of files that would be taken for options, because anybody can add such a file.
pub(crate) fn refuse_names_like_options(args: &[OsString]) -> Result<(), Problem> {
    let args = || args.iter().skip(1).take_while(|arg| *arg != "--");
    if !args().any(|arg| arg == "--hook") {
        return Ok(());
    }
    let is_file = |arg: &&OsString| {
        let is_option = arg.as_encoded_bytes().starts_with(b"-") && *arg != "-";
        is_option && Path::new(arg).symlink_metadata().is_ok()
    };
    match args().find(is_file) {
        None => Ok(()),
        Some(arg) => {
            let name = shown(Path::new(arg));
            Err(Problem::new(format!("`{name}` is a file, and would be taken for an option"))
                .with_help("rename it, or exclude it in the configuration of the hook"))
        }
    }
}

/// Adds the templates of the project that are not there yet. What is wrong with them is the business of whoever checks them.
fn add_project(found: &mut Found, project: &Path, exclude: &Exclude) {
    let is_absolute = found.inputs.iter().all(|input| Path::new(&input.name).is_absolute());
    let mut known: BTreeSet<PathBuf> = found.inputs.iter().filter_map(|input| real(&input.name)).collect();
    let rest = discover::gather(&[project.to_path_buf()], "", &mut io::empty(), exclude);
    for input in rest.inputs {
        if real(&input.name).is_some_and(|real| known.insert(real)) {
            // As those that were named, because templates name each other by relative paths.
            let name = if is_absolute { input.name } else { from_here(Path::new(&input.name)) };
            found.inputs.push(Input { name, role: Role::Linked, ..input });
        }
    }
}

fn real(name: &str) -> Option<PathBuf> {
    fs::canonicalize(name).ok()
}

#[cfg(test)]
mod tests;
