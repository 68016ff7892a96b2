use cflint_diagnostics::{
    Applicability, Confidence, Edit, Finding, Fix, Label, Severity, Span, Subject, Witness,
};
use cflint_template::edit::{self, NewValue};
use cflint_template::model::{Behavior, List, Prop};
use cflint_template::syntax::{NodeId, NodeRef, Tree};
use cflint_template::value::Text;

use crate::comment;
use crate::meta::RuleMeta;
use crate::suppression::Suppression;
use crate::witness::{encoded, is_header_name};

/// What a rule reports to, and the only way for it to make an edit.
pub struct Context<'c> {
    pub(crate) meta: &'static RuleMeta,
    pub(crate) trees: &'c [Option<&'c Tree>],
    pub(crate) subject: Subject,
    pub(crate) conditions: &'c [(String, bool)],
    pub(crate) findings: &'c mut Vec<Finding>,
}

impl<'c> Context<'c> {
    /// Starts a finding at the token that the user must change. It is reported as soon as the builder is dropped. A
    /// property of the model says where it is, what its path is, and whether it is only the default of a parameter.
    pub fn report(&mut self, place: impl Place, message: impl Into<String>) -> ReportBuilder<'_, 'c> {
        let mut subject = self.subject.clone();
        subject.property = place.property().or(subject.property);
        let finding = Finding {
            rule: self.meta.id,
            group: self.meta.group.as_str(),
            severity: self.meta.severity,
            confidence: Confidence::Certain,
            pedantic: false,
            message: message.into(),
            primary: Label { span: place.span(), message: String::new() },
            related: Vec::new(),
            notes: Vec::new(),
            help: None,
            cdk: None,
            fix: None,
            subject,
            conditions: self.conditions.to_vec(),
            fingerprint: String::new(),
            source: None,
            witness: None,
            suppressed: None,
            cause: String::new(),
        };
        let default = place.default().map(|(parameter, span)| (parameter.to_owned(), span));
        ReportBuilder { cx: self, finding: Some(finding), default }
    }

    /// Whether what is looked at holds only under some conditions of the template.
    pub fn is_conditional(&self) -> bool {
        !self.conditions.is_empty()
    }

    fn node(&self, id: Option<NodeId>) -> Option<NodeRef<'c>> {
        let id = id?;
        self.trees.get(id.file().0 as usize).copied().flatten()?.node(id)
    }

    /// Whether an edit changes anything.
    fn changes(&self, edit: &Edit) -> bool {
        let tree = self.trees.get(edit.span.file.0 as usize).copied().flatten();
        tree.and_then(|tree| tree.source().get(edit.span.range())) != Some(edit.text.as_str())
    }

    /// The edit that gives a property another value; none for a value that comes from somewhere else.
    pub fn replace<T>(&self, prop: &Prop<T>, value: &NewValue<'_>) -> Option<Vec<Edit>> {
        if !prop.origins.is_empty() {
            return None;
        }
        comment::replace(self.node(prop.node)?, value)
    }

    /// The edit that gives a place another value.
    pub fn replace_node(&self, node: Option<NodeId>, value: &NewValue<'_>) -> Option<Vec<Edit>> {
        comment::replace(self.node(node)?, value)
    }

    /// The edit that adds an item to a list.
    pub fn append<T>(&self, list: &List<T>, item: &str) -> Option<Vec<Edit>> {
        edit::append(self.node(list.node)?, &NewValue::Text(item))
    }

    /// The edit that gives a list other items.
    pub fn replace_list<T>(&self, list: &List<T>, items: &[&str]) -> Option<Vec<Edit>> {
        edit::replace(self.node(list.node)?, &NewValue::Texts(items))
    }

    /// The edit that sets a property of a mapping, whether or not it is there.
    pub fn set(&self, map: Option<NodeId>, key: &str, value: &NewValue<'_>) -> Option<Vec<Edit>> {
        comment::set(self.node(map)?, key, value)
    }

    /// The edit that adds a property to a mapping; none where it is already written, even if only under a condition.
    pub fn insert(&self, map: Option<NodeId>, key: &str, value: &NewValue<'_>) -> Option<Vec<Edit>> {
        let map = self.node(map)?;
        if map.get(key).is_some() {
            return None;
        }
        edit::set(map, key, value)
    }

    /// The edit that gives a property of a mapping another name.
    pub fn rename_key(&self, map: Option<NodeId>, key: &str, name: &str) -> Option<Vec<Edit>> {
        edit::rename_key(self.node(map)?, key, name)
    }

    /// The edit that removes a property of a mapping.
    pub fn remove_key(&self, map: Option<NodeId>, key: &str) -> Option<Vec<Edit>> {
        edit::remove_key(self.node(map)?, key)
    }

    /// The edit that removes an item of a list; none for one that comes from somewhere else.
    pub fn remove_item<T>(&self, list: &List<T>, item: &Prop<Text>) -> Option<Vec<Edit>> {
        if !item.origins.is_empty() {
            return None;
        }
        edit::remove_item(self.node(list.node)?, self.node(item.node)?)
    }
}

