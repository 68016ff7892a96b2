//! From the paths of the command line to the files that are worth parsing.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs;
use std::io::Read;
use std::path::{Component, Path, PathBuf};

use cflint_linter::{Input, InputError, Matcher, Notice, Role};
use walkdir::{DirEntry, WalkDir};

use super::found::Found;
use super::{assembly, nested};
use crate::files::paths::{is_stdin, shown};
use crate::files::read::{self, Unreadable};
use crate::files::roots::{Roots, leads_out};
use crate::problem::reason;

/// Endings of the files that a walk reads.
const EXTENSIONS: [&str; 4] = ["yaml", "yml", "json", "template"];

/// Folders that a walk leaves out: version control, dependencies, caches, and copies made by build tools.
const SKIPPED: [&str; 23] = [
    ".aws-sam",
    ".bzr",
    ".cache",
    ".direnv",
    ".eggs",
    ".git",
    ".gradle",
    ".hg",
    ".jj",
    ".mypy_cache",
    ".nox",
    ".npm",
    ".pytest_cache",
    ".ruff_cache",
    ".svn",
    ".terraform",
    ".tox",
    ".venv",
    ".yarn",
    "__pycache__",
    "bower_components",
    "node_modules",
    "target",
];

/// One of these stands in every template and in few other files.
const SIGNS: [&str; 3] = ["AWS::", "AWSTemplateFormatVersion", "Fn::"];

/// What the configuration leaves out.
#[derive(Debug)]
pub(crate) struct Exclude {
    pub(crate) paths: Matcher,
    /// Whether it is left out even if it is named, which helps tools that name every file.
    pub(crate) is_forced: bool,
}

impl Exclude {
    pub(crate) fn takes(&self, name: &str) -> bool {
        self.paths.matches(name)
    }

    /// Takes out what was named in a template or a manifest, not by the user.
    pub(crate) fn clean(&self, found: &mut Found) {
        found.inputs.retain(|input| input.role == Role::Named || !self.takes(&input.name));
    }
}

/// Something that was found and not yet read.
#[derive(Debug)]
struct Candidate {
    path: PathBuf,
    name: String,
    named: bool,
    kind: Kind,
}

/// How a candidate is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    File,
    Stdin,
    /// The folder of a CDK assembly, which is read through its manifest.
    Assembly,
}

/// Finds and reads the files. The paths of a folder come in the order of their names.
pub(crate) fn collect(paths: &[PathBuf], stdin_name: &str, stdin: &mut dyn Read, exclude: &Exclude) -> Found {
    let mut found = with_nested(paths, stdin_name, stdin, exclude);
    found.say_beyond();
    found
}

/// The same, before it is said which files there was no room for.
pub(super) fn with_nested(
    paths: &[PathBuf],
    stdin_name: &str,
    stdin: &mut dyn Read,
    exclude: &Exclude,
) -> Found {
    let mut found = gather(paths, stdin_name, stdin, exclude);
    exclude.clean(&mut found);
    let place = |path: &PathBuf| if is_stdin(path) { PathBuf::from(stdin_name) } else { path.clone() };
    let places: Vec<PathBuf> = paths.iter().map(place).collect();
    nested::add(&mut found, &Roots::of(places.iter().map(PathBuf::as_path)), exclude);
    found
}

/// The same without the templates of stacks inside of others.
pub(crate) fn gather(paths: &[PathBuf], stdin_name: &str, stdin: &mut dyn Read, exclude: &Exclude) -> Found {
    let mut found = Found::default();
    for candidate in candidates(paths, stdin_name, exclude, &mut found) {
        let Candidate { path, name, named, kind } = candidate;
        let read = match kind {
            Kind::Assembly => {
                assembly::collect(&path, &name, &mut found);
                continue;
            }
            Kind::Stdin => read::stream(stdin, 0),
            Kind::File if named => read::argument(&path),
            Kind::File => read::file(&path),
        };
        match read {
            Err(Unreadable::TooLarge) if !named => {
                let message = format!("{}, skipped", Unreadable::TooLarge);
                found.notices.push(Notice { path: name, message });
            }
            Err(error) => {
                let remedy = if error.is_missing() { assembly::remedy(&path) } else { None };
                let message = remedy.map_or_else(|| error.to_string(), str::to_owned);
                found.errors.push(InputError { path: name, message, span: None });
            }
            // Nobody knows that it was meant, so that errors must not quote it.
            Ok(bytes) if named && leads_out(&path) && !may_be_template(&bytes) => {
                found.irrelevant += 1;
                let message = "not a CloudFormation template, skipped".to_owned();
                found.notices.push(Notice { path: name, message });
            }
            Ok(bytes) if named || may_be_template(&bytes) => {
                let role = if named { Role::Named } else { Role::Found };
                found.add(Input { role, ..Input::new(name, bytes) });
            }
            Ok(_) => found.irrelevant += 1,
        }
    }
    found
}

