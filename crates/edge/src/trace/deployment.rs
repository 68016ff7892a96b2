//! What CloudFront refuses when the distribution is deployed, so that there is none to send a request to. One such place
//! is enough, whichever path the request takes.
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesOrigin.html>

use cflint_diagnostics::Span;
use cflint_template::model::{Behavior, CachePolicy, Origin, OriginKind, PolicyPart};
use cflint_template::value::Text;

use super::{End, Tracer, Way, by_default};
use crate::Certainty;
use crate::backend::Backend;
use crate::certificate::{HOME, foreign_region};
use crate::forwarding::{Forwarding, Policy};
use crate::headers::cannot_be_origin_custom_header;
use crate::origin::{path_fault, url};

/// Something that CloudFront does not take.
struct Fault {
    what: String,
    certainty: Certainty,
    span: Span,
}

impl Fault {
    fn new(what: impl Into<String>, certainty: Certainty, span: Span) -> Self {
        Self { what: what.into(), certainty, span }
    }
}

impl<'m> Tracer<'m, '_> {
    /// Ends where CloudFront refuses the distribution.
    pub(super) fn deployable(&mut self) -> Way<()> {
        let faults = self.faults();
        let Some(first) = faults.first().map(|fault| fault.span) else { return Ok(()) };
        let mut is_refused = false;
        for fault in faults {
            is_refused |= fault.certainty > Certainty::Uncertain;
            self.step("deployment", fault.what, fault.certainty, Some(fault.span));
        }
        if is_refused {
            let why = "CloudFront refuses the distribution when it is deployed, so there is none to answer the request";
            return Err(End { open: None, ..End::unknown(why).at(first) });
        }
        self.doubt("whether the distribution can be deployed");
        Ok(())
    }

    fn faults(&self) -> Vec<Fault> {
        let distribution = &self.model.distribution;
        let mut faults: Vec<Fault> = self.certificate().into_iter().collect();
        for origin in distribution.origins.iter() {
            faults.extend(self.faults_of_origin(origin));
        }
        for behavior in distribution.all_behaviors() {
            faults.extend(self.target(behavior));
            faults.extend(both_kinds_of_settings(behavior));
            let forwarding = Forwarding::new(self.model, behavior);
            if let Policy::Declared(policy) = forwarding.cache_policy {
                faults.extend(key_without_cache(policy));
            }
            if let Policy::Declared(policy) = forwarding.origin_request_policy {
                faults.extend(authorization(&policy.id, &policy.headers));
            }
        }
        // Behaviors can share a policy.
        faults.sort_by_key(|fault| fault.span);
        faults.dedup_by_key(|fault| fault.span);
        faults
    }

    fn certificate(&self) -> Option<Fault> {
        let prop = &self.model.distribution.certificate;
        let region = foreign_region(self.model)?;
        let what = format!(
            "the certificate is in `{region}`{}, and CloudFront takes certificates of `{HOME}` only",
            by_default(prop)
        );
        Some(Fault::new(what, Certainty::Certain, prop.span))
    }

    fn faults_of_origin(&self, origin: &Origin) -> Vec<Fault> {
        let mut faults = Vec::new();
        let id = origin.id.known().map_or_else(|| "?".to_owned(), Text::to_string);
        let domain = &origin.domain_name;
        if let Some(url) = domain.known().and_then(url) {
            let wrong = if url.scheme { "is a URL" } else { "has `:` or `/` in it" };
            let what = format!(
                "`DomainName` of origin `{id}` {wrong}, and CloudFront takes the name of a host only"
            );
            faults.push(Fault::new(what, Certainty::Certain, domain.span));
        } else if origin.configs.len() > 1 {
            let what = format!(
                "origin `{id}` has {}, and may have one of them",
                quoted(&origin.configs).join(" and ")
            );
            faults.push(Fault::new(what, Certainty::Certain, origin.span));
        } else if self.is_no_bucket(origin) {
            let what = format!(
                "origin `{id}` has no `CustomOriginConfig`, so that CloudFront looks for a bucket behind its name"
            );
            faults.push(Fault::new(what, Certainty::Certain, domain.span));
        }
        if origin.path.known().and_then(path_fault).is_some() {
            let what = format!("CloudFront does not take the `OriginPath` of origin `{id}`");
            faults.push(Fault::new(what, Certainty::Probable, origin.path.span));
        }
        for header in origin.custom_headers.iter() {
            if let Some(name) = header.name.literal().filter(|name| cannot_be_origin_custom_header(name)) {
                let what = format!("origin `{id}` may not have a custom header `{name}`");
                faults.push(Fault::new(what, Certainty::Certain, header.name.span));
            }
        }
        faults
    }

    /// Whether the origin is set up as a bucket, and its name is that of something else.
    fn is_no_bucket(&self, origin: &Origin) -> bool {
        let is_bare = matches!(origin.kind, OriginKind::Unknown) && origin.is_bare;
        if !is_bare && !matches!(origin.kind, OriginKind::S3) {
            return false;
        }
        let named = Origin { kind: OriginKind::Unknown, ..origin.clone() };
        match Backend::of(self.model, &named) {
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

    /// Whether the origin that a behavior names is there.
    fn target(&self, behavior: &Behavior) -> Option<Fault> {
        let distribution = &self.model.distribution;
        let (origins, groups) = (&distribution.origins, &distribution.origin_groups);
        let target = behavior.target.known()?;
        let mut ids = origins.iter().map(|origin| &origin.id).chain(groups.iter().map(|group| &group.id));
        let is_other = ids.all(|id| id.known().is_some_and(|id| id.equals(target).is_false()));
        let is_closed = origins.open.is_none() && groups.open.is_none();
        (is_other && is_closed).then(|| {
            let what =
                format!("behavior `{}` names origin `{target}`, which does not exist", behavior.name());
            Fault::new(what, Certainty::Certain, behavior.target.span)
        })
    }
}

fn both_kinds_of_settings(behavior: &Behavior) -> Option<Fault> {
    let both = !behavior.cache_policy.is_absent() && behavior.forwarded_values.known().is_some();
    both.then(|| {
        let what = format!(
            "behavior `{}` has a cache policy and `ForwardedValues`, and may have one of them",
            behavior.name()
        );
        Fault::new(what, Certainty::Probable, behavior.forwarded_values.span)
    })
}

/// A policy that never caches has nothing to say about the cache key.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cache-key-understand-cache-policy.html>
fn key_without_cache(policy: &CachePolicy) -> Vec<Fault> {
    if policy.max_ttl.known() != Some(&0) {
        return Vec::new();
    }
    let parts = [
        ("headers", &policy.headers),
        ("cookies", &policy.cookies),
        ("query strings", &policy.query_strings),
    ];
    let selects = |part: &PolicyPart| part.behavior.literal().is_some_and(|behavior| behavior != "none");
    let fault = |what: &str, span| {
        let what = format!(
            "cache policy `{}` caches nothing (`MaxTTL` is 0), and may not have {what} in the cache key",
            policy.id
        );
        Fault::new(what, Certainty::Probable, span)
    };
    let named = parts.iter().filter(|(_, part)| selects(part));
    let mut faults: Vec<Fault> = named.map(|(name, part)| fault(name, part.behavior.span)).collect();
    for compressed in [&policy.gzip, &policy.brotli] {
        if compressed.known() == Some(&true) {
            faults.push(fault("compression", compressed.span));
        }
    }
    faults
}

/// `Authorization` by its name, which CloudFront used to refuse.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/add-origin-custom-headers.html>
fn authorization(policy: &str, headers: &PolicyPart) -> Option<Fault> {
    if headers.behavior.literal() != Some("whitelist") {
        return None;
    }
    let is_it = |name: &str| name.eq_ignore_ascii_case("Authorization");
    let item = headers.names.iter().find(|item| item.literal().is_some_and(is_it))?;
    let what = format!(
        "CloudFront used to refuse origin request policies that name `Authorization`, as `{policy}` does; newer documentation allows it"
    );
    Some(Fault::new(what, Certainty::Uncertain, item.span))
}

fn quoted(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| format!("`{name}`")).collect()
}
