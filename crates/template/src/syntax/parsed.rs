//! The result of reading a file, and what can go wrong.

use cflint_diagnostics::Span;

use super::tree::Tree;

/// A file that could be read.
#[derive(Debug)]
pub struct Parsed {
    /// The nodes. Empty for a file without a value.
    pub tree: Tree,
    /// What is wrong although there is a tree.
    pub problems: Vec<SyntaxProblem>,
    /// Keys that are written twice in one mapping, in the order of the file.
    pub duplicates: Vec<DuplicateKey>,
    /// Where `*alias` and `<<` are written, in the order of the file: tools expand them, the service rejects them.
    pub aliases: Vec<Span>,
}

/// Why a file could not be read: the place, what was found, and what was expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    pub span: Span,
    /// One sentence: lower case, no full stop, things in backticks.
    pub message: String,
    /// What to write instead, for the common causes.
    pub help: Option<String>,
}

impl std::fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for SyntaxError {}

/// Which rule of the format a readable file breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProblemKind {
    /// The file has a second YAML document, as Kubernetes manifests do. Only the first one is in the tree.
    SecondDocument,
}

/// Something wrong with a file that could be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxProblem {
    pub kind: ProblemKind,
    /// The place and the message about it.
    pub error: SyntaxError,
}

/// A key that is written twice in one mapping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DuplicateKey {
    pub first: Span,
    pub again: Span,
    pub name: String,
}
