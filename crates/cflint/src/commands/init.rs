//! `cflint init`: files that a project starts with. What is there is never overwritten.

mod branch;
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

/// A file that is written.
struct New {
    path: &'static str,
    text: String,
}

/// `cflint init`.
pub(crate) fn run(args: &InitArgs, out: &mut dyn Write) -> Result<Exit, Failure> {
    if args.github || args.pre_commit {
        refuse_folder()?;
    }
    // Everything is known before anything is written.
    let mut files = Vec::new();
    if !args.pre_commit && !args.github {
        if let Some(other) = config::in_folder(Path::new("."))? {
            return Err(exists(&from_here(&other)).into());
        }
        files.push(new(CONFIG, include_str!("init/cflint.yaml").to_owned())?);
    }
    if args.github {
        let workflow = include_str!("init/cflint.yml").replace("{version}", pre_commit::VERSION);
        files.push(new(WORKFLOW, workflow.replace("{branch}", &branch::default(Path::new("."))))?);
    }
    let has_hooks = args.pre_commit && pre_commit::is_there()?;
    if args.pre_commit && !has_hooks {
        files.push(new(pre_commit::FILE, pre_commit::configuration())?);
    }
    for file in &files {
        if args.dry_run {
            write!(out, "# {}\n{}", file.path, file.text)?;
        } else {
            write_file(file).map_err(|error| unwritable(Path::new(file.path), &error))?;
            say(&format!("wrote {}", file.path));
        }
    }
    if has_hooks {
        say(&format!("{} exists and is not changed; add this to it:", pre_commit::FILE));
        out.write_all(pre_commit::configuration().as_bytes())?;
    }
    Ok(Exit::Clean)
}

/// Files for GitHub and pre-commit count only in the root of a repository.
fn refuse_folder() -> Result<(), Problem> {
    let here = absolute(Path::new("."));
    match repository(&here).filter(|root| *root != here) {
        None => Ok(()),
        Some(root) => Err(Problem::new("this is not the root of the repository, where the file has to be")
            .with_help(format!("run it in `{}`", from_here(&root)))),
    }
}

fn new(path: &'static str, text: String) -> Result<New, Problem> {
    match Path::new(path).symlink_metadata() {
        Ok(_) => Err(exists(path)),
        Err(_) => Ok(New { path, text }),
    }
}

fn exists(path: &str) -> Problem {
    Problem::new(format!("`{path}` already exists"))
        .with_help("nothing is overwritten; edit it, or remove it first")
}

fn write_file(file: &New) -> io::Result<()> {
    let path = Path::new(file.path);
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        let existing = folder.ancestors().find_map(target);
        let roots = Roots::of([Path::new(".")]);
        if existing.is_some_and(|existing| !roots.hold(&existing)) {
            return Err(io::Error::other("its folder is a link to a place outside the project"));
        }
        fs::create_dir_all(folder)?;
    }
    atomic::create(path, file.text.as_bytes())
}
