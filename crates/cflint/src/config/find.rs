//! Where the configuration is.

use std::env;
use std::path::{Path, PathBuf};

use crate::args::ConfigFileArgs;
use crate::files::paths::{absolute, from_here, is_repository, is_stdin};
use crate::files::roots::CONFIGURATIONS;
use crate::problem::Problem;

/// How the file was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Named {
    Found,
    ByEnvironment,
    ByCommandLine,
}

/// The file that was named, or else the nearest one above the first path.
pub(crate) fn find(args: &ConfigFileArgs, paths: &[PathBuf]) -> Result<Option<(PathBuf, Named)>, Problem> {
    if args.no_config {
        return Ok(None);
    }
    if let Some(file) = &args.config {
        return Ok(Some((file.clone(), Named::ByCommandLine)));
    }
    if let Some(file) = env::var_os("CFLINT_CONFIG").filter(|file| !file.is_empty()) {
        return Ok(Some((PathBuf::from(file), Named::ByEnvironment)));
    }
    for folder in start(paths).ancestors() {
        if let Some(file) = in_folder(folder)? {
            return Ok(Some((file, Named::Found)));
        }
        if is_repository(folder) {
            break;
        }
    }
    Ok(None)
}

/// The folder of the first path, or the current one.
fn start(paths: &[PathBuf]) -> PathBuf {
    let first = paths.first().filter(|path| !is_stdin(path));
    let path = absolute(first.map_or(Path::new("."), PathBuf::as_path));
    if path.is_dir() { path } else { path.parent().map(Path::to_path_buf).unwrap_or(path) }
}

/// The configuration of a folder. A file that cannot be read is found too, so that no one runs without it unaware.
pub(crate) fn in_folder(folder: &Path) -> Result<Option<PathBuf>, Problem> {
    let is_there = |name: &&str| folder.join(name).symlink_metadata().is_ok();
    let found: Vec<&str> = CONFIGURATIONS.into_iter().filter(is_there).collect();
    if let [first, second, ..] = found.as_slice() {
        let shown = from_here(&folder.join(second));
        return Err(Problem::new(format!("{shown}: there is another configuration, `{first}`"))
            .with_help("merge the two into one of them"));
    }
    for name in CONFIGURATIONS {
        let other = name.replace(".yaml", ".yml");
        if is_there(&other.as_str()) {
            let shown = from_here(&folder.join(other));
            return Err(Problem::new(format!("{shown}: this is not a name for a configuration"))
                .with_help(format!("rename it to `{name}`")));
        }
    }
    Ok(found.first().map(|name| folder.join(name)))
}

/// The folder that the paths of a configuration start at.
pub(super) fn base(file: &Path) -> PathBuf {
    let file = absolute(file);
    let folder = file.parent().unwrap_or(&file);
    match folder.parent() {
        Some(parent) if file.ends_with(".github/cflint.yaml") => parent.to_path_buf(),
        _ => folder.to_path_buf(),
    }
}
