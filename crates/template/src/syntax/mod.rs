//! Bytes to spanned nodes: one tree for YAML and JSON.

mod tree;

pub use tree::{Comment, Entry, Format, Kind, NodeId, NodeRef, Style, Tree};
