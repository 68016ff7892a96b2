//! How a behavior caches the responses of an API, and which of the rules about that reports.
//!
//! A cache that no one wanted is one cause with several effects. Only the worst effect is reported: a response that is
//! served to another user, then an API that is cached by default, then a value that reaches the API and is not in the
//! cache key.

use cflint_diagnostics::{Confidence, Span};
use cflint_edge::access::credential::{Carrier, Credential, credentials, may_be_admitted};
use cflint_edge::behavior::caching::Caching;
use cflint_edge::behavior::error_caching::keeps_errors;
use cflint_edge::behavior::forwarding::Policy;
use cflint_edge::facts::Certainty;
use cflint_edge::facts::headers::Method;
use cflint_edge::routes::entrance::entrances;
use cflint_edge::routes::path::RequestPath;
use cflint_edge::routes::path::SampleRequest;
use cflint_edge::routes::web_socket::is_websocket;
use cflint_edge::words::duration;
use cflint_linter::ReportBuilder;
use cflint_template::model::{Guard, Prop};

use crate::shared::confidence::confidence_of;
use crate::shared::witness::Example;

/// What is wrong with how a request path is cached.
pub(crate) enum CacheVerdict<'p, 'm> {
    /// One user's responses are served to others.
    Shared(Shared<'p, 'm>),
    /// Responses are cached by default.
    Unasked(Confidence),
    /// Neither.
    Fine,
}

/// A response that is served to others.
pub(crate) struct Shared<'p, 'm> {
    /// A request that gets it; `None` if the routes are not known.
    pub(crate) sample: Option<&'p SampleRequest<'m>>,
    /// What the API identifies its callers by, and the cache key lacks; `None` if the API is not known.
    pub(crate) credential: Option<Credential<'m>>,
    /// Whether the key has another credential that distinguishes users.
    pub(crate) is_told_apart: bool,
    pub(crate) confidence: Confidence,
}

/// Decides about a request path.
pub(crate) fn cache_verdict<'p, 'm>(
    path: &'p RequestPath<'m>,
    caching: &Caching<'m>,
) -> CacheVerdict<'p, 'm> {
    if !path.backend.is_api() || is_websocket(path) || caching.may_cache().is_false() {
        return CacheVerdict::Fine;
    }
    let unasked = unasked(path, caching);
    let is_shown = |confidence: Confidence| confidence > Confidence::Possible;
    match (shared(path, caching), unasked) {
        // Another request may be worse off, and then this is not the cause.
        (shared, _) if !path.knows_all_samples() => shared
            .filter(|shared| is_shown(shared.confidence))
            .map_or(CacheVerdict::Fine, CacheVerdict::Shared),
        (Some(shared), unasked) if is_shown(shared.confidence) || !unasked.is_some_and(is_shown) => {
            CacheVerdict::Shared(shared)
        }
        (_, Some(confidence)) => CacheVerdict::Unasked(confidence),
        (_, None) => CacheVerdict::Fine,
    }
}

/// Whether the cache key is the cause, because none of the others is reported.
pub(crate) fn is_about_key<'m>(path: &RequestPath<'m>, caching: &Caching<'m>) -> bool {
    match cache_verdict(path, caching) {
        CacheVerdict::Shared(shared) => shared.confidence == Confidence::Possible,
        CacheVerdict::Unasked(_) => false,
        CacheVerdict::Fine if !path.knows_all_samples() => false,
        CacheVerdict::Fine => {
            path.backend.runs_code() && !is_websocket(path) && !caching.may_cache().is_false()
        }
    }
}

/// The requests whose responses can be cached.
pub(crate) fn cacheable<'p, 'm>(path: &'p RequestPath<'m>) -> impl Iterator<Item = &'p SampleRequest<'m>> {
    let is_read = |sample: &&SampleRequest<'_>| matches!(sample.method, Method::Get | Method::Head);
    path.samples().iter().filter(is_read).filter(|sample| may_be_admitted(path, sample))
}

/// One of them, or one for a path that may have such a route where the template does not show the routes.
pub(crate) fn cacheable_example<'p, 'm>(path: &'p RequestPath<'m>) -> Example<'p, 'm> {
    cacheable(path).next().map_or_else(|| Example::read(path), |call| Example::of(path, call))
}

