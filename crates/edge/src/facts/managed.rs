//! The managed policies of CloudFront: what an id in a template stands for.
//!
//! Sources, under <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/>:
//! `using-managed-cache-policies.html`, `using-managed-origin-request-policies.html` and
//! `using-managed-response-headers-policies.html`.

use std::sync::LazyLock;

use crate::facts::Certainty;
use crate::facts::headers::is_added_by_cloudfront;

mod table;

const DATA: &str = include_str!("../../data/managed-policies.txt");

// The ids that users are told to write.
pub const CACHING_DISABLED: &str = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";
pub const CACHING_OPTIMIZED: &str = "658327ea-f89d-4fab-a63d-7e88639e58f6";
pub const ALL_VIEWER: &str = "216adef6-5c7f-47e4-b989-5492eafa07d3";
pub const ALL_VIEWER_EXCEPT_HOST: &str = "b689b0a8-53d0-40ab-baf2-68738e2966ac";
pub const SECURITY_HEADERS: &str = "67f7725c-6f97-4210-82d7-5512b31e9d03";

/// Which cookies or query strings a policy selects. Their names are case-sensitive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ManagedSelection {
    None,
    All,
    Only(Vec<&'static str>),
    AllExcept(Vec<&'static str>),
}

impl ManagedSelection {
    /// Whether the cookie or query string `name` is selected.
    pub fn selects(&self, name: &str) -> bool {
        match self {
            Self::None => false,
            Self::All => true,
            Self::Only(names) => names.contains(&name),
            Self::AllExcept(names) => !names.contains(&name),
        }
    }
}

/// Which headers a policy selects. Their names are not case-sensitive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ManagedHeaders {
    None,
    Only(Vec<&'static str>),
    /// All that the viewer sent, its `Host` included.
    AllViewer,
    /// All that the viewer sent except these.
    AllExcept(Vec<&'static str>),
    /// All that the viewer sent, its `Host` included, and these that CloudFront adds.
    AllViewerAndCloudFront(Vec<&'static str>),
}

impl ManagedHeaders {
    /// Whether the header `name` is selected, assuming the viewer sent it.
    ///
    /// `None` where the documentation and reports differ: `AllViewerExceptHostHeader` is documented to add
    /// CloudFront's own headers, but they have been seen missing.
    pub fn selects(&self, name: &str) -> Option<bool> {
        let listed = |names: &[&str]| names.iter().any(|listed| listed.eq_ignore_ascii_case(name));
        match self {
            Self::None => Some(false),
            Self::Only(names) => Some(listed(names)),
            Self::AllViewer => Some(!is_added_by_cloudfront(name)),
            Self::AllExcept(names) if listed(names) => Some(false),
            Self::AllExcept(_) => (!is_added_by_cloudfront(name)).then_some(true),
            Self::AllViewerAndCloudFront(names) => Some(listed(names) || !is_added_by_cloudfront(name)),
        }
    }
}

/// A managed cache policy. Whatever it puts into the cache key also reaches the origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManagedCachePolicy {
    /// The id that templates refer to.
    pub id: &'static str,
    /// The name in the API, mostly with the prefix `Managed-`; see [`ManagedCachePolicy::short_name`].
    pub name: &'static str,
    /// Whether AWS advises against it outside of Amplify.
    pub amplify_only: bool,
    /// Seconds that an object is cached whatever the origin says.
    pub min_ttl: u64,
    /// Seconds that an object is cached when the origin says nothing.
    pub default_ttl: u64,
    /// Seconds after which an object is stale whatever the origin says.
    pub max_ttl: u64,
    /// Headers in the cache key; only ever `None` or `Only`.
    pub headers: ManagedHeaders,
    /// Cookies in the cache key.
    pub cookies: ManagedSelection,
    /// Query strings in the cache key.
    pub query_strings: ManagedSelection,
    /// Whether CloudFront requests gzip from the origin, and caches it separately.
    pub gzip: bool,
    /// Whether CloudFront requests Brotli from the origin, and caches it separately.
    pub brotli: bool,
    /// How certain the TTLs and the compression are. The rest is [`Certainty::Certain`].
    pub certainty: Certainty,
}

impl ManagedCachePolicy {
    /// The name that the documentation uses: `CachingDisabled`.
    pub fn short_name(&self) -> &'static str {
        short_name(self.name)
    }

    /// Whether nothing is ever cached.
    pub const fn never_caches(&self) -> bool {
        self.max_ttl == 0
    }
}

/// A managed origin request policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManagedOriginRequestPolicy {
    /// The id that templates refer to.
    pub id: &'static str,
    /// The name in the API, with the prefix `Managed-`.
    pub name: &'static str,
    /// Headers that reach the origin.
    pub headers: ManagedHeaders,
    /// Cookies that reach the origin.
    pub cookies: ManagedSelection,
    /// Query strings that reach the origin.
    pub query_strings: ManagedSelection,
    /// How certain the selection of headers is.
    pub certainty: Certainty,
}

