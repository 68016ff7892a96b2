//! One entry a line and in order, so that a baseline reads well in a diff.

use std::path::Path;

use serde_json::json;

use super::entry::{Entry, SCHEMA};
use crate::files::atomic;
use crate::files::paths::shown;
use crate::files::read::{self, Unreadable};
use crate::problem::{Problem, reason};

/// How the names of the format begin, whatever its version.
const FAMILY: &str = "cflint-baseline/";

pub(super) fn write(file: &Path, entries: &[Entry]) -> Result<(), Problem> {
    let refuse = |why: &str| Problem::new(format!("cannot write the baseline `{}`: {why}", shown(file)));
    if file.is_dir() {
        return Err(refuse("is a directory").with_help("name a file, such as `cflint-baseline.json`"));
    }
    if is_something_else(file) {
        return Err(refuse("the file exists and is not a baseline")
            .with_help("name another file, or remove this one"));
    }
    atomic::write(file, text(entries).as_bytes()).map_err(|error| refuse(&reason(&error)))
}

/// Whether there is a file with content that no baseline has, such as a template that was named by mistake.
fn is_something_else(file: &Path) -> bool {
    let is_other =
        |text: &[u8]| !text.is_empty() && !text.windows(FAMILY.len()).any(|part| part == FAMILY.as_bytes());
    match read::file(file) {
        Ok(text) => is_other(&text),
        Err(Unreadable::TooLarge) => true,
        Err(_) => false,
    }
}

fn text(entries: &[Entry]) -> String {
    let line = |entry: &Entry| {
        let entry = json!({"rule": entry.rule, "path": entry.path, "fingerprint": entry.fingerprint});
        format!("    {entry}")
    };
    let lines: Vec<String> = entries.iter().map(line).collect();
    let list = if lines.is_empty() { "[]".to_owned() } else { format!("[\n{}\n  ]", lines.join(",\n")) };
    format!("{{\n  \"schema\": \"{SCHEMA}\",\n  \"findings\": {list}\n}}\n")
}
