use std::collections::BTreeSet;
use std::io;
use std::path::PathBuf;

use cflint_diagnostics::{Confidence, Finding, Severity};
use cflint_linter::{Input, Notice, Options, Report};
use cflint_output::Format;
use cflint_output::html::Page;
use cflint_rules::RULES;

use super::{blind, page, unused, user_source, witness};
use crate::args::{CheckArgs, OutputFormat};
use crate::baseline::Baseline;
use crate::files::paths::{self, is_stdin, shown};
use crate::input::discover::{self, Exclude};
use crate::input::{Found, apps, hook};
use crate::settings::Settings;

/// The options of a run.
pub(super) struct Run<'a> {
    pub(super) args: &'a CheckArgs,
    /// Those of the arguments that are looked at.
    pub(super) paths: Vec<PathBuf>,
    /// The real paths of files that other runs tell about.
    pub(super) others: BTreeSet<String>,
    pub(super) settings: Settings,
    pub(super) baseline: Option<Baseline>,
}

impl Run<'_> {
    /// The options for the linter.
    pub(super) fn options(&self) -> Options {
        let mut options = self.settings.options();
        if self.args.no_suppressions {
            options.no_suppressions = true;
            options.suppressions.clear();
        }
        options
    }

    /// The files that the arguments name.
    pub(super) fn find(&self) -> Found {
        let stdin_name = self.args.input.stdin_name();
        let is_forced = self.args.force_exclude || self.args.hook;
        let exclude = Exclude { paths: self.settings.exclude(), is_forced };
        let stdin = &mut io::stdin().lock();
        if self.args.hook {
            return hook::collect(
                &self.paths,
                stdin_name,
                stdin,
                &exclude,
                &hook::project(&self.args.input.named(&self.paths)),
            );
        }
        let (paths, sources) = apps::without_sources(&self.paths);
        let mut found = discover::collect(&paths, stdin_name, stdin, &exclude);
        found.errors.extend(sources);
        found.notices.extend(excluded(&paths, &exclude));
        found
    }

    /// Checks files, and adds what the linter cannot know: what was left out, what is known, where the user's own lines
    /// are, and what a page shows besides the findings.
    pub(super) fn check(self, inputs: Vec<Input>, found: Found) -> (Report, Page) {
        let mut options = self.options();
        let least = (options.min_confidence, self.settings.min_severity.value.into());
        if self.baseline.is_some() {
            // An entry is not stale because its finding is hidden now.
            options.min_confidence = Confidence::Possible;
        }
        let kept = matches!(self.args.format, OutputFormat::Html).then(|| inputs.clone());
        let mut report = cflint_linter::check(inputs, RULES, &options);
        report.files += found.irrelevant;
        report.errors.extend(found.errors);
        report.notices.extend(found.notices);
        let mut unneeded = unneeded(&self.settings, &options, &self.args.paths, &report);
        if let Some(baseline) = self.baseline {
            let stale = baseline.apply(&mut report, &options);
            unneeded.extend(stale.notice(self.args.verbose));
        }
        // A hook sees a part of the project, and who commits a few files does not want to hear what all of it does not need.
        if !self.args.hook {
            report.notices.extend(blind::notices(&report, &self.args.paths));
            report.notices.extend(unneeded);
        }
        drop_below(least, &mut report);
        if !self.others.is_empty() {
            let sources = &report.sources;
            let is_own = |finding: &Finding| {
                !self.others.contains(&paths::real(sources.name(finding.primary.span.file)))
            };
            report.findings.retain(is_own);
        }
        witness::complete(&mut report, self.args);
        user_source::complete(&mut report, &self.args.paths, Format::from(self.args.format));
        let page = kept.map(|inputs| page::of(&report, &inputs, &options)).unwrap_or_default();
        (report, page)
    }
}

/// What a check of these paths says besides what the linter does: what it could not see, and what it does not need.
pub(crate) fn notices(
    settings: &Settings,
    options: &Options,
    paths: &[PathBuf],
    report: &Report,
) -> Vec<Notice> {
    let mut notices = blind::notices(report, paths);
    notices.extend(unneeded(settings, options, paths, report));
    notices
}

fn unneeded(settings: &Settings, options: &Options, paths: &[PathBuf], report: &Report) -> Vec<Notice> {
    let mut notices = settings.parameters.notices(report);
    notices.extend(unused::notices(settings, options, paths, report));
    notices
}

/// Files that were named and are excluded anyway, because `--force-exclude` is given.
fn excluded(paths: &[PathBuf], exclude: &Exclude) -> Option<Notice> {
    let is_left_out = |path: &&PathBuf| !is_stdin(path) && !path.is_dir() && exclude.takes(&shown(path));
    let left_out: Vec<&PathBuf> = paths.iter().filter(|_| exclude.is_forced).filter(is_left_out).collect();
    let (first, others) = left_out.split_first()?;
    let others = if others.is_empty() { String::new() } else { format!(", and {} more", others.len()) };
    let message = format!("excluded by the configuration, skipped{others}");
    Some(Notice { path: shown(first), message })
}

pub(super) fn drop_below((confidence, severity): (Confidence, Severity), report: &mut Report) {
    report.findings.retain(|finding| finding.confidence >= confidence && finding.severity >= severity);
}
