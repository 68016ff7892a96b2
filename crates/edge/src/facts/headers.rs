//! What happens to single request headers on their way to the origin.
//!
//! Sources:
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html>,
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/controlling-origin-requests.html> and
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/add-origin-custom-headers.html>.
//!
//! Names of headers are not case-sensitive anywhere.

use std::sync::LazyLock;

use cflint_template::model::{CustomHeader, List, Origin, PolicyPart, Prop};
use cflint_template::value::Text;

use crate::facts::Certainty;

const DATA: &str = include_str!("../../data/headers.txt");

/// The method of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Method {
    Get,
    Head,
    Options,
    Put,
    Post,
    Patch,
    Delete,
}

impl Method {
    /// The methods that CloudFront knows.
    pub const ALL: [Self; 7] =
        [Self::Get, Self::Head, Self::Options, Self::Put, Self::Post, Self::Patch, Self::Delete];

    /// The method as it is written in a request.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Options => "OPTIONS",
            Self::Put => "PUT",
            Self::Post => "POST",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }

    /// The method of this name, in whatever case.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.as_str().eq_ignore_ascii_case(name))
    }
}

/// What arrives instead of the value that the viewer sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Replacement {
    /// The domain name of the origin.
    OriginDomain,
    Fixed(&'static str),
    /// The part of the value about gzip and Brotli; nothing when there is none.
    NormalizedEncoding,
    /// A value that CloudFront generates for each request.
    Generated,
}

/// What CloudFront does with a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HeaderFate {
    /// It arrives as it was sent.
    Forwarded,
    /// It arrives, and CloudFront adds to its value.
    Appended,
    /// It does not arrive; for a header that CloudFront would add itself, it is not added.
    Removed,
    /// It arrives with another value, also when the viewer sent none.
    Replaced(Replacement),
    /// It arrives for some methods only, and the method is not known.
    DependsOnMethod,
}

impl HeaderFate {
    fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "forwarded" => Self::Forwarded,
            "appended" => Self::Appended,
            "removed" => Self::Removed,
            "by-method" => Self::DependsOnMethod,
            "host" => Self::Replaced(Replacement::OriginDomain),
            "user-agent" => Self::Replaced(Replacement::Fixed("Amazon CloudFront")),
            "keep-alive" => Self::Replaced(Replacement::Fixed("Keep-Alive")),
            "normalized" => Self::Replaced(Replacement::NormalizedEncoding),
            "generated" => Self::Replaced(Replacement::Generated),
            _ => return None,
        })
    }

    /// Whether the origin sees what the viewer sent; `None` when that depends on the method.
    pub const fn arrives(self) -> Option<bool> {
        match self {
            Self::Forwarded | Self::Appended => Some(true),
            Self::Removed | Self::Replaced(_) => Some(false),
            Self::DependsOnMethod => None,
        }
    }
}

/// What happens to a header that `ForwardedValues` does not list.
///
/// `options_cached` says whether `OPTIONS` is one of the cached methods. `Cookie` is removed here; whether cookies
/// are forwarded is a separate setting. `Upgrade` is kept for WebSocket connections.
pub fn legacy_default(header: &str, method: Option<Method>, options_cached: bool) -> HeaderFate {
    match (row(header).legacy, method) {
        (HeaderFate::DependsOnMethod, Some(Method::Get | Method::Head)) => HeaderFate::Removed,
        (HeaderFate::DependsOnMethod, Some(Method::Options)) if options_cached => HeaderFate::Removed,
        (HeaderFate::DependsOnMethod, Some(_)) => HeaderFate::Forwarded,
        (fate, _) => fate,
    }
}

/// What happens to a header that neither the cache policy nor the origin request policy selects, and how certain
/// that is.
///
/// `Accept-Encoding` is removed here; a cache policy with compression sends the normalized value. `Authorization`
/// is removed for `GET` and `HEAD`; for the other methods the documentation contradicts itself, and the result is
/// `Removed` with [`Certainty::Uncertain`], also when the method is not known.
pub fn policy_default(header: &str, method: Option<Method>) -> (HeaderFate, Certainty) {
    match (row(header).policy, method) {
        ((HeaderFate::DependsOnMethod, _), Some(Method::Get | Method::Head)) => {
            (HeaderFate::Removed, Certainty::Certain)
        }
        ((HeaderFate::DependsOnMethod, _), _) => (HeaderFate::Removed, Certainty::Uncertain),
        (fate, _) => fate,
    }
}

