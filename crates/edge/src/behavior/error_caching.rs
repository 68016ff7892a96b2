//! Which errors CloudFront keeps.
//!
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html> and
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/custom-error-pages-expiration.html>.

use cflint_template::value::Tri;

use crate::behavior::caching::Caching;
use crate::behavior::forwarding::{Forwarding, Policy};
use crate::facts::Certainty;

const ALWAYS: [i64; 7] = [404, 414, 500, 501, 502, 503, 504];
const IF_ASKED: [i64; 5] = [400, 403, 405, 412, 415];

/// When errors with a status are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    Always,
    /// If the answer has `Cache-Control` with `max-age`.
    IfAsked,
}

/// When errors with this status are kept by a behavior that keeps any; `None` if they never are.
pub fn kept(status: i64) -> Option<Kept> {
    match status {
        _ if ALWAYS.contains(&status) => Some(Kept::Always),
        _ if IF_ASKED.contains(&status) => Some(Kept::IfAsked),
        _ => None,
    }
}

/// How sure it is that a behavior keeps errors; `None` if it keeps none.
pub fn keeps_errors(forwarding: &Forwarding<'_>, caching: &Caching<'_>) -> Option<Certainty> {
    let is_legacy = forwarding.legacy.is_some() && matches!(forwarding.cache_policy, Policy::Absent);
    match caching.may_cache() {
        Tri::True => Some(Certainty::Certain),
        // That no TTL stops it is documented of policies only.
        Tri::False => (is_legacy && !caching.is_off).then_some(Certainty::Probable),
        Tri::Unknown => Some(Certainty::Uncertain),
    }
}
