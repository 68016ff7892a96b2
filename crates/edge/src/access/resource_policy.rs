//! Whether the resource policy of a REST API lets a request in.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html>,
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-aws-condition-keys.html>

use std::net::IpAddr;

use cflint_template::model::{Api, Guard, PolicyCondition, PolicyStatement, Prop, Stage};
use cflint_template::value::{Text, Tri};

use crate::facts::Certainty;

/// What only requests to private APIs have.
const VPC_KEYS: [&str; 3] = ["aws:sourcevpc", "aws:sourcevpce", "aws:vpcsourceip"];

/// From where a request comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// A server of CloudFront, of whose addresses only the size of their ranges is known.
    CloudFront,
    Anyone,
}

/// The value of a header that arrives; `Err` says whether it is certain that none does.
pub type HeaderOf<'a> = &'a dyn Fn(&str) -> Result<Text, Tri>;

/// What a policy says about a request.
#[derive(Debug, Clone, Copy)]
pub enum Ruling<'m> {
    Allows,
    /// A statement denies it.
    Denies(&'m PolicyStatement),
    /// No statement allows it. One that allows others, if there is one.
    AllowsOthers(Option<&'m PolicyStatement>),
    /// The template does not say.
    Unknown,
}

/// What the policy of an API says about a request that is not signed.
pub fn ruling<'m>(api: &'m Api, source: Source, header: HeaderOf<'_>) -> Ruling<'m> {
    if api.resource_policy.is_false() {
        return Ruling::Allows;
    }
    let applies = |statement: &PolicyStatement| applies(api, statement, source, header);
    let statements = &api.policy;
    let of_effect = |effect: &'static str| {
        statements.iter().filter(move |statement| statement.effect.literal() == Some(effect))
    };
    if let Some(denying) = of_effect("Deny").find(|statement| applies(statement).is_true()) {
        return Ruling::Denies(denying);
    }
    let has_other =
        statements.iter().any(|statement| !matches!(statement.effect.literal(), Some("Allow" | "Deny")));
    let may_deny = of_effect("Deny").any(|statement| !applies(statement).is_false());
    if statements.open.is_some() || !statements.present || has_other || may_deny {
        return Ruling::Unknown;
    }
    match of_effect("Allow").map(applies).fold(Tri::False, Tri::or) {
        Tri::True => Ruling::Allows,
        Tri::Unknown => Ruling::Unknown,
        // The credentials of a caller may allow what the policy does not.
        Tri::False if api.routes.iter().any(|route| matches!(route.guard, Guard::Iam | Guard::Unknown)) => {
            Ruling::Unknown
        }
        Tri::False => Ruling::AllowsOthers(of_effect("Allow").next()),
    }
}

/// What the policy of an API says about requests that come through CloudFront. The address that an edge-optimized API
/// sees is not documented.
pub fn ruling_on_cloudfront<'m>(api: &'m Api, header: HeaderOf<'_>) -> (Ruling<'m>, Certainty) {
    let ruling = ruling(api, Source::CloudFront, header);
    let certainty = match ruling {
        // No request from the internet has what this compares, whichever address the API sees.
        Ruling::Denies(statement) if by_vpc(statement).is_some() && by_address(statement).is_none() => {
            Certainty::Certain
        }
        Ruling::AllowsOthers(Some(_)) if allowing(api).all(|statement| by_vpc(statement).is_some()) => {
            Certainty::Certain
        }
        _ if api.has_endpoint_type("REGIONAL").is_true() => Certainty::Probable,
        _ => Certainty::Uncertain,
    };
    (ruling, certainty)
}

/// The condition of a statement that compares the address of the caller.
pub fn by_address(statement: &PolicyStatement) -> Option<&PolicyCondition> {
    statement.conditions.iter().find(|condition| condition.key == "aws:sourceip")
}

/// The condition of a statement that compares the VPC or the VPC endpoint that a request comes from.
pub fn by_vpc(statement: &PolicyStatement) -> Option<&PolicyCondition> {
    statement.conditions.iter().find(|condition| VPC_KEYS.contains(&condition.key.as_str()))
}

