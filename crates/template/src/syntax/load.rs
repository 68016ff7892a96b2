//! Text to tree: which grammar a file is read with.

use std::sync::Arc;

use cflint_diagnostics::FileId;

use super::builder::Builder;
use super::decode::decode;
use super::parsed::{Parsed, SyntaxError};
use super::tree::Format;
use super::{json, yaml};

/// Reads the bytes of a file: [`decode`] and then [`parse`].
///
/// # Errors
/// If the file is not text or follows neither grammar.
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
