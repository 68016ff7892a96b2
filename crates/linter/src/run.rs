//! Runs all rules on one template.

use std::cell::{LazyCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};

use cflint_diagnostics::{Applicability, Finding, Span, Subject};
use cflint_edge::routes::path::{RequestPath, request_paths};
use cflint_template::links::{Link, links};
use cflint_template::model::{self, Graph, Model, SingleResource};
use cflint_template::syntax::{NodeRef, Parsed, SyntaxError, Tree};
use cflint_template::template::Template;

use crate::app_language::in_language_of;
use crate::context::Context;
use crate::distributions::construct;
use crate::document::{Document, OriginUse};
use crate::input::StackOf;
use crate::merge::{ViewFindings, merge};
use crate::rule::Rule;
use crate::sight::{TemplateSight, knows_no_origin};
use crate::suppression::Suppression;

/// What the check of one template needs besides the template.
pub(crate) struct Setting<'s> {
    pub(crate) rules: &'s [&'static dyn Rule],
    /// The trees of all files, by file; linked templates have places in several.
    pub(crate) trees: &'s [Option<&'s Tree>],
    /// The stacks of the assembly, by name.
    pub(crate) stacks: &'s BTreeMap<&'s str, &'s StackOf>,
    /// Whether the result is no longer of interest.
    pub(crate) stop: &'s AtomicBool,
}

/// The findings of a file that could not be read.
pub(crate) fn unread(setting: &Setting<'_>, error: &SyntaxError) -> Vec<Finding> {
    let mut run = Run { setting, findings: Vec::new() };
    run.document(&Document {
        error: Some(error),
        syntax_problems: Vec::new(),
        duplicates: &[],
        template: None,
        links: &[],
        problems: &[],
    });
    run.findings
}

pub(crate) fn suppressions(
    rules: &[&'static dyn Rule],
    trees: &[Option<&Tree>],
    suppressions: &[Suppression],
    stop: &AtomicBool,
) -> Vec<Finding> {
    if suppressions.is_empty() {
        return Vec::new();
    }
    let setting = Setting { rules, trees, stacks: &BTreeMap::new(), stop };
    let mut run = Run { setting: &setting, findings: Vec::new() };
    run.each(&Subject::default(), &[], |rule, cx| rule.suppressions(suppressions, cx));
    run.findings
}

/// The findings of a template. The distributions of a nested stack are checked with the outer one.
pub(crate) fn template(
    setting: &Setting<'_>,
    parsed: &Parsed,
    template: &Template<'_>,
    stack: Option<&StackOf>,
    is_outermost: bool,
    mut notice: impl FnMut(&str),
) -> (Vec<Finding>, TemplateSight) {
    let links = links(template);
    let here: Vec<Link<'_>> = links.iter().filter(|link| link.is_here).cloned().collect();
    let graph = Graph::new(template, &links);
    let branches = LazyCell::new(|| branches(template.root()));
    let problems = RefCell::new(template.problems().to_vec());
    let mut run = Run { setting, findings: Vec::new() };
    let mut sight = TemplateSight::new(template, &links);
    let mut apis: BTreeSet<String> = BTreeSet::new();
    for distribution in model::distributions(template).filter(|_| is_outermost) {
        let views = model::views(template, &graph, distribution, &problems);
        if views.cut {
            notice(&format!(
                "distribution `{}` has more than {} combinations of conditions; the others were not checked",
                template.resources()[distribution].id,
                model::MAX_VIEWS,
            ));
        }
        sight.examined.distributions += 1;
        let behaviors = |model: &Model| model.distribution.all_behaviors().count();
        sight.examined.behaviors +=
            views.models.iter().map(|(_, model)| behaviors(model)).max().unwrap_or_default();
        let mut knows_an_origin = false;
        let views = views.models.into_iter().map(|(conditions, model)| {
            apis.extend(model.apis.iter().map(|api| api.id.clone()));
            let mut view = Run { setting, findings: Vec::new() };
            knows_an_origin |= view.model(&model, &conditions);
            ViewFindings { conditions, findings: view.findings }
        });
        let mut merged = merge(views.collect());
        let id = &template.resources()[distribution].id;
        if !knows_an_origin {
            sight.without_origins.push(id.clone());
        }
        for finding in &mut merged {
            keep_fix_safe(finding, &branches);
            if let Some(witness) = &mut finding.witness {
                witness.distribution = Some(id.clone());
            }
        }
        run.findings.extend(merged);
    }
    if is_outermost {
        let views =
            model::firewalls(template, &graph, &problems).into_iter().map(|(conditions, firewalls)| {
                let mut view = Run { setting, findings: Vec::new() };
                view.each(&Subject::default(), &conditions, |rule, cx| rule.firewalls(&firewalls, cx));
                ViewFindings { conditions, findings: view.findings }
            });
        run.findings.extend(merge(views.collect()));
    }
    for resource in model::singles(template).filter(|_| is_outermost) {
        let views = model::single(template, &graph, resource).into_iter().map(|(conditions, resource)| {
            let mut view = Run { setting, findings: Vec::new() };
            view.resource(&resource, &conditions);
            ViewFindings { conditions, findings: view.findings }
        });
        let mut merged = merge(views.collect());
        merged.iter_mut().for_each(|finding| keep_fix_safe(finding, &branches));
        run.findings.extend(merged);
    }
    run.document(&Document {
        error: None,
        syntax_problems: parsed.problems.iter().map(|problem| &problem.error).collect(),
        duplicates: &parsed.duplicates,
        template: Some(template),
        links: &here,
        problems: &problems.borrow(),
    });
    for finding in &mut run.findings {
        place(finding, template, stack, setting);
    }
    sight.examined.apis = apis.len();
    (run.findings, sight)
}

/// Adds in which stack the subject is, which construct of a CDK app created it, and in which line.
fn place(finding: &mut Finding, template: &Template<'_>, own: Option<&StackOf>, setting: &Setting<'_>) {
    let subject = &mut finding.subject;
    let qualified = subject.logical_id.clone().unwrap_or_default();
    let (other, id) = template.locate(&qualified);
    let stack = other.map_or(own, |name| setting.stacks.get(name).copied());
    subject.stack = other.map(str::to_owned).or_else(|| own.map(|stack| stack.facts.name.clone()));
    if stack.is_some()
        && let Some(fix) = &mut finding.fix
    {
        // The next synthesis would undo an edit.
        fix.applicability = Applicability::Display;
    }
    if let Some(distribution) = &mut subject.distribution {
        let (other, id) = template.locate(distribution);
        let stack = other.map(str::to_owned).or_else(|| own.map(|stack| stack.facts.name.clone()));
        subject.distributions.iter_mut().for_each(|(_, at)| at.clone_from(&stack));
        *distribution = id.to_owned();
    }
    if subject.logical_id.is_none() {
        return;
    }
    subject.logical_id = Some(id.to_owned());
    let written = template.resource(&qualified).and_then(|resource| construct(resource.at.node));
    let construct = stack.map_or(written, |stack| stack.facts.construct(id, written));
    let Some(construct) = construct else { return };
    subject.construct = Some(construct.to_owned());
    finding.source = stack.and_then(|stack| stack.facts.made_at(construct)).cloned();
    let rule = setting.rules.iter().map(|rule| rule.meta()).find(|meta| meta.id == finding.rule);
    let cdk = finding.cdk.or(rule.map(|meta| meta.cdk));
    if let Some(cdk) = cdk.filter(|cdk| !cdk.is_empty()) {
        let cdk = in_language_of(finding.source.as_ref().map_or("", |at| at.path.as_str()), cdk);
        let help = finding.help.take().map_or_else(String::new, |help| format!("{help}; "));
        finding.help = Some(format!("{help}in CDK: {cdk}"));
    }
}

/// A fix that is safe where the finding applies may break what the same text does elsewhere: it stays safe only if the
/// text is in a branch that is taken under just these conditions.
fn keep_fix_safe<'t>(
    finding: &mut Finding,
    branches: &LazyCell<Branches<'t>, impl FnOnce() -> Branches<'t>>,
) {
    let Some(fix) = finding.fix.as_mut().filter(|fix| fix.applicability == Applicability::Safe) else {
        return;
    };
    if finding.conditions.is_empty() {
        return;
    }
    let place = finding.primary.span;
    let around: Vec<&str> =
        branches.iter().filter(|(span, _)| span.contains(place)).map(|(_, condition)| *condition).collect();
    if finding.conditions.iter().any(|(name, _)| !around.contains(&name.as_str())) {
        fix.applicability = Applicability::Unsafe;
    }
}

