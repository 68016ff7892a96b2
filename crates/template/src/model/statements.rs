//! Statements of policies that are attached to resources.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html>

use cflint_diagnostics::Span;

use super::path::Name;
use super::reader::Reader;
use super::{List, Prop, State};
use crate::eval::Value;
use crate::value::Text;

/// A statement of a policy.
#[derive(Debug, Clone)]
pub struct PolicyStatement {
    /// `Allow` or `Deny`.
    pub effect: Prop<Text>,
    /// Services, accounts, users; `*` is anyone.
    pub principals: List<Prop<Text>>,
    /// What is allowed or denied.
    pub actions: List<Prop<Text>>,
    /// ARNs of what it is about.
    pub resources: List<Prop<Text>>,
    /// The values that conditions on the ARN or the account of the caller compare with; none if there are no such
    /// conditions.
    pub sources: List<Prop<Text>>,
    /// All of its conditions, each of which has to be fulfilled.
    pub conditions: List<PolicyCondition>,
    /// Whether it applies only under conditions, of whatever kind.
    pub is_conditional: bool,
    /// Whether it is about everything but what it names, with `NotPrincipal` and the like.
    pub is_inverted: bool,
    pub span: Span,
}

/// A condition of a statement.
#[derive(Debug, Clone)]
pub struct PolicyCondition {
    /// Such as `IpAddress`.
    pub operator: String,
    /// Such as `aws:sourceip`, in lower case.
    pub key: String,
    /// What the value of the key is compared with.
    pub values: List<Prop<Text>>,
}

/// `Statement` is a list, or one statement alone.
pub(super) fn statements(document: &Reader<'_, '_>) -> List<PolicyStatement> {
    match document.value("Statement").map(|value| value.value) {
        Some(Value::Map(at)) => {
            let one = statement(&document.below(at, at.node.span()));
            List::of(one.span, vec![one])
        }
        _ => listed(document, "Statement"),
    }
}

pub(super) fn listed(reader: &Reader<'_, '_>, name: &'static str) -> List<PolicyStatement> {
    reader.maps(name, |reader, _| statement(&reader))
}

fn statement(reader: &Reader<'_, '_>) -> PolicyStatement {
    PolicyStatement {
        effect: reader.text("Effect"),
        principals: principals(reader),
        actions: one_or_many(reader, "Action"),
        resources: one_or_many(reader, "Resource"),
        sources: sources(&reader.map_or_empty("Condition")),
        conditions: conditions(&reader.map_or_empty("Condition")),
        is_inverted: ["NotPrincipal", "NotAction", "NotResource"]
            .iter()
            .any(|name| reader.entry(name).is_some()),
        is_conditional: reader.entry("Condition").is_some() || reader.open().is_some(),
        span: reader.span(),
    }
}

/// A text, or a mapping from the kind of principal to one or many.
fn principals(statement: &Reader<'_, '_>) -> List<Prop<Text>> {
    let State::Known(kinds) = statement.map_quietly("Principal").state else {
        return one_or_many(statement, "Principal");
    };
    let mut all = one_or_many(&kinds, "Service");
    for entry in kinds.entries().iter().filter(|entry| entry.name != "Service") {
        let more = one_or_many(&kinds, entry.name.to_string());
        all.items.extend(more.items);
        all.open = all.open.take().or(more.open);
    }
    all
}

/// What conditions on `AWS:SourceArn` and `AWS:SourceAccount` compare with.
fn sources(conditions: &Reader<'_, '_>) -> List<Prop<Text>> {
    let mut all = one_or_many(conditions, "");
    all.open = conditions.open().cloned();
    for operator in conditions.entries() {
        let keys = conditions.map_or_empty(operator.name.to_string());
        for key in keys.entries() {
            if matches!(key.name.to_ascii_lowercase().as_str(), "aws:sourcearn" | "aws:sourceaccount") {
                let values = one_or_many(&keys, key.name.to_string());
                all.items.extend(values.items);
                all.open = all.open.take().or(values.open);
            }
        }
    }
    all
}

fn conditions(written: &Reader<'_, '_>) -> List<PolicyCondition> {
    let mut all = List::of(written.span(), Vec::new());
    all.open = written.open().cloned();
    for operator in written.entries() {
        let operator = operator.name.to_string();
        let keys = written.map_or_empty(operator.clone());
        all.open = all.open.take().or(keys.open().cloned());
        for key in keys.entries() {
            all.items.push(PolicyCondition {
                operator: operator.clone(),
                key: key.name.to_ascii_lowercase(),
                values: one_or_many(&keys, key.name.to_string()),
            });
        }
    }
    all
}

pub(super) fn one_or_many(reader: &Reader<'_, '_>, name: impl Into<Name>) -> List<Prop<Text>> {
    let name = name.into();
    match reader.value(&name).map(|value| value.value) {
        Some(Value::Text(_)) => {
            let text = reader.text(name);
            let (node, property) = (text.node, text.property.clone());
            List { node, property, ..List::of(text.span, vec![text]) }
        }
        Some(Value::Map(_)) => List::open(reader.span(), &format!("`{name}` is not a string")),
        _ => reader.texts(name),
    }
}
