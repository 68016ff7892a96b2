//! Requests that a load balancer cannot handle because of what CloudFront sends.

use cflint_template::model::{Listener, ListenerAction, OriginKind};
use cflint_template::value::{Text, Tri};

use crate::facts::certificate::cover;
use crate::origin::backend::Backend;
use crate::origin::load_balancer::{Connection, Door, balancer_of, door};
use crate::routes::path::RequestPath;
use crate::routes::viewer_host::comes_here;

/// Why no certificate of a load balancer can match what CloudFront connects to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Uncertified {
    /// `Host` is the name that AWS gives to the load balancer, like the domain name of the origin.
    OwnName,
    /// `Host` is that of the viewer, and viewers have only the name that CloudFront gives to the distribution.
    DistributionName,
    /// `Host` is an alias, and the certificates of the listener cover none of them.
    Aliases,
}

/// Whether CloudFront may connect over HTTPS to a load balancer whose certificate can match neither the domain name of
/// the origin nor `Host`. No one but AWS gets a certificate for the names that it gives.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cnames-and-https-requirements.html>
pub fn uncertified(path: &RequestPath<'_>) -> Option<Uncertified> {
    let OriginKind::Custom(config) = &path.origin.kind else { return None };
    let is_https = matches!(config.protocol_policy.literal(), Some("https-only" | "match-viewer"));
    if !matches!(path.backend, Backend::LoadBalancer) || !is_https {
        return None;
    }
    let distribution = path.distribution;
    let aliases = &distribution.aliases;
    match path.forwarding.headers.selects("Host").answer {
        Tri::False => Some(Uncertified::OwnName),
        Tri::Unknown => None,
        Tri::True if distribution.is_for_tenants() || aliases.open.is_some() => None,
        Tri::True if aliases.is_empty() => Some(Uncertified::DistributionName),
        Tri::True => {
            // Some of the names that a wildcard stands for may be covered.
            let is_uncovered =
                |name: &Text| !name.prefix().starts_with('*') && listener_covers(path, name).is_false();
            let all = aliases.iter().all(|alias| alias.known().is_some_and(is_uncovered));
            all.then_some(Uncertified::Aliases)
        }
    }
}

/// Whether a certificate of the listener that CloudFront connects to over HTTPS covers a host name.
pub fn listener_covers(path: &RequestPath<'_>, host: &Text) -> Tri {
    let connection = Connection::of(path.model, path.origin);
    let port = connection.and_then(|connection| connection.port(true));
    let Some((balancer, port)) = balancer_of(path.model, path.origin).zip(port) else { return Tri::Unknown };
    match door(balancer, port, true) {
        // One that only passes the connection on has no certificate.
        Door::Open(listener) if !listener.certificates.is_empty() => {
            cover(path.model, &listener.certificates, host)
        }
        _ => Tri::Unknown,
    }
}

/// Where a listener redirects every request of CloudFront.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goal {
    /// To CloudFront, which sends the request over HTTP again.
    CloudFront,
    /// To the load balancer's own name.
    Balancer,
}

/// A redirect that never ends, or that leads viewers past CloudFront.
#[derive(Debug, Clone, Copy)]
pub struct Redirection<'m> {
    pub goal: Goal,
    pub listener: &'m Listener,
    pub action: &'m ListenerAction,
}

/// What a listener that redirects to HTTPS does with requests that CloudFront sends over HTTP only. Parts of the URL
/// that the redirect does not name stay as they are.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RedirectActionConfig.html>
pub fn redirection<'m>(path: &RequestPath<'m>) -> Option<Redirection<'m>> {
    let connection = Connection::of(path.model, path.origin)?;
    if connection.policy() != Some("http-only") {
        return None;
    }
    let balancer = balancer_of(path.model, path.origin)?;
    let Door::Open(listener) = door(balancer, connection.port(false)?, false) else { return None };
    let [action] = listener.actions.items.as_slice() else { return None };
    let redirect = &action.redirect;
    let keeps_path = redirect.path.is_absent() || redirect.path.literal() == Some("/#{path}");
    let is_to_https = action.kind.literal() == Some("redirect")
        && redirect.protocol.literal() == Some("HTTPS")
        && redirect.port.literal() == Some("443");
    if !is_to_https || !keeps_path || listener.may_have_rules || listener.actions.open.is_some() {
        return None;
    }
    let goal = match redirect.host.literal() {
        Some(host) if host != "#{host}" => {
            comes_here(path.model, &host.to_ascii_lowercase()).is_true().then_some(Goal::CloudFront)?
        }
        None if !redirect.host.is_absent() => return None,
        _ => match path.forwarding.headers.selects("Host").answer {
            Tri::True => Goal::CloudFront,
            Tri::False => Goal::Balancer,
            Tri::Unknown => return None,
        },
    };
    Some(Redirection { goal, listener, action })
}
