//! `cargo xtask facts`: whether the tables of facts are sorted, free of duplicates, and say where they are from and when.

use std::fs;
use std::path::{Path, PathBuf};

/// What a file must cite.
const SOURCE: &str = "https://docs.aws.amazon.com/";

/// The problems of every table in the data folders of the crates, one line each.
pub(crate) fn check(root: &Path) -> Result<Vec<String>, String> {
    let mut problems = Vec::new();
    for file in files(&root.join("crates")).map_err(|error| format!("cannot list the tables: {error}"))? {
        let text = fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        let name = file.strip_prefix(root).unwrap_or(&file).display().to_string().replace('\\', "/");
        problems.extend(faults(&text).into_iter().map(|fault| format!("{name}{fault}")));
    }
    Ok(problems)
}

/// `crates/*/data/*.txt`
fn files(crates: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(crates)? {
        let Ok(data) = fs::read_dir(entry?.path().join("data")) else { continue };
        for file in data {
            files.push(file?.path());
        }
    }
    files.retain(|file| file.extension().is_some_and(|extension| extension == "txt"));
    files.sort();
    Ok(files)
}

/// What is wrong with a table: `:12: not sorted …`.
fn faults(text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let comments = || text.lines().filter(|line| line.starts_with('#'));
    if !comments().any(|line| line.contains(SOURCE)) {
        faults.push(format!(": no source: a comment must cite {SOURCE}…"));
    }
    if !text.lines().filter(|line| line.starts_with(['#', '['])).any(has_month) {
        faults.push(
            ": no date: a comment must give the month in which the sources were read, such as 2026-04"
                .to_owned(),
        );
    }
    let mut keys = 1;
    let mut last: Option<String> = None;
    for (line, number) in text.lines().zip(1..) {
        if let Some(legend) = line.strip_prefix("# ").filter(|legend| legend.contains(" | ")) {
            keys = if legend.starts_with("type | property | ") { 2 } else { 1 };
        }
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if line.starts_with('[') {
            last = None;
            continue;
        }
        let key = key(line, keys);
        match &last {
            Some(last) if *last == key => faults.push(format!(":{number}: duplicate row")),
            Some(last) if *last > key => faults.push(format!(":{number}: not sorted: belongs above")),
            _ => {}
        }
        last = Some(key);
    }
    faults
}

/// What rows are sorted by. A pattern comes after the names that it includes.
fn key(line: &str, fields: usize) -> String {
    let fields: Vec<&str> = line.split(" | ").take(fields).collect();
    fields.join("\u{1}").to_ascii_lowercase().replace('*', "~")
}

/// Whether a line contains a month: `2026-04`.
fn has_month(line: &str) -> bool {
    let is_month = |window: &[u8]| {
        let (year, month) = window.split_at(4);
        year.starts_with(b"20")
            && year.iter().chain(&month[1..]).all(u8::is_ascii_digit)
            && month.first() == Some(&b'-')
    };
    line.as_bytes().windows(7).any(is_month)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "# From https://docs.aws.amazon.com/x.html, copy of 2026-04.\n";

    #[test]
    fn the_tables_are_in_order() {
        assert_eq!(check(&crate::root()), Ok(Vec::new()));
    }

    #[test]
    fn a_table_says_where_it_is_from_and_when() {
        assert_eq!(faults(&format!("{HEAD}a | 1\nb | 2\n")), Vec::<String>::new());
        assert_eq!(faults("a | 1\n").len(), 2);
    }

    #[test]
    fn rows_are_sorted_and_written_once() {
        let of = |rows: &str| faults(&format!("{HEAD}{rows}"));
        assert_eq!(of("b | 1\na | 1\n"), [":3: not sorted: belongs above"]);
        assert_eq!(of("a | 1\nA | 2\n"), [":3: duplicate row"]);
        assert_eq!(of("X-Amz-Id | 1\nX-Amz-* | 1\n* | 1\n"), Vec::<String>::new());
        assert_eq!(of("[one]\nb | 1\n[two]\na | 1\n"), Vec::<String>::new());
        assert_eq!(of("# type | property | x\nA | b | 1\nA | c | 1\n"), Vec::<String>::new());
    }
}