fn allowing(api: &Api) -> impl Iterator<Item = &PolicyStatement> {
    api.policy.iter().filter(|statement| statement.effect.literal() == Some("Allow"))
}

/// Whether a policy certainly keeps out who does not send a header.
pub fn requires_header(api: &Api, name: &str) -> Tri {
    let Some(key) = key_of(name).filter(|_| !api.resource_policy.is_false()) else { return Tri::False };
    let without =
        |header: &str| if header.eq_ignore_ascii_case(name) { Err(Tri::False) } else { Err(Tri::Unknown) };
    let looks =
        |statement: &PolicyStatement| statement.conditions.iter().any(|condition| condition.key == key);
    match ruling(api, Source::Anyone, &without) {
        Ruling::Allows => Tri::False,
        Ruling::Unknown if api.policy.open.is_none() && !api.policy.iter().any(looks) => Tri::False,
        Ruling::Unknown => Tri::Unknown,
        Ruling::Denies(_) | Ruling::AllowsOthers(_) => Tri::True,
    }
}

/// The condition key that holds the value of a header.
fn key_of(header: &str) -> Option<&'static str> {
    const KEYS: [(&str, &str); 2] = [("Referer", "aws:referer"), ("User-Agent", "aws:useragent")];
    KEYS.iter().find(|(name, _)| name.eq_ignore_ascii_case(header)).map(|(_, key)| *key)
}

/// Whether a statement is about calls of anyone, and its conditions are fulfilled.
fn applies(api: &Api, statement: &PolicyStatement, source: Source, header: HeaderOf<'_>) -> Tri {
    if statement.is_inverted {
        return Tri::Unknown;
    }
    let open = |is_open: bool| if is_open { Tri::Unknown } else { Tri::False };
    let of_anyone = statement
        .principals
        .iter()
        .map(|principal| principal.literal().map_or(Tri::Unknown, |name| Tri::from(name == "*")))
        .fold(open(statement.principals.open.is_some()), Tri::or);
    let of_calls =
        statement.actions.iter().map(is_call).fold(open(statement.actions.open.is_some()), Tri::or);
    // A statement about some routes says nothing about the others.
    let of_all = Tri::from(statement.resources.iter().any(|resource| is_everything(resource, api)));
    let of_all = of_all.or(Tri::Unknown);
    let conditions = &statement.conditions;
    let open = if conditions.open.is_some() { Tri::Unknown } else { Tri::True };
    conditions
        .iter()
        .map(|condition| is_fulfilled(condition, source, header))
        .fold(open.and(of_anyone).and(of_calls).and(of_all), Tri::and)
}

fn is_call(action: &Prop<Text>) -> Tri {
    match action.literal().map(str::to_ascii_lowercase).as_deref() {
        Some("*" | "execute-api:*" | "execute-api:invoke") => Tri::True,
        Some(other) if other.contains('*') => Tri::Unknown,
        Some(_) => Tri::False,
        None => Tri::Unknown,
    }
}

/// Whether a resource is every method and path of the stages of an API.
fn is_everything(resource: &Prop<Text>, api: &Api) -> bool {
    let Some(text) = resource.known().map(Text::to_string) else { return false };
    let below = text.rsplit_once(':').map_or(text.as_str(), |(_, below)| below);
    if text == "*" || below == "*" {
        return true;
    }
    let mut segments = below.split('/').skip(1).peekable();
    let stage = segments.next().unwrap_or_default();
    let is_stage = |own: &Stage| own.name.known().is_some_and(|name| name.to_string() == stage);
    let own = || api.stages.iter().filter(|stage| !stage.is_stray);
    let is_every_stage = stage == "*" || (own().next().is_some() && own().all(is_stage));
    is_every_stage && (stage == "*" || segments.peek().is_some()) && segments.all(|segment| segment == "*")
}

