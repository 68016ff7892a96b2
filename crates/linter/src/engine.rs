use std::cell::RefCell;
use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use cflint_diagnostics::{Applicability, FileId, Finding, SourceFile, Subject};
use cflint_edge::path::{RequestPath, request_paths};
use cflint_template::links::links;
use cflint_template::model::{self, Graph, Model};
use cflint_template::syntax::{self, NodeRef, Parsed, SyntaxError};
use cflint_template::template::{Template, is_template};

use crate::merge::{ViewFindings, merge};
use crate::{
    Context, Document, Input, InputError, Notice, Options, OriginUse, Report, Rule, StackOf, fingerprint,
};

/// Checks the inputs with the rules.
#[must_use]
pub fn check(inputs: Vec<Input>, rules: &[&'static dyn Rule], options: &Options) -> Report {
    let rules: Vec<_> = rules.iter().copied().filter(|rule| options.runs(rule.meta())).collect();
    let mut report = Report { files: inputs.len(), ..Report::default() };
    for outcome in each_file(&inputs, &rules, options) {
        report.sources.add(outcome.source);
        report.findings.extend(outcome.findings);
        report.errors.extend(outcome.error);
        report.notices.extend(outcome.notices);
        report.templates += usize::from(outcome.is_template);
    }
    report.findings.retain(|finding| finding.confidence >= options.min_confidence);
    let sources = &report.sources;
    report.findings.sort_by(|a, b| {
        let key = |finding: &Finding| (finding.primary.span.start, finding.primary.span.end, finding.rule);
        (sources.name(a.primary.span.file), a.primary.span.file)
            .cmp(&(sources.name(b.primary.span.file), b.primary.span.file))
            .then_with(|| key(a).cmp(&key(b)))
            .then_with(|| a.message.cmp(&b.message))
            .then_with(|| a.conditions.cmp(&b.conditions))
    });
    fingerprint::set(&mut report.findings);
    report
}

/// What came out of one file.
struct Outcome {
    source: SourceFile,
    findings: Vec<Finding>,
    error: Option<InputError>,
    notices: Vec<Notice>,
    is_template: bool,
}

/// Checks every file, on as many threads as there are processors; the results are in the order of the inputs.
fn each_file(inputs: &[Input], rules: &[&'static dyn Rule], options: &Options) -> Vec<Outcome> {
    let file = |index: usize| {
        let id = FileId(u32::try_from(index).unwrap_or(u32::MAX));
        check_file(id, &inputs[index], rules, options)
    };
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get).min(inputs.len());
    if threads < 2 {
        return (0..inputs.len()).map(file).collect();
    }
    let next = AtomicUsize::new(0);
    let outcomes = Mutex::new(Vec::with_capacity(inputs.len()));
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    if index >= inputs.len() {
                        return;
                    }
                    let outcome = file(index);
                    outcomes.lock().unwrap_or_else(PoisonError::into_inner).push((index, outcome));
                }
            });
        }
    });
    let mut outcomes = outcomes.into_inner().unwrap_or_else(PoisonError::into_inner);
    outcomes.sort_by_key(|(index, _)| *index);
    outcomes.into_iter().map(|(_, outcome)| outcome).collect()
}

fn check_file(id: FileId, input: &Input, rules: &[&'static dyn Rule], options: &Options) -> Outcome {
    let (source, parsed) = match syntax::decode(&input.bytes) {
        Ok(source) => (Arc::clone(&source), syntax::parse(id, source)),
        Err(undecodable) => (Arc::clone(&undecodable.text), Err(undecodable.into_error(id))),
    };
    let mut outcome = Outcome {
        source: SourceFile::new(input.name.as_str(), Arc::clone(&source)),
        findings: Vec::new(),
        error: None,
        notices: Vec::new(),
        is_template: false,
    };
    let notice = |message: &str| Notice { path: input.name.clone(), message: message.to_owned() };
    match parsed {
        Err(error) if input.named || looks_like_template(&source) => {
            let mut run = Run { rules, tree: None, findings: Vec::new() };
            run.document(&unread(&error));
            outcome.findings = run.findings;
            outcome.error =
                Some(InputError { path: input.name.clone(), message: error.message, span: Some(error.span) });
        }
        Err(_) => {}
        Ok(parsed) if is_template(&parsed.tree) => {
            outcome.is_template = true;
            // What the user gave comes last, and so counts.
            let mut given = input.stack.as_ref().map(StackOf::pseudo_parameters).unwrap_or_default();
            given.extend(options.parameters.iter().cloned());
            outcome.findings = check_template(&parsed, input.stack.as_ref(), &given, rules, |message| {
                outcome.notices.push(notice(message));
            });
        }
        Ok(_) if input.named => {
            outcome.notices.push(notice("not a CloudFormation template, skipped"));
        }
        Ok(_) => {}
    }
    outcome
}

/// Whether a text that cannot be parsed was meant as a template.
fn looks_like_template(text: &str) -> bool {
    text.contains("AWSTemplateFormatVersion") || text.contains("AWS::")
}

fn unread<'d>(error: &'d SyntaxError) -> Document<'d, 'd> {
    Document {
        error: Some(error),
        syntax_problems: Vec::new(),
        duplicates: &[],
        template: None,
        links: &[],
        problems: &[],
    }
}

