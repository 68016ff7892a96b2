//! Files that are replaced as a whole: there is the old one or the new one, never a half.

use std::fs::{self, Metadata};
use std::io::{self, Write};
#[cfg(unix)]
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use tempfile::NamedTempFile;

use crate::files::paths::{absolute, is_open_stream};
use crate::files::read::{self, Unreadable, is_special};
use crate::files::roots::leads_out;
use crate::problem::reason;

/// How the new file is called until it takes the place of the old one.
const PREFIX: &str = ".cflint-";
const SUFFIX: &str = ".tmp";
/// A run that writes takes less than a second to do it. What is as old as this, a killed one has left behind.
const STALE: Duration = Duration::from_secs(60 * 60);

/// Replaces a file, or creates one. What is not a regular file, such as a pipe or a device, gets the content.
pub(crate) fn write(file: &Path, content: &[u8]) -> io::Result<()> {
    if is_open_stream(file) || is_special(file) {
        return fs::write(file, content);
    }
    let target = target(file)?;
    sweep(target.parent().unwrap_or(&target));
    put(&target, content, || Ok(()))
}

/// Puts new content into the place of a file that was read before. Links are followed, permissions are kept. Whatever goes
/// wrong, the file is as it was.
///
/// # Errors
/// One sentence: the file is no longer what it was, must not be written, or cannot be.
pub(crate) fn replace(file: &Path, before: &[u8], after: &[u8]) -> Result<(), String> {
    let replaced = target(file).and_then(|target| put(&target, after, || unchanged(&target, before)));
    replaced.map_err(|error| reason(&error))
}

fn unchanged(file: &Path, before: &[u8]) -> io::Result<()> {
    match read::file(file) {
        Ok(now) if now == before => Ok(()),
        Err(Unreadable::Io(error)) => Err(error),
        _ => Err(io::Error::other("it changed in the meantime; run cflint again")),
    }
}

/// Makes a file that is not there.
pub(crate) fn create(file: &Path, content: &[u8]) -> io::Result<()> {
    let target = absolute(file);
    let beside = beside(&target, content, None)?;
    beside.as_file().sync_all()?;
    beside.persist_noclobber(&target).map_err(|error| error.error)?;
    Ok(())
}

/// Removes what killed runs have left behind in a folder.
pub(crate) fn sweep(folder: &Path) {
    let is_own = |name: &str| {
        let middle = name.strip_prefix(PREFIX).and_then(|name| name.strip_suffix(SUFFIX));
        middle.is_some_and(|middle| middle.len() == 6 && middle.bytes().all(|b| b.is_ascii_alphanumeric()))
    };
    let is_stale = |data: &Metadata| {
        let age = data.modified().ok().and_then(|at| SystemTime::now().duration_since(at).ok());
        data.is_file() && age.is_some_and(|age| age > STALE)
    };
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_name().to_str().is_some_and(is_own)
            && entry.metadata().is_ok_and(|data| is_stale(&data))
        {
            // Another run may have done it.
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// The file that is meant: what a link points to, not the link.
fn target(file: &Path) -> io::Result<PathBuf> {
    if leads_out(file) {
        return Err(io::Error::other("it is a link that leads outside the project; name the file itself"));
    }
    let target = file.canonicalize().unwrap_or_else(|_| absolute(file));
    match target.is_symlink() {
        true => Err(io::Error::other("it is a link that leads nowhere")),
        false => Ok(target),
    }
}

/// Replaces a file, or makes one, if it may be done at the last moment.
fn put(target: &Path, content: &[u8], may: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
    let old = target.metadata().ok();
    old.as_ref().map_or(Ok(()), refuse)?;
    let beside = beside(target, content, old.as_ref())?;
    beside.as_file().sync_all()?;
    may()?;
    beside.persist(target).map_err(|error| error.error)?;
    Ok(())
}

/// Refuses files of which something would be lost.
fn refuse(old: &Metadata) -> io::Result<()> {
    let why = match old {
        old if old.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
        old if !old.is_file() => "it is not a regular file",
        old if old.permissions().readonly() => "it is read-only",
        #[cfg(unix)]
        old if old.nlink() > 1 => "it has several hard links, and only one of them would get the new content",
        #[cfg(unix)]
        old if old.mode() & 0o6000 != 0 => "it has the setuid or setgid bit",
        _ => return Ok(()),
    };
    Err(io::Error::other(why))
}

/// The content in a file of another name in the same folder, with the owner and the permissions of the old file.
fn beside(target: &Path, content: &[u8], old: Option<&Metadata>) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX).suffix(SUFFIX);
    // Those of a new file. Until it is known who may read the old one, its content is for no one else.
    #[cfg(unix)]
    builder.permissions(fs::Permissions::from_mode(if old.is_some() { 0o600 } else { 0o666 }));
    let mut beside = builder.tempfile_in(target.parent().unwrap_or(target))?;
    beside.write_all(content)?;
    if let Some(old) = old {
        #[cfg(unix)]
        keep_owner(&beside, old)?;
        beside.as_file().set_permissions(old.permissions())?;
    }
    Ok(beside)
}

#[cfg(unix)]
fn keep_owner(beside: &NamedTempFile, old: &Metadata) -> io::Result<()> {
    let new = beside.as_file().metadata()?;
    if (new.uid(), new.gid()) == (old.uid(), old.gid()) {
        return Ok(());
    }
    // As root in a container, where the user is another one.
    let kept = std::os::unix::fs::fchown(beside.as_file(), Some(old.uid()), Some(old.gid()));
    kept.map_err(|_| io::Error::other("it belongs to another user or group, which could not be kept"))
}

#[cfg(test)]
mod tests;