/// Where a finding is.
pub trait Place {
    fn span(&self) -> Span;

    /// The path of the property below `Properties`.
    fn property(&self) -> Option<String> {
        None
    }

    /// The parameter whose default it rests on, and the place of that default.
    fn default(&self) -> Option<(&str, Span)> {
        None
    }
}

impl Place for Span {
    fn span(&self) -> Span {
        *self
    }
}

impl<T> Place for &Prop<T> {
    fn span(&self) -> Span {
        self.span
    }

    fn property(&self) -> Option<String> {
        Some(self.property.to_string()).filter(|property| !property.is_empty())
    }

    fn default(&self) -> Option<(&str, Span)> {
        self.rests_on_default()
    }
}

impl<T> Place for &List<T> {
    fn span(&self) -> Span {
        self.span
    }

    fn property(&self) -> Option<String> {
        Some(self.property.to_string()).filter(|property| !property.is_empty())
    }
}

/// A finding under construction.
pub struct ReportBuilder<'r, 'c> {
    cx: &'r mut Context<'c>,
    finding: Option<Finding>,
    /// The parameter whose default its place rests on, and the place of that default, until a note says so.
    default: Option<(String, Span)>,
}

impl ReportBuilder<'_, '_> {
    fn with(mut self, change: impl FnOnce(&mut Finding)) -> Self {
        if let Some(finding) = &mut self.finding {
            change(finding);
        }
        self
    }

    /// Says what is at the primary place.
    pub fn label(self, message: impl Into<String>) -> Self {
        self.with(|finding| finding.primary.message = message.into())
    }

    /// Another place that matters.
    pub fn related(self, span: Span, message: impl Into<String>) -> Self {
        self.with(|finding| finding.related.push(Label { span, message: message.into() }))
    }

    /// Other places, of which there may be none.
    pub fn related_each<M: Into<String>>(self, places: impl IntoIterator<Item = (Span, M)>) -> Self {
        places.into_iter().fold(self, |finding, (span, message)| finding.related(span, message))
    }

    /// The line of the CDK app that the suppression is from, if it is an acknowledgement.
    pub fn made_by(self, suppression: &Suppression) -> Self {
        let Some((_, at)) = &suppression.made else { return self };
        self.with(|finding| finding.source.clone_from(at))
    }

    pub fn note(self, note: impl Into<String>) -> Self {
        self.with(|finding| finding.notes.push(note.into()))
    }

    pub fn help(self, help: impl Into<String>) -> Self {
        self.with(|finding| finding.help = Some(help.into()))
    }

    /// What to write in a CDK app, where that is not what the rule says in general.
    pub fn cdk(self, cdk: &'static str) -> Self {
        self.with(|finding| finding.cdk = Some(cdk))
    }

    /// A severity other than the rule's usual one.
    pub fn severity(self, severity: Severity) -> Self {
        self.with(|finding| finding.severity = severity)
    }

    /// Shows it only where pedantic rules run, or where its rule is selected by name.
    pub fn pedantic(self) -> Self {
        self.with(|finding| finding.pedantic = true)
    }

