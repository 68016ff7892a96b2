//! What CloudFront rejects when the distribution is deployed, so that nothing could respond to a request. One such
//! place is enough, whichever path the request takes.
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesOrigin.html>

mod logs;
mod policies;
mod properties;

use cflint_diagnostics::Span;
use cflint_template::model::{Behavior, Distribution, Model, Origin, PolicyPart, Prop, alias_fault};
use cflint_template::value::Text;

use super::{Cause, DEPLOYABLE, End, Tracer, Undeployable, Way, by_default};
use crate::behavior::conflicts::{
    Conflict, Disorder, UselessKey, authorization_by_name, conflict, disorder_of, disorder_of_policy,
    encoding_beside_compression, keys_without_cache,
};
use crate::behavior::forwarding::{Forwarding, Policy};
use crate::facts::Certainty;
use crate::facts::acl_scope::{WrongAcl, wrong_acls};
use crate::facts::certificate::{
    AliasFault, CertificateUse, Foreign, HOME, alias_faults, foreign_certificates,
};
use crate::facts::continuous_deployment::{PartnerFault, partner_faults, policy_faults, policy_of};
use crate::facts::edge_function::{self, clashes};
use crate::facts::edge_settings::{Setting, setting_faults};
use crate::facts::error_pages;
use crate::facts::filled_in::is_filled_in;
use crate::facts::headers::{refused, refused_custom, refused_for_bucket, refused_in};
use crate::facts::methods;
use crate::facts::targets::{Namer, unknown_targets};
use crate::facts::tenants::tenant_faults;
use crate::origin::faults::{KindFault, PathFault, is_address, kind_fault, path_fault, url};
use crate::routes::api_names::taken;
use crate::routes::path::{RequestPath, paths_of};
use crate::routes::stage_reach::invalid_stage;
use crate::words::quoted;

/// Something that CloudFront does not accept.
pub(super) struct Fault {
    why: Undeployable,
    what: String,
    certainty: Certainty,
    span: Span,
}

impl Fault {
    pub(super) fn new(why: Undeployable, what: impl Into<String>, certainty: Certainty, span: Span) -> Self {
        Self { why, what: what.into(), certainty, span }
    }
}

