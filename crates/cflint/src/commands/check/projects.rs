//! Tools that call a hook name files of several projects at once; each project is a run of its own.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::args::{CheckArgs, OutputFormat};
use crate::config;
use crate::exit::Exit;
use crate::files::paths::{self, repository, shown};
use crate::input::hook;
use crate::problem::{Failure, Problem};
use crate::terminal::Terminal;

/// Runs for each project that files are named of. `run` gets its paths, and the real paths of the files that other runs tell
/// about.
pub(super) fn each(
    args: &CheckArgs,
    terminal: &Terminal,
    mut run: impl FnMut(Vec<PathBuf>, BTreeSet<String>) -> Result<Exit, Failure>,
) -> Result<Exit, Failure> {
    let groups = by_project(hook::worth_reading(&args.paths), args);
    let is_text = matches!(
        args.format,
        OutputFormat::Full | OutputFormat::Concise | OutputFormat::Github | OutputFormat::Jsonl
    );
    if groups.len() > 1 && (!is_text || args.output_file.is_some()) {
        let message =
            "the files are in several projects, and the reports of several runs do not fit in one document";
        return Err(Problem::new(message).with_help("check the files of each project separately").into());
    }
    let mut exit = Exit::Clean;
    for paths in &groups {
        let others = groups.iter().filter(|other| *other != paths).flat_map(|other| args.input.named(other));
        let others = others.map(|path| paths::real(&shown(&path))).collect();
        exit = exit.max(match run(paths.clone(), others) {
            // The other projects are checked all the same.
            Err(Failure::Problem(problem)) => {
                problem.print(terminal);
                Exit::Failed
            }
            done => done?,
        });
    }
    Ok(exit)
}

/// The paths by the repository and the configuration that are theirs, in the order of the first of each.
fn by_project(paths: Vec<PathBuf>, args: &CheckArgs) -> Vec<Vec<PathBuf>> {
    let mut groups: Vec<([Option<PathBuf>; 2], Vec<PathBuf>)> = Vec::new();
    for path in paths {
        let named = args.input.named(std::slice::from_ref(&path));
        // What is wrong with it, the run says that reads it.
        let file = config::find(&args.config, &named).ok().flatten().map(|(file, _)| file);
        let found = [named.first().and_then(|path| repository(path)), file];
        match groups.iter_mut().find(|(group, _)| *group == found) {
            Some((_, group)) => group.push(path),
            None => groups.push((found, vec![path])),
        }
    }
    if groups.is_empty() { vec![Vec::new()] } else { groups.into_iter().map(|(_, group)| group).collect() }
}

/// Refuses names of files that would be taken for options, because anyone can add such a file.
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
            Err(Problem::new(format!("`{name}` is a file that looks like an option"))
                .with_help("rename it, or exclude it in the configuration of the hook"))
        }
    }
}
