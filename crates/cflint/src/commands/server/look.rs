//! What a check of a document comes to: the same as `cflint check` of its file.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use cflint_diagnostics::{FileId, Finding, SourceFile};
use cflint_linter::{Input, Options, Report, Role};
use cflint_rules::RULES;
use cflint_template::syntax::Content;
use cflint_template::syntax::limits::MAX_BYTES;
use gen_lsp_types::{Diagnostic, Uri};

use super::configuration;
use super::projects::{Project, Projects};
use crate::args::{ConfigFileArgs, InputArgs};
use crate::commands::check;
use crate::files::paths::target;
use crate::input::discover::{Exclude, may_be_template};
use crate::input::open::{self, Unsaved};
use crate::problem::Problem;
use crate::settings::Settings;

/// A document as it was when work on it began.
#[derive(Debug, Clone)]
pub(super) struct Snapshot {
    pub(super) uri: Uri,
    pub(super) name: String,
    pub(super) is_file: bool,
    /// Nothing if there is no room for it.
    pub(super) content: Option<Content>,
    /// Which opening of the document it is from.
    pub(super) opened: u64,
    /// Which state of its text it is.
    pub(super) edits: u64,
    /// How often files are known to have changed.
    pub(super) doubts: u64,
    pub(super) unsaved: Unsaved,
}

/// A document with what was read for it, and what was found. The document is the first of the files.
pub(super) struct Look {
    pub(super) inputs: Vec<Input>,
    pub(super) options: Options,
    pub(super) report: Report,
    /// Whether the document itself could be parsed.
    pub(super) is_parsed: bool,
    /// Which state of the text was looked at.
    pub(super) edits: u64,
    /// The files that were read for it, without links.
    reads: BTreeSet<PathBuf>,
    project: Option<Arc<Project>>,
}

pub(super) enum Outcome {
    Seen(Box<Look>),
    /// Why there is nothing to say.
    Silent(&'static str),
    /// The configuration cannot be read; where that is shown.
    Unconfigured(Problem, Option<Box<(Uri, Diagnostic)>>),
    /// It was not of interest any more.
    Stopped,
}

/// What a check of a document needs.
pub(super) struct Gathered {
    pub(super) settings: Settings,
    pub(super) inputs: Vec<Input>,
    notices: Vec<cflint_linter::Notice>,
    project: Option<Arc<Project>>,
}

impl Look {
    /// Whether a file was read for it, by its path without links.
    pub(super) fn reads(&self, real: &Path) -> bool {
        self.reads.contains(real) || self.project.as_ref().is_some_and(|project| project.holds(real))
    }

    /// What was read, without what has nothing to do with the document: in a large project, that is most files. They stay in the
    /// list, because places count it.
    pub(super) fn linked(&self) -> Vec<Input> {
        let is_other = |index, input: &Input| {
            input.role == Role::Context && !self.report.linked.contains(&FileId(index))
        };
        let mut inputs = self.inputs.clone();
        for (index, input) in (0..).zip(&mut inputs) {
            if is_other(index, input) {
                input.bytes = Content::from("");
            }
        }
        inputs
    }

    /// The document as it was looked at.
    pub(super) fn file(&self) -> Option<&SourceFile> {
        self.report.sources.get(FileId(0))
    }

    /// The findings in the document.
    pub(super) fn own(&self) -> impl Iterator<Item = &Finding> {
        self.report.active().filter(|finding| finding.primary.span.file.0 == 0)
    }
}

/// Reads what a check needs, or says why nothing is checked.
pub(super) fn gather(
    document: &Snapshot,
    config: &ConfigFileArgs,
    projects: &mut Projects,
    stop: &AtomicBool,
) -> Result<Gathered, Outcome> {
    let Some(content) = &document.content else {
        return Err(Outcome::Silent("not checked: together, the open documents are larger than 64 MiB"));
    };
    if !document.is_file {
        return Err(Outcome::Silent("not checked: the document is not in a file; save it first"));
    }
    if content.len() > MAX_BYTES {
        return Err(Outcome::Silent("not checked: larger than 32 MiB"));
    }
    if !may_be_template(content) {
        return Err(Outcome::Silent("not checked: not a CloudFormation template"));
    }
    let path = PathBuf::from(&document.name);
    let settings = Settings::of_config(&[path], &InputArgs::default(), config).map_err(|problem| {
        let blame = configuration::blame(&document.name, config, &problem).map(Box::new);
        Outcome::Unconfigured(problem, blame)
    })?;
    let exclude = Exclude { paths: settings.exclude(), is_forced: true };
    if exclude.takes(&document.name) {
        return Err(Outcome::Silent("not checked: excluded by the configuration"));
    }
    let mut found = open::collect(&document.name, content.clone(), &exclude, &document.unsaved);
    let project = std::str::from_utf8(content)
        .is_ok_and(open::imports)
        .then(|| projects.around(document, &settings, &exclude, stop).ok_or(Outcome::Stopped))
        .transpose()?;
    if let Some(project) = &project {
        project.link(&mut found, &document.unsaved);
    }
    Ok(Gathered { settings, inputs: found.inputs, notices: found.notices, project })
}

/// Checks a document.
pub(super) fn look(
    document: &Snapshot,
    config: &ConfigFileArgs,
    projects: &mut Projects,
    stop: &AtomicBool,
) -> Outcome {
    let gathered = gather(document, config, projects, stop);
    let Gathered { settings, inputs, notices, project } = match gathered {
        Ok(gathered) => gathered,
        Err(outcome) => return outcome,
    };
    let in_project = |input: &&Input| input.role != Role::Context;
    let reads = inputs.iter().filter(in_project).filter_map(|input| target(&input.name)).collect();
    let options = settings.options();
    let Some(mut report) = cflint_linter::check_until(inputs.clone(), RULES, &options, stop) else {
        return Outcome::Stopped;
    };
    let is_parsed = !report.errors.iter().any(|error| error.path == document.name);
    if report.templates == 0 && is_parsed {
        return Outcome::Silent("not checked: not a CloudFormation template");
    }
    report.notices.splice(0..0, notices);
    let said = check::notices(&settings, &options, &[PathBuf::from(&document.name)], &report);
    report.notices.extend(said);
    let least = settings.min_severity.value.into();
    report.findings.retain(|finding| finding.severity >= least);
    let edits = document.edits;
    Outcome::Seen(Box::new(Look { inputs, options, report, is_parsed, edits, reads, project }))
}
