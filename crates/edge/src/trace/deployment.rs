//! What CloudFront rejects when the distribution is deployed, so that nothing could respond to a request. One such
//! place is enough, whichever path the request takes.
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesOrigin.html>

mod logs;
mod policies;
mod properties;

use cflint_diagnostics::Span;
use cflint_template::model::{Behavior, Distribution, Origin, PolicyPart, Prop};
use cflint_template::value::Text;

use super::{End, Tracer, Undeployable, Way, by_default};
use crate::behavior::conflicts::{
    Conflict, Disorder, UselessKey, authorization_by_name, conflict, disorder_of, disorder_of_policy,
    encoding_beside_compression, keys_without_cache,
};
use crate::behavior::forwarding::{Forwarding, Policy};
use crate::facts::Certainty;
use crate::facts::acl_scope::{WrongAcl, wrong_acl};
use crate::facts::certificate::{HOME, foreign_region, lacks_certificate};
use crate::facts::edge_function::{self, clashes};
use crate::facts::error_pages;
use crate::facts::headers::{refused, refused_custom, refused_for_bucket, refused_in};
use crate::facts::methods;
use crate::facts::targets::{Namer, unknown_targets};
use crate::origin::faults::{KindFault, PathFault, kind_fault, path_fault, url};
use crate::routes::path::{RequestPath, paths_of};
use crate::words::quoted;

/// Something that CloudFront does not accept.
struct Fault {
    why: Undeployable,
    what: String,
    certainty: Certainty,
    span: Span,
}

impl Fault {
    fn new(why: Undeployable, what: impl Into<String>, certainty: Certainty, span: Span) -> Self {
        Self { why, what: what.into(), certainty, span }
    }
}

