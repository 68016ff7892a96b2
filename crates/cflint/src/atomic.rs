//! Files that are replaced as a whole: there is the old one or the new one, never a half.

use std::io::{self, Write};
use std::path::Path;

use tempfile::NamedTempFile;

use crate::paths::absolute;

/// Replaces a file, or makes one.
pub(crate) fn write(file: &Path, text: &str) -> io::Result<()> {
    // What a link leads to is meant, not the link.
    let target = file.canonicalize().unwrap_or_else(|_| absolute(file));
    let beside = beside(&target, text)?;
    if let Ok(old) = target.metadata() {
        beside.as_file().set_permissions(old.permissions())?;
    }
    beside.persist(&target).map_err(|error| error.error)?;
    Ok(())
}

/// Makes a file that is not there.
pub(crate) fn create(file: &Path, text: &str) -> io::Result<()> {
    let target = absolute(file);
    beside(&target, text)?.persist_noclobber(&target).map_err(|error| error.error)?;
    Ok(())
}

/// The text in a file of another name in the same folder.
fn beside(target: &Path, text: &str) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    // Those of a new file; a temporary one would be for its owner alone.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut beside = builder.tempfile_in(target.parent().unwrap_or(target))?;
    beside.write_all(text.as_bytes())?;
    Ok(beside)
}
