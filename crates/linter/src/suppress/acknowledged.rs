//! `Validations.of(construct).acknowledge({id: 'cflint::rule', reason: '…'})` in a CDK app.
//!
//! An acknowledgement of a construct is one of everything in it, so each finding looks for those of the constructs that
//! its resource is in.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use cflint_diagnostics::{FileId, Finding, Span, Suppressed};
use cflint_template::assembly::{Acknowledged, upwards};
use cflint_template::syntax::Tree;

use super::apply::state;
use super::metadata::whole;
use crate::distributions::construct;
use crate::input::{Input, StackOf};
use crate::meta::RuleMeta;
use crate::options::Options;
use crate::rule::Rule;
use crate::suppression::{Channel, State, Suppression, Target};

/// The prefix of our ids.
const OWN: &str = "cflint::";
/// The prefixes of the ids of cdk-nag. Its documentation writes them without one, and the CDK adds that of its own
/// annotations, up to aws-cdk-lib 2.261 in lower case. What the CDK suggests has the name of the pack.
const FOREIGN: [&str; 3] = ["Annotation::", "annotation::", "AwsSolutions::"];

/// How deep a construct may be in others: the CDK has no limit, but people do.
const MAX_DEPTH: usize = 100;

/// An acknowledgement of a rule that is known, or has our prefix.
struct Known<'a> {
    of: &'a Acknowledged,
    name: &'a str,
    channel: Channel,
    rules: Vec<&'static RuleMeta>,
    is_used: bool,
    /// The first resource that it is about, or the start of the template.
    place: Option<Span>,
}

/// A list of acknowledgements, which the templates of a stack share, by its address.
type List = *const Vec<Acknowledged>;

/// Marks the findings that the apps of the assemblies acknowledge, and returns the acknowledgements.
pub(super) fn apply(
    findings: &mut [Finding],
    trees: &[&Tree],
    inputs: &[Input],
    rules: &[&'static dyn Rule],
    options: &Options,
) -> Vec<Suppression> {
    let mut known: Vec<Known<'_>> = Vec::new();
    let mut by_construct: HashMap<(List, &str), Vec<usize>> = HashMap::new();
    let mut lists: HashSet<List> = HashSet::new();
    let mut files: HashMap<FileId, (List, File<'_>)> = HashMap::new();
    for tree in trees {
        let stack = inputs.get(tree.file().0 as usize).and_then(|input| input.stack.as_ref());
        let Some(stack) = stack.filter(|stack| !stack.facts.acknowledged.is_empty()) else { continue };
        let list = Arc::as_ptr(&stack.facts.acknowledged);
        if lists.insert(list) {
            for of in stack.facts.acknowledged.iter() {
                let Some(one) = Known::of(of, rules) else { continue };
                by_construct.entry((list, of.construct.as_str())).or_default().push(known.len());
                known.push(one);
            }
        }
        let file = File::of(tree, stack);
        for (place, construct) in file.own.iter().chain(&file.resources) {
            let here = upwards(construct).take(MAX_DEPTH).filter_map(|path| by_construct.get(&(list, path)));
            for index in here.flatten() {
                known.get_mut(*index).map(|one| one.place.get_or_insert(*place));
            }
        }
        files.insert(tree.file(), (list, file));
    }
    for finding in findings {
        let Some((list, file)) = files.get(&finding.primary.span.file) else { continue };
        let Some(construct) = file.construct(finding.primary.span) else { continue };
        let here = upwards(construct).take(MAX_DEPTH).filter_map(|path| by_construct.get(&(*list, path)));
        for index in here.flatten() {
            let Some(one) = known.get_mut(*index).filter(|one| one.names(finding.rule)) else { continue };
            one.is_used = true;
            finding.suppressed.get_or_insert_with(|| Suppressed {
                channel: Channel::Acknowledgement.as_str().to_owned(),
                reason: one.of.reason.clone(),
            });
        }
    }
    known.into_iter().filter_map(|one| one.suppression(options)).collect()
}

impl<'a> Known<'a> {
    fn of(of: &'a Acknowledged, rules: &[&'static dyn Rule]) -> Option<Self> {
        let (name, channel) = match of.id.strip_prefix(OWN) {
            Some(name) => (name, Channel::Acknowledgement),
            None => (FOREIGN.iter().find_map(|prefix| of.id.strip_prefix(prefix))?, Channel::Foreign),
        };
        let mut one = Self { of, name, channel, rules: Vec::new(), is_used: false, place: None };
        let as_written = one.written(Span::new(FileId(0), 0, 0), State::Unused);
        one.rules = rules.iter().map(|rule| rule.meta()).filter(|rule| as_written.names(rule)).collect();
        (channel == Channel::Acknowledgement || !one.rules.is_empty()).then_some(one)
    }

    fn names(&self, rule: &str) -> bool {
        self.rules.iter().any(|named| named.id == rule)
    }

    fn suppression(&self, options: &Options) -> Option<Suppression> {
        Some(self.written(self.place?, state(self.is_used, &self.rules, options)))
    }

    fn written(&self, span: Span, state: State) -> Suppression {
        Suppression {
            name: self.name.to_owned(),
            span,
            reason: self.of.reason.clone(),
            channel: self.channel,
            state,
            removal: None,
            item: None,
            target: Target::Construct,
            made: Some((self.of.construct.clone(), self.of.at.clone())),
        }
    }
}

/// The constructs of a template.
struct File<'a> {
    /// The start of the template and the construct of its stack.
    own: Option<(Span, &'a str)>,
    /// Where resources are, with their constructs, in the order of the template.
    resources: Vec<(Span, &'a str)>,
}

impl<'a> File<'a> {
    fn of(tree: &'a Tree, stack: &'a StackOf) -> Self {
        let root = tree.root();
        let start = root.and_then(|root| Some(root.entries().next()?.key.span()));
        let resources = root.and_then(|root| root.get("Resources"));
        let resources = resources.into_iter().flat_map(|section| section.value.entries());
        let made = resources.filter_map(|resource| {
            let path = stack.facts.construct(resource.name(), construct(resource.value))?;
            Some((whole(resource), path))
        });
        Self { own: start.zip(stack.facts.own_construct.as_deref()), resources: made.collect() }
    }

    /// The construct of the resource that a place is in, or that of the stack.
    fn construct(&self, place: Span) -> Option<&'a str> {
        let after = self.resources.partition_point(|(span, _)| span.start <= place.start);
        let before = after.checked_sub(1).and_then(|index| self.resources.get(index));
        before.filter(|(span, _)| span.contains(place)).or(self.own.as_ref()).map(|(_, construct)| *construct)
    }
}
