//! From the paths of the command line to the files that are worth parsing.

use std::ffi::OsStr;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use cflint_linter::parallel::in_order;
use cflint_linter::{Input, InputError, Matcher, Notice, Role};
use cflint_template::syntax::Content;

use super::candidates::{Candidate, Candidates, Kind};
use super::found::Found;
use super::open::Unsaved;
use super::{assembly, nested};
use crate::files::paths::is_stdin;
use crate::files::read::{self, Unreadable};
use crate::files::roots::{Roots, leads_out};

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

/// Every template contains one of these, and few other files do.
const SIGNS: [&str; 3] = ["AWS::", "AWSTemplateFormatVersion", "Fn::"];

/// So many files are read before there are threads: to start one costs as much as to read some.
const FEW: usize = 32;

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

/// Finds and reads the files. The paths of a folder come in the order of their names.
pub(crate) fn collect(paths: &[PathBuf], stdin_name: &str, stdin: &mut dyn Read, exclude: &Exclude) -> Found {
    let mut found = with_nested(paths, stdin_name, stdin, exclude, &AtomicBool::new(false));
    found.say_beyond();
    found
}

/// The templates below a folder, until another thread sets `stop`: there are none then. It is read before each file.
pub(crate) fn below(folder: PathBuf, exclude: &Exclude, stop: &AtomicBool) -> Option<Found> {
    let found = with_nested(&[folder], "", &mut io::empty(), exclude, stop);
    (!stop.load(Ordering::Relaxed)).then_some(found)
}

/// The same, before the files that did not fit are reported.
pub(super) fn with_nested(
    paths: &[PathBuf],
    stdin_name: &str,
    stdin: &mut dyn Read,
    exclude: &Exclude,
    stop: &AtomicBool,
) -> Found {
    let mut found = gather(paths, stdin_name, stdin, exclude, stop);
    if stop.load(Ordering::Relaxed) {
        return found;
    }
    exclude.clean(&mut found);
    let place = |path: &PathBuf| if is_stdin(path) { PathBuf::from(stdin_name) } else { path.clone() };
    let places: Vec<PathBuf> = paths.iter().map(place).collect();
    nested::add(&mut found, &Roots::of(places.iter().map(PathBuf::as_path)), exclude, &Unsaved::new());
    found
}

/// The same without the templates of stacks inside of others.
pub(crate) fn gather(
    paths: &[PathBuf],
    stdin_name: &str,
    stdin: &mut dyn Read,
    exclude: &Exclude,
    stop: &AtomicBool,
) -> Found {
    let mut found = Found::default();
    let mut candidates = Candidates::new(paths, stdin_name, exclude);
    // Standard input first: it is in place of the file that it is called after.
    if paths.iter().any(is_stdin) && !(exclude.is_forced && exclude.takes(stdin_name)) {
        let read =
            read::stream(stdin).map(|bytes| Outcome::named(stdin_name.to_owned(), Content::from(bytes)));
        found.accept(read.unwrap_or_else(|error| Outcome::failed(stdin_name.to_owned(), error.to_string())));
    }
    let wanted = candidates.by_ref().take_while(|_| !stop.load(Ordering::Relaxed));
    in_order(FEW, wanted, Candidate::read, Outcome::size, |outcome| found.accept(outcome));
    // What the walks have to say comes before what is wrong with single files.
    found.errors.splice(0..0, candidates.errors);
    found.notices.splice(0..0, candidates.notices);
    found
}

/// What came of a candidate.
enum Outcome {
    Input(Input),
    /// It can be no template.
    Irrelevant(Option<Notice>),
    LeftOut(Notice),
    Failed(InputError),
    Assembly(PathBuf, String),
}

impl Outcome {
    fn named(name: String, bytes: Content) -> Self {
        Self::Input(Input::new(name, bytes))
    }

    fn failed(path: String, message: String) -> Self {
        Self::Failed(InputError { path, message, span: None })
    }

    fn size(&self) -> usize {
        if let Self::Input(input) = self { input.bytes.len() } else { 0 }
    }
}

impl Found {
    fn accept(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Input(input) => self.add(input),
            Outcome::Irrelevant(notice) => {
                self.irrelevant += 1;
                self.notices.extend(notice);
            }
            Outcome::LeftOut(notice) => self.notices.push(notice),
            Outcome::Failed(error) => self.errors.push(error),
            Outcome::Assembly(path, name) => assembly::collect(&path, &name, self),
        }
    }
}

impl Candidate {
    fn read(self, buffer: &mut Vec<u8>) -> Outcome {
        let Self { path, name, named, kind } = self;
        let read = match kind {
            Kind::Assembly => return Outcome::Assembly(path, name),
            Kind::File if named => read::argument(&path, buffer),
            Kind::File => read::walked(&path, buffer),
        };
        match read {
            Err(Unreadable::TooLarge) if !named => {
                Outcome::LeftOut(Notice { path: name, message: format!("{}, skipped", Unreadable::TooLarge) })
            }
            Err(error) => {
                let remedy = if error.is_missing() { assembly::remedy(&path) } else { None };
                Outcome::failed(name, remedy.map_or_else(|| error.to_string(), str::to_owned))
            }
            Ok(()) if may_be_template(buffer) => {
                let role = if named { Role::Named } else { Role::Found };
                Outcome::Input(Input { role, ..Input::new(name, buffer.as_slice()) })
            }
            // It may not have been meant, so errors must not quote it.
            Ok(()) if named && leads_out(&path) => {
                let message = "not a CloudFormation template, skipped".to_owned();
                Outcome::Irrelevant(Some(Notice { path: name, message }))
            }
            Ok(()) if named => Outcome::named(name, Content::from(buffer.as_slice())),
            Ok(()) => Outcome::Irrelevant(None),
        }
    }
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

#[cfg(test)]
mod tests;
