//! One entry a line and in order, so that a baseline reads well in a diff.

use std::path::Path;

use serde_json::json;

use super::{Entry, SCHEMA};
use crate::atomic;
use crate::discover::shown;
use crate::problem::{Problem, reason};

pub(super) fn write(file: &Path, entries: &[Entry]) -> Result<(), Problem> {
    let refuse = |why: &str| Problem::new(format!("cannot write the baseline `{}`: {why}", shown(file)));
    if file.is_dir() {
        return Err(refuse("is a directory").with_help("name a file, such as `cflint-baseline.json`"));
    }
    atomic::write(file, text(entries).as_bytes()).map_err(|error| refuse(&reason(&error)))
}

fn text(entries: &[Entry]) -> String {
    let line = |entry: &Entry| {
        let entry = json!({"rule": entry.rule, "path": entry.path, "fingerprint": entry.fingerprint});
        format!("    {entry}")
    };
    let lines: Vec<String> = entries.iter().map(line).collect();
    let list = match lines.is_empty() {
        true => "[]".to_owned(),
        false => format!("[\n{}\n  ]", lines.join(",\n")),
    };
    format!("{{\n  \"schema\": \"{SCHEMA}\",\n  \"findings\": {list}\n}}\n")
}