/// The places of all `Fn::If`, with their conditions.
type Branches<'t> = Vec<(Span, &'t str)>;

fn branches<'t>(root: NodeRef<'t>) -> Branches<'t> {
    let branch = |node: NodeRef<'t>| {
        let call = node.intrinsic().filter(|call| call.name() == "Fn::If")?;
        Some((node.span(), call.value.items().next()?.text()?))
    };
    root.subtree().filter_map(branch).collect()
}

/// Runs the hooks of all rules.
struct Run<'r> {
    setting: &'r Setting<'r>,
    findings: Vec<Finding>,
}

impl Run<'_> {
    fn each(
        &mut self,
        subject: &Subject,
        conditions: &[(String, bool)],
        mut hook: impl FnMut(&'static dyn Rule, &mut Context<'_>),
    ) {
        for rule in self.setting.rules {
            if self.setting.stop.load(Ordering::Relaxed) {
                return;
            }
            let mut cx = Context {
                meta: rule.meta(),
                trees: self.setting.trees,
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

    fn resource(&mut self, resource: &SingleResource, conditions: &[(String, bool)]) {
        let subject = Subject {
            logical_id: Some(resource.id.clone()),
            resource_type: Some(resource.kind.clone()),
            ..Subject::default()
        };
        self.each(&subject, conditions, |rule, cx| rule.resource(resource, cx));
    }

    /// Runs the rules on one view of a distribution, and says whether an origin of it is known.
    fn model(&mut self, model: &Model, conditions: &[(String, bool)]) -> bool {
        let subject = Subject {
            logical_id: Some(model.distribution.id.clone()),
            resource_type: Some("AWS::CloudFront::Distribution".to_owned()),
            distribution: Some(model.distribution.id.clone()),
            distributions: vec![(model.distribution.span, None)],
            ..Subject::default()
        };
        let paths = request_paths(model);
        let origins = origins(&paths);
        self.each(&subject, conditions, |rule, cx| {
            rule.distribution(model, cx);
            for behavior in model.distribution.all_behaviors() {
                cx.subject.behavior = Some(behavior.name());
                rule.behavior(behavior, model, cx);
            }
            cx.subject.behavior = None;
            for origin in &origins {
                rule.origin(origin, cx);
            }
            for path in &paths {
                cx.subject.behavior = Some(path.behavior.name());
                rule.request_path(path, cx);
            }
        });
        !knows_no_origin(&paths, model.distribution.origins.open.is_some())
    }
}

/// The origins that behaviors use, in the order in which they occur.
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
