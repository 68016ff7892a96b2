//! Resource policies of REST APIs.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies.html>

use cflint_diagnostics::Span;

use super::reader::Reader;
use super::sam::Settings;
use super::statements::{PolicyCondition, PolicyStatement, one_or_many, statements};
use super::{List, Prop};
use crate::eval::{Reason, Value};
use crate::value::Text;

/// The extension of a definition that holds the policy.
const EXTENSION: &str = "x-amazon-apigateway-policy";

/// The statements of the policy of an `AWS::ApiGateway::RestApi`: its own, which wins, or that of its definition.
pub(super) fn read(properties: &Reader<'_, '_>) -> List<PolicyStatement> {
    let own = document(properties, "Policy");
    if own.present || own.open.is_some() { own } else { of_definition(properties, "Body") }
}

fn document(properties: &Reader<'_, '_>, name: &str) -> List<PolicyStatement> {
    match properties.value(name).map(|value| value.value) {
        Some(Value::Map(at)) => statements(&properties.below(at, at.node.span())),
        Some(Value::NoValue) | None => List::of(properties.span(), Vec::new()),
        Some(Value::Text(text)) if text.as_literal() == Some("") => List::of(properties.span(), Vec::new()),
        Some(_) => List::open(properties.span(), "the resource policy is not a mapping"),
    }
}

fn of_definition(properties: &Reader<'_, '_>, name: &str) -> List<PolicyStatement> {
    match properties.value(name).map(|value| value.value) {
        Some(Value::Map(at)) => document(&properties.below(at, at.node.span()), EXTENSION),
        _ => List::of(properties.span(), Vec::new()),
    }
}

/// The statements that SAM writes for `Auth` with `ResourcePolicy`.
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-api-resourcepolicystatement.html>
pub(super) fn of_sam(settings: &Settings<'_, '_>, has_others: bool, span: Span) -> List<PolicyStatement> {
    let auth = settings.map_or_empty("Auth");
    let written = auth.map_or_empty("ResourcePolicy");
    let written = written.own();
    let mut all = match written.value("CustomStatements").map(|value| value.value) {
        Some(Value::Map(at)) => {
            let document = written.below(at, at.node.span());
            List::open(document.span(), "`CustomStatements` is not a list")
        }
        Some(_) => super::statements::listed(written, "CustomStatements"),
        None => List::of(span, Vec::new()),
    };
    for entry in written.entries() {
        match &*entry.name {
            "CustomStatements" => {}
            // SAM allows everything else.
            "IpRangeWhitelist"
            | "IpRangeBlacklist"
            | "IntrinsicVpcWhitelist"
            | "IntrinsicVpcBlacklist"
            | "IntrinsicVpceWhitelist"
            | "IntrinsicVpceBlacklist"
            | "SourceVpcWhitelist"
            | "SourceVpcBlacklist" => {
                let is_white = entry.name.ends_with("Whitelist");
                let values = one_or_many(written, entry.name.to_string());
                let (key, operators) = match &*entry.name {
                    name if name.starts_with("IpRange") => ("aws:sourceip", ["NotIpAddress", "IpAddress"]),
                    name if name.starts_with("IntrinsicVpce") => {
                        ("aws:sourcevpce", ["StringNotEquals", "StringEquals"])
                    }
                    _ => ("aws:sourcevpc", ["StringNotEquals", "StringEquals"]),
                };
                let operator = operators[usize::from(!is_white)].to_owned();
                let condition = PolicyCondition { operator, key: key.to_owned(), values };
                let span = entry.key.span();
                all.items.push(for_anyone(span, "Allow", None));
                all.items.push(for_anyone(span, "Deny", Some(condition)));
            }
            other => all.open = Some(Reason(format!("`{other}` is not read"))),
        }
    }
    if written.open().is_some() || has_others {
        all.open = Some(Reason("a statement of the resource policy is not known".to_owned()));
    }
    all.present = !all.items.is_empty() || all.open.is_some();
    all
}

fn for_anyone(span: Span, effect: &str, condition: Option<PolicyCondition>) -> PolicyStatement {
    let text = |text: &str| Prop::of(span, Text::literal(text));
    let one = |value: &str| List::of(span, vec![text(value)]);
    PolicyStatement {
        effect: text(effect),
        principals: one("*"),
        actions: one("execute-api:Invoke"),
        resources: one("execute-api:/*"),
        sources: List::of(span, Vec::new()),
        is_conditional: condition.is_some(),
        conditions: List::of(span, condition.into_iter().collect()),
        is_inverted: false,
        span,
    }
}
