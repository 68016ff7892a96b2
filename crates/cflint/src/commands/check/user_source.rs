//! The lines of a CDK app that findings lead to.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path, PathBuf};

use cflint_diagnostics::SourceFile;
use cflint_linter::Report;
use cflint_output::Format;

use crate::files::paths::shown;
use crate::files::read;
use crate::input::assembly;

/// Names the user's files as they are called from the current folder, and adds their texts where a format shows them.
pub(super) fn complete(report: &mut Report, paths: &[PathBuf], format: Format) {
    let Ok(current) = std::env::current_dir() else { return };
    let mut roots: Option<Vec<PathBuf>> = None;
    let mut tried = BTreeSet::new();
    for finding in &mut report.findings {
        let Some(source) = &mut finding.source else { continue };
        let path = PathBuf::from(&source.path);
        if let Ok(inner) = path.strip_prefix(&current) {
            source.path = shown(inner);
        }
        if matches!(format, Format::Full | Format::Markdown | Format::Html) && tried.insert(path.clone()) {
            let roots = roots.get_or_insert_with(|| roots_of(&current, paths));
            if let Some(text) = text(&path, roots) {
                report.user_sources.insert(source.path.clone(), SourceFile::new(source.path.as_str(), text));
            }
        }
    }
}

/// The folders whose files may be shown: the current one and those that were named.
fn roots_of(current: &Path, paths: &[PathBuf]) -> Vec<PathBuf> {
    let named = paths.iter().filter_map(|path| {
        let path = fs::canonicalize(path).ok()?;
        let is_project = path.is_dir() && !assembly::is_in(&path);
        if is_project { Some(path) } else { path.parent().map(Path::to_path_buf) }
    });
    // Below the root of the system lies everything.
    fs::canonicalize(current).into_iter().chain(named).filter(|root| root.parent().is_some()).collect()
}

/// The text of a file. An assembly may come from a stranger and name any file: what lies elsewhere or is hidden, such
/// as credentials, is not shown.
fn text(path: &Path, roots: &[PathBuf]) -> Option<String> {
    let real = fs::canonicalize(path).ok()?;
    let inner = roots.iter().find_map(|root| real.strip_prefix(root).ok())?;
    let is_hidden = |part: Component<'_>| matches!(part, Component::Normal(name) if name.to_string_lossy().starts_with('.'));
    if inner.components().any(is_hidden) || !real.is_file() {
        return None;
    }
    String::from_utf8(read::file(&real).ok()?).ok()
}