fn is_fulfilled(condition: &PolicyCondition, source: Source, header: HeaderOf<'_>) -> Tri {
    let (operator, if_exists) = match condition.operator.strip_suffix("IfExists") {
        Some(operator) => (operator, true),
        None => (condition.operator.as_str(), false),
    };
    let absent = |is_negative: bool| Tri::from(is_negative || if_exists);
    let negate = |answer: Tri, is_negative: bool| if is_negative { !answer } else { answer };
    match (condition.key.as_str(), operator) {
        ("aws:sourceip", "IpAddress" | "NotIpAddress") if source == Source::CloudFront => {
            negate(names_cloudfront(condition), operator == "NotIpAddress")
        }
        // A request from the internet has no VPC.
        (key, _) if VPC_KEYS.contains(&key) && is_comparison(operator) => absent(is_negative(operator)),
        (key, _) if is_comparison(operator) => {
            let name = match key {
                "aws:referer" => "Referer",
                "aws:useragent" => "User-Agent",
                _ => return Tri::Unknown,
            };
            match header(name) {
                Ok(value) => negate(is_one_of(&value, condition, operator), is_negative(operator)),
                Err(Tri::False) => absent(is_negative(operator)),
                Err(_) => Tri::Unknown,
            }
        }
        _ => Tri::Unknown,
    }
}

fn is_comparison(operator: &str) -> bool {
    matches!(
        operator,
        "StringEquals" | "StringNotEquals" | "StringLike" | "StringNotLike" | "IpAddress" | "NotIpAddress"
    )
}

fn is_negative(operator: &str) -> bool {
    operator.contains("Not")
}

fn is_one_of(value: &Text, condition: &PolicyCondition, operator: &str) -> Tri {
    let open = if condition.values.open.is_some() { Tri::Unknown } else { Tri::False };
    let is_it = |wanted: &Prop<Text>| {
        let Some(wanted) = wanted.known() else { return Tri::Unknown };
        let has_wildcard =
            operator.ends_with("Like") && wanted.literals().any(|text| text.contains(['*', '?']));
        match value.equals(wanted) {
            Tri::False if has_wildcard => Tri::Unknown,
            answer => answer,
        }
    };
    condition.values.iter().map(is_it).fold(open, Tri::or)
}

/// Whether an address of CloudFront may be among these.
fn names_cloudfront(condition: &PolicyCondition) -> Tri {
    let values = &condition.values;
    if values.open.is_some() {
        return Tri::Unknown;
    }
    let is_other = |range: &Prop<Text>| range.literal().is_some_and(is_no_range_of_cloudfront);
    let is_all = |range: &Prop<Text>| matches!(range.literal(), Some("0.0.0.0/0"));
    if values.iter().any(is_all) {
        Tri::True
    } else if values.iter().all(is_other) {
        Tri::False
    } else {
        Tri::Unknown
    }
}

/// The ranges that CloudFront publishes are larger than eight addresses, and public.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/LocationsOfEdgeServers.html>
fn is_no_range_of_cloudfront(range: &str) -> bool {
    let (address, bits) = range.trim().split_once('/').unwrap_or((range.trim(), ""));
    let Ok(address) = address.parse::<IpAddr>() else { return false };
    let whole = if address.is_ipv4() { 32 } else { 128 };
    let bits: u8 = if bits.is_empty() { whole } else { bits.parse().unwrap_or(0) };
    let is_private = match address {
        IpAddr::V4(address) => {
            let least = match address.octets() {
                [10 | 127, ..] => 8,
                [100, second, ..] if second & 0xc0 == 64 => 10,
                [172, second, ..] if second & 0xf0 == 16 => 12,
                [192, 168, ..] | [169, 254, ..] => 16,
                _ => u8::MAX,
            };
            bits >= least
        }
        IpAddr::V6(address) => {
            address.segments().first().is_some_and(|first| first & 0xfe00 == 0xfc00) && bits >= 7
        }
    };
    bits <= whole && (bits >= whole - 3 || is_private)
}
