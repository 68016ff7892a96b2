//! Writes the registry, the part of `rules/src/lib.rs` below the marker, from the files that are there.
//!
//! Uses nothing but `std`, because `cargo xtask register` includes this file to repair a registry that no longer compiles.

use std::fmt::Write as _;
use std::path::Path;
use std::{fs, io};

const MARKER: &str =
    "// Generated from the files in this folder by `cargo test -p cflint-rules`; do not edit below.\n";

/// What became of the registry.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Registry {
    Fresh,
    /// It did not, and was rewritten unless that was forbidden.
    Stale,
}

/// Compares the registry below `rules` with the files, and rewrites it if `write` says so.
pub(crate) fn refresh(rules: &Path, write: bool) -> io::Result<Registry> {
    let library = rules.join("src/lib.rs");
    let text = fs::read_to_string(&library)?;
    let (head, _) = text
        .split_once(MARKER)
        .ok_or_else(|| io::Error::other(format!("{} has no marker line", library.display())))?;
    let wanted = format!("{head}{MARKER}{}", generate(&rules.join("src"))?);
    if wanted == text {
        return Ok(Registry::Fresh);
    }
    if write {
        fs::write(&library, wanted)?;
    }
    Ok(Registry::Stale)
}

fn generate(source: &Path) -> io::Result<String> {
    let mut modules = String::new();
    let mut rules = Vec::new();
    // A folder with a `mod.rs` is a module, and no group of rules.
    for group in names(source, |path| path.is_dir() && !path.join("mod.rs").exists())? {
        let files = names(&source.join(&group), |path| path.extension().is_some_and(|e| e == "rs"))?;
        if files.is_empty() {
            continue;
        }
        let _ = writeln!(modules, "\nmod {group} {{");
        for file in files {
            let module = file.trim_end_matches(".rs");
            let _ = writeln!(modules, "    pub(crate) mod {module};");
            rules.push(format!("{group}::{module}"));
        }
        modules.push_str("}\n");
    }
    let mut text = String::from(
        "\n/// Every rule, ordered by group and id.\n#[rustfmt::skip]\npub static RULES: &[&dyn Rule] = &[\n",
    );
    for rule in rules {
        let _ = writeln!(text, "    {rule}::RULE,");
    }
    text.push_str("];\n");
    Ok(text + &modules)
}

fn names(folder: &Path, wanted: impl Fn(&Path) -> bool) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if wanted(&path) {
            names.extend(path.file_name().and_then(|name| name.to_str()).map(str::to_owned));
        }
    }
    names.sort();
    Ok(names)
}