fn candidates(paths: &[PathBuf], stdin_name: &str, exclude: &Exclude, found: &mut Found) -> Vec<Candidate> {
    let mut candidates: Vec<Candidate> = Vec::new();
    // Where each file stands, to name none twice. One path cannot lead to a file twice.
    let mut seen: HashMap<PathBuf, usize> = HashMap::new();
    let mut add = |candidate: Candidate| {
        if paths.len() > 1 {
            let path = &candidate.path;
            let is_stdin = candidate.kind == Kind::Stdin;
            let real = fs::canonicalize(if is_stdin { Path::new(&candidate.name) } else { path }).ok();
            let key = real.unwrap_or_else(|| path.clone());
            if let Some(first) = seen.get(&key).and_then(|index| candidates.get_mut(*index)) {
                first.named |= candidate.named;
                return;
            }
            seen.insert(key, candidates.len());
        }
        candidates.push(candidate);
    };
    // Standard input first: it is in place of the file that it is called after.
    let (stdin_paths, files) = paths.iter().partition::<Vec<_>, _>(|path| is_stdin(path));
    for path in stdin_paths.into_iter().chain(files) {
        if is_stdin(path) && exclude.is_forced && exclude.takes(stdin_name) {
            // As a file of this name would be.
        } else if is_stdin(path) {
            add(Candidate {
                path: path.clone(),
                name: stdin_name.to_owned(),
                named: true,
                kind: Kind::Stdin,
            });
        } else if exclude.is_forced && exclude.takes(&shown(path)) {
            // Whoever forces this names files without knowing what they are.
        } else if path.is_dir() {
            let walked = walk(path, exclude);
            if exclude.takes(&shown(path)) {
                let message = "excluded by the configuration, skipped".to_owned();
                found.notices.push(Notice { path: shown(path), message });
            } else if let (true, Some(remedy)) = (walked.is_empty(), assembly::remedy(path)) {
                found.errors.push(InputError { path: shown(path), message: remedy.to_owned(), span: None });
            }
            for entry in walked {
                match entry {
                    Ok((entry, kind)) => {
                        let name = walked_name(path, entry.path());
                        add(Candidate { path: entry.into_path(), name, named: false, kind });
                    }
                    Err(error) => found.errors.push(unreadable(path, &error)),
                }
            }
        } else {
            add(Candidate { path: path.clone(), name: shown(path), named: true, kind: Kind::File });
        }
    }
    candidates
}

/// The files of a folder that have the ending of a template, and the assemblies in it. Links are not followed.
fn walk(root: &Path, exclude: &Exclude) -> Vec<Result<(DirEntry, Kind), walkdir::Error>> {
    let mut found = Vec::new();
    let mut walk = WalkDir::new(root).sort_by_file_name().into_iter();
    while let Some(entry) = walk.next() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                found.push(Err(error));
                continue;
            }
        };
        let excluded = exclude.takes(&shown(entry.path()));
        if entry.file_type().is_dir() {
            let skipped = excluded || (entry.depth() > 0 && is_skipped(entry.file_name()));
            let is_assembly = !skipped && assembly::is_in(entry.path());
            if skipped || is_assembly {
                walk.skip_current_dir();
            }
            if is_assembly {
                found.push(Ok((entry, Kind::Assembly)));
            }
        } else if entry.file_type().is_file() && has_extension(entry.path()) && !excluded {
            found.push(Ok((entry, Kind::File)));
        }
    }
    found
}

/// Whether a file has the ending of a template.
pub(crate) fn has_extension(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| EXTENSIONS.iter().any(|known| extension.eq_ignore_ascii_case(known)))
}

/// Whether a walk does not come to a path below its root, because a folder on the way is left out or an assembly.
pub(crate) fn is_out_of_sight(root: &Path, inner: &Path) -> bool {
    let mut folder = root.to_path_buf();
    inner.parent().unwrap_or(Path::new("")).components().any(|part| {
        folder.push(part);
        is_skipped(part.as_os_str()) || assembly::is_in(&folder)
    })
}

pub(super) fn is_skipped(folder: &OsStr) -> bool {
    let Some(name) = folder.to_str() else { return false };
    SKIPPED.contains(&name) || is_asset(name)
}

/// Whether a folder is the payload of a CDK assembly, `asset.<hash>`: code of functions, with templates of others.
fn is_asset(name: &str) -> bool {
    name.strip_prefix("asset.")
        .is_some_and(|hash| hash.bytes().take_while(u8::is_ascii_hexdigit).count() >= 8)
}

/// Whether one of the signs of a template is there.
pub(crate) fn may_be_template(bytes: &[u8]) -> bool {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return SIGNS.iter().any(|sign| text.contains(sign));
    }
    // The loader says what is wrong with the text of a template. In UTF-16 there are zeros between the letters.
    let bytes: Vec<u8> = bytes.iter().copied().filter(|byte| *byte != 0).collect();
    SIGNS.iter().any(|sign| bytes.windows(sign.len()).any(|window| window == sign.as_bytes()))
}

fn unreadable(root: &Path, error: &walkdir::Error) -> InputError {
    let message = error.io_error().map_or_else(|| error.to_string(), reason);
    let path = error.path().map_or_else(|| shown(root), |path| walked_name(root, path));
    InputError { path, message, span: None }
}

/// The path of a file in a folder: as the folder was written, but without a `./` that nobody wrote.
fn walked_name(root: &Path, path: &Path) -> String {
    if root.components().all(|component| component == Component::CurDir)
        && let Ok(inner) = path.strip_prefix(root)
        && inner.components().next().is_some()
    {
        return shown(inner);
    }
    shown(path)
}

#[cfg(test)]
mod tests;