impl<'m> Tracer<'m, '_> {
    /// Ends where CloudFront rejects the distribution.
    pub(super) fn deployable(&mut self) -> Way<()> {
        let faults = self.faults();
        for fault in &faults {
            self.step("deployment", fault.what.clone(), fault.certainty, Some(fault.span));
        }
        // The most certain one; of several, the first in the template.
        let Some(worst) = faults.iter().rev().max_by_key(|fault| fault.certainty) else { return Ok(()) };
        match worst.certainty {
            Certainty::Certain => {
                self.step_is_reason(|step| step.detail == worst.what);
                Err(End::refused(worst.why).at(worst.span))
            }
            Certainty::Probable => {
                let why = "CloudFront probably rejects the distribution when it is deployed; then nothing responds to the request";
                let open = Some("whether the distribution can be deployed".to_owned());
                Err(End { open, ..End::unknown(why).at(worst.span) })
            }
            Certainty::Uncertain => {
                self.doubt("whether the distribution can be deployed");
                Ok(())
            }
        }
    }

    fn faults(&self) -> Vec<Fault> {
        let distribution = &self.model.distribution;
        let first = [self.certificate(), alias(distribution), self.refused_acl()];
        let mut faults: Vec<Fault> = first.into_iter().flatten().collect();
        faults.extend(properties::unknown_properties(self.model));
        faults.extend(logs::log_bucket(self.model));
        for origin in distribution.origins.iter() {
            faults.extend(self.faults_of_origin(origin));
        }
        faults.extend(targets(distribution));
        for behavior in distribution.all_behaviors() {
            faults.extend(settings(behavior));
            faults.extend(methods(behavior));
            faults.extend(functions(behavior));
            faults.extend(policies::response_headers(self.model, behavior));
            faults.extend(disorder_of(behavior).iter().map(disorder));
            let forwarding = Forwarding::new(self.model, behavior);
            if let Policy::Declared(policy) = forwarding.cache_policy {
                faults.extend(disorder_of_policy(policy).iter().map(disorder));
                faults.extend(keys_without_cache(policy).iter().map(key_without_cache));
                faults.extend(refused_in(&policy.headers).map(refused_name));
                faults.extend(encoding_beside_compression(policy).map(|(name, _)| {
                    let what = format!(
                        "cache policy `{}` has `Accept-Encoding` in the cache key with compression enabled",
                        policy.id
                    );
                    Fault::new(Undeployable::EncodingInKey, what, Certainty::Probable, name.span)
                }));
            }
            if let Policy::Declared(policy) = forwarding.origin_request_policy {
                faults.extend(authorization(&policy.id, &policy.headers));
                faults.extend(refused_in(&policy.headers).map(refused_name));
            }
            if let Some(values) = forwarding.legacy {
                faults.extend(refused(&values.headers).map(refused_name));
                if paths_of(self.model, behavior).iter().any(RequestPath::leads_to_bucket) {
                    faults.extend(refused_for_bucket(&values.headers).map(refused_name));
                }
            }
        }
        for response in distribution.error_responses.iter() {
            faults.extend(error_pages::faults(response).into_iter().map(|(fault, span)| {
                let what = format!("CloudFront rejects custom error response {}", response.index + 1);
                Fault::new(Undeployable::ErrorResponse, what, fault.certainty(), span)
            }));
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
            "the certificate is in `{region}`{}, but CloudFront accepts only certificates in `{HOME}`",
            by_default(prop)
        );
        Some(Fault::new(Undeployable::CertificateRegion, what, Certainty::Certain, prop.span))
    }

    fn refused_acl(&self) -> Option<Fault> {
        let prop = &self.model.distribution.web_acl;
        let why = match wrong_acl(self.model)? {
            WrongAcl::Regional(_) => "whose scope is `REGIONAL`".to_owned(),
            WrongAcl::Region(region) => format!("which is in `{region}`"),
        };
        let what = format!("CloudFront cannot use the web ACL, {why}{}", by_default(prop));
        Some(Fault::new(Undeployable::WebAclScope, what, Certainty::Certain, prop.span))
    }

    fn faults_of_origin(&self, origin: &Origin) -> Vec<Fault> {
        let mut faults = Vec::new();
        let id = origin.id.known().map_or_else(|| "?".to_owned(), Text::to_string);
        let domain = &origin.domain_name;
        if let Some(url) = domain.known().and_then(url) {
            let wrong = if url.scheme { "is a URL" } else { "contains `:` or `/`" };
            let what =
                format!("`DomainName` of origin `{id}` {wrong}, but CloudFront accepts only a host name");
            faults.push(Fault::new(Undeployable::OriginDomain, what, Certainty::Certain, domain.span));
        } else if let Some((fault, certainty)) = kind_fault(self.model, origin) {
            let (what, span) = match fault {
                KindFault::Several => {
                    let configs = quoted(&origin.configs).join(" and ");
                    (format!("origin `{id}` has {configs}; only one is allowed"), origin.span)
                }
                KindFault::None if certainty < Certainty::Certain => {
                    (format!("origin `{id}` has no origin configuration"), domain.span)
                }
                KindFault::None | KindFault::NoBucket => (
                    format!(
                        "origin `{id}` has no `CustomOriginConfig`, so CloudFront expects the domain name of a bucket"
                    ),
                    domain.span,
                ),
            };
            faults.push(Fault::new(Undeployable::OriginKind, what, certainty, span));
        }
        if origin.path.known().and_then(path_fault).is_some() {
            let what = format!("CloudFront rejects the `OriginPath` of origin `{id}`");
            faults.push(Fault::new(Undeployable::OriginPath, what, PathFault::CERTAINTY, origin.path.span));
        }
        faults.extend(refused_custom(origin).map(|(header, name)| {
            let what = format!("origin `{id}` cannot have a custom header `{name}`");
            Fault::new(Undeployable::ForbiddenHeader, what, Certainty::Certain, header.name.span)
        }));
        faults
    }
}

/// An alias that no certificate covers.
fn alias(distribution: &Distribution) -> Option<Fault> {
    let is_open = |c: char| !c.is_ascii_alphanumeric() && !"-_.*".contains(c);
    let is_name = |name: &Text| !name.is_empty() && !name.literals().any(|text| text.contains(is_open));
    let mut aliases = distribution.aliases.iter().filter(|_| lacks_certificate(distribution));
    let alias = aliases.find(|alias| alias.known().is_some_and(is_name))?;
    let name = alias.known()?;
    let what = format!("CloudFront rejects alias `{name}` without a certificate that covers it");
    Some(Fault::new(Undeployable::AliasWithoutCertificate, what, Certainty::Certain, alias.span))
}

