//! What `DomainName` and `OriginPath` of an origin may look like.
//!
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesOrigin.html>

use std::net::IpAddr;

use cflint_template::model::{Model, Origin, OriginKind};
use cflint_template::value::{Part, Reference, Text};

use crate::facts::Certainty;
use crate::origin::backend::Backend;

/// How long `OriginPath` may be.
pub const MAX_PATH: usize = 255;

/// A domain name that contains more than a host name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Url {
    /// Whether there is a scheme in front.
    pub scheme: bool,
    /// The name of the host.
    pub host: Text,
    /// The port after the host, with its colon; empty if there is none.
    pub port: Text,
    /// The path after the host, with its slash; empty if there is none.
    pub path: Text,
    /// The resource and its attribute, if the host cannot be separated from the URL that it is in.
    pub attribute: Option<(String, String)>,
}

/// The parts of a domain name that certainly contains a colon or a slash; `None` if it may be a host name.
pub fn url(domain: &Text) -> Option<Url> {
    let (_, after) = split(domain, &[':', '/']);
    let scheme = after.prefix().starts_with("://");
    let rest = if scheme { from(&after, "://".len()) } else { domain.clone() };
    let (host, rest) = split(&rest, &[':', '/']);
    let (port, path) = split(&rest, &['/']);
    let is_url = scheme || !port.is_empty() || !path.is_empty();
    is_url.then(|| Url { scheme, attribute: attribute(&host), host, port, path })
}

/// Whether a domain name is certainly an IP address.
pub fn is_address(domain: &Text) -> bool {
    let of_resource = domain.as_hole().is_some_and(|hole| {
        matches!(&hole.reference, Reference::Resource { attribute, .. }
            if matches!(attribute.as_str(), "PrivateIp" | "PublicIp"))
    });
    of_resource || domain.as_literal().is_some_and(|literal| literal.parse::<IpAddr>().is_ok())
}

/// The attribute that a host is taken from if no other function gives it: the id of a function URL has no attribute,
/// and whether a dot or a hyphen precedes the region of a website depends on the region.
fn attribute(host: &Text) -> Option<(String, String)> {
    let [Part::Hole(first), Part::Lit(service), Part::Hole(region), ..] = host.parts() else { return None };
    let Reference::Resource { id, attribute } = &first.reference else { return None };
    let name = match (attribute.as_str(), service.as_str(), &region.reference) {
        ("UrlId", ..) => "FunctionUrl",
        ("", ".s3-website-", Reference::Pseudo(_)) => "WebsiteURL",
        _ => return None,
    };
    Some((id.clone(), name.to_owned()))
}

/// What is wrong with an `OriginPath`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PathFault {
    Scheme,
    /// It holds this character, which ends a path.
    Ends(char),
    /// It is a slash and nothing else.
    OnlySlash,
    /// It starts without a slash.
    NoSlash,
    /// It ends with a slash.
    SlashAtEnd,
    /// It has more than [`MAX_PATH`] characters.
    TooLong,
}

impl PathFault {
    /// How certain it is that CloudFront rejects it.
    pub const CERTAINTY: Certainty = Certainty::Probable;
}

/// What is certainly wrong with an `OriginPath`, whatever the holes hold.
pub fn path_fault(path: &Text) -> Option<PathFault> {
    let has = |text: &str| path.literals().any(|literal| literal.contains(text));
    Some(match path.as_literal() {
        Some("") => return None,
        Some("/") => PathFault::OnlySlash,
        _ if has("://") => PathFault::Scheme,
        _ if has("?") => PathFault::Ends('?'),
        _ if has("#") => PathFault::Ends('#'),
        _ if !may_start_with_slash(path) => PathFault::NoSlash,
        _ if path.suffix().ends_with('/') => PathFault::SlashAtEnd,
        _ if shortest(path) > MAX_PATH => PathFault::TooLong,
        _ => return None,
    })
}

fn may_start_with_slash(path: &Text) -> bool {
    for part in path.parts() {
        match part {
            Part::Lit(text) => return text.starts_with('/'),
            Part::Hole(hole) if hole.alphabet.allows('/') => return true,
            Part::Hole(hole) if !hole.may_be_empty => return false,
            Part::Hole(_) => {}
        }
    }
    true
}

/// The least number of characters that a text can have.
fn shortest(text: &Text) -> usize {
    let least = |part: &Part| match part {
        Part::Lit(text) => text.chars().count(),
        Part::Hole(hole) => usize::from(!hole.may_be_empty),
    };
    text.parts().iter().map(least).sum()
}

