//! Files that are replaced as a whole: there is the old one or the new one, never a half.

use std::fs;
use std::io::{self, Write};
#[cfg(unix)]
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use tempfile::NamedTempFile;

use crate::files::paths::absolute;
use crate::files::read::{self, Unreadable};
use crate::problem::reason;

/// Replaces a file, or makes one.
pub(crate) fn write(file: &Path, content: &[u8]) -> io::Result<()> {
    // What a link leads to is meant, not the link.
    let target = file.canonicalize().unwrap_or_else(|_| absolute(file));
    if target.is_symlink() {
        return Err(io::Error::other("it is a link that leads nowhere"));
    }
    // A pipe or a device is written to, and stays what it is.
    if target.metadata().is_ok_and(|data| !data.is_file()) {
        return fs::OpenOptions::new().write(true).open(&target)?.write_all(content);
    }
    let beside = beside(&target, content)?;
    if let Ok(old) = target.metadata() {
        if old.permissions().readonly() {
            return Err(io::Error::other("it is read-only"));
        }
        beside.as_file().set_permissions(old.permissions())?;
        // As in a container, where the user is another one. Who may not do that has the file then.
        #[cfg(unix)]
        let _ = std::os::unix::fs::fchown(beside.as_file(), Some(old.uid()), Some(old.gid()));
    }
    beside.persist(&target).map_err(|error| error.error)?;
    Ok(())
}

/// Puts new content into the place of a file that was read before. Links are followed, permissions are kept. Whatever goes
/// wrong, the file is as it was.
///
/// # Errors
/// One sentence: the file is no longer what it was, must not be written, or cannot be.
pub(crate) fn replace(file: &Path, before: &[u8], after: &[u8]) -> Result<(), String> {
    match read::file(file) {
        Ok(now) if now == before => {}
        Err(Unreadable::Io(error)) => return Err(reason(&error)),
        _ => {
            return Err("it was changed in the meantime; run again".to_owned());
        }
    }
    write(file, after).map_err(|error| reason(&error))
}

/// Makes a file that is not there.
pub(crate) fn create(file: &Path, content: &[u8]) -> io::Result<()> {
    let target = absolute(file);
    beside(&target, content)?.persist_noclobber(&target).map_err(|error| error.error)?;
    Ok(())
}

/// The content in a file of another name in the same folder.
fn beside(target: &Path, content: &[u8]) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    // Those of a new file; a temporary one would be for its owner alone.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut beside = builder.tempfile_in(target.parent().unwrap_or(target))?;
    beside.write_all(content)?;
    beside.as_file().sync_all()?;
    Ok(beside)
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

    #[cfg(unix)]
    #[test]
    fn what_is_no_file_stays_what_it_is() {
        use std::os::unix::fs::{FileTypeExt, symlink};
        let (folder, path) = folder(b"old");
        let nowhere = folder.path().join("nowhere");
        symlink("gone", &nowhere).expect("a link");
        assert_eq!(
            write(&nowhere, b"new").expect_err("a link").to_string(),
            "it is a link that leads nowhere"
        );
        assert!(nowhere.is_symlink() && path.exists());
        write(Path::new("/dev/null"), b"new").expect("it takes everything");
        let kind = fs::metadata("/dev/null").expect("a device").file_type();
        assert!(kind.is_char_device());
    }

    #[test]
    fn what_is_gone_is_said() {
        let (folder, path) = folder(b"old");
        fs::remove_file(&path).expect("a file");
        assert_eq!(replace(&path, b"old", b"new").expect_err("gone"), "no such file or directory");
        assert_eq!(names(&folder), 0);
    }
}
