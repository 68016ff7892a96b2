//! The only place where files are opened to be read.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read};
use std::path::Path;

use crate::files::paths::{absolute, is_open_stream};
use crate::files::roots::Roots;
use crate::problem::reason;

/// Larger files are not templates: CloudFormation accepts 1 MB.
const MAX_FILE: u64 = 32 * 1024 * 1024;

/// How much memory a buffer keeps for the next file.
const MAX_KEPT: usize = 1024 * 1024;

/// How many bytes of templates a run holds. With their trees they take about ten times as much memory.
pub(crate) const MAX_RUN: usize = 64 * 1024 * 1024;

/// Why there is no content. It reads as a part of a sentence.
#[derive(Debug)]
pub(crate) enum Unreadable {
    TooLarge,
    /// A pipe, a socket or a device: opening one can wait forever, and reading one removes what it holds.
    NotRegular,
    /// It was not named by the user, and lies where only the user can send a run.
    Outside,
    Io(io::Error),
}

impl Unreadable {
    pub(crate) fn is_missing(&self) -> bool {
        matches!(self, Self::Io(error) if error.kind() == io::ErrorKind::NotFound)
    }
}

impl From<io::Error> for Unreadable {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge => f.write_str("larger than 32 MiB"),
            Self::NotRegular => f.write_str("not a regular file"),
            Self::Outside => f.write_str("it is outside the project"),
            Self::Io(error) => f.write_str(&reason(error)),
        }
    }
}

/// The content of a regular file.
pub(crate) fn file(path: &Path) -> Result<Vec<u8>, Unreadable> {
    // Some devices act when they are opened, so the path is checked first.
    refuse_special(&fs::metadata(path)?)?;
    let mut bytes = Vec::new();
    walked(path, &mut bytes)?;
    Ok(bytes)
}

/// Puts the content of what a walk has just seen to be a regular file into the buffer, in place of what is there.
pub(crate) fn walked(path: &Path, buffer: &mut Vec<u8>) -> Result<(), Unreadable> {
    let mut file = regular().open(path)?;
    let data = file.metadata()?;
    refuse_special(&data)?;
    if data.len() > MAX_FILE {
        return Err(Unreadable::TooLarge);
    }
    let size = usize::try_from(data.len()).unwrap_or(0);
    buffer.clear();
    buffer.shrink_to(MAX_KEPT);
    // Room for one byte more shows the end without another call.
    buffer.resize(size + 1, 0);
    let read = loop {
        match file.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            read => break read?,
        }
    };
    buffer.truncate(read);
    if read != size {
        // It changes just now, or is one of those that have no size, as below `/proc`.
        file.take(MAX_FILE + 1).read_to_end(buffer)?;
    }
    if buffer.len() as u64 > MAX_FILE { Err(Unreadable::TooLarge) } else { Ok(()) }
}

/// How to open what may have become a pipe since it was looked at: without waiting for its other end.
fn regular() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        use std::os::unix::fs::OpenOptionsExt;
        options.custom_flags((OFlags::NONBLOCK | OFlags::NOCTTY).bits().cast_signed());
    }
    options
}

fn refuse_special(data: &fs::Metadata) -> Result<(), Unreadable> {
    match data {
        data if data.is_dir() => Err(io::Error::from(io::ErrorKind::IsADirectory).into()),
        data if !data.is_file() => Err(Unreadable::NotRegular),
        _ => Ok(()),
    }
}

/// The content of a file that another file names, or that was found by its name: one of the project.
pub(crate) fn inside(path: &Path, roots: &Roots) -> Result<Vec<u8>, Unreadable> {
    let real = path.canonicalize()?;
    if roots.hold(&real) { file(&real) } else { Err(Unreadable::Outside) }
}

/// The content of a path of the command line. It may be a pipe, which can be read only once.
pub(crate) fn argument(path: &Path, buffer: &mut Vec<u8>) -> Result<(), Unreadable> {
    *buffer = if is_special(path) { special(path) } else { file(path) }?;
    Ok(())
}

/// The content of a file that an option names. It may be an open stream, as of `<(make-values)`, or `/dev/null`.
pub(crate) fn option(path: &Path) -> Result<Vec<u8>, Unreadable> {
    let is_device = is_open_stream(path) || absolute(path).starts_with("/dev");
    if is_device && is_special(path) { special(path) } else { file(path) }
}

fn special(path: &Path) -> Result<Vec<u8>, Unreadable> {
    #[expect(clippy::disallowed_methods, reason = "the user wants to wait for it")]
    let mut stream_of = File::open(path)?;
    stream(&mut stream_of)
}

/// Whether a path is that of a pipe or a device, and not only of a link to one: who adds a link to a project does not
/// decide what is read.
pub(crate) fn is_special(path: &Path) -> bool {
    let is_special = |data: fs::Metadata| !data.is_file() && !data.is_dir();
    fs::metadata(path).is_ok_and(is_special) && (is_open_stream(path) || !path.is_symlink())
}

/// The rest of an open file or of standard input.
pub(crate) fn stream(from: &mut dyn Read) -> Result<Vec<u8>, Unreadable> {
    let mut bytes = Vec::new();
    from.take(MAX_FILE + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_FILE { Err(Unreadable::TooLarge) } else { Ok(bytes) }
}
