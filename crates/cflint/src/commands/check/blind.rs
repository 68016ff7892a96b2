//! What a run could not see, so that "no findings" is not taken for more than it is.

use std::path::{Path, PathBuf};

use cflint_linter::{Notice, Report, Sight};
use cflint_output::plural;

use crate::files::paths::shown;
use crate::input::apps;

/// How many templates or distributions are named in one line.
const MAX_NAMED: usize = 3;

/// One line for each cause.
pub(super) fn notices(report: &Report, paths: &[PathBuf]) -> Vec<Notice> {
    let mut notices = apps::notices(paths);
    // What could not be read may have what is missing.
    if !report.errors.is_empty() {
        return notices;
    }
    let sight = &report.sight;
    let said = [no_distribution(report), foreign(sight), without_origins(sight)];
    notices.extend(said.into_iter().flatten().map(|message| Notice { path: String::new(), message }));
    notices
}

fn no_distribution(report: &Report) -> Option<String> {
    if report.templates == 0 || report.examined.distributions > 0 {
        return None;
    }
    let templates = plural(report.templates, "template");
    Some(format!("no CloudFront distribution in {templates}: the checks that need one did not run"))
}

/// Values of other stacks, which only a run over these stacks knows.
fn foreign(sight: &Sight) -> Option<String> {
    let first = sight.foreign.first()?;
    let count = sight.foreign.iter().map(|template| template.references).sum();
    let remedy = match apps::assembly_around(Path::new(&first.path)) {
        Some(assembly) => format!("`cflint check {}` resolves them", shown(&assembly)),
        None => "check the template together with those that export the values".to_owned(),
    };
    let stays = if count == 1 { "stays" } else { "stay" };
    let files = named(sight.foreign.iter().map(|template| template.path.as_str()));
    Some(format!("{} to other stacks {stays} unknown in {files}: {remedy}", plural(count, "reference")))
}

/// Distributions of which no origin is known, where that has no other cause.
fn without_origins(sight: &Sight) -> Option<String> {
    let is_told = |path: &str| sight.foreign.iter().any(|template| template.path == path);
    let blind: Vec<&str> = sight
        .without_origins
        .iter()
        .filter(|distribution| !is_told(&distribution.path))
        .map(|distribution| distribution.distribution.as_str())
        .collect();
    let what = if blind.len() == 1 { "distribution" } else { "distributions" };
    (!blind.is_empty()).then(|| {
        format!(
            "no origin of {what} {} is known, so requests were not followed to an API; pass values that the template leaves open with `--parameter NAME=VALUE`",
            named(blind.into_iter())
        )
    })
}

fn named<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    let shown = names.get(..MAX_NAMED).unwrap_or(&names).join(", ");
    match names.len().saturating_sub(MAX_NAMED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
