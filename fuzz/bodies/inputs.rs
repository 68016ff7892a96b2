//! From bytes to what is checked.

use cflint_diagnostics::Confidence;
use cflint_linter::{Input, Options};

/// What stands between the files of one input.
pub(super) const SEPARATOR: &[u8] = b"\n=====\n";
/// As many files as there may be; the rest belongs to the last one.
const MAX_FILES: usize = 24;

/// The files of an input.
pub(super) fn split(bytes: &[u8]) -> Vec<&[u8]> {
    let mut files = Vec::new();
    let mut rest = bytes;
    while files.len() + 1 < MAX_FILES
        && let Some(at) = rest.windows(SEPARATOR.len()).position(|window| window == SEPARATOR)
    {
        files.push(&rest[..at]);
        rest = &rest[at + SEPARATOR.len()..];
    }
    files.push(rest);
    files
}

/// Templates that may use each other's values, `0.yaml`, `1.yaml` and so on.
pub(super) fn templates(bytes: &[u8]) -> Vec<Input> {
    let files = split(bytes).into_iter().enumerate();
    files.map(|(index, bytes)| Input::new(format!("{index}.yaml"), bytes.to_vec())).collect()
}

/// Options under which every rule tells everything.
pub(super) fn everything() -> Options {
    Options { pedantic: true, min_confidence: Confidence::Possible, ..Options::default() }
}
