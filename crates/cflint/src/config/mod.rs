//! The configuration file, as it is written. What counts beside it is in [`crate::settings`].

mod find;
mod keys;
mod known;
mod read;
pub(crate) mod schema;
pub(crate) mod show;

use std::path::PathBuf;

pub(crate) use self::find::{find, in_folder};
pub(crate) use self::known::Known;
pub(crate) use self::read::RuleLevel;
use crate::args::{ConfigFileArgs, FailOn, MinConfidence, MinSeverity};
use crate::document::{Document, Place};
use crate::globs::PathGlob;
use crate::parameters::Given;
use crate::paths::{Folder, from_here, shown};
use crate::problem::Problem;

/// Something that a file says, and where.
#[derive(Debug, Clone)]
pub(crate) struct Written<T> {
    pub(crate) value: T,
    pub(crate) place: Place,
}

/// How the file was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Named {
    Found,
    ByEnvironment,
    ByCommandLine,
}

#[derive(Debug)]
pub(crate) struct Config {
    /// How the file is shown.
    pub(crate) name: String,
    pub(crate) named: Named,
    /// What its paths start at.
    pub(crate) folder: Folder,
    pub(crate) content: Content,
}

/// What a configuration file says.
#[derive(Debug, Default)]
pub(crate) struct Content {
    pub(crate) select: Option<Written<Vec<String>>>,
    pub(crate) extend_select: Option<Written<Vec<String>>>,
    pub(crate) ignore: Option<Written<Vec<String>>>,
    pub(crate) pedantic: Option<Written<bool>>,
    pub(crate) min_confidence: Option<Written<MinConfidence>>,
    pub(crate) min_severity: Option<Written<MinSeverity>>,
    pub(crate) fail_on: Option<Written<FailOn>>,
    pub(crate) exclude: Option<Written<Vec<PathGlob>>>,
    pub(crate) parameters: Vec<Written<Given>>,
    pub(crate) parameters_files: Vec<Written<PathBuf>>,
    pub(crate) rules: Vec<RuleContent>,
    pub(crate) overrides: Vec<Written<OverrideContent>>,
}

/// What it says of a rule, a group or an alias.
#[derive(Debug, Clone)]
pub(crate) struct RuleContent {
    pub(crate) name: String,
    pub(crate) severity: Option<Written<RuleLevel>>,
    pub(crate) ignore: Vec<Written<Known>>,
}

/// What it says of some paths.
#[derive(Debug, Clone)]
pub(crate) struct OverrideContent {
    pub(crate) paths: Vec<PathGlob>,
    pub(crate) ignore: Vec<String>,
    pub(crate) rules: Vec<RuleContent>,
}

/// Finds and reads the configuration for these paths, if there is one.
pub(crate) fn load(args: &ConfigFileArgs, paths: &[PathBuf]) -> Result<Option<Config>, Problem> {
    let Some((path, named)) = find(args, paths)? else { return Ok(None) };
    let name = match named {
        Named::Found => from_here(&path),
        Named::ByEnvironment | Named::ByCommandLine => shown(&path),
    };
    let document = Document::read(&path, &name, "the configuration").map_err(|problem| {
        let is_gone = named == Named::ByEnvironment && path.symlink_metadata().is_err();
        if is_gone { problem.with_help("`CFLINT_CONFIG` in the environment names it") } else { problem }
    })?;
    let folder = Folder::new(&find::base(&path));
    let content = read::read(&document, &folder)?;
    Ok(Some(Config { name, named, folder, content }))
}