impl ManagedOriginRequestPolicy {
    /// The name that the documentation uses: `AllViewerExceptHostHeader`.
    pub fn short_name(&self) -> &'static str {
        short_name(self.name)
    }
}

/// A header that a response headers policy sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ManagedResponseHeader {
    pub name: &'static str,
    pub value: &'static str,
    /// Whether it replaces a header of the same name in the origin's response.
    pub overrides_origin: bool,
}

/// A managed response headers policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManagedResponseHeadersPolicy {
    /// The id that templates refer to.
    pub id: &'static str,
    /// The name in the API, with the prefix `Managed-`.
    pub name: &'static str,
    /// The CORS headers it sets; empty when it has no CORS part.
    pub cors: Vec<ManagedResponseHeader>,
    /// The security headers it sets; empty when it has no such part.
    pub security: Vec<ManagedResponseHeader>,
}

impl ManagedResponseHeadersPolicy {
    /// The name that the documentation uses: `SimpleCORS`.
    pub fn short_name(&self) -> &'static str {
        short_name(self.name)
    }

    /// A header that it sets.
    pub fn header(&self, name: &str) -> Option<&ManagedResponseHeader> {
        self.cors.iter().chain(&self.security).find(|header| header.name.eq_ignore_ascii_case(name))
    }
}

// A section is read only when a policy in it is looked up.
static CACHE: LazyLock<Vec<ManagedCachePolicy>> =
    LazyLock::new(|| table::section(DATA, "cache", table::cache_policy));
static ORIGIN_REQUEST: LazyLock<Vec<ManagedOriginRequestPolicy>> =
    LazyLock::new(|| table::section(DATA, "origin-request", table::origin_request_policy));
static RESPONSE_HEADERS: LazyLock<Vec<ManagedResponseHeadersPolicy>> =
    LazyLock::new(|| table::section(DATA, "response-headers", table::response_headers_policy));

fn short_name(name: &'static str) -> &'static str {
    name.strip_prefix("Managed-").unwrap_or(name)
}

fn is_called(name: &'static str, wanted: &str) -> bool {
    name == wanted || short_name(name) == wanted
}

/// All managed cache policies, sorted by id.
pub fn cache_policies() -> &'static [ManagedCachePolicy] {
    &CACHE
}

/// All managed origin request policies, sorted by id.
pub fn origin_request_policies() -> &'static [ManagedOriginRequestPolicy] {
    &ORIGIN_REQUEST
}

/// All managed response headers policies, sorted by id.
pub fn response_headers_policies() -> &'static [ManagedResponseHeadersPolicy] {
    &RESPONSE_HEADERS
}

/// The managed cache policy with this id.
pub fn cache_policy(id: &str) -> Option<&'static ManagedCachePolicy> {
    find(cache_policies(), |policy| policy.id, id)
}

/// The managed origin request policy with this id.
pub fn origin_request_policy(id: &str) -> Option<&'static ManagedOriginRequestPolicy> {
    find(origin_request_policies(), |policy| policy.id, id)
}

/// The managed response headers policy with this id.
pub fn response_headers_policy(id: &str) -> Option<&'static ManagedResponseHeadersPolicy> {
    find(response_headers_policies(), |policy| policy.id, id)
}

/// The managed cache policy of this name, with or without the prefix `Managed-`.
pub fn cache_policy_by_name(name: &str) -> Option<&'static ManagedCachePolicy> {
    cache_policies().iter().find(|policy| is_called(policy.name, name))
}

/// The managed origin request policy of this name, with or without the prefix `Managed-`.
pub fn origin_request_policy_by_name(name: &str) -> Option<&'static ManagedOriginRequestPolicy> {
    origin_request_policies().iter().find(|policy| is_called(policy.name, name))
}

/// The managed response headers policy of this name, with or without the prefix `Managed-`.
pub fn response_headers_policy_by_name(name: &str) -> Option<&'static ManagedResponseHeadersPolicy> {
    response_headers_policies().iter().find(|policy| is_called(policy.name, name))
}

fn find<'p, P>(policies: &'p [P], id_of: impl Fn(&P) -> &'static str, id: &str) -> Option<&'p P> {
    policies.binary_search_by(|policy| id_of(policy).cmp(id)).ok().and_then(|i| policies.get(i))
}
