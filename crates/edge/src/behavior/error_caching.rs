//! Which errors CloudFront caches.
//!
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html> and
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/custom-error-pages-expiration.html>.

use cflint_template::value::Tri;

use crate::behavior::caching::Caching;
use crate::behavior::forwarding::{Forwarding, Policy};
use crate::facts::Certainty;

const ALWAYS: [i64; 7] = [404, 414, 500, 501, 502, 503, 504];
const IF_ASKED: [i64; 5] = [400, 403, 405, 412, 415];

/// When errors with a status are cached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    Always,
    /// If the response has `Cache-Control` with `max-age`.
    IfAsked,
}

/// When errors with this status are cached by a behavior that caches any; `None` if they never are.
pub fn kept(status: i64) -> Option<Kept> {
    match status {
        _ if ALWAYS.contains(&status) => Some(Kept::Always),
        _ if IF_ASKED.contains(&status) => Some(Kept::IfAsked),
        _ => None,
    }
}

/// How certain it is that a behavior caches errors; `None` if it caches none.
pub fn keeps_errors(forwarding: &Forwarding<'_>, caching: &Caching<'_>) -> Option<Certainty> {
    let is_legacy = forwarding.legacy.is_some() && matches!(forwarding.cache_policy, Policy::Absent);
    match caching.may_cache() {
        Tri::True => Some(Certainty::Certain),
        // That a TTL of 0 prevents it is documented only for policies.
        Tri::False => (is_legacy && !caching.is_off).then_some(Certainty::Probable),
        Tri::Unknown => Some(Certainty::Uncertain),
    }
}
