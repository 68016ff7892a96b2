//! Policies of buckets, as far as they let CloudFront read.
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html>

use cflint_diagnostics::Span;

use super::path::Name;
use super::reader::Reader;
use super::slice::Slice;
use super::{List, Prop, State};
use crate::eval::Value;
use crate::value::Text;

/// `AWS::S3::BucketPolicy`
#[derive(Debug, Clone)]
pub struct BucketPolicy {
    /// Logical id.
    pub id: String,
    /// Where the logical id is written.
    pub span: Span,
    /// The name of the bucket.
    pub bucket: Prop<Text>,
    pub statements: List<PolicyStatement>,
}

/// A statement of a policy.
#[derive(Debug, Clone)]
pub struct PolicyStatement {
    /// `Allow` or `Deny`.
    pub effect: Prop<Text>,
    /// Services, accounts, users; `*` is anyone.
    pub principals: List<Prop<Text>>,
    /// What is allowed or denied.
    pub actions: List<Prop<Text>>,
    /// The values that conditions on the ARN or the account of the caller compare with; none if there are no such
    /// conditions.
    pub sources: List<Prop<Text>>,
    /// Whether it applies only under conditions, of whatever kind.
    pub is_conditional: bool,
    pub span: Span,
}

impl BucketPolicy {
    pub(super) fn read(slice: &Slice<'_, '_>) -> Vec<Self> {
        slice
            .of_kind("AWS::S3::BucketPolicy")
            .map(|(resource, properties)| {
                let document = properties.map("PolicyDocument");
                let statements = match &document.state {
                    State::Known(document) => statements(document),
                    State::Absent => List::of(document.span, Vec::new()),
                    State::Unknown(reason) => List::open(document.span, &reason.0),
                };
                Self {
                    id: resource.id.clone(),
                    span: resource.id_span,
                    bucket: properties.text("Bucket"),
                    statements,
                }
            })
            .collect()
    }
}

/// `Statement` is a list, or one statement alone.
fn statements(document: &Reader<'_, '_>) -> List<PolicyStatement> {
    match document.value("Statement").map(|value| value.value) {
        Some(Value::Map(at)) => {
            let one = statement(&document.below(at, at.node.span()));
            List::of(one.span, vec![one])
        }
        _ => document.maps("Statement", |reader, _| statement(&reader)),
    }
}

fn statement(reader: &Reader<'_, '_>) -> PolicyStatement {
    PolicyStatement {
        effect: reader.text("Effect"),
        principals: principals(reader),
        actions: one_or_many(reader, "Action"),
        sources: sources(&reader.map_or_empty("Condition")),
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

fn one_or_many(reader: &Reader<'_, '_>, name: impl Into<Name>) -> List<Prop<Text>> {
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
