//! The only place where files are opened to be read.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::problem::reason;

/// Larger files are no templates: CloudFormation takes 1 MB.
const MAX_FILE: u64 = 32 * 1024 * 1024;

/// Why there is no content. It reads as a part of a sentence.
#[derive(Debug)]
pub(crate) enum Unreadable {
    TooLarge,
    Io(io::Error),
}

impl Unreadable {
    pub(crate) fn is_missing(&self) -> bool {
        matches!(self, Self::Io(error) if error.kind() == io::ErrorKind::NotFound)
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge => f.write_str("larger than 32 MiB"),
            Self::Io(error) => f.write_str(&reason(error)),
        }
    }
}

pub(crate) fn file(path: &Path) -> Result<Vec<u8>, Unreadable> {
    stream(&mut File::open(path).map_err(Unreadable::Io)?)
}

/// What an open file or standard input still holds.
pub(crate) fn stream(from: &mut dyn Read) -> Result<Vec<u8>, Unreadable> {
    let mut bytes = Vec::new();
    from.take(MAX_FILE + 1).read_to_end(&mut bytes).map_err(Unreadable::Io)?;
    if bytes.len() as u64 > MAX_FILE { Err(Unreadable::TooLarge) } else { Ok(bytes) }
}

/// As much of a file as is ever read of one, for a look at what it is.
pub(crate) fn start(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(MAX_FILE).read_to_end(&mut bytes)?;
    Ok(bytes)
}
