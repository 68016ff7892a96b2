//! How far a run looks on its own: to the end of the projects that its arguments are in.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::files::paths::{is_open_stream, is_repository, target};

/// The names of a configuration, from its folder.
pub(crate) const CONFIGURATIONS: [&str; 3] = ["cflint.yaml", ".cflint.yaml", ".github/cflint.yaml"];

/// Folders without links. A file that no argument names is read only in one of them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Roots(BTreeSet<PathBuf>);

impl Roots {
    /// The projects of files and folders.
    pub(crate) fn of<'p>(paths: impl IntoIterator<Item = &'p Path>) -> Self {
        let folders: BTreeSet<PathBuf> = paths.into_iter().filter_map(folder).collect();
        Self(folders.into_iter().map(project).collect())
    }

    /// Whether a path without links is in one of them.
    pub(crate) fn hold(&self, real: &Path) -> bool {
        self.0.iter().any(|root| match root.parent() {
            Some(_) => real.starts_with(root),
            // Below the root of the system lies everything.
            None => real.parent() == Some(root),
        })
    }
}

/// Whether a path is a link that leads out of the project that it is in.
pub(crate) fn leads_out(path: &Path) -> bool {
    let is_outside = |real: PathBuf| !Roots(around(path).map(project).into_iter().collect()).hold(&real);
    path.is_symlink() && !is_open_stream(path) && target(path).is_some_and(is_outside)
}

/// A folder itself, or the folder of a file.
fn folder(path: &Path) -> Option<PathBuf> {
    if path.is_dir() { target(path) } else { around(path) }
}

/// The folder that a path is in, without links. A link is where it is, not where it leads.
fn around(path: &Path) -> Option<PathBuf> {
    let parent = path.parent()?;
    target(if parent.as_os_str().is_empty() { Path::new(".") } else { parent })
}

/// The repository around a folder, or else the folder of the nearest configuration, or else the folder.
fn project(folder: PathBuf) -> PathBuf {
    let has_configuration =
        |folder: &Path| CONFIGURATIONS.iter().any(|name| folder.join(name).symlink_metadata().is_ok());
    let nearest = |is_root: &dyn Fn(&Path) -> bool| {
        folder.ancestors().find(|folder| is_root(folder)).map(Path::to_path_buf)
    };
    nearest(&is_repository).or_else(|| nearest(&has_configuration)).unwrap_or(folder)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tempfile::TempDir;

    use super::*;

    #[test]
    fn a_project_is_a_repository_or_has_a_configuration_or_is_a_folder() {
        let dir = TempDir::new().unwrap();
        let dir = dir.path().canonicalize().unwrap();
        fs::create_dir_all(dir.join("a/b/c")).unwrap();
        let root = |path: &str| Roots::of([dir.join(path).as_path()]).0.pop_first();
        assert_eq!(root("a/b/c"), Some(dir.join("a/b/c")));
        assert_eq!(root("a/b/c/gone.yaml"), Some(dir.join("a/b/c")));
        fs::write(dir.join("a/b/.cflint.yaml"), "").unwrap();
        assert_eq!(root("a/b/c"), Some(dir.join("a/b")));
        fs::create_dir(dir.join("a/.git")).unwrap();
        assert_eq!(root("a/b/c"), Some(dir.join("a")));
        assert_eq!(root("gone/gone.yaml"), None);
    }

    #[test]
    fn a_project_in_the_root_of_the_system_has_no_folders() {
        let roots = Roots([PathBuf::from("/")].into());
        assert!(roots.hold(Path::new("/t.yaml")) && !roots.hold(Path::new("/etc/shadow")));
    }

    #[test]
    fn only_whole_names_of_folders_match() {
        let roots = Roots([PathBuf::from("/a/b")].into());
        assert!(roots.hold(Path::new("/a/b/c.yaml")) && !roots.hold(Path::new("/a/bc/d.yaml")));
    }
}
