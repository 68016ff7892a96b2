//! Files on disk: what they are called, and how they are read and written.

pub(crate) mod atomic;
pub(crate) mod document;
pub(crate) mod paths;
pub(crate) mod read;
pub(crate) mod roots;
