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
    assert_eq!(why, "it changed in the meantime; run cflint again");
    assert_eq!((fs::read(&path).expect("a file"), names(&folder)), (b"new".to_vec(), 1));
}

#[test]
fn what_is_saved_while_the_new_content_is_written_is_kept() {
    let (folder, path) = folder(b"old");
    let refused = put(&path, b"fixed", || {
        // The new content is there, in full.
        let is_new = |entry: io::Result<fs::DirEntry>| {
            fs::read(entry.expect("an entry").path()).expect("a file") == b"fixed"
        };
        assert!(fs::read_dir(folder.path()).expect("a folder").any(is_new));
        fs::write(&path, b"edited").expect("a file");
        unchanged(&path, b"old")
    });
    assert_eq!(
        refused.expect_err("it was changed").to_string(),
        "it changed in the meantime; run cflint again"
    );
    assert_eq!((fs::read(&path).expect("a file"), names(&folder)), (b"edited".to_vec(), 1));
}

#[cfg(unix)]
#[test]
fn the_owner_is_kept() {
    let (_folder, path) = folder(b"old");
    // Only root gives files away.
    if std::os::unix::fs::chown(&path, Some(1234), Some(4321)).is_ok() {
        replace(&path, b"old", b"fixed").expect("it can be written");
        let data = fs::metadata(&path).expect("a file");
        assert_eq!((data.uid(), data.gid()), (1234, 4321));
    }
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
    assert_eq!(write(&nowhere, b"new").expect_err("a link").to_string(), "it is a link that leads nowhere");
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