/// Whether CloudFront rejects the header in a policy or in `ForwardedValues`, and how certain that is; `None` when
/// it accepts it; see [`refused_for_bucket`] for `Host`.
pub fn cannot_be_whitelisted(header: &str) -> Option<Certainty> {
    row(header).refused
}

/// Whether CloudFront rejects the header as a custom header of an origin.
fn cannot_be_origin_custom_header(header: &str) -> bool {
    !row(header).custom
}

/// The custom headers of an origin that CloudFront rejects, with their names.
pub fn refused_custom(origin: &Origin) -> impl Iterator<Item = (&CustomHeader, &str)> {
    let named = origin.custom_headers.iter().filter_map(|header| Some((header, header.name.literal()?)));
    named.filter(|(_, name)| cannot_be_origin_custom_header(name))
}

/// The names in a list of `ForwardedValues` that CloudFront rejects if the origin is a bucket.
pub fn refused_for_bucket(names: &List<Prop<Text>>) -> impl Iterator<Item = (&Prop<Text>, Certainty)> {
    names.iter().filter_map(|name| Some((name, row(name.literal()?).refused_for_bucket?)))
}

/// The names in a list that CloudFront rejects in a policy or in `ForwardedValues`.
pub fn refused(names: &List<Prop<Text>>) -> impl Iterator<Item = (&Prop<Text>, Certainty)> {
    names.iter().filter_map(|name| Some((name, cannot_be_whitelisted(name.literal()?)?)))
}

/// The names in a policy that CloudFront rejects; none where the policy does not list what it selects.
pub fn refused_in(part: &PolicyPart) -> impl Iterator<Item = (&Prop<Text>, Certainty)> {
    let is_list = part.behavior.literal() == Some("whitelist");
    refused(&part.names).filter(move |_| is_list)
}

/// Whether a header is one of those that CloudFront adds when a policy requests them, such as
/// `CloudFront-Viewer-Country`. They never come from the viewer.
pub fn is_added_by_cloudfront(header: &str) -> bool {
    has_prefix(header, "CloudFront-")
}

/// The names that the table knows and a policy or `ForwardedValues` may list.
pub fn names_for_policies() -> impl Iterator<Item = &'static str> {
    names().filter(|name| cannot_be_whitelisted(name).is_none())
}

/// The names that the table knows and an origin may set as custom headers.
pub fn names_for_origins() -> impl Iterator<Item = &'static str> {
    names().filter(|name| !cannot_be_origin_custom_header(name))
}

fn names() -> impl Iterator<Item = &'static str> {
    ROWS.iter().map(|(name, _)| *name).filter(|name| !name.ends_with('*'))
}

struct Row {
    legacy: HeaderFate,
    refused: Option<Certainty>,
    refused_for_bucket: Option<Certainty>,
    custom: bool,
    policy: (HeaderFate, Certainty),
}

impl Row {
    fn parse(line: &str) -> Option<Self> {
        let mut fields = line.split(" | ").skip(1);
        let legacy = HeaderFate::from_name(fields.next()?)?;
        let select = fields.next()?;
        let custom = fields.next()? == "yes";
        let (fate, mark) = fields.next()?.split_once(' ')?;
        let refused = select.strip_prefix("no ").and_then(Certainty::from_mark);
        Some(Self {
            legacy,
            refused,
            refused_for_bucket: select.strip_prefix("not-S3 ").and_then(Certainty::from_mark),
            custom,
            policy: (HeaderFate::from_name(fate)?, Certainty::from_mark(mark)?),
        })
    }

    /// The row `*`, for the case that the file lacks it.
    const OTHER: Self = Self {
        legacy: HeaderFate::Forwarded,
        refused: None,
        refused_for_bucket: None,
        custom: true,
        policy: (HeaderFate::Removed, Certainty::Certain),
    };
}

/// The names of the rows with their lines. A line is read only when it is needed, because a template names few headers.
static ROWS: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| {
    let lines = DATA.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| Some((line.split_once(" | ")?.0, line))).collect()
});

/// The first row whose name matches: the file has exact names before the prefixes that include them.
fn row(header: &str) -> Row {
    let header = header.trim();
    let fits = |name: &str| match name.strip_suffix('*') {
        Some(prefix) => has_prefix(header, prefix),
        None => header.eq_ignore_ascii_case(name),
    };
    ROWS.iter().find(|(name, _)| fits(name)).and_then(|(_, line)| Row::parse(line)).unwrap_or(Row::OTHER)
}

