//! `cflint init`: files that a project starts with. What is there is never overwritten.

mod pre_commit;

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use super::output::{say, unwritable};
use crate::args::InitArgs;
use crate::config;
use crate::exit::Exit;
use crate::files::atomic;
use crate::files::paths::{absolute, from_here, repository, target};
use crate::files::roots::Roots;
use crate::problem::{Failure, Problem};

const CONFIG: &str = "cflint.yaml";
const WORKFLOW: &str = ".github/workflows/cflint.yml";

/// What is done to one file.
struct Change {
    path: &'static str,
    text: String,
    /// Whether the file is there and gets another text.
    replaces: bool,
}

/// `cflint init`.
pub(crate) fn run(args: &InitArgs, out: &mut dyn Write) -> Result<Exit, Failure> {
    if args.github || args.pre_commit {
        refuse_folder()?;
    }
    // Everything is known before anything is written.
    let mut changes = Vec::new();
    if !args.pre_commit && !args.github {
        if let Some(other) = config::in_folder(Path::new("."))? {
            return Err(exists(&from_here(&other)).into());
        }
        changes.push(new(CONFIG, include_str!("init/cflint.yaml").to_owned())?);
    }
    if args.github {
        changes
            .push(new(WORKFLOW, include_str!("init/cflint.yml").replace("{version}", pre_commit::VERSION))?);
    }
    let hook = if args.pre_commit { Some(pre_commit::plan()?) } else { None };
    let mut printed = None;
    match hook {
        Some(pre_commit::Plan::Change(text)) => {
            changes.push(Change { path: pre_commit::FILE, text, replaces: true });
        }
        Some(pre_commit::Plan::Print(why)) => printed = Some(why),
        None => {}
    }
    for change in &changes {
        if args.dry_run {
            write!(out, "# {}\n{}", change.path, change.text)?;
        } else {
            write_file(change).map_err(|error| unwritable(Path::new(change.path), &error))?;
            say(&format!("wrote {}", change.path));
        }
    }
    if let Some(why) = printed {
        say(&format!("{why}; add this to {}:", pre_commit::FILE));
        out.write_all(pre_commit::entry().as_bytes())?;
    }
    Ok(Exit::Clean)
}

/// Files for GitHub and pre-commit count only in the root of a repository.
fn refuse_folder() -> Result<(), Problem> {
    let here = absolute(Path::new("."));
    match repository(&here).filter(|root| *root != here) {
        None => Ok(()),
        Some(root) => Err(Problem::new("this is not the root of the repository, where such a file counts")
            .with_help(format!("run it in `{}`", from_here(&root)))),
    }
}

fn new(path: &'static str, text: String) -> Result<Change, Problem> {
    match Path::new(path).symlink_metadata() {
        Ok(_) => Err(exists(path)),
        Err(_) => Ok(Change { path, text, replaces: false }),
    }
}

fn exists(path: &str) -> Problem {
    Problem::new(format!("`{path}` is there already"))
        .with_help("nothing is overwritten; edit it, or remove it first")
}

fn write_file(change: &Change) -> io::Result<()> {
    let path = Path::new(change.path);
    if change.replaces {
        return atomic::write(path, change.text.as_bytes());
    }
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        let existing = folder.ancestors().find_map(target);
        let roots = Roots::of([Path::new(".")]);
        if existing.is_some_and(|existing| !roots.hold(&existing)) {
            return Err(io::Error::other("its folder is a link that leads outside the project"));
        }
        fs::create_dir_all(folder)?;
    }
    atomic::create(path, change.text.as_bytes())
}
