//! Apps from which a tool makes the templates: what to run where it has not run, or not since the app changed.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use cflint_diagnostics::FileId;
use cflint_linter::{InputError, Notice};
use cflint_template::syntax::{decode, parse};
use walkdir::{DirEntry, WalkDir};

use super::{assembly, discover};
use crate::files::paths::{is_stdin, shown, target};
use crate::files::read;
use crate::files::roots::Roots;

/// Endings of the languages that the CDK has.
const SOURCES: [&str; 10] = ["cjs", "cs", "cts", "go", "java", "js", "mjs", "mts", "py", "ts"];

/// Folders of an app whose files change nothing of what is deployed.
const TESTS: [&str; 3] = ["__tests__", "test", "tests"];

/// How a configuration of the Serverless Framework is called.
const SERVERLESS: [&str; 5] =
    ["serverless.yml", "serverless.yaml", "serverless.json", "serverless.js", "serverless.ts"];

/// How many files and folders of an app are compared with its assembly.
const MAX_COMPARED: usize = 10_000;

/// A checkout writes an assembly and its app one after the other.
const AT_ONCE: Duration = Duration::from_secs(2);

/// The notices about the apps at the paths.
pub(crate) fn notices(paths: &[PathBuf]) -> Vec<Notice> {
    let mut seen = BTreeSet::new();
    let mut notices = Vec::new();
    for path in paths.iter().filter(|path| !is_stdin(path)) {
        if path.is_dir() && seen.insert(target(path)) {
            notices.extend(unsynthesized(path).or_else(|| unpackaged(path)));
        }
        if !is_in_ci()
            && let Some(app) = App::around(path)
            && seen.insert(target(app.assembly.join("manifest.json")))
        {
            notices.extend(outdated(&app));
        }
    }
    notices
}

/// The paths that can be templates. Those of source code are errors, with what makes templates of it.
pub(crate) fn without_sources(paths: &[PathBuf]) -> (Vec<PathBuf>, Vec<InputError>) {
    let (sources, others): (Vec<_>, Vec<_>) =
        paths.iter().cloned().partition(|path| is_source(path) && path.is_file());
    let error = |path: &PathBuf| {
        let is_serverless = path.file_stem() == Some(OsStr::new("serverless"));
        let tool = if is_serverless { "serverless package" } else { "cdk synth" };
        let message = format!("source code, not a template; run `npx {tool}`, then `cflint check`");
        InputError { path: shown(path), message, span: None }
    };
    (others, sources.iter().map(error).collect())
}

fn is_source(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| SOURCES.iter().any(|known| extension.eq_ignore_ascii_case(known)))
}

/// A CDK app without an assembly.
fn unsynthesized(folder: &Path) -> Option<Notice> {
    let (configuration, name) = (folder.join("cdk.json"), output(folder));
    (configuration.is_file() && !assembly::is_in(&folder.join(&name))).then(|| Notice {
        path: inner(folder, "cdk.json"),
        message: format!(
            "this is a CDK app without `{}`: run `npx cdk synth`, then `{}`",
            shown(Path::new(&name)),
            check(folder)
        ),
    })
}

/// A service of the Serverless Framework that was not packaged.
fn unpackaged(folder: &Path) -> Option<Notice> {
    let name = SERVERLESS.iter().find(|name| folder.join(name).is_file())?;
    (!folder.join(".serverless").is_dir()).then(|| Notice {
        path: inner(folder, name),
        message: format!(
            "this is a Serverless Framework service without `.serverless`: run `npx serverless package`, then `{}`",
            check(folder)
        ),
    })
}

/// The command that checks a folder.
fn check(folder: &Path) -> String {
    match shown(folder).trim_end_matches('/') {
        "" | "." => "cflint check".to_owned(),
        folder => format!("cflint check {folder}"),
    }
}

fn inner(folder: &Path, name: &str) -> String {
    let folder = if folder == Path::new(".") { Path::new("") } else { folder };
    shown(&folder.join(name))
}

/// Where a CDK app has its assembly.
fn output(folder: &Path) -> String {
    let written = || {
        let path = folder.join("cdk.json");
        let bytes = read::inside(&path, &Roots::of([folder])).ok()?;
        let parsed = parse(FileId(0), decode(&bytes).ok()?).ok()?;
        Some(parsed.tree.root()?.get("output")?.value.text()?.to_owned())
    };
    written().unwrap_or_else(|| "cdk.out".to_owned())
}

/// The outermost assembly that a path is, or is in.
pub(crate) fn assembly_around(path: &Path) -> Option<PathBuf> {
    path.ancestors().filter(|folder| assembly::is_in(folder)).last().map(here)
}

/// A CDK app and its assembly.
struct App {
    folder: PathBuf,
    assembly: PathBuf,
}

impl App {
    fn new(folder: PathBuf) -> Option<Self> {
        let assembly = folder.strip_prefix(".").unwrap_or(&folder).join(output(&folder));
        (folder.join("cdk.json").is_file() && assembly::is_in(&assembly)).then_some(Self { folder, assembly })
    }

    /// The app in a folder, or the one whose assembly the path is in.
    fn around(path: &Path) -> Option<Self> {
        Self::new(path.to_path_buf()).or_else(|| {
            let assembly = assembly_around(path)?;
            let app = Self::new(here(assembly.parent()?))?;
            (target(&app.assembly) == target(&assembly)).then_some(app)
        })
    }
}

/// A folder as a path that is not empty.
fn here(folder: &Path) -> PathBuf {
    if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder.to_path_buf() }
}

/// In a pipeline, the files are as old as the checkout.
fn is_in_ci() -> bool {
    std::env::var_os("CI").is_some_and(|value| !value.is_empty())
}

/// An assembly that is older than a file of its app.
fn outdated(app: &App) -> Option<Notice> {
    let made = modified(&app.assembly.join("manifest.json"))?.checked_add(AT_ONCE)?;
    let is_part = |entry: &DirEntry| entry.depth() == 0 || !entry.file_type().is_dir() || holds_code(entry);
    let files = WalkDir::new(&app.folder).sort_by_file_name().into_iter().filter_entry(is_part);
    let newer = files.take(MAX_COMPARED).flatten().find(|entry| {
        entry.file_type().is_file()
            && (is_code(entry.path()) || entry.path() == app.folder.join("cdk.json"))
            && modified(entry.path()).is_some_and(|changed| changed > made)
    })?;
    let file = newer.path().strip_prefix(".").unwrap_or(newer.path());
    Some(Notice {
        path: shown(&app.assembly),
        message: format!("older than `{}`: run `npx cdk synth` to check the current app", shown(file)),
    })
}

/// Whether a folder can hold code of the app: not dependencies, tests or what a tool makes.
fn holds_code(folder: &DirEntry) -> bool {
    let name = folder.file_name();
    let is_hidden = name.to_string_lossy().starts_with('.');
    let is_test = TESTS.iter().any(|test| name == *test);
    let is_made = discover::is_skipped(name)
        || assembly::is_in(folder.path())
        || folder.path().join("pyvenv.cfg").exists();
    !is_hidden && !is_test && !is_made
}

fn is_code(file: &Path) -> bool {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let is_test = [".test.", ".spec.", ".d."].iter().any(|part| name.contains(part));
    is_source(file) && !is_test
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|data| data.modified()).ok()
}

#[cfg(test)]
mod tests;
