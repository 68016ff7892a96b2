//! What becomes of one request, step by step: for people, and as `cflint-trace/v1` for programs.

mod full;
mod json;
mod steps;

use cflint_edge::trace::Trace;

pub use full::{Look, write_full};
pub(crate) use full::{in_short, label, lost};
pub use json::write_json;
pub(crate) use steps::{Row, Shown, certainty, rows};

/// The name of the contract of [`write_json`].
pub const SCHEMA: &str = "cflint-trace/v1";

/// One way that a request takes.
#[derive(Debug, Clone)]
pub struct Traced {
    /// Logical id of the distribution.
    pub distribution: String,
    /// The stack that it is in, if that has a name.
    pub stack: Option<String>,
    /// The conditions of the template under which it takes this way.
    pub conditions: Vec<(String, bool)>,
    /// Whether these conditions say all of it.
    pub is_exact: bool,
    pub trace: Trace,
    /// The rule that reports why it is rejected.
    pub rule: Option<&'static str>,
    /// What to change so that it is not.
    pub help: Option<String>,
}