fn has_prefix(header: &str, prefix: &str) -> bool {
    header.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_understood_and_named_once() {
        let lines = DATA.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).count();
        assert_eq!(ROWS.iter().filter(|(_, line)| Row::parse(line).is_some()).count(), lines);

        let mut names: Vec<String> = ROWS.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
        assert_eq!(names.last().map(String::as_str), Some("*"), "the row for all others comes last");
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), lines);
        for (name, _) in &*ROWS {
            let plain = name.trim_end_matches('*');
            let first = ROWS.iter().find(|(other, _)| match other.strip_suffix('*') {
                Some(prefix) => has_prefix(plain, prefix),
                None => plain.eq_ignore_ascii_case(other),
            });
            assert_eq!(first.map(|(name, _)| name), Some(name), "a row is hidden by an earlier one");
        }
    }

    #[test]
    fn authorization_depends_on_the_method() {
        for method in Method::ALL {
            let kept = !matches!(method, Method::Get | Method::Head);
            assert_eq!(legacy_default("authorization", Some(method), false).arrives(), Some(kept));
        }
        assert_eq!(legacy_default("Authorization", Some(Method::Options), true), HeaderFate::Removed);
        assert_eq!(legacy_default("Authorization", None, false), HeaderFate::DependsOnMethod);
        assert_eq!(
            policy_default("Authorization", Some(Method::Head)),
            (HeaderFate::Removed, Certainty::Certain)
        );
        assert_eq!(
            policy_default("Authorization", Some(Method::Post)),
            (HeaderFate::Removed, Certainty::Uncertain)
        );
        assert_eq!(policy_default("Authorization", None), (HeaderFate::Removed, Certainty::Uncertain));
    }

    #[test]
    fn legacy_defaults() {
        let fate = |header| legacy_default(header, Some(Method::Get), false);
        assert_eq!(fate("HOST"), HeaderFate::Replaced(Replacement::OriginDomain));
        assert_eq!(fate("user-agent"), HeaderFate::Replaced(Replacement::Fixed("Amazon CloudFront")));
        assert_eq!(fate("x-api-key"), HeaderFate::Forwarded);
        assert_eq!(fate("x-amz-security-token"), HeaderFate::Forwarded);
        assert_eq!(fate("x-amz-cf-id"), HeaderFate::Replaced(Replacement::Generated));
        assert_eq!(fate("x-edge-anything"), HeaderFate::Removed);
        assert_eq!(fate("X-Forwarded-For"), HeaderFate::Appended);
        assert_eq!(fate("Accept"), HeaderFate::Removed);
        assert_eq!(fate("Origin"), HeaderFate::Forwarded);
        assert_eq!(fate("CloudFront-Viewer-Country"), HeaderFate::Removed);
    }

    #[test]
    fn policy_defaults() {
        let fate = |header| policy_default(header, Some(Method::Get));
        assert_eq!(fate("content-type"), (HeaderFate::Forwarded, Certainty::Probable));
        assert_eq!(fate("Origin"), (HeaderFate::Removed, Certainty::Uncertain));
        assert_eq!(fate("x-api-key"), (HeaderFate::Removed, Certainty::Certain));
        assert_eq!(fate("Host").0, HeaderFate::Replaced(Replacement::OriginDomain));
        assert_eq!(fate("X-Forwarded-For"), (HeaderFate::Appended, Certainty::Probable));
    }

    #[test]
    fn refused_headers() {
        assert_eq!(cannot_be_whitelisted("proxy-authorization"), Some(Certainty::Certain));
        assert_eq!(cannot_be_whitelisted("X-Forwarded-Proto"), Some(Certainty::Probable));
        assert_eq!(cannot_be_whitelisted("Authorization"), None);
        for allowed in ["Authorization", "x-api-key", "X-Origin-Verify", "User-Agent"] {
            assert!(!cannot_be_origin_custom_header(allowed), "{allowed}");
        }
        for refused in ["host", "X-Amz-Meta-Secret", "x-edge-location", "x-real-ip", "Via", "x-amz-cf-id"] {
            assert!(cannot_be_origin_custom_header(refused), "{refused}");
        }
    }
}
