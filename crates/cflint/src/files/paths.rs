//! Paths as texts: where a file is, seen from some folder. Nothing here has to exist.

use std::path::{Component, Path, PathBuf};

use cflint_diagnostics::{FileId, Sources};

/// A path as it is shown: with `/` on every system.
pub(crate) fn shown(path: &Path) -> String {
    let text = path.to_string_lossy();
    if cfg!(windows) { text.replace('\\', "/") } else { text.into_owned() }
}

/// The path from the root of the system, without `.` and with `..` taken back.
pub(crate) fn absolute(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                normal.pop();
            }
            Component::CurDir => {}
            _ => normal.push(part),
        }
    }
    normal
}

/// The way from a folder to a path, both absolute; `None` where there is none, as between two drives.
pub(crate) fn relative(path: &Path, folder: &Path) -> Option<PathBuf> {
    let common = folder.ancestors().find(|ancestor| path.starts_with(ancestor))?;
    let up = folder.strip_prefix(common).ok()?.components().map(|_| Component::ParentDir);
    let down = path.strip_prefix(common).ok()?.components();
    Some(up.chain(down).collect())
}

/// The path as it is called from the current folder.
pub(crate) fn from_here(path: &Path) -> String {
    shown(&relative(&absolute(path), &absolute(Path::new("."))).unwrap_or_else(|| path.to_path_buf()))
}

/// The folder of the repository that a path is in, if it is in one.
pub(crate) fn repository(path: &Path) -> Option<PathBuf> {
    absolute(path).ancestors().find(|folder| is_repository(folder)).map(Path::to_path_buf)
}

pub(crate) fn is_repository(folder: &Path) -> bool {
    // A file in a worktree, a folder else.
    folder.join(".git").exists()
}

/// The file or folder that a path leads to, if there is one.
pub(crate) fn target(path: impl AsRef<Path>) -> Option<PathBuf> {
    path.as_ref().canonicalize().ok()
}

/// The absolute path without links, or at least without detours if there is nothing.
pub(crate) fn real(path: &str) -> String {
    let path = Path::new(path);
    shown(&path.canonicalize().unwrap_or_else(|_| absolute(path)))
}

/// The names of the files of a run.
pub(crate) fn names(sources: &Sources) -> impl Iterator<Item = &str> {
    let ids = (0..sources.len()).filter_map(|index| u32::try_from(index).ok());
    ids.map(|id| sources.name(FileId(id)))
}

/// Whether a path stands for standard input.
pub(crate) fn is_stdin(path: impl AsRef<Path>) -> bool {
    path.as_ref().as_os_str() == "-"
}

/// Whether a path is that of a stream which is open already, such as `/dev/stdin`, or `/dev/fd/63` for `<(cdk synth)`.
pub(crate) fn is_open_stream(path: &Path) -> bool {
    let streams = ["/dev/stdin", "/dev/stdout", "/dev/stderr", "/dev/fd", "/proc"];
    cfg!(unix) && streams.iter().any(|stream| absolute(path).starts_with(stream))
}

/// A folder that paths are seen from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Folder {
    path: PathBuf,
    /// Without links, where that is another one.
    real: Option<PathBuf>,
}

impl Folder {
    pub(crate) fn new(path: &Path) -> Self {
        let path = absolute(path);
        let real = path.canonicalize().ok().filter(|real| *real != path);
        Self { path, real }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The path of something in the folder, from there and with `/`; `None` for what is elsewhere.
    pub(crate) fn inner(&self, path: &str) -> Option<String> {
        let path = absolute(Path::new(path));
        let real = || {
            let path = path.canonicalize().ok()?;
            path.strip_prefix(self.real.as_ref().unwrap_or(&self.path)).ok().map(shown)
        };
        path.strip_prefix(&self.path).ok().map(shown).or_else(real)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_leads_up_and_down() {
        let way =
            |path: &str, folder: &str| relative(Path::new(path), Path::new(folder)).map(|way| shown(&way));
        assert_eq!(way("/a/b/c.yaml", "/a/b").as_deref(), Some("c.yaml"));
        assert_eq!(way("/a/b/c.yaml", "/a/d/e").as_deref(), Some("../../b/c.yaml"));
        assert_eq!(way("/a", "/a/b").as_deref(), Some(".."));
    }

    #[test]
    fn detours_are_taken_back() {
        assert_eq!(absolute(Path::new("/a/./b/../c")), Path::new("/a/c"));
        assert_eq!(absolute(Path::new("/../a")), Path::new("/a"));
    }

    #[test]
    fn what_is_elsewhere_is_not_in_a_folder() {
        let folder = Folder::new(Path::new("/a/b"));
        assert_eq!(folder.inner("/a/b/c/d.yaml").as_deref(), Some("c/d.yaml"));
        assert_eq!(folder.inner("/a/bc/d.yaml"), None);
    }
}