/// Whether the template does not show which routes there are.
pub(crate) fn is_unseen(path: &RequestPath<'_>) -> bool {
    match path.backend.api() {
        Some(api) => api.routes.open.is_some(),
        None => entrances(path).iter().all(|entrance| entrance.api.routes.open.is_some()),
    }
}

/// Whether a behavior caches errors of an API, and how sure that is.
pub(crate) fn certainty_of_keeping_errors(path: &RequestPath<'_>) -> Option<Confidence> {
    let is_read = cacheable(path).next().is_some();
    if !path.backend.is_api() || !(is_read || is_unseen(path)) {
        return None;
    }
    let caching = Caching::with(&path.forwarding, path.behavior);
    let keeps = confidence_of(keeps_errors(&path.forwarding, &caching)?);
    let is_mended = path.behavior.may_run_on(&["viewer-request", "origin-request", "origin-response"]);
    Some(if is_mended {
        Confidence::Possible
    } else if is_read {
        keeps
    } else {
        keeps.min(Confidence::Likely)
    })
}

/// The highest confidence for a finding about cached responses.
pub(crate) fn certainty_of_caching(path: &RequestPath<'_>, caching: &Caching<'_>) -> Confidence {
    if may_not_happen(path) || !caching.caches_unasked().is_true() {
        Confidence::Possible
    } else if caching.min.seconds.is_some_and(|seconds| seconds > 0) {
        Confidence::Certain
    } else if path.behavior.may_run_on(&["origin-response"]) {
        // Lambda@Edge can set how long CloudFront caches a response.
        Confidence::Possible
    } else {
        // Most APIs send no `Cache-Control`, but this one may.
        Confidence::Likely
    }
}

/// Whether a function may prevent it, or `Host` makes every request fail anyway.
fn may_not_happen(path: &RequestPath<'_>) -> bool {
    let host = path.forwarding.headers.selects("Host").answer;
    path.may_be_rewritten() || (path.backend.is_host_bound() && !host.is_false())
}

/// The surest case of a response that is served to others.
fn shared<'p, 'm>(path: &'p RequestPath<'m>, caching: &Caching<'m>) -> Option<Shared<'p, 'm>> {
    let most = certainty_of_caching(path, caching);
    let mut best: Option<Shared<'p, 'm>> = None;
    for sample in cacheable(path) {
        if let Some((credential, is_told_apart, confidence)) = missing(path, sample)
            && best.as_ref().is_none_or(|best| best.confidence < confidence.min(most))
        {
            let confidence = confidence.min(most);
            best = Some(Shared {
                sample: Some(sample),
                credential: Some(credential),
                is_told_apart,
                confidence,
            });
        }
    }
    best.or_else(|| {
        let is_guess = is_unseen(path) && mixes_up(path, &Carrier::Header("Authorization"), Method::Get);
        is_guess.then_some(Shared {
            sample: None,
            credential: None,
            is_told_apart: false,
            confidence: Confidence::Possible,
        })
    })
}

/// A credential of a request that reaches the API and is not in the cache key, and whether the key has another one that
/// distinguishes users.
fn missing<'m>(
    path: &RequestPath<'m>,
    sample: &SampleRequest<'m>,
) -> Option<(Credential<'m>, bool, Confidence)> {
    let mut known = credentials(path.model, sample.entrance.api, sample.route);
    known.retain(|credential| credential.carrier.arrives(path, sample.method).is_true());
    let in_key = |credential: &Credential<'_>| credential.carrier.in_key(&path.forwarding);
    let has_key = |credential: &&Credential<'_>| !in_key(credential).is_false();
    let is_helped = known.iter().any(|credential| has_key(&credential));
    let is_told_apart = known.iter().filter(has_key).any(|credential| credential.carrier.is_standard());
    let mut missing: Vec<Credential<'m>> =
        known.into_iter().filter(|credential| in_key(credential).is_false()).collect();
    missing.sort_by_key(|credential| !credential.carrier.is_standard());
    let first = missing.into_iter().next()?;
    let confidence = match first.certainty {
        _ if is_signed_for_another_host(path, sample) => Confidence::Possible,
        Certainty::Certain if is_helped && !is_told_apart && first.carrier.is_standard() => {
            Confidence::Likely
        }
        // The authorizer decides by it, so the same user gets a different response for another value.
        _ if is_told_apart && first.is_required && !first.carrier.is_standard() => Confidence::Likely,
        // What is in the key may distinguish users as well.
        _ if is_helped => Confidence::Possible,
        Certainty::Certain => Confidence::Certain,
        Certainty::Probable => Confidence::Likely,
        Certainty::Uncertain => Confidence::Possible,
    };
    Some((first, is_told_apart, confidence))
}

