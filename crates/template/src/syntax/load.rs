//! Text to tree: which grammar a file is read with, and what can go wrong.

use std::sync::Arc;

use cflint_diagnostics::{FileId, Span};

use super::builder::Builder;
use super::{Format, Tree, decode, json, yaml};

/// A file that could be read.
#[derive(Debug)]
pub struct Parsed {
    /// The nodes. Empty for a file without a value.
    pub tree: Tree,
    /// What is wrong although there is a tree.
    pub problems: Vec<SyntaxProblem>,
    /// Keys that are written twice in one mapping, in the order of the file.
    pub duplicates: Vec<DuplicateKey>,
    /// Where `*alias` and `<<` are written, in the order of the file: tools expand them, the service refuses them.
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
    /// The place and what there is to say about it.
    pub error: SyntaxError,
}

/// A key that is written twice in one mapping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DuplicateKey {
    pub first: Span,
    pub again: Span,
    pub name: String,
}

/// Reads the bytes of a file: [`decode`] and then [`parse`].
///
/// # Errors
/// If the file is no text or follows neither grammar.
pub fn load(file: FileId, bytes: &[u8]) -> Result<Parsed, SyntaxError> {
    match decode(bytes) {
        Ok(source) => parse(file, source),
        Err(refused) => Err(refused.into_error(file)),
    }
}

/// Reads a text: JSON if it starts with a bracket or brace and is valid JSON, else YAML.
///
/// # Errors
/// If the text follows neither grammar. The error is that of the grammar the file seems to be written in.
pub fn parse(file: FileId, source: Arc<str>) -> Result<Parsed, SyntaxError> {
    let looks_like_json = source.trim_start_matches('\u{feff}').trim_start().starts_with(['{', '[']);
    if !looks_like_json {
        return read_yaml(file, &source);
    }
    let mut builder = Builder::new(file, Format::Json, Arc::clone(&source));
    let json_error = match json::read(&mut builder) {
        Ok(()) => return Ok(builder.finish()),
        Err(error) => error,
    };
    read_yaml(file, &source).map_err(|yaml_error| {
        let yaml_only = json_error.yaml_only && yaml_error.span.start > json_error.error.span.start;
        if yaml_only { yaml_error } else { json_error.error }
    })
}

fn read_yaml(file: FileId, source: &Arc<str>) -> Result<Parsed, SyntaxError> {
    yaml::read(file, source).map(Builder::finish)
}