    /// Lowers the confidence; it never rises.
    pub fn at_most(self, confidence: Confidence) -> Self {
        self.with(|finding| finding.confidence = finding.confidence.min(confidence))
    }

    /// Lowers the confidence if a condition is true.
    pub fn at_most_if(self, condition: bool, confidence: Confidence) -> Self {
        if condition { self.at_most(confidence) } else { self }
    }

    /// The edit that fixes it; nothing where there is none, or where it would change nothing.
    pub fn fix(
        self,
        applicability: Applicability,
        title: impl Into<String>,
        edits: Option<Vec<Edit>>,
    ) -> Self {
        let edits = edits.filter(|edits| edits.iter().any(|edit| self.cx.changes(edit)));
        self.with(|finding| {
            finding.fix = edits.map(|edits| Fix { title: title.into(), applicability, edits });
        })
    }

    /// A request that shows it: `GET /api/users`, or with a URL where the path alone is not enough.
    pub fn witness(self, method: &str, target: &str) -> Self {
        self.with(|finding| {
            finding.witness = Some(Witness {
                request: format!("{method} {}", encoded(target)),
                headers: Vec::new(),
                // The engine fills them in.
                path: String::new(),
                distribution: None,
                options: Vec::new(),
            });
        })
    }

    /// The same, if there is such a request.
    pub fn witness_if(self, method: &str, target: Option<&str>) -> Self {
        match target {
            Some(target) => self.witness(method, target),
            None => self,
        }
    }

    /// A header of that request.
    pub fn witness_header(self, name: &str, value: &str) -> Self {
        self.with(|finding| {
            if let Some(witness) = finding.witness.as_mut().filter(|_| is_header_name(name)) {
                witness.headers.push((name.to_owned(), value.to_owned()));
            }
        })
    }

    /// What it has in common with findings of this rule that have the same cause, where message and help differ.
    pub fn cause(self, cause: impl Into<String>) -> Self {
        self.with(|finding| finding.cause = cause.into())
    }

    /// The behavior it is about.
    pub fn behavior(self, behavior: &Behavior) -> Self {
        self.with(|finding| finding.subject.behavior = Some(behavior.name()))
    }

    /// The property it is about, as a path below `Properties`.
    pub fn property(self, property: impl Into<String>) -> Self {
        self.with(|finding| finding.subject.property = Some(property.into()))
    }

    /// The resource that the user must change, if it is not the distribution.
    pub fn resource(self, id: &str, kind: &str) -> Self {
        self.with(|finding| {
            finding.subject.logical_id = Some(id.to_owned());
            finding.subject.resource_type = Some(kind.to_owned());
        })
    }

    /// Says that a value is only the default of a parameter, which lowers the confidence.
    pub fn rests_on<T>(self, prop: &Prop<T>) -> Self {
        self.rests_on_default(prop.rests_on_default())
    }

    /// Says so about each value that is one.
    pub fn rests_on_each<'p, T: 'p>(self, props: impl IntoIterator<Item = &'p Prop<T>>) -> Self {
        props.into_iter().fold(self, |finding, prop| finding.rests_on(prop))
    }

    /// Says that the finding applies to the default of a parameter, if it rests on one.
    pub fn rests_on_default(mut self, default: Option<(&str, Span)>) -> Self {
        self.tell_default();
        self.default = default.map(|(parameter, span)| (parameter.to_owned(), span));
        self.tell_default();
        self
    }

    fn tell_default(&mut self) {
        if let (Some((parameter, span)), Some(finding)) = (self.default.take(), &mut self.finding) {
            let message = format!("the default of parameter `{parameter}`");
            let note = format!("this applies to {message}");
            finding.confidence = finding.confidence.min(Confidence::Likely);
            // Several values may rest on the same one.
            if !finding.notes.contains(&note) {
                finding.related.push(Label { span, message });
                finding.notes.push(note);
            }
        }
    }
}

impl Drop for ReportBuilder<'_, '_> {
    fn drop(&mut self) {
        self.tell_default();
        self.cx.findings.extend(self.finding.take());
    }
}
