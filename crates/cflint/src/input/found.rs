use cflint_linter::{Input, InputError, Notice};

/// What the paths led to.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// Files to check, each once.
    pub(crate) inputs: Vec<Input>,
    /// Paths that could not be read.
    pub(crate) errors: Vec<InputError>,
    /// Files that were left out and should be known of.
    pub(crate) notices: Vec<Notice>,
    /// How many files were read and can be no templates.
    pub(crate) irrelevant: usize,
}
