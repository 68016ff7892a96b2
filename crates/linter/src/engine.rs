use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};

use cflint_diagnostics::{Applicability, Confidence, Edit, Finding, SourceFile, Sources, Span};
use cflint_template::definitions::Definitions;
use cflint_template::project::{Project, makes_foreign_stage, uploaded_templates};
use cflint_template::syntax::{SyntaxError, Tree};
use cflint_template::template::Template;

use crate::input::{Input, Role, StackOf};
use crate::options::Options;
use crate::parallel::parallel;
use crate::project::{TemplateFile, outermost, parameters_of, presumed, units, with_inner};
use crate::read::{Read, read_all};
use crate::report::{InputError, Notice, Report};
use crate::rule::Rule;
use crate::run::{self, Setting};
use crate::sight::{TemplateSight, ambiguous_exports};
use crate::{configured, fingerprint, suppress, witness};

/// Checks the inputs with the rules.
pub fn check(inputs: Vec<Input>, rules: &[&'static dyn Rule], options: &Options) -> Report {
    check_until(inputs, rules, options, &AtomicBool::new(false)).unwrap_or_default()
}

/// The same, until another thread sets `stop`: there is no report then. It is read before each file and each rule.
pub fn check_until(
    inputs: Vec<Input>,
    rules: &[&'static dyn Rule],
    options: &Options,
    stop: &AtomicBool,
) -> Option<Report> {
    let asked: Vec<_> = rules.iter().copied().filter(|rule| options.runs(rule.meta())).collect();
    let mut report = Report { files: checked(&inputs), ..Report::default() };
    let read = read_all(&inputs, options, stop);
    let mut told = check_templates(&inputs, &read, &asked, options, stop, &mut report);
    if stop.load(Ordering::Relaxed) {
        return None;
    }
    let mut unreported = BTreeMap::new();
    if !options.no_suppressions {
        let all: Vec<Option<&Tree>> = read.iter().map(Read::tree).collect();
        let trees: Vec<&Tree> = all.iter().copied().flatten().collect();
        let mut suppressions = suppress::apply(&mut report.findings, &trees, &inputs, rules, options);
        suppressions.retain(|known| inputs[known.span.file.0 as usize].is_checked());
        unreported = suppress::bound(&mut suppressions);
        let about = run::suppressions(&asked, &all, &suppressions, stop);
        told.extend(about.iter().map(what));
        report.about_suppressions.extend(about.iter().map(|finding| finding.rule));
        report.findings.extend(about);
    }
    report.sources = sources(&inputs, read);
    sort(&mut report);
    // Before findings are dropped, so that neither identities nor suppressions depend on the level.
    fingerprint::set(&mut report.findings, &report.sources);
    configured::apply(&mut report, &asked, options);
    report.findings.retain(|finding| finding.confidence >= options.min_confidence);
    let is_shown = |finding: &Finding| {
        let mut own = asked.iter().map(|rule| rule.meta()).filter(|meta| meta.id == finding.rule);
        !finding.pedantic || own.any(|meta| options.is_pedantic_about(meta))
    };
    report.findings.retain(is_shown);
    if !inputs.iter().all(Input::is_checked) {
        report.findings.retain(|finding| told.contains(&what(finding)));
    }
    fingerprint::set_causes(&mut report.findings, &report.sources);
    fingerprint::seal(&mut report.findings);
    for (file, more) in unreported {
        let is_about = |finding: &&Finding| report.about_suppressions.contains(finding.rule);
        // Not where the configuration does not want to hear of them.
        if report.findings.iter().filter(is_about).any(|finding| finding.primary.span.file == file) {
            let path = report.sources.name(file).to_owned();
            let message = format!("{more} more suppressions of the file do nothing and are not reported");
            report.notices.push(Notice { path, message });
        }
    }
    Some(report)
}

/// What a finding says about which place, whichever distribution or stack it comes from.
type What = (Span, &'static str, String, Vec<(String, bool)>);

fn what(finding: &Finding) -> What {
    (finding.primary.span, finding.rule, finding.message.clone(), finding.conditions.clone())
}

/// The findings to report: those in a template that is checked for its own sake, and those that point at one.
fn counting<'f>(
    findings: &'f [Finding],
    input: &Input,
    inputs: &'f [Input],
) -> impl Iterator<Item = What> + 'f {
    let is_checked = |span: Span| inputs.get(span.file.0 as usize).is_some_and(Input::is_checked);
    let is_own = input.is_checked();
    let counts = move |finding: &&Finding| {
        is_own
            || is_checked(finding.primary.span)
            || finding.related.iter().any(|label| is_checked(label.span))
    };
    findings.iter().filter(counts).map(what)
}

/// The result of [`survey`].
#[derive(Debug)]
pub struct Survey<T> {
    /// The result for each template that is not a nested one, in the order of the files.
    pub found: Vec<T>,
    /// The files, the errors and the notices of the run; no findings.
    pub report: Report,
}

/// Reads the inputs as [`check`] does, and looks at each template that is not a nested one.
pub fn survey<T: Send>(
    inputs: &[Input],
    options: &Options,
    look: impl Fn(&Template<'_>, &Input) -> T + Sync,
) -> Survey<T> {
    let mut report = Report { files: checked(inputs), ..Report::default() };
    let never = AtomicBool::new(false);
    let read = read_all(inputs, options, &never);
    let found = {
        let files = templates(inputs, &read, &mut report, |_, _| {});
        each_template(inputs, &files, options, &never, |file, template, is_outermost| {
            let input = &inputs[file.input];
            (is_outermost && input.is_checked()).then(|| look(template, input))
        })
    };
    report.sources = sources(inputs, read);
    Survey { found: found.into_iter().flatten().flatten().collect(), report }
}

/// How many of the files are checked for their own sake.
fn checked(inputs: &[Input]) -> usize {
    inputs.iter().filter(|input| input.is_checked()).count()
}

fn sources(inputs: &[Input], read: Vec<Read>) -> Sources {
    let mut sources = Sources::new();
    for (input, file) in inputs.iter().zip(read) {
        sources.add(SourceFile::new(input.name.as_str(), file.source));
    }
    sources
}

/// Checks the templates, and returns the findings to report.
fn check_templates(
    inputs: &[Input],
    read: &[Read],
    rules: &[&'static dyn Rule],
    options: &Options,
    stop: &AtomicBool,
    report: &mut Report,
) -> HashSet<What> {
    let trees: Vec<_> = read.iter().map(Read::tree).collect();
    let stacks: BTreeMap<&str, &StackOf> = inputs
        .iter()
        .filter_map(|input| input.stack.as_ref())
        .map(|stack| (stack.facts.name.as_str(), stack))
        .collect();
    let setting = Setting { rules, trees: &trees, stacks: &stacks, stop };
    let files = templates(inputs, read, report, |report, error| {
        report.findings.extend(run::unread(&setting, error));
    });
    let outcomes = each_template(inputs, &files, options, stop, |file, template, is_outermost| {
        let mut notices = Vec::new();
        let input = &inputs[file.input];
        let Ok(Some(parsed)) = &read[file.input].template else {
            return (Vec::new(), notices, TemplateSight::default());
        };
        let (mut findings, sight) =
            run::template(&setting, parsed, template, input.stack.as_ref(), is_outermost, |message| {
                notices.push(Notice { path: input.name.clone(), message: message.to_owned() });
            });
        notices.retain(|_| input.is_checked());
        witness::complete(&mut findings, input, inputs, template);
        (findings, notices, sight)
    });
    let presumed = presumed(inputs, &files);
    let presumes =
        |file: &TemplateFile<'_>| !presumed.is_empty() && uploaded_templates(file.root).next().is_some();
    let mut told: HashSet<What> = report.findings.iter().map(what).collect();
    let mut ambiguous = Vec::new();
    for (file, outcome) in files.iter().zip(outcomes) {
        let Some((mut findings, notices, sight)) = outcome else { continue };
        let presumes = presumes(file);
        findings.iter_mut().for_each(|finding| doubt(finding, presumes, &presumed));
        told.extend(counting(&findings, &inputs[file.input], inputs));
        report.findings.extend(findings);
        report.notices.extend(notices);
        if inputs[file.input].is_checked() {
            report.examined += sight.examined;
            report.sight.add(&inputs[file.input], &sight);
            let unclear = sight.ambiguous.iter().flat_map(|ambiguous| &ambiguous.units);
            report.linked.extend(unclear.filter_map(|unit| Some(files.get(*unit)?.root.id().file())));
            report.linked.extend(sight.linked);
            ambiguous.extend(sight.ambiguous.into_iter().filter(|_| sight.examined.distributions > 0));
        }
    }
    let adding = files.iter().filter(|file| makes_foreign_stage(file.root));
    report.linked.extend(adding.map(|file| file.root.id().file()));
    report.notices.extend(ambiguous_exports(ambiguous, |unit| inputs[files[unit].input].name.clone()));
    let is_foreign =
        |edit: &Edit| inputs.get(edit.span.file.0 as usize).is_some_and(|input| !input.is_asked_for());
    let fixes = report.findings.iter_mut().filter_map(|finding| finding.fix.as_mut());
    for fix in fixes.filter(|fix| fix.edits.iter().any(is_foreign)) {
        fix.applicability = Applicability::Display;
    }
    told
}

/// What is known from a template that is presumed to be the one of a nested stack is at most likely, and any value
/// of a distribution may be from there.
fn doubt(finding: &mut Finding, presumes: bool, presumed: &BTreeSet<usize>) {
    let mut labels = finding.related.iter().chain([&finding.primary]);
    let is_of_distribution = presumes && finding.subject.distribution.is_some();
    if is_of_distribution || labels.any(|label| presumed.contains(&(label.span.file.0 as usize))) {
        finding.confidence = finding.confidence.min(Confidence::Likely);
    }
}

/// The templates among the files; errors of the others are in the report.
fn templates<'r>(
    inputs: &[Input],
    read: &'r [Read],
    report: &mut Report,
    mut unread: impl FnMut(&mut Report, &'r SyntaxError),
) -> Vec<TemplateFile<'r>> {
    let mut files = Vec::new();
    for (index, (input, file)) in inputs.iter().zip(read).enumerate() {
        match &file.template {
            Ok(Some(parsed)) => {
                let definitions =
                    file.names.iter().filter_map(|(node, of)| Some((*node, read.get(*of)?.tree()?.root()?)));
                let definitions: Definitions<'_> = definitions.collect();
                files.extend(parsed.tree.root().map(|root| TemplateFile { input: index, root, definitions }));
            }
            Ok(None) if input.role == Role::Named && file.definition.is_none() => {
                let message = "not a CloudFormation template, skipped".to_owned();
                report.notices.push(Notice { path: input.name.clone(), message });
            }
            Ok(None) => {}
            Err(error) if file.has_no_room => {
                if input.is_checked() {
                    unread(report, error);
                }
                report.errors.push(InputError::of(input, error));
            }
            Err(_) if !input.is_checked() => {}
            // The manifest of a CDK app says what is a template.
            Err(error)
                if input.role == Role::Named
                    || input.stack.is_some()
                    || looks_like_template(&file.source) =>
            {
                unread(report, error);
                report.errors.push(InputError::of(input, error));
            }
            Err(_) => {}
        }
    }
    report.templates = files.iter().filter(|file| inputs[file.input].is_checked()).count();
    report.parameters = files.iter().map(|file| parameters_of(&inputs[file.input], file.root)).collect();
    files
}

/// Links the templates and calls a function with each, and with whether it is not a nested one; not with those that are
/// context only.
fn each_template<T: Send>(
    inputs: &[Input],
    files: &[TemplateFile<'_>],
    options: &Options,
    stop: &AtomicBool,
    work: impl Fn(&TemplateFile<'_>, &Template<'_>, bool) -> T + Sync,
) -> Vec<Option<T>> {
    let project = Project::new(units(inputs, files, options));
    let outermost = outermost(&project, files.len());
    let is_context = |unit: usize| inputs[files[unit].input].role == Role::Context;
    parallel(files.len(), |unit| {
        if stop.load(Ordering::Relaxed) {
            return None;
        }
        if is_context(unit) && with_inner(&project, unit).into_iter().all(is_context) {
            return None;
        }
        let is_outermost = outermost.binary_search(&unit).is_ok();
        let linked = is_outermost.then(|| project.template(unit)).flatten();
        let mut template = linked.unwrap_or_else(|| Template::new(files[unit].root, project.given(unit)));
        template.shows_functions = options.functions;
        Some(work(&files[unit], &template, is_outermost))
    })
}

/// A total order: path, place, rule. What two distributions or stacks say about one place is reported once.
fn sort(report: &mut Report) {
    let sources = &report.sources;
    let key = |finding: &Finding| {
        (finding.primary.span.start, finding.primary.span.end, finding.rule, finding.message.clone())
    };
    report.findings.sort_by(|a, b| {
        (sources.name(a.primary.span.file), a.primary.span.file)
            .cmp(&(sources.name(b.primary.span.file), b.primary.span.file))
            .then_with(|| key(a).cmp(&key(b)))
            .then_with(|| a.conditions.cmp(&b.conditions))
            // The most certain of equal findings is kept.
            .then_with(|| b.confidence.cmp(&a.confidence))
    });
    report.findings.dedup_by(|a, b| {
        let is_same = (a.primary.span, a.rule, &a.message, &a.conditions)
            == (b.primary.span, b.rule, &b.message, &b.conditions);
        if is_same {
            b.subject.distributions.append(&mut a.subject.distributions);
        }
        is_same
    });
}

/// Whether a text that cannot be parsed was meant as a template.
fn looks_like_template(text: &str) -> bool {
    text.contains("AWSTemplateFormatVersion") || text.contains("AWS::")
}

#[cfg(test)]
mod tests;
