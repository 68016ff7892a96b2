use std::path::{Path, PathBuf};
use std::sync::Arc;

use cflint_diagnostics::FileId;
use cflint_template::syntax::{NodeRef, Parsed, SyntaxError, load, parse};

pub(crate) const FILE: FileId = FileId(0);

pub(crate) fn read(text: &str) -> Parsed {
    try_read(text).unwrap_or_else(|error| panic!("{error}: {text:?}"))
}

pub(crate) fn try_read(text: &str) -> Result<Parsed, SyntaxError> {
    parse(FILE, Arc::from(text))
}

pub(crate) fn refused(bytes: &[u8]) -> SyntaxError {
    match load(FILE, bytes) {
        Ok(_) => panic!("accepted: {:?}", String::from_utf8_lossy(&bytes[..bytes.len().min(200)])),
        Err(error) => error,
    }
}

/// The node at a path such as `a.0.b`.
pub(crate) fn at<'t>(parsed: &'t Parsed, path: &str) -> NodeRef<'t> {
    let root = parsed.tree.root().expect("a value");
    path.split('.').filter(|part| !part.is_empty()).fold(root, |node, part| {
        let child = match part.parse::<usize>() {
            Ok(index) if node.entries().next().is_none() => node.items().nth(index),
            _ => node.get(part).map(|entry| entry.value),
        };
        child.unwrap_or_else(|| panic!("no {part} of {path}"))
    })
}

/// The bytes that a node covers.
pub(crate) fn written(node: NodeRef<'_>) -> &str {
    &node.tree().source()[node.span().range()]
}

pub(crate) fn fixtures() -> Vec<PathBuf> {
    let mut files = Vec::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures"), &mut files);
    files.sort();
    files
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|e| e == "yaml" || e == "yml" || e == "json") {
            files.push(path);
        }
    }
}
