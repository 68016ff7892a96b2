//! Suppressions in the templates themselves: comments, and the metadata of resources and templates.

mod add;
mod apply;
mod comments;
mod metadata;
mod places;

pub use add::add_suppressions;
pub(crate) use apply::{apply, bound};