/// Behaviors and members of origin groups that name an origin that does not exist.
fn targets(distribution: &Distribution) -> impl Iterator<Item = Fault> {
    unknown_targets(distribution).into_iter().map(|target| {
        let what = match target.of {
            Namer::Behavior(behavior) => {
                format!("behavior `{}` names origin `{}`, which does not exist", behavior.name(), target.name)
            }
            Namer::Member(..) => {
                format!("an origin group has the member `{}`, which does not exist", target.name)
            }
        };
        Fault::new(Undeployable::UnknownOrigin, what, Certainty::Certain, target.id.span)
    })
}

fn settings(behavior: &Behavior) -> Option<Fault> {
    let conflict = conflict(behavior)?;
    let name = behavior.name();
    let (what, span) = match &conflict {
        Conflict::BesidePolicy(settings) => {
            let (setting, span) = settings.first()?;
            (format!("behavior `{name}` has both a cache policy and `{setting}`; only one is allowed"), *span)
        }
        Conflict::NoCachePolicy(policy) => {
            (format!("behavior `{name}` has an origin request policy without a cache policy"), policy.span)
        }
        Conflict::Nothing => {
            (format!("behavior `{name}` has neither a cache policy nor `ForwardedValues`"), behavior.span)
        }
    };
    Some(Fault::new(Undeployable::CacheSettings, what, conflict.certainty(), span))
}

fn disorder(disorder: &Disorder<'_>) -> Fault {
    let (((more, prop), a), ((less, _), b)) = (disorder.more, disorder.less);
    Fault::new(
        Undeployable::TtlOrder,
        format!("`{more}` is {a}, but cannot exceed `{less}`, which is {b}"),
        disorder.certainty(),
        prop.span,
    )
}

fn key_without_cache(key: &UselessKey<'_>) -> Fault {
    let what = format!(
        "cache policy `{}` disables caching (`MaxTTL` is 0), but puts {} in the cache key",
        key.policy.id, key.what
    );
    Fault::new(Undeployable::KeysWithoutCache, what, UselessKey::CERTAINTY, key.span)
}

fn authorization(policy: &str, headers: &PolicyPart) -> Option<Fault> {
    let item = authorization_by_name(headers)?;
    let what = format!(
        "CloudFront used to reject origin request policies that name `Authorization`, as `{policy}` does; newer documentation allows it"
    );
    Some(Fault::new(Undeployable::ForbiddenHeader, what, Certainty::Uncertain, item.span))
}

fn refused_name((name, certainty): (&Prop<Text>, Certainty)) -> Fault {
    let header = name.literal().unwrap_or_default();
    let what = format!("CloudFront rejects `{header}` as a header to forward");
    Fault::new(Undeployable::ForbiddenHeader, what, certainty, name.span)
}

fn methods(behavior: &Behavior) -> impl Iterator<Item = Fault> {
    let name = behavior.name();
    methods::faults(behavior).map(move |(list, ..)| {
        let what =
            format!("the methods of behavior `{name}` are not one of the sets that CloudFront accepts");
        Fault::new(Undeployable::MethodSet, what, Certainty::Certain, list.span)
    })
}

fn functions(behavior: &Behavior) -> Vec<Fault> {
    let name = behavior.name();
    let refused = edge_function::faults(behavior).into_iter().map(|(_, prop, _)| {
        let what = format!("CloudFront rejects an edge function of behavior `{name}`");
        Fault::new(Undeployable::EdgeFunction, what, Certainty::Certain, prop.span)
    });
    let clashes = clashes(behavior);
    let beside = clashes.iter().map(|clash| {
        let what = format!("two edge functions of behavior `{name}` cannot be used together");
        Fault::new(Undeployable::EdgeFunction, what, clash.certainty(), clash.second.span)
    });
    refused.chain(beside).collect()
}
