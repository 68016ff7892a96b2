//! Load balancers behind origins: which one an origin is, and whether CloudFront can connect to it.
//!
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/http-502-bad-gateway.html>,
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/http-504-gateway-timeout.html> and
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-vpc-origins.html>

use cflint_template::model::{
    Api, Behavior, EdgeFunction, Listener, LoadBalancer, Model, Origin, OriginKind, Prop, Protocol, VpcOrigin,
};
use cflint_template::value::Text;

use crate::facts::Certainty;
use crate::origin::backend::Backend;
use crate::origin::names::{attribute_of, is_balancer_name};

/// The load balancer that an origin is, or that its VPC origin names, if it is in the template.
pub fn balancer_of<'m>(model: &'m Model, origin: &Origin) -> Option<&'m LoadBalancer> {
    let id = match &origin.kind {
        OriginKind::Vpc => vpc_origin_of(model, origin)?.arn.known()?.owner()?,
        _ => {
            let (id, attribute) = attribute_of(origin.domain_name.known()?)?;
            (attribute == "DNSName").then_some(id)?
        }
    };
    model.load_balancers.iter().find(|balancer| balancer.id == id)
}

/// The VPC origin that an origin uses, if it is in the template.
pub fn vpc_origin_of<'m>(model: &'m Model, origin: &Origin) -> Option<&'m VpcOrigin> {
    let id = origin.vpc_origin.known()?.as_resource()?;
    model.vpc_origins.iter().find(|vpc| vpc.id == id)
}

/// How CloudFront connects to an origin, and where that is written.
#[derive(Debug, Clone, Copy)]
pub struct Connection<'m> {
    pub protocol_policy: &'m Prop<Text>,
    pub http_port: &'m Prop<i64>,
    pub https_port: &'m Prop<i64>,
    /// The VPC origin that it is written in.
    pub vpc: Option<&'m VpcOrigin>,
}

impl<'m> Connection<'m> {
    /// `None` for buckets, and for VPC origins outside the template.
    pub fn of(model: &'m Model, origin: &'m Origin) -> Option<Self> {
        match &origin.kind {
            OriginKind::Custom(config) => Some(Self {
                protocol_policy: &config.protocol_policy,
                http_port: &config.http_port,
                https_port: &config.https_port,
                vpc: None,
            }),
            OriginKind::Vpc => vpc_origin_of(model, origin).map(|vpc| Self {
                protocol_policy: &vpc.protocol_policy,
                http_port: &vpc.http_port,
                https_port: &vpc.https_port,
                vpc: Some(vpc),
            }),
            OriginKind::S3 | OriginKind::Unknown => None,
        }
    }

    /// `http-only`, `https-only` or `match-viewer`, which is the default of VPC origins; `None` if it is not known.
    pub fn policy(&self) -> Option<&'m str> {
        match self.vpc {
            Some(_) if self.protocol_policy.is_absent() => Some("match-viewer"),
            _ => self.protocol_policy.literal(),
        }
    }

    /// Whether it is HTTPS for a request of a viewer who does or does not use HTTPS; `None` if that is not known.
    pub fn is_https(&self, viewer_is_https: bool) -> Option<bool> {
        match self.policy()? {
            "http-only" => Some(false),
            "https-only" => Some(true),
            "match-viewer" => Some(viewer_is_https),
            _ => None,
        }
    }

    pub fn port(&self, is_https: bool) -> Option<i64> {
        self.setting(is_https).or_default(Self::default_port(is_https))
    }

    /// Where the port is written, if it is not the usual one.
    pub fn own_port(&self, is_https: bool) -> Option<&'m Prop<i64>> {
        let port = self.setting(is_https);
        Some(port).filter(|port| port.known().is_some_and(|known| *known != Self::default_port(is_https)))
    }

    fn setting(&self, is_https: bool) -> &'m Prop<i64> {
        if is_https { self.https_port } else { self.http_port }
    }

    const fn default_port(is_https: bool) -> i64 {
        if is_https { 443 } else { 80 }
    }
}

/// What a load balancer does with a connection to one of its ports.
#[derive(Debug, Clone, Copy)]
pub enum Door<'m> {
    /// This listener accepts it.
    Open(&'m Listener),
    /// The listener on the port expects the other protocol.
    OtherProtocol(&'m Listener),
    /// No listener has the port.
    Closed,
    /// The template does not say.
    Unknown,
}

/// Which listener accepts a connection, if any does.
pub fn door(balancer: &LoadBalancer, port: i64, is_https: bool) -> Door<'_> {
    let listeners = &balancer.listeners;
    let mut at_port = listeners.iter().filter(|listener| listener.port.known() == Some(&port));
    match at_port.next() {
        Some(listener) => match accepts(listener, is_https) {
            Some(true) => Door::Open(listener),
            // A port can have one listener for each transport protocol.
            Some(false) if at_port.next().is_none() => Door::OtherProtocol(listener),
            _ => Door::Unknown,
        },
        None => {
            let is_open = listeners.open.is_some()
                || listeners.items.is_empty()
                || listeners.iter().any(|listener| listener.port.known().is_none());
            if is_open { Door::Unknown } else { Door::Closed }
        }
    }
}

