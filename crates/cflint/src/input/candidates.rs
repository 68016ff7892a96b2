//! Which files there are: the arguments, and what walks over folders come to. Nothing is opened.

use std::collections::HashSet;
use std::fs;
use std::path::{Component, Path, PathBuf};

use cflint_linter::{InputError, Notice};
use walkdir::WalkDir;

use super::assembly;
use super::discover::{Exclude, has_extension, is_skipped};
use crate::files::paths::{is_stdin, shown};
use crate::problem::reason;

/// Something that was found and not yet read.
#[derive(Debug)]
pub(super) struct Candidate {
    pub(super) path: PathBuf,
    pub(super) name: String,
    pub(super) named: bool,
    pub(super) kind: Kind,
}

/// How a candidate is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    File,
    /// The folder of a CDK assembly, which is read through its manifest.
    Assembly,
}

/// The candidates but for standard input, found on demand.
pub(super) struct Candidates<'a> {
    paths: std::slice::Iter<'a, PathBuf>,
    exclude: &'a Exclude,
    walk: Option<Walk<'a>>,
    /// To list each file once. A single path cannot lead to a file twice, and has none.
    met: Option<Met>,
    pub(super) errors: Vec<InputError>,
    pub(super) notices: Vec<Notice>,
}

/// Paths without links.
struct Met {
    named: HashSet<PathBuf>,
    given: HashSet<PathBuf>,
}

struct Walk<'a> {
    root: &'a Path,
    /// The root without links, where files could be met twice.
    real: Option<PathBuf>,
    entries: walkdir::IntoIter,
    is_empty: bool,
}

impl<'a> Candidates<'a> {
    pub(super) fn new(paths: &'a [PathBuf], stdin_name: &str, exclude: &'a Exclude) -> Self {
        let met = (paths.len() > 1).then(|| {
            let is_file =
                |path: &&PathBuf| !is_stdin(path) && !is_forced_out(exclude, path) && !path.is_dir();
            let has_stdin = paths.iter().any(is_stdin) && !is_forced_out(exclude, Path::new(stdin_name));
            Met {
                named: paths.iter().filter(is_file).map(|path| real(path)).collect(),
                given: has_stdin.then(|| real(Path::new(stdin_name))).into_iter().collect(),
            }
        });
        Self { paths: paths.iter(), exclude, walk: None, met, errors: Vec::new(), notices: Vec::new() }
    }

    /// The next entry of the folder that is walked over.
    fn walked(&mut self) -> Option<Candidate> {
        let walk = self.walk.as_mut()?;
        while let Some(entry) = walk.entries.next() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    walk.is_empty = false;
                    self.errors.push(unreadable(walk.root, &error));
                    continue;
                }
            };
            let is_excluded = || self.exclude.takes(&shown(entry.path()));
            let kind = if entry.file_type().is_dir() {
                let skipped = (entry.depth() > 0 && is_skipped(entry.file_name())) || is_excluded();
                let is_assembly = !skipped && assembly::is_in(entry.path());
                if skipped || is_assembly {
                    walk.entries.skip_current_dir();
                }
                if !is_assembly {
                    continue;
                }
                Kind::Assembly
            } else if entry.file_type().is_file() && has_extension(entry.path()) && !is_excluded() {
                Kind::File
            } else {
                continue;
            };
            walk.is_empty = false;
            let inner = entry.path().strip_prefix(walk.root).unwrap_or(Path::new(""));
            // There are no links below the root.
            let named = match (&mut self.met, &walk.real) {
                (Some(met), Some(real)) => {
                    let real = real.join(inner);
                    if met.given.contains(&real) {
                        continue;
                    }
                    let named = met.named.contains(&real);
                    met.given.insert(real);
                    named
                }
                _ => false,
            };
            let name = walked_name(walk.root, entry.path());
            return Some(Candidate { path: entry.into_path(), name, named, kind });
        }
        let root = walk.root;
        if self.exclude.takes(&shown(root)) {
            let message = "excluded by the configuration, skipped".to_owned();
            self.notices.push(Notice { path: shown(root), message });
        } else if let (true, Some(remedy)) = (walk.is_empty, assembly::remedy(root)) {
            self.errors.push(InputError { path: shown(root), message: remedy.to_owned(), span: None });
        }
        self.walk = None;
        None
    }
}

impl Iterator for Candidates<'_> {
    type Item = Candidate;

    fn next(&mut self) -> Option<Candidate> {
        loop {
            if let Some(candidate) = self.walked() {
                return Some(candidate);
            }
            let path = self.paths.next()?;
            // A tool that forces this names files without knowing what they are.
            if is_stdin(path) || is_forced_out(self.exclude, path) {
                continue;
            }
            if path.is_dir() {
                // Links are not followed.
                let entries = WalkDir::new(path).sort_by_file_name().into_iter();
                let real = self.met.is_some().then(|| real(path));
                self.walk = Some(Walk { root: path, real, entries, is_empty: true });
                continue;
            }
            if self.met.as_mut().is_none_or(|met| met.given.insert(real(path))) {
                let (path, name) = (path.clone(), shown(path));
                return Some(Candidate { path, name, named: true, kind: Kind::File });
            }
        }
    }
}

/// Whether the configuration leaves a path out although it is named.
fn is_forced_out(exclude: &Exclude, path: &Path) -> bool {
    exclude.is_forced && exclude.takes(&shown(path))
}

fn real(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf())
}

fn unreadable(root: &Path, error: &walkdir::Error) -> InputError {
    let message = error.io_error().map_or_else(|| error.to_string(), reason);
    let path = error.path().map_or_else(|| shown(root), |path| walked_name(root, path));
    InputError { path, message, span: None }
}

/// The path of a file in a folder: as the folder was written, but without a `./` that the user did not write.
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
mod tests {
    use super::*;

    #[test]
    fn names_are_shown_as_they_were_written() {
        let walked = |root: &str, path: &str| walked_name(Path::new(root), Path::new(path));
        assert_eq!(walked(".", "./infra/a.yaml"), "infra/a.yaml");
        assert_eq!(walked("./", "./a.yaml"), "a.yaml");
        assert_eq!(walked("./infra", "./infra/a.yaml"), "./infra/a.yaml");
        assert_eq!(walked("../x", "../x/a.yaml"), "../x/a.yaml");
    }
}
