//! The content of a file, held once.

use std::ops::Deref;
use std::sync::Arc;

use super::decode::{Undecodable, decode};
use super::limits::MAX_BYTES;

/// The bytes of a file. Nearly every one is text, which the tree of the file then shares instead of copying it.
#[derive(Debug, Clone)]
pub enum Content {
    /// UTF-8.
    Text(Arc<str>),
    Other(Arc<[u8]>),
}

impl Content {
    /// The text, as [`decode`] reads it.
    ///
    /// # Errors
    /// If the file is too large, is not UTF-8, or has a NUL byte.
    pub fn decode(&self) -> Result<Arc<str>, Undecodable> {
        match self {
            Self::Text(text) if text.len() <= MAX_BYTES && !text.as_bytes().contains(&0) => {
                Ok(Arc::clone(text))
            }
            _ => decode(self),
        }
    }
}

impl Deref for Content {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Other(bytes) => bytes,
        }
    }
}

impl PartialEq for Content {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Content {}

impl From<&[u8]> for Content {
    fn from(bytes: &[u8]) -> Self {
        match std::str::from_utf8(bytes) {
            Ok(text) => Self::Text(Arc::from(text)),
            Err(_) => Self::Other(Arc::from(bytes)),
        }
    }
}

impl From<&str> for Content {
    fn from(text: &str) -> Self {
        Self::Text(Arc::from(text))
    }
}

impl From<String> for Content {
    fn from(text: String) -> Self {
        Self::Text(Arc::from(text))
    }
}

impl From<Vec<u8>> for Content {
    fn from(bytes: Vec<u8>) -> Self {
        Self::from(bytes.as_slice())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_shared_and_not_copied() {
        let content = Content::from("Resources: {}\n");
        let Content::Text(text) = &content else { panic!("{content:?}") };
        assert!(Arc::ptr_eq(text, &content.decode().unwrap()));
    }

    #[test]
    fn what_is_no_text_is_refused_as_its_bytes_are() {
        for bytes in [b"a: \xff".as_slice(), b"a: \0", b"\xff\xfea\0"] {
            let content = Content::from(bytes);
            assert_eq!(&*content, bytes);
            assert_eq!(content.decode(), decode(bytes));
            assert!(content.decode().is_err());
        }
    }
}
