//! What continuous deployment with a staging distribution requires.
//!
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/continuous-deployment-quotas-considerations.html>

use cflint_diagnostics::Span;
use cflint_template::model::{DeploymentPolicy, Distribution, Model, Prop};
use cflint_template::value::Text;

use crate::facts::Certainty;

/// The largest part of the requests that a staging distribution can get.
pub const MAX_WEIGHT: f64 = 0.15;
/// What the names of headers for it start with.
pub const HEADER: &str = "aws-cf-cd-";
/// How many seconds a session can last.
pub const TTL: std::ops::RangeInclusive<i64> = 300..=3600;

/// What CloudFront does not accept about a distribution that takes part.
#[derive(Debug, Clone, Copy)]
pub enum PartnerFault<'m> {
    /// It supports HTTP/3.
    Http3(&'m Prop<Text>),
    /// It is a staging distribution with this alias.
    StagingAlias(&'m Prop<Text>),
}

impl<'m> PartnerFault<'m> {
    /// How certain it is that CloudFront rejects it.
    pub const fn certainty(self) -> Certainty {
        match self {
            Self::Http3(_) => Certainty::Certain,
            Self::StagingAlias(_) => Certainty::Probable,
        }
    }

    /// What has to change.
    pub const fn place(self) -> &'m Prop<Text> {
        match self {
            Self::Http3(place) | Self::StagingAlias(place) => place,
        }
    }
}

/// What is wrong with a distribution that is a staging distribution or has one. One for tenants can be neither.
pub fn partner_faults(distribution: &Distribution) -> Vec<PartnerFault<'_>> {
    let is_staging = distribution.staging.known() == Some(&true);
    let has_policy = distribution.deployment_policy.known().is_some_and(|policy| !policy.is_empty());
    if distribution.is_for_tenants() || !(is_staging || has_policy) {
        return Vec::new();
    }
    let version = &distribution.http_version;
    let is_http3 = matches!(version.literal(), Some("http3" | "http2and3"));
    let mut faults: Vec<_> = is_http3.then_some(PartnerFault::Http3(version)).into_iter().collect();
    let named = distribution.aliases.iter().find(|alias| alias.known().is_some_and(|name| !name.is_empty()));
    faults.extend(named.filter(|_| is_staging).map(PartnerFault::StagingAlias));
    faults
}

/// What CloudFront does not accept about a policy.
#[derive(Debug, Clone, Copy)]
pub enum PolicyFault<'m> {
    Weight(&'m Prop<Text>),
    Header(&'m Prop<Text>),
    /// The property with this name.
    Ttl(&'static str, &'m Prop<i64>),
}

impl PolicyFault<'_> {
    /// What has to change.
    pub const fn span(self) -> Span {
        match self {
            Self::Weight(place) | Self::Header(place) => place.span,
            Self::Ttl(_, place) => place.span,
        }
    }
}

/// What is wrong with a policy.
pub fn policy_faults(policy: &DeploymentPolicy) -> Vec<PolicyFault<'_>> {
    let weight = |weight: &&Prop<Text>| {
        let number = weight.literal().and_then(|number| number.trim().parse::<f64>().ok());
        number.is_some_and(|number| !(0.0..=MAX_WEIGHT).contains(&number))
    };
    let header = |header: &&Prop<Text>| {
        let name = header.known().filter(|name| !name.is_empty());
        // What comes from a parameter may start in the right way.
        let start = name.map(|name| name.as_literal().unwrap_or(name.prefix()).to_ascii_lowercase());
        let is_literal = name.is_some_and(|name| name.as_literal().is_some());
        start.is_some_and(|start| !start.starts_with(HEADER) && (is_literal || !HEADER.starts_with(&start)))
    };
    let ttls = policy.ttls.iter().filter(|(_, ttl)| ttl.known().is_some_and(|ttl| !TTL.contains(ttl)));
    let weights = policy.weights.iter().filter(weight).map(PolicyFault::Weight);
    let headers = policy.headers.iter().filter(header).map(PolicyFault::Header);
    weights.chain(headers).chain(ttls.map(|(name, ttl)| PolicyFault::Ttl(name, ttl))).collect()
}

/// The policy of a distribution, if it is in the project.
pub fn policy_of(model: &Model) -> Option<&DeploymentPolicy> {
    let id = model.distribution.deployment_policy.known()?.owner()?;
    model.deployment_policies.iter().find(|policy| policy.id == id)
}
