//! Which edge functions CloudFront accepts.
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-function-restrictions-all.html> and
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-at-edge-function-restrictions.html>.

use cflint_template::model::{Behavior, EdgeFunction, Prop};
use cflint_template::value::{Part, Reference, Text};

/// The only region for edge functions.
pub const REGION: &str = "us-east-1";

pub const LAMBDA_EVENTS: [&str; 4] =
    ["viewer-request", "origin-request", "origin-response", "viewer-response"];

/// The events of CloudFront Functions, which cannot be combined with Lambda@Edge functions on these.
pub const VIEWER_EVENTS: [&str; 2] = ["viewer-request", "viewer-response"];

/// What is wrong with a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FunctionFault {
    /// Its kind does not have this event.
    Event(String),
    /// It is a function of the other kind.
    OtherKind,
    /// It has no version, or `$LATEST`.
    Unversioned,
    Alias,
    /// It is in this region.
    Region(String),
}

/// A function that cannot be combined with an earlier one.
#[derive(Debug, Clone, Copy)]
pub struct Clash<'m> {
    /// The function that comes first.
    pub first: &'m EdgeFunction,
    /// The one that cannot be combined with it.
    pub second: &'m EdgeFunction,
    /// Whether both are on one event.
    pub is_same_event: bool,
}

/// The events of a kind of function.
pub fn events(is_lambda: bool) -> &'static [&'static str] {
    if is_lambda { &LAMBDA_EVENTS } else { &VIEWER_EVENTS }
}

/// What is certainly wrong with the functions of a behavior, and in which property.
pub fn faults(behavior: &Behavior) -> Vec<(&EdgeFunction, &Prop<Text>, FunctionFault)> {
    let mut faults = Vec::new();
    for function in &behavior.functions {
        faults.extend(event_fault(function).map(|fault| (function, &function.event, fault)));
        faults.extend(arn_fault(function).map(|fault| (function, &function.arn, fault)));
    }
    faults
}

/// What is certainly wrong with the event of a function.
pub fn event_fault(function: &EdgeFunction) -> Option<FunctionFault> {
    let event = function.event.literal().filter(|event| !event.is_empty())?;
    (!events(function.is_lambda).contains(&event)).then(|| FunctionFault::Event(event.to_owned()))
}

/// What is certainly wrong with the ARN of a function.
pub fn arn_fault(function: &EdgeFunction) -> Option<FunctionFault> {
    let arn = function.arn.known()?;
    let pieces = arn.split(":");
    let is_arn_of = |service: &str| {
        let is = |index: usize, text: &str| {
            pieces.pieces.get(index).and_then(Text::as_literal).is_some_and(|piece| piece == text)
        };
        is(0, "arn") && is(2, service)
    };
    let is_function =
        matches!(function.named.as_deref(), Some("AWS::Lambda::Function" | "AWS::Serverless::Function"));
    let is_version = matches!(function.named.as_deref(), Some("AWS::Lambda::Version"));
    let is_alias = matches!(function.named.as_deref(), Some("AWS::Lambda::Alias"));
    let other = if function.is_lambda {
        function.named.as_deref() == Some("AWS::CloudFront::Function") || is_arn_of("cloudfront")
    } else {
        is_function || is_version || is_alias || is_arn_of("lambda")
    };
    if other {
        return Some(FunctionFault::OtherKind);
    }
    if !function.is_lambda {
        return None;
    }
    if (is_function && is_unversioned_attribute(arn)) || arn.suffix().ends_with(":$LATEST") {
        return Some(FunctionFault::Unversioned);
    }
    if is_alias || names_alias(arn) {
        return Some(FunctionFault::Alias);
    }
    if is_version && let Some(region) = function.region.as_deref().filter(|region| *region != REGION) {
        return Some(FunctionFault::Region(region.to_owned()));
    }
    if !is_arn_of("lambda") {
        return None;
    }
    let piece = |index: usize| pieces.pieces.get(index).and_then(Text::as_literal);
    if let Some(region) = piece(3).filter(|region| !region.is_empty() && *region != REGION) {
        return Some(FunctionFault::Region(region.to_owned()));
    }
    match (pieces.complete, pieces.pieces.len(), piece(7)) {
        (true, 7, _) => Some(FunctionFault::Unversioned),
        (true, 8, Some(version)) if is_name(version) => Some(FunctionFault::Alias),
        _ => None,
    }
}

/// The name of a function, or its ARN as `Fn::GetAtt` returns it.
fn is_unversioned_attribute(arn: &Text) -> bool {
    let Some(hole) = arn.as_hole() else { return false };
    matches!(&hole.reference, Reference::Resource { attribute, .. } if attribute.is_empty() || attribute == "Arn")
}

/// `${Function.Arn}:live`
fn names_alias(arn: &Text) -> bool {
    let [Part::Hole(function), Part::Lit(end)] = arn.parts() else { return false };
    let is_arn = matches!(&function.reference, Reference::Resource { attribute, .. } if attribute == "Arn");
    is_arn && end.strip_prefix(':').is_some_and(is_name)
}

fn is_name(version: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    !version.is_empty() && version.chars().all(is_part) && !version.chars().all(|c| c.is_ascii_digit())
}

/// The functions of a behavior that cannot be combined; each once.
pub fn clashes(behavior: &Behavior) -> Vec<Clash<'_>> {
    let functions = &behavior.functions.items;
    // An invalid event is a fault of its own.
    let on = |function: &EdgeFunction| {
        function.event.literal().filter(|_| event_fault(function).is_none()).map(str::to_owned)
    };
    let mut clashes = Vec::new();
    for (index, second) in functions.iter().enumerate() {
        let clash = |first: &&EdgeFunction| {
            let (Some(a), Some(b)) = (on(first), on(second)) else { return None };
            let is_viewer = |event: &str| VIEWER_EVENTS.contains(&event);
            let are_both_kinds = first.is_lambda != second.is_lambda && is_viewer(&a) && is_viewer(&b);
            (a == b || are_both_kinds).then_some(a == b)
        };
        let before = functions.iter().take(index);
        let found = before.filter_map(|first| Some((first, clash(&first)?)));
        if let Some((first, is_same_event)) = found.max_by_key(|(_, is_same_event)| *is_same_event) {
            clashes.push(Clash { first, second, is_same_event });
        }
    }
    clashes
}