fn check_template(
    parsed: &Parsed,
    stack: Option<&StackOf>,
    given: &[(String, String)],
    rules: &[&'static dyn Rule],
    mut notice: impl FnMut(&str),
) -> Vec<Finding> {
    let Some(root) = parsed.tree.root() else { return Vec::new() };
    let template = Template::new(root, given);
    let graph = Graph::new(&template, links(&template));
    let problems = RefCell::new(template.problems().to_vec());
    let mut run = Run { rules, tree: Some(&parsed.tree), findings: Vec::new() };
    for distribution in model::distributions(&template) {
        let views = model::views(&template, &graph, distribution, &problems);
        if views.cut {
            notice(&format!(
                "distribution `{}` has more than {} combinations of conditions; those beyond were not looked at",
                template.resources()[distribution].id,
                model::MAX_VIEWS,
            ));
        }
        let views = views.models.into_iter().map(|(conditions, model)| {
            let mut view = Run { rules, tree: Some(&parsed.tree), findings: Vec::new() };
            view.model(&model, &conditions);
            ViewFindings { conditions, findings: view.findings }
        });
        let mut merged = merge(views.collect());
        merged.iter_mut().for_each(|finding| keep_fix_safe(finding, root));
        run.findings.extend(merged);
    }
    run.document(&Document {
        error: None,
        syntax_problems: parsed.problems.iter().map(|problem| &problem.error).collect(),
        duplicates: &parsed.duplicates,
        template: Some(&template),
        links: graph.links(),
        problems: &problems.borrow(),
    });
    for finding in &mut run.findings {
        name_construct(finding, &template, stack);
        // The next synthesis would undo an edit.
        if let (Some(_), Some(fix)) = (stack, &mut finding.fix) {
            fix.applicability = Applicability::Display;
        }
    }
    run.findings
}

/// Says which construct of a CDK app made the resource, and in which line.
fn name_construct(finding: &mut Finding, template: &Template<'_>, stack: Option<&StackOf>) {
    let subject = &mut finding.subject;
    let written = subject
        .logical_id
        .as_ref()
        .and_then(|id| template.resource(id))
        .and_then(|resource| resource.at.node.get("Metadata")?.value.get("aws:cdk:path")?.value.text());
    subject.construct = written.map(str::to_owned);
    let Some(StackOf { facts, .. }) = stack else { return };
    subject.stack = Some(facts.name.clone());
    let Some(id) = &subject.logical_id else { return };
    let construct = facts.construct(id, written).map(str::to_owned);
    finding.source = construct.as_deref().and_then(|construct| facts.made_at(construct)).cloned();
    subject.construct = construct;
}

/// A fix that is safe where the finding holds may break what the same text does elsewhere: it stays safe only if the
/// text is in a branch that is taken under just these conditions.
fn keep_fix_safe(finding: &mut Finding, root: NodeRef<'_>) {
    let Some(fix) = finding.fix.as_mut().filter(|fix| fix.applicability == Applicability::Safe) else {
        return;
    };
    let place = finding.primary.span;
    let branches: Vec<&str> = root
        .subtree()
        .filter(|node| !finding.conditions.is_empty() && node.span().contains(place))
        .filter_map(|node| node.intrinsic().filter(|call| call.name() == "Fn::If"))
        .filter_map(|call| call.value.items().next()?.text())
        .collect();
    if finding.conditions.iter().any(|(name, _)| !branches.contains(&name.as_str())) {
        fix.applicability = Applicability::Unsafe;
    }
}

/// Runs the hooks of all rules.
struct Run<'r> {
    rules: &'r [&'static dyn Rule],
    tree: Option<&'r syntax::Tree>,
    findings: Vec<Finding>,
}

impl Run<'_> {
    fn each(
        &mut self,
        subject: &Subject,
        conditions: &[(String, bool)],
        mut hook: impl FnMut(&'static dyn Rule, &mut Context<'_>),
    ) {
        for rule in self.rules {
            let mut cx = Context {
                meta: rule.meta(),
                tree: self.tree,
                subject: subject.clone(),
                conditions,
                findings: &mut self.findings,
            };
            hook(*rule, &mut cx);
        }
    }

    fn document(&mut self, document: &Document<'_, '_>) {
        self.each(&Subject::default(), &[], |rule, cx| rule.document(document, cx));
    }

    fn model(&mut self, model: &Model, conditions: &[(String, bool)]) {
        let subject = Subject {
            logical_id: Some(model.distribution.id.clone()),
            resource_type: Some("AWS::CloudFront::Distribution".to_owned()),
            ..Subject::default()
        };
        let paths = request_paths(model);
        let origins = origins(&paths);
        self.each(&subject, conditions, |rule, cx| {
            rule.distribution(model, cx);
            for behavior in model.distribution.all_behaviors() {
                rule.behavior(behavior, model, cx);
            }
            for origin in &origins {
                rule.origin(origin, cx);
            }
            for path in &paths {
                rule.request_path(path, cx);
            }
        });
    }
}

/// The origins that behaviors lead to, in the order in which they are met.
fn origins<'p, 'm>(paths: &'p [RequestPath<'m>]) -> Vec<OriginUse<'p, 'm>> {
    let mut origins: Vec<OriginUse<'p, 'm>> = Vec::new();
    for path in paths {
        match origins.iter_mut().find(|known| known.origin.index == path.origin.index) {
            Some(known) => known.paths.push(path),
            None => {
                origins.push(OriginUse { origin: path.origin, backend: &path.backend, paths: vec![path] })
            }
        }
    }
    origins
}
