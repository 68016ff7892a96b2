//! How long a behavior caches responses, and what distinguishes cached responses.
//!
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Expiration.html>,
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-the-cache-key.html> and
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/header-caching.html>.

use cflint_diagnostics::Span;
use cflint_template::model::{Behavior, Model, Prop};
use cflint_template::value::{Text, Tri};

use crate::behavior::forwarding::{Forwarding, Policy};
use crate::behavior::selection::{Selection, Set, Via};

/// Seconds that responses are cached by default: legacy settings, and cache policies created through the API.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudfront-distribution-cachebehavior.html>
pub const DEFAULT_TTL: i64 = 86_400;
const DEFAULT_MAX_TTL: i64 = 31_536_000;

/// How long responses are cached.
#[derive(Debug, Clone, Copy)]
pub struct Caching<'m> {
    /// Cached for at least this long, whatever the origin says.
    pub min: Ttl,
    /// Cached for this long if the origin says nothing.
    pub default: Ttl,
    /// Cached for at most this long, whatever the origin says.
    pub max: Ttl,
    /// What decides it: the id of the cache policy, a TTL of the behavior, or the behavior.
    pub span: Span,
    /// The managed cache policy that decides it.
    pub managed: Option<&'static str>,
    /// Logical id of the cache policy of the template that decides it.
    pub policy: Option<&'m str>,
    /// Whether every header is forwarded with the settings from before there were policies, which stops all caching.
    pub is_off: bool,
}

/// A number of seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ttl {
    /// How many; `None` if the template does not say.
    pub seconds: Option<i64>,
    /// Where it is written; the place that decides it if it is not.
    pub span: Span,
    /// Whether the user wrote it.
    pub is_written: bool,
}

impl<'m> Caching<'m> {
    /// Reads the settings of a behavior.
    pub fn of(model: &'m Model, behavior: &'m Behavior) -> Self {
        Self::with(&Forwarding::new(model, behavior), behavior)
    }

    /// The same, with what the behavior forwards.
    pub fn with(forwarding: &Forwarding<'m>, behavior: &'m Behavior) -> Self {
        let span = behavior.cache_policy.span;
        let fixed = |seconds: u64| Ttl { seconds: i64::try_from(seconds).ok(), span, is_written: false };
        let unknown = Ttl { seconds: None, span, is_written: false };
        let written = |prop: &Prop<i64>, default: i64| Ttl {
            seconds: prop.or_default(default),
            span: prop.span,
            is_written: !prop.is_absent(),
        };
        let base = Self {
            min: unknown,
            default: unknown,
            max: unknown,
            span,
            managed: None,
            policy: None,
            is_off: false,
        };
        match forwarding.cache_policy {
            Policy::Managed(policy) => Self {
                min: fixed(policy.min_ttl),
                default: fixed(policy.default_ttl),
                max: fixed(policy.max_ttl),
                managed: Some(policy.short_name()),
                ..base
            },
            Policy::Declared(policy) => Self {
                min: written(&policy.min_ttl, 0),
                default: written(&policy.default_ttl, DEFAULT_TTL),
                max: written(&policy.max_ttl, DEFAULT_MAX_TTL),
                policy: Some(&policy.id),
                ..base
            },
            Policy::Unknown => base,
            Policy::Absent => {
                let every_header =
                    forwarding.headers.sources.iter().any(|source| {
                        source.via == Via::ForwardedValues && matches!(source.set, Set::AllViewer)
                    });
                Self {
                    min: written(&behavior.min_ttl, 0),
                    default: written(&behavior.default_ttl, DEFAULT_TTL),
                    max: written(&behavior.max_ttl, DEFAULT_MAX_TTL),
                    span: [&behavior.default_ttl, &behavior.max_ttl, &behavior.min_ttl]
                        .into_iter()
                        .find(|ttl| !ttl.is_absent())
                        .map_or(behavior.span, |ttl| ttl.span),
                    is_off: every_header,
                    ..base
                }
            }
        }
    }

    /// Whether responses to `GET` can be cached at all, if only because the origin allows it.
    pub fn may_cache(&self) -> Tri {
        if self.is_off {
            return Tri::False;
        }
        is_positive(self.max).or(is_positive(self.min))
    }

    /// Whether responses to `GET` that say nothing about caching are cached; most API responses say nothing.
    pub fn caches_unasked(&self) -> Tri {
        if self.is_off {
            return Tri::False;
        }
        is_positive(self.min).or(is_positive(self.default).and(is_positive(self.max)))
    }

    /// Seconds that a response is cached if it says nothing about caching; `None` if the template does not say.
    pub fn unasked(&self) -> Option<i64> {
        if self.is_off {
            return Some(0);
        }
        let (min, default, max) = (self.min.seconds?, self.default.seconds?, self.max.seconds?);
        Some(default.min(max).max(min))
    }

    /// What decides it, for a message.
    pub fn name(&self) -> String {
        match (self.managed, self.policy) {
            (Some(name), _) => format!("managed policy `{name}`"),
            (None, Some(id)) => format!("cache policy `{id}`"),
            (None, None) => "the behavior itself".to_owned(),
        }
    }
}

fn is_positive(ttl: Ttl) -> Tri {
    ttl.seconds.map_or(Tri::Unknown, |seconds| Tri::from(seconds > 0))
}

/// Whether a header of the request is in the cache key.
pub fn header_in_key(forwarding: &Forwarding<'_>, name: &str) -> Tri {
    in_key(&forwarding.headers, name)
}

/// Whether a cookie of the request is in the cache key.
pub fn cookie_in_key(forwarding: &Forwarding<'_>, name: &str) -> Tri {
    in_key(&forwarding.cookies, name)
}

/// Whether a query string of the request is in the cache key.
pub fn query_in_key(forwarding: &Forwarding<'_>, name: &str) -> Tri {
    let selected = in_key(&forwarding.query_strings, name);
    let Some(legacy) = forwarding.legacy else { return selected };
    let keys = &legacy.query_string_cache_keys;
    if keys.items.is_empty() && keys.open.is_none() {
        return selected;
    }
    let is_it = |key: &Prop<Text>| key.literal().map_or(Tri::Unknown, |key| Tri::from(key == name));
    let open = if keys.open.is_some() { Tri::Unknown } else { Tri::False };
    selected.and(keys.iter().map(is_it).fold(open, Tri::or))
}

/// Whether a setting that makes up the cache key selects a value.
fn in_key(selection: &Selection<'_>, name: &str) -> Tri {
    let keyed = selection.sources.iter().filter(|source| source.via != Via::OriginRequestPolicy);
    keyed.map(|source| selection.contains(source, name)).fold(Tri::False, Tri::or)
}