/// Whether it is unclear which path arrives at the origin, because the domain name or the path is invalid itself.
pub fn is_path_malformed(origin: &Origin) -> bool {
    let in_domain = origin.domain_name.known().and_then(url);
    in_domain.is_some_and(|url| !matches!(url.path.as_literal(), Some("" | "/")))
        || origin.path.known().is_some_and(|path| path_fault(path).is_some())
}

/// How an origin fails to have exactly the one configuration of its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KindFault {
    Several,
    None,
    /// It is configured as a bucket, but its name is that of something else.
    NoBucket,
    /// It is configured as a bucket, but has only its name, without the domain.
    BucketName,
    /// The value of its origin access identity is not one.
    Identity,
}

/// Whether an origin certainly lacks the one configuration of its kind, and how certain it is that it is rejected.
pub fn kind_fault(model: &Model, origin: &Origin) -> Option<(KindFault, Certainty)> {
    if origin.configs.len() > 1 {
        return Some((KindFault::Several, Certainty::Certain));
    }
    if origin.is_bare {
        let certainty = if is_no_bucket(model, origin) { Certainty::Certain } else { Certainty::Probable };
        return Some((KindFault::None, certainty));
    }
    if is_no_bucket(model, origin) {
        return Some((KindFault::NoBucket, Certainty::Certain));
    }
    if !matches!(origin.kind, OriginKind::S3) {
        return None;
    }
    if origin.domain_name.known().is_some_and(|domain| is_bucket_name(model, domain)) {
        return Some((KindFault::BucketName, Certainty::Probable));
    }
    let identity = origin.access_identity.known()?;
    is_no_identity(model, identity).then_some((KindFault::Identity, Certainty::Certain))
}

/// Whether a text is certainly the name or the ARN of a bucket, not the domain name of one.
pub fn is_bucket_name(model: &Model, text: &Text) -> bool {
    let of_bucket = text.as_hole().is_some_and(|hole| {
        matches!(&hole.reference, Reference::Resource { id, attribute }
            if matches!(attribute.as_str(), "" | "Arn") && is_kind(model, id, "AWS::S3::Bucket"))
    });
    of_bucket || text.as_literal().is_some_and(|name| !name.is_empty() && !name.contains('.'))
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudfront-distribution-s3originconfig.html>
fn is_no_identity(model: &Model, identity: &Text) -> bool {
    const KIND: &str = "AWS::CloudFront::CloudFrontOriginAccessIdentity";
    const PREFIX: &str = "origin-access-identity/cloudfront/";
    let is_id = identity.as_hole().is_some_and(
        |hole| matches!(&hole.reference, Reference::Resource { id, .. } if is_kind(model, id, KIND)),
    );
    is_id || identity.as_literal().is_some_and(|literal| !literal.is_empty() && !literal.starts_with(PREFIX))
}

fn is_kind(model: &Model, id: &str, kind: &str) -> bool {
    model.resources.get(id).is_some_and(|own| own == kind)
}

/// Whether the origin is configured as a bucket, but its name is that of something else.
fn is_no_bucket(model: &Model, origin: &Origin) -> bool {
    let is_bare = matches!(origin.kind, OriginKind::Unknown) && origin.is_bare;
    if !is_bare && !matches!(origin.kind, OriginKind::S3) {
        return false;
    }
    let named = Origin { kind: OriginKind::Unknown, ..origin.clone() };
    match Backend::of(model, &named) {
        Backend::ExecuteApi { .. }
        | Backend::ApiDomain(_)
        | Backend::ApiDomainTarget { .. }
        | Backend::LambdaUrl(_)
        | Backend::Website
        | Backend::LoadBalancer => true,
        Backend::Other => origin.domain_name.literal().is_some_and(|host| !host.contains(".amazonaws.")),
        Backend::Bucket | Backend::Unknown => false,
    }
}

/// The text before the first of these characters in a literal, and the rest from it on.
fn split(text: &Text, ends: &[char]) -> (Text, Text) {
    let (mut before, mut after) = (Text::default(), Text::default());
    for part in text.parts() {
        match part {
            Part::Lit(literal) if after.is_empty() => {
                let (head, tail) = literal.split_at(literal.find(ends).unwrap_or(literal.len()));
                before.push_str(head);
                after.push_str(tail);
            }
            _ if after.is_empty() => before.push_part(part),
            _ => after.push_part(part),
        }
    }
    (before, after)
}

/// The text without this many bytes of the literal at its start.
fn from(text: &Text, start: usize) -> Text {
    let mut rest = Text::literal(text.prefix().get(start..).unwrap_or_default());
    text.parts().iter().skip(1).for_each(|part| rest.push_part(part));
    rest
}
