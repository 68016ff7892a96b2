//! Known findings of the configuration that are none any more.

use std::path::{Path, PathBuf};

use cflint_linter::{Notice, Options, Report};

use crate::files::paths::{absolute, names};
use crate::settings::Settings;

/// The notice about unused entries. A run that reads only some of the files can tell only of entries for
/// these.
pub(super) fn notices(
    settings: &Settings,
    options: &Options,
    paths: &[PathBuf],
    report: &Report,
) -> Vec<Notice> {
    let Some(config) = settings.config.as_ref().filter(|_| report.errors.is_empty()) else {
        return Vec::new();
    };
    let reads_all = paths.iter().any(|path| config.folder.path().starts_with(absolute(Path::new(path))));
    let known = settings.known();
    let unused = report.unused_suppressions.iter().filter_map(|index| {
        let suppression = options.suppressions.get(*index)?;
        let was_read = || {
            names(&report.sources)
                .any(|name| suppression.path.as_ref().is_some_and(|path| path.matches(name)))
        };
        (reads_all || was_read()).then_some(())?;
        let (_, place) = known.get(*index)?;
        let message = format!("this entry matches no finding of `{}`", suppression.rule);
        Some(Notice { path: place.to_string(), message })
    });
    unused.collect()
}