/// Whether a listener accepts HTTPS, or plain HTTP; `None` if its protocol is not known.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html>
pub fn accepts(listener: &Listener, is_https: bool) -> Option<bool> {
    match listener.protocol.literal()?.to_ascii_uppercase().as_str() {
        "TCP" | "TCP_UDP" | "TCP_QUIC" => Some(true),
        "HTTPS" | "TLS" | "SSL" => Some(is_https),
        "HTTP" => Some(!is_https),
        "UDP" | "QUIC" | "GENEVE" => Some(false),
        _ => None,
    }
}

/// What shows that a load balancer has only private addresses.
#[derive(Debug, Clone, Copy)]
pub enum Private<'m> {
    /// `Scheme: internal`
    Scheme(&'m LoadBalancer),
    /// The name that AWS gives to those that are internal.
    Name,
}

/// Whether an origin is a load balancer that CloudFront cannot reach, because it is not a VPC origin.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html>
pub fn private<'m>(model: &'m Model, origin: &Origin) -> Option<(Private<'m>, Certainty)> {
    if !matches!(origin.kind, OriginKind::Custom(_)) {
        return None;
    }
    if let Some(balancer) = balancer_of(model, origin) {
        let is_internal = balancer.scheme.literal() == Some("internal");
        return is_internal.then_some((Private::Scheme(balancer), Certainty::Certain));
    }
    let domain = origin.domain_name.known()?;
    let name = domain.prefix().to_ascii_lowercase();
    let name = name.strip_prefix("dualstack.").unwrap_or(&name);
    // No load balancer can be given a name that starts so.
    (is_balancer_name(domain) && name.starts_with("internal-"))
        .then_some((Private::Name, Certainty::Probable))
}

/// Something that VPC origins do not support.
#[derive(Debug, Clone, Copy)]
pub enum VpcFault<'m> {
    Gateway(&'m LoadBalancer),
    /// A Network Load Balancer for both IP versions.
    DualStack(&'m LoadBalancer),
    /// A Network Load Balancer that terminates TLS.
    Tls(&'m LoadBalancer, &'m Listener),
    /// A Network Load Balancer without security groups.
    NoSecurityGroup(&'m LoadBalancer),
    WebSocket(&'m Api),
    /// Lambda@Edge between CloudFront and the origin.
    Function(&'m EdgeFunction),
    Grpc(&'m Prop<bool>),
}

/// What is certainly wrong with a VPC origin itself.
pub fn vpc_faults<'m>(model: &'m Model, origin: &'m Origin) -> Vec<VpcFault<'m>> {
    if !matches!(origin.kind, OriginKind::Vpc) {
        return Vec::new();
    }
    let mut faults = Vec::new();
    let named = Origin { kind: OriginKind::Unknown, ..origin.clone() };
    if let Some(api) = Backend::of(model, &named).api()
        && api.protocol == Protocol::WebSocket
    {
        faults.push(VpcFault::WebSocket(api));
    }
    let Some(balancer) = balancer_of(model, origin) else { return faults };
    match balancer.type_name() {
        Some("gateway") => faults.push(VpcFault::Gateway(balancer)),
        Some("network") => {
            let is_dual = balancer.ip_address_type.literal() == Some("dualstack");
            faults.extend(is_dual.then_some(VpcFault::DualStack(balancer)));
            let is_tls = |listener: &&Listener| listener.protocol.literal() == Some("TLS");
            let tls = balancer.listeners.iter().find(is_tls);
            faults.extend(tls.map(|listener| VpcFault::Tls(balancer, listener)));
            faults.extend(balancer.security_groups.is_empty().then_some(VpcFault::NoSecurityGroup(balancer)));
        }
        _ => {}
    }
    faults
}

/// What a behavior in front of a VPC origin uses although these do not support it.
pub fn vpc_faults_of(behavior: &Behavior) -> Vec<VpcFault<'_>> {
    let is_at_origin = |function: &&EdgeFunction| {
        let event = function.event.literal();
        function.is_lambda && matches!(event, Some("origin-request" | "origin-response"))
    };
    let functions = behavior.functions.iter().filter(is_at_origin).map(VpcFault::Function);
    let grpc = (behavior.grpc.known() == Some(&true)).then_some(VpcFault::Grpc(&behavior.grpc));
    functions.chain(grpc).collect()
}
