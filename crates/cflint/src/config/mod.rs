//! The configuration file, as it is written. What applies besides it is in [`crate::settings`].

mod content;
mod find;
pub(crate) mod globs;
mod keys;
mod known;
mod read;
pub(crate) mod schema;

use std::path::PathBuf;

pub(crate) use self::content::{Content, Known, OverrideContent, RuleContent, Written};
pub(crate) use self::find::{Named, find, in_folder};
pub(crate) use self::read::read;
use crate::args::ConfigFileArgs;
use crate::files::document::{Document, NamedBy, unquoted};
use crate::files::paths::{Folder, from_here, shown};
use crate::files::roots::Roots;
use crate::problem::Problem;

#[derive(Debug)]
pub(crate) struct Config {
    /// How the file is shown.
    pub(crate) name: String,
    pub(crate) named: Named,
    /// What its paths start at.
    pub(crate) folder: Folder,
    /// Where the files lie that it may name.
    pub(crate) roots: Roots,
    pub(crate) content: Content,
}

/// Finds and reads the configuration for these paths, if there is one.
pub(crate) fn load(args: &ConfigFileArgs, paths: &[PathBuf]) -> Result<Option<Config>, Problem> {
    let Some((path, named)) = find(args, paths)? else { return Ok(None) };
    let name = match named {
        Named::Found => from_here(&path),
        Named::ByEnvironment | Named::ByCommandLine => shown(&path),
    };
    let base = find::base(&path);
    let roots = Roots::of([base.as_path()]);
    let by = if named == Named::Found { NamedBy::Project(&roots) } else { NamedBy::User };
    let folder = Folder::new(&base);
    let content = Document::read(&path, &name, "the configuration", by)
        .map_err(|problem| {
            let is_gone = named == Named::ByEnvironment && path.symlink_metadata().is_err();
            if is_gone { problem.with_help("`CFLINT_CONFIG` in the environment names it") } else { problem }
        })
        .and_then(|document| read(&document, &folder));
    let content = unquoted(&path, &name, by, content)?;
    Ok(Some(Config { name, named, folder, roots, content }))
}
