//! What a check of a document comes to: the same as `cflint check` of its file.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use cflint_diagnostics::{Finding, SourceFile};
use cflint_linter::{Input, Options, Report};
use cflint_rules::RULES;
use cflint_template::syntax::Content;
use cflint_template::syntax::limits::MAX_BYTES;

use super::documents::Open;
use crate::args::{ConfigFileArgs, InputArgs};
use crate::files::paths::target;
use crate::input::discover::{Exclude, may_be_template};
use crate::input::open::{self, Unsaved};
use crate::problem::Problem;
use crate::settings::Settings;

/// A document with what was read for it, and what was found. The document is the first of the files.
pub(super) struct Look {
    pub(super) inputs: Vec<Input>,
    pub(super) options: Options,
    pub(super) report: Report,
    /// Whether the document itself could be parsed.
    pub(super) is_parsed: bool,
    /// The files that take part, without links.
    reads: BTreeSet<PathBuf>,
}

pub(super) enum Outcome {
    Seen(Box<Look>),
    /// Why there is nothing to say.
    Silent(&'static str),
    /// The configuration cannot be read.
    Unconfigured(Problem),
}

impl Look {
    /// Whether a file takes part, by its path without links.
    pub(super) fn reads(&self, real: &Path) -> bool {
        self.reads.contains(real)
    }

    /// The document as it was looked at.
    pub(super) fn file(&self) -> Option<&SourceFile> {
        self.report.sources.get(cflint_diagnostics::FileId(0))
    }

    /// The findings in the document.
    pub(super) fn own(&self) -> impl Iterator<Item = &Finding> {
        self.report.active().filter(|finding| finding.primary.span.file.0 == 0)
    }
}

/// Checks a document.
pub(super) fn look(document: &mut Open, config: &ConfigFileArgs, unsaved: &Unsaved) -> Outcome {
    let Some(text) = document.text.as_deref() else {
        return Outcome::Silent("not checked: together, the open documents are larger than 64 MiB");
    };
    if !document.is_file {
        return Outcome::Silent("not checked: the document is not in a file; save it first");
    }
    if text.len() > MAX_BYTES {
        return Outcome::Silent("not checked: larger than 32 MiB");
    }
    if !may_be_template(text.as_bytes()) {
        return Outcome::Silent("not checked: not a CloudFormation template");
    }
    let path = PathBuf::from(&document.name);
    let settings = match Settings::of_config(&[path], &InputArgs::default(), config) {
        Ok(settings) => settings,
        Err(problem) => return Outcome::Unconfigured(problem),
    };
    let exclude = Exclude { paths: settings.exclude(), is_forced: true };
    if exclude.takes(&document.name) {
        return Outcome::Silent("not checked: excluded by the configuration");
    }
    let mut found = open::collect(&document.name, Content::from(text), &exclude, unsaved);
    let mut reads: BTreeSet<PathBuf> = found.inputs.iter().filter_map(|input| target(&input.name)).collect();
    if open::imports(text) {
        let others = document.others.get_or_insert_with(|| open::others(&document.name, &exclude));
        open::link(&mut found, others, unsaved);
        reads.extend(others.iter().filter_map(|other| other.real.clone()));
    } else {
        document.others = None;
    }
    let options = settings.options();
    let mut report = cflint_linter::check(found.inputs.clone(), RULES, &options);
    let is_parsed = !report.errors.iter().any(|error| error.path == document.name);
    if report.templates == 0 && is_parsed {
        return Outcome::Silent("not checked: not a CloudFormation template");
    }
    let least = settings.min_severity.value.into();
    report.findings.retain(|finding| finding.severity >= least);
    Outcome::Seen(Box::new(Look { inputs: found.inputs, options, report, is_parsed, reads }))
}
