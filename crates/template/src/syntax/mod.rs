//! Bytes to spanned nodes: one tree for YAML and JSON.

mod aliased;
mod align;
mod builder;
mod content;
mod decode;
mod duplicates;
mod json;
pub mod limits;
mod load;
mod merge;
mod parsed;
mod quotes;
mod scalar;
mod tree;
mod yaml;

pub use align::align;
pub use content::Content;
pub use decode::{Undecodable, decode};
pub use load::{load, parse};
pub use parsed::{DuplicateKey, Parsed, ProblemKind, SyntaxError, SyntaxProblem};
pub use scalar::Scalar;
pub(crate) use scalar::describe;
pub use tree::{Comment, Entry, Format, Kind, NodeId, NodeRef, Style, Tree};
