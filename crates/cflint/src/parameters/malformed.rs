use std::fmt;

use crate::problem::Problem;

/// Why a file has no values to offer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Malformed {
    /// The offset of the place.
    pub(crate) at: Option<usize>,
    pub(super) message: String,
    pub(super) help: Option<String>,
}

impl Malformed {
    pub(super) fn new(at: usize, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { at: Some(at), message: message.into(), help: Some(help.into()) }
    }

    /// The problem, with the place where it is.
    pub(crate) fn into_problem(self, place: impl fmt::Display) -> Problem {
        Problem::new(format!("{place}: {}", self.message)).with_optional_help(self.help)
    }
}
