//! Files that are replaced as a whole or not at all.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use tempfile::Builder;

use crate::problem::reason;

/// Puts new content into the place of a file that was read before. Links are followed, permissions are kept. Whatever goes
/// wrong, the file is as it was.
///
/// # Errors
/// One sentence: the file is no longer what it was, must not be written, or cannot be.
pub(crate) fn replace(path: &Path, before: &[u8], after: &[u8]) -> Result<(), String> {
    let say = |error: &io::Error| reason(error);
    // The file itself, and not the link that leads to it.
    let real = fs::canonicalize(path).map_err(|error| say(&error))?;
    let permissions = fs::metadata(&real).map_err(|error| say(&error))?.permissions();
    if permissions.readonly() {
        return Err("it is read-only".to_owned());
    }
    if fs::read(&real).map_err(|error| say(&error))? != before {
        return Err("it was changed in the meantime; run again".to_owned());
    }
    let folder = real.parent().unwrap_or(Path::new("."));
    let mut file = Builder::new().prefix(".cflint-").tempfile_in(folder).map_err(|error| say(&error))?;
    file.write_all(after).and_then(|()| file.as_file().sync_all()).map_err(|error| say(&error))?;
    fs::set_permissions(file.path(), permissions).map_err(|error| say(&error))?;
    file.persist(&real).map_err(|error| say(&error.error))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(content: &[u8]) -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::TempDir::new().expect("a folder");
        let path = folder.path().join("a.yaml");
        fs::write(&path, content).expect("a file");
        (folder, path)
    }

    fn names(folder: &tempfile::TempDir) -> usize {
        fs::read_dir(folder.path()).expect("a folder").count()
    }

    #[test]
    fn what_was_changed_in_the_meantime_is_left_alone() {
        let (folder, path) = folder(b"new");
        let why = replace(&path, b"old", b"fixed").expect_err("it was changed");
        assert_eq!(why, "it was changed in the meantime; run again");
        assert_eq!((fs::read(&path).expect("a file"), names(&folder)), (b"new".to_vec(), 1));
    }

    #[test]
    fn what_is_read_only_is_left_alone() {
        let (folder, path) = folder(b"old");
        let mut permissions = fs::metadata(&path).expect("a file").permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&path, permissions).expect("a file");
        assert_eq!(replace(&path, b"old", b"fixed").expect_err("it is read-only"), "it is read-only");
        assert_eq!((fs::read(&path).expect("a file"), names(&folder)), (b"old".to_vec(), 1));
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_and_permissions_kept() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let (folder, path) = folder(b"old");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("a file");
        let link = folder.path().join("link.yaml");
        symlink(&path, &link).expect("a link");
        replace(&link, b"old", b"fixed").expect("it can be written");
        assert!(fs::symlink_metadata(&link).expect("a link").is_symlink());
        assert_eq!(fs::read(&path).expect("a file"), b"fixed");
        assert_eq!(fs::metadata(&path).expect("a file").permissions().mode() & 0o777, 0o640);
        assert_eq!(names(&folder), 2);
    }

    #[test]
    fn what_is_gone_is_said() {
        let (folder, path) = folder(b"old");
        fs::remove_file(&path).expect("a file");
        assert_eq!(replace(&path, b"old", b"new").expect_err("gone"), "no such file or directory");
        assert_eq!(names(&folder), 0);
    }
}