/// Whether a request succeeds only if its signature is made for the host name of the origin, which viewers do not see.
fn is_signed_for_another_host(path: &RequestPath<'_>, sample: &SampleRequest<'_>) -> bool {
    sample.route.guard == Guard::Iam && !path.forwarding.headers.selects("Host").answer.is_true()
}

/// Whether a part of the request reaches the API and does not distinguish cached responses.
pub(crate) fn mixes_up(path: &RequestPath<'_>, carrier: &Carrier<'_>, method: Method) -> bool {
    carrier.arrives(path, method).is_true() && carrier.in_key(&path.forwarding).is_false()
}

/// Whether responses are cached for a day by default.
fn unasked(path: &RequestPath<'_>, caching: &Caching<'_>) -> Option<Confidence> {
    let is_default = match path.forwarding.cache_policy {
        Policy::Managed(policy) => policy.short_name().starts_with("CachingOptimized"),
        Policy::Absent => {
            let written = [caching.min, caching.default, caching.max].iter().any(|ttl| ttl.is_written);
            path.forwarding.legacy.is_some() && !written && !caching.is_off
        }
        Policy::Declared(_) | Policy::Unknown => false,
    };
    let is_answered = |sample: &SampleRequest<'_>| !is_signed_for_another_host(path, sample);
    let known = match cacheable(path).next() {
        Some(_) if cacheable(path).any(is_answered) => Some(Confidence::Certain),
        Some(_) => Some(Confidence::Possible),
        None => is_unseen(path).then_some(Confidence::Likely),
    };
    // Even where the minimum is a second, Lambda@Edge can make sure that it is not much more.
    let most = if path.behavior.may_run_on(&["origin-response"]) {
        Confidence::Possible
    } else {
        certainty_of_caching(path, caching)
    };
    known.filter(|_| is_default).map(|known| known.min(most))
}

/// The token that decides whether responses are cached, and its property.
pub(crate) fn place(path: &RequestPath<'_>, caching: &Caching<'_>) -> (Span, String) {
    let behavior = path.behavior;
    let (span, name) = match path.forwarding.cache_policy {
        Policy::Absent if caching.default.is_written => (caching.default.span, "DefaultTTL"),
        Policy::Absent if caching.min.is_written => (caching.min.span, "MinTTL"),
        Policy::Absent if caching.max.is_written => (caching.max.span, "MaxTTL"),
        Policy::Absent => (caching.span, "ForwardedValues"),
        _ => (behavior.cache_policy.span, "CachePolicyId"),
    };
    (span, format!("{}.{name}", behavior.property()))
}

/// The parameters whose defaults decide how a behavior caches.
pub(crate) fn rests_on_settings<'r, 'c>(
    mut finding: ReportBuilder<'r, 'c>,
    path: &RequestPath<'_>,
    caching: &Caching<'_>,
) -> ReportBuilder<'r, 'c> {
    let behavior = path.behavior;
    finding = finding
        .rests_on(&behavior.cache_policy)
        .rests_on(&behavior.origin_request_policy)
        .rests_on(&path.origin.domain_name);
    let ttls: [&Prop<i64>; 3] = match path.forwarding.cache_policy {
        Policy::Declared(policy) => [&policy.min_ttl, &policy.default_ttl, &policy.max_ttl],
        _ => [&behavior.min_ttl, &behavior.default_ttl, &behavior.max_ttl],
    };
    let [min, default, max] = ttls;
    match caching.min.seconds {
        Some(seconds) if seconds > 0 => finding.rests_on(min),
        // Once is enough if one parameter gives both.
        _ if default.rests_on_default() == max.rests_on_default() => finding.rests_on(default),
        _ => finding.rests_on(default).rests_on(max),
    }
}

/// How long a response without `Cache-Control` is cached, for a message.
pub(crate) fn kept(caching: &Caching<'_>) -> String {
    match caching.unasked() {
        None => "for a time the template does not specify".to_owned(),
        Some(0) => "for as long as the API says".to_owned(),
        Some(seconds) => format!("for {}", duration(seconds)),
    }
}