impl<'m> Tracer<'m, '_> {
    /// Ends where CloudFront rejects the distribution.
    pub(super) fn deployable(&mut self) -> Way<()> {
        let faults = Self::new(self.written, self.request).faults();
        for fault in &faults {
            self.step("deployment", fault.what.clone(), fault.certainty, Some(fault.span));
        }
        // The most certain one; of several, the first in the template.
        let Some(worst) = faults.iter().rev().max_by_key(|fault| fault.certainty) else { return Ok(()) };
        if worst.certainty == Certainty::Certain {
            self.step_is_reason(|step| step.detail == worst.what);
            return Err(End::refused(worst.why).at(worst.span));
        }
        // It may be deployed all the same, so the rest of the way is of interest.
        if worst.certainty == Certainty::Probable {
            self.perhaps = Some(Cause::Undeployable(worst.why));
        }
        self.doubt(DEPLOYABLE);
        Ok(())
    }

    fn faults(&self) -> Vec<Fault> {
        let distribution = &self.model.distribution;
        let mut faults: Vec<Fault> =
            foreign_certificates(self.model).into_iter().map(foreign_certificate).collect();
        faults.extend(wrong_acls(self.model).into_iter().map(refused_acl));
        faults.extend(tenant_faults(self.model).into_iter().map(|fault| {
            Fault::new(Undeployable::TenantSettings, fault.to_string(), fault.certainty(), fault.span())
        }));
        faults.extend(alias_faults(self.model).into_iter().map(alias));
        faults.extend(taken(self.model).into_iter().map(|(alias, domain)| {
            let name = alias.known().map_or_else(String::new, Text::to_string);
            let what = format!(
                "the alias `{name}` belongs to the edge-optimized custom domain `{}`, so CloudFront rejects it for another distribution",
                domain.id
            );
            Fault::new(Undeployable::AliasTaken, what, Certainty::Certain, alias.span)
        }));
        faults.extend(distribution.aliases.iter().filter_map(|alias| {
            let name = alias.known().filter(|name| !is_filled_in(name))?;
            alias_fault(name)?;
            let what = format!("CloudFront rejects `{name}` as an alias");
            Some(Fault::new(Undeployable::Alias, what, Certainty::Certain, alias.span))
        }));
        faults.extend(self.model.apis.iter().filter_map(invalid_stage).map(|stage| {
            let name = stage.name.known().map_or_else(String::new, Text::to_string);
            let what = format!("API Gateway rejects `{name}` as the name of a REST API's stage");
            Fault::new(Undeployable::StageName, what, Certainty::Certain, stage.name.span)
        }));
        faults.extend(partner_faults(distribution).into_iter().map(|fault| {
            let what = match fault {
                PartnerFault::Http3(_) => "continuous deployment does not support HTTP/3",
                PartnerFault::StagingAlias(_) => "a staging distribution cannot have aliases",
            };
            Fault::new(Undeployable::ContinuousDeployment, what, fault.certainty(), fault.place().span)
        }));
        faults.extend(properties::unknown_properties(self.model));
        faults.extend(logs::log_bucket(self.model));
        let policy = policy_of(self.model);
        faults.extend(policy.into_iter().flat_map(policy_faults).map(|fault| {
            let what = "CloudFront rejects the continuous deployment policy";
            Fault::new(Undeployable::ContinuousDeployment, what, Certainty::Certain, fault.span())
        }));
        for origin in distribution.origins.iter() {
            faults.extend(self.faults_of_origin(origin));
        }
        faults.extend(targets(distribution));
        faults.extend(self.mutual_tls());
        for behavior in distribution.all_behaviors() {
            faults.extend(settings(self.model, behavior));
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
        faults.extend(self.unsupported());
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

    fn faults_of_origin(&self, origin: &Origin) -> Vec<Fault> {
        let mut faults = Vec::new();
        let id = origin.id.known().map_or_else(|| "?".to_owned(), Text::to_string);
        let domain = &origin.domain_name;
        if domain.known().is_some_and(is_address) {
            let what = format!(
                "`DomainName` of origin `{id}` is an IP address, but CloudFront accepts only a host name"
            );
            faults.push(Fault::new(Undeployable::OriginDomain, what, Certainty::Probable, domain.span));
        } else if let Some(url) = domain.known().and_then(url) {
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
                KindFault::BucketName => {
                    (format!("origin `{id}` has the name of a bucket, not its domain name"), domain.span)
                }
                KindFault::Identity => (
                    format!("origin `{id}` does not have a valid origin access identity"),
                    origin.access_identity.span,
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

fn foreign_certificate(foreign: Foreign<'_>) -> Fault {
    let whose = match foreign.of {
        CertificateUse::Viewers => "the certificate".to_owned(),
        CertificateUse::Tenant(tenant) => format!("the certificate of tenant `{}`", tenant.id),
        CertificateUse::Origin => "the client certificate for an origin".to_owned(),
    };
    let what = format!(
        "{whose} is in `{}`{}, but CloudFront accepts only certificates in `{HOME}`",
        foreign.region,
        by_default(foreign.arn)
    );
    Fault::new(Undeployable::CertificateRegion, what, Certainty::Certain, foreign.arn.span)
}

fn refused_acl((arn, wrong): (&Prop<Text>, WrongAcl<'_>)) -> Fault {
    let why = match &wrong {
        WrongAcl::Regional(_) => "whose scope is `REGIONAL`".to_owned(),
        WrongAcl::Region(region, _) => format!("which is in `{region}`"),
    };
    let span = match wrong {
        WrongAcl::Region(_, Some(acl)) if acl.scope.literal() == Some("CLOUDFRONT") => acl.scope.span,
        _ => arn.span,
    };
    let what = format!("CloudFront cannot use the web ACL, {why}{}", by_default(arn));
    Fault::new(Undeployable::WebAclScope, what, Certainty::Certain, span)
}

/// An alias that no certificate covers.
fn alias((alias, fault): (&Prop<Text>, AliasFault<'_>)) -> Fault {
    let name = alias.known().map_or_else(String::new, Text::to_string);
    let what = match fault {
        AliasFault::NoCertificate => {
            format!("CloudFront rejects alias `{name}` without a certificate that covers it")
        }
        AliasFault::OtherNames(certificate) => {
            format!(
                "CloudFront rejects alias `{name}`, which certificate `{}` does not cover",
                certificate.id
            )
        }
        AliasFault::DotAtEnd => {
            format!("CloudFront rejects alias `{name}`: no certificate covers a name that ends with a dot")
        }
    };
    Fault::new(Undeployable::AliasWithoutCertificate, what, fault.certainty(), alias.span)
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

fn settings(model: &Model, behavior: &Behavior) -> Option<Fault> {
    let conflict = conflict(model, behavior)?;
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
        Fault::new(Undeployable::EdgeFunction, what, Certainty::Certain, clash.second.span)
    });
    let settings = setting_faults(behavior).into_iter().map(|fault| {
        let what = match fault.setting {
            Setting::Unpublished { .. } => {
                format!("nothing publishes `{}`, an edge function of behavior `{name}`", fault.resource.0)
            }
            _ => {
                let (id, property) = (fault.resource.0, fault.property);
                format!("`{property}` of `{id}` is not allowed for an edge function")
            }
        };
        Fault::new(Undeployable::EdgeFunction, what, fault.certainty, fault.span)
    });
    refused.chain(beside).chain(settings).collect()
}
