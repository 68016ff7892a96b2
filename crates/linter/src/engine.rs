use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use cflint_diagnostics::{Applicability, Edit, FileId, Finding, SourceFile, Sources, Span};
use cflint_template::project::Project;
use cflint_template::syntax::{self, Parsed, SyntaxError, Tree};
use cflint_template::template::{Template, is_template};

use crate::input::{Input, Role, StackOf};
use crate::options::Options;
use crate::parallel::parallel;
use crate::project::{TemplateFile, outermost, parameters_of, units};
use crate::report::{InputError, Notice, Report};
use crate::rule::Rule;
use crate::run::{self, Setting};
use crate::sight::{TemplateSight, ambiguous_exports};
use crate::{configured, fingerprint, suppress, witness};

/// Checks the inputs with the rules.
pub fn check(inputs: Vec<Input>, rules: &[&'static dyn Rule], options: &Options) -> Report {
    let asked: Vec<_> = rules.iter().copied().filter(|rule| options.runs(rule.meta())).collect();
    let mut report = Report { files: checked(&inputs), ..Report::default() };
    let read = parallel(inputs.len(), |index| read(index, &inputs[index]));
    let mut told = check_templates(&inputs, &read, &asked, options, &mut report);
    if !options.no_suppressions {
        let templates = read.iter().filter_map(|file| file.parsed.as_ref().ok());
        let trees: Vec<&Tree> =
            templates.map(|parsed| &parsed.tree).filter(|tree| is_template(tree)).collect();
        let mut suppressions = suppress::apply(&mut report.findings, &trees, rules, options);
        suppressions.retain(|known| inputs[known.span.file.0 as usize].is_checked());
        let all = read.iter().map(|file| file.parsed.as_ref().ok().map(|parsed| &parsed.tree));
        let about = run::suppressions(&asked, &all.collect::<Vec<_>>(), &suppressions);
        told.extend(about.iter().map(what));
        report.findings.extend(about);
    }
    report.sources = sources(&inputs, read);
    sort(&mut report);
    // Before findings are dropped, so that neither identities nor what is known of them depend on the level.
    fingerprint::set(&mut report.findings, &report.sources);
    configured::apply(&mut report, &asked, options);
    report.findings.retain(|finding| finding.confidence >= options.min_confidence);
    if !inputs.iter().all(Input::is_checked) {
        report.findings.retain(|finding| told.contains(&what(finding)));
    }
    fingerprint::seal(&mut report.findings);
    report
}

/// What a finding says of which place, whichever distribution or stack it comes from.
type What = (Span, &'static str, String, Vec<(String, bool)>);

fn what(finding: &Finding) -> What {
    (finding.primary.span, finding.rule, finding.message.clone(), finding.conditions.clone())
}

/// What counts: what is said of a template that is looked at for its own sake, and what points at one.
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

/// What [`survey`] made of the inputs.
#[derive(Debug)]
pub struct Survey<T> {
    /// What became of each template that is not inside another one, in the order of the files.
    pub found: Vec<T>,
    /// The files, the errors and the notices of the run; no findings.
    pub report: Report,
}

/// Reads the inputs as [`check`] does, and looks at each template that is not inside another one.
pub fn survey<T: Send>(
    inputs: Vec<Input>,
    options: &Options,
    look: impl Fn(&Template<'_>, &Input) -> T + Sync,
) -> Survey<T> {
    let mut report = Report { files: checked(&inputs), ..Report::default() };
    let read = parallel(inputs.len(), |index| read(index, &inputs[index]));
    let found = {
        let files = templates(&inputs, &read, &mut report, |_, _| {});
        each_template(&inputs, &files, options, |file, template, is_outermost| {
            let input = &inputs[file.input];
            (is_outermost && input.is_checked()).then(|| look(template, input))
        })
    };
    report.sources = sources(&inputs, read);
    Survey { found: found.into_iter().flatten().collect(), report }
}

/// How many of the files are looked at for their own sake.
fn checked(inputs: &[Input]) -> usize {
    inputs.iter().filter(|input| input.is_checked()).count()
}

/// A file that was read.
struct Read {
    source: Arc<str>,
    parsed: Result<Parsed, SyntaxError>,
}

fn read(index: usize, input: &Input) -> Read {
    let id = FileId(u32::try_from(index).unwrap_or(u32::MAX));
    match syntax::decode(&input.bytes) {
        Ok(source) => Read { parsed: syntax::parse(id, Arc::clone(&source)), source },
        Err(refused) => Read { source: Arc::clone(&refused.text), parsed: Err(refused.into_error(id)) },
    }
}

fn sources(inputs: &[Input], read: Vec<Read>) -> Sources {
    let mut sources = Sources::new();
    for (input, file) in inputs.iter().zip(read) {
        sources.add(SourceFile::new(input.name.as_str(), file.source));
    }
    sources
}

/// Checks the templates, and says what of that counts.
fn check_templates(
    inputs: &[Input],
    read: &[Read],
    rules: &[&'static dyn Rule],
    options: &Options,
    report: &mut Report,
) -> HashSet<What> {
    let trees: Vec<_> =
        read.iter().map(|file| file.parsed.as_ref().ok().map(|parsed| &parsed.tree)).collect();
    let stacks: BTreeMap<&str, &StackOf> = inputs
        .iter()
        .filter_map(|input| input.stack.as_ref())
        .map(|stack| (stack.facts.name.as_str(), stack))
        .collect();
    let setting = Setting { rules, trees: &trees, stacks: &stacks };
    let files = templates(inputs, read, report, |report, error| {
        report.findings.extend(run::unread(&setting, error));
    });
    let outcomes = each_template(inputs, &files, options, |file, template, is_outermost| {
        let mut notices = Vec::new();
        let input = &inputs[file.input];
        let Ok(parsed) = &read[file.input].parsed else {
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
    let mut told: HashSet<What> = report.findings.iter().map(what).collect();
    let mut ambiguous = Vec::new();
    for (file, (findings, notices, sight)) in files.iter().zip(outcomes) {
        told.extend(counting(&findings, &inputs[file.input], inputs));
        report.findings.extend(findings);
        report.notices.extend(notices);
        if inputs[file.input].is_checked() {
            report.sight.add(&inputs[file.input], &sight);
            ambiguous.extend(sight.ambiguous.into_iter().filter(|_| sight.distributions > 0));
        }
    }
    report.notices.extend(ambiguous_exports(ambiguous, |unit| inputs[files[unit].input].name.clone()));
    let is_foreign =
        |edit: &Edit| inputs.get(edit.span.file.0 as usize).is_some_and(|input| !input.is_asked_for());
    let fixes = report.findings.iter_mut().filter_map(|finding| finding.fix.as_mut());
    for fix in fixes.filter(|fix| fix.edits.iter().any(is_foreign)) {
        fix.applicability = Applicability::Display;
    }
    told
}

/// The templates among the files; what is wrong with the others is in the report.
fn templates<'r>(
    inputs: &[Input],
    read: &'r [Read],
    report: &mut Report,
    mut unread: impl FnMut(&mut Report, &'r SyntaxError),
) -> Vec<TemplateFile<'r>> {
    let mut files = Vec::new();
    for (index, (input, file)) in inputs.iter().zip(read).enumerate() {
        match &file.parsed {
            Ok(parsed) if is_template(&parsed.tree) => {
                files.extend(parsed.tree.root().map(|root| TemplateFile { input: index, root }));
            }
            Ok(_) if input.role == Role::Named => {
                let message = "not a CloudFormation template, skipped".to_owned();
                report.notices.push(Notice { path: input.name.clone(), message });
            }
            Ok(_) => {}
            Err(_) if !input.is_checked() => {}
            Err(error) if input.role == Role::Named || looks_like_template(&file.source) => {
                unread(report, error);
                let (message, span) = (error.message.clone(), Some(error.span));
                report.errors.push(InputError { path: input.name.clone(), message, span });
            }
            Err(_) => {}
        }
    }
    report.templates = files.iter().filter(|file| inputs[file.input].is_checked()).count();
    report.parameters = files.iter().map(|file| parameters_of(&inputs[file.input], file.root)).collect();
    files
}

/// Links the templates and does something with each, told whether it is inside no other one.
fn each_template<T: Send>(
    inputs: &[Input],
    files: &[TemplateFile<'_>],
    options: &Options,
    work: impl Fn(&TemplateFile<'_>, &Template<'_>, bool) -> T + Sync,
) -> Vec<T> {
    let project = Project::new(units(inputs, files, options));
    let outermost = outermost(&project, files.len());
    parallel(files.len(), |unit| {
        let is_outermost = outermost.binary_search(&unit).is_ok();
        let linked = is_outermost.then(|| project.template(unit)).flatten();
        let template = linked.unwrap_or_else(|| Template::new(files[unit].root, project.given(unit)));
        work(&files[unit], &template, is_outermost)
    })
}

/// A total order: path, place, rule. What two distributions or stacks say of one place is said once.
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
            // The surest of those that say the same is kept.
            .then_with(|| b.confidence.cmp(&a.confidence))
    });
    report.findings.dedup_by(|a, b| {
        (a.primary.span, a.rule, &a.message, &a.conditions)
            == (b.primary.span, b.rule, &b.message, &b.conditions)
    });
}

/// Whether a text that cannot be parsed was meant as a template.
fn looks_like_template(text: &str) -> bool {
    text.contains("AWSTemplateFormatVersion") || text.contains("AWS::")
}
