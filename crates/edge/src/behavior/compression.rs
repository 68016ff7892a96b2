//! Whether CloudFront compresses responses.
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/ServingCompressedFiles.html>

use cflint_template::model::Behavior;

use crate::behavior::caching::Caching;
use crate::behavior::forwarding::{Forwarding, Policy};

/// Why nothing is compressed although the behavior enables it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    /// The cache policy caches nothing, and only what is cached is compressed.
    NoCache,
    /// The cache policy accepts neither gzip nor Brotli.
    NoEncoding,
}

/// What certainly stops a behavior from compressing. It is documented only for cache policies.
pub fn obstacle(forwarding: &Forwarding<'_>, behavior: &Behavior) -> Option<Obstacle> {
    let encodes = match forwarding.cache_policy {
        Policy::Managed(policy) => policy.gzip || policy.brotli,
        Policy::Declared(policy) => [&policy.gzip, &policy.brotli]
            .into_iter()
            .any(|encoding| encoding.or_default(false).is_none_or(|is_on| is_on)),
        Policy::Absent | Policy::Unknown => return None,
    };
    if Caching::with(forwarding, behavior).may_cache().is_false() {
        return Some(Obstacle::NoCache);
    }
    (!encodes).then_some(Obstacle::NoEncoding)
}
