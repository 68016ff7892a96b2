//! Load balancers, and the VPC origins through which CloudFront reaches those in private subnets.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticloadbalancingv2-loadbalancer.html>
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticloadbalancing-loadbalancer.html>
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudfront-vpcorigin.html>

use std::collections::{BTreeMap, BTreeSet};

use cflint_diagnostics::Span;

use super::reader::Reader;
use super::slice::Slice;
use super::{List, Prop};
use crate::eval::Reason;
use crate::value::Text;

/// A load balancer with its listeners.
#[derive(Debug, Clone)]
pub struct LoadBalancer {
    /// Logical id.
    pub id: String,
    /// Where the logical id is written.
    pub span: Span,
    /// The type of the resource.
    pub resource_type: &'static str,
    /// `application`, `network` or `gateway`; `application` if absent.
    pub kind: Prop<Text>,
    /// `internet-facing` or `internal`; `internet-facing` if absent.
    pub scheme: Prop<Text>,
    pub ip_address_type: Prop<Text>,
    pub security_groups: List<Prop<Text>>,
    /// The list is open if something outside the template may add listeners.
    pub listeners: List<Listener>,
}

#[derive(Debug, Clone)]
pub struct Listener {
    /// Logical id of the resource that it is in, which for a Classic Load Balancer is the load balancer.
    pub id: String,
    pub span: Span,
    pub port: Prop<i64>,
    pub protocol: Prop<Text>,
    /// The ARNs of its certificates. The list is open if something outside the listener may add some.
    pub certificates: List<Prop<Text>>,
    /// What happens to a request that matches no rule; empty for a Classic Load Balancer, which forwards.
    pub actions: List<ListenerAction>,
    /// Whether it has rules, or may get some outside the template.
    pub may_have_rules: bool,
}

/// A default action of a listener.
#[derive(Debug, Clone)]
pub struct ListenerAction {
    /// `forward`, `redirect`, `fixed-response` or an authentication.
    pub kind: Prop<Text>,
    pub redirect: ListenerRedirect,
    /// The status of a fixed response.
    pub status: Prop<Text>,
    pub span: Span,
}

/// `RedirectConfig`; `#{host}` and the like stand for the parts of the request.
#[derive(Debug, Clone)]
pub struct ListenerRedirect {
    pub protocol: Prop<Text>,
    pub host: Prop<Text>,
    pub port: Prop<Text>,
    pub path: Prop<Text>,
    /// `HTTP_301` or `HTTP_302`.
    pub status: Prop<Text>,
    pub span: Span,
}

/// `AWS::CloudFront::VpcOrigin`
#[derive(Debug, Clone)]
pub struct VpcOrigin {
    /// Logical id.
    pub id: String,
    /// Where the logical id is written.
    pub span: Span,
    /// The load balancer or instance.
    pub arn: Prop<Text>,
    /// `http-only`, `https-only` or `match-viewer`; `match-viewer` if absent.
    pub protocol_policy: Prop<Text>,
    /// Port for HTTP, 80 by default.
    pub http_port: Prop<i64>,
    /// Port for HTTPS, 443 by default.
    pub https_port: Prop<i64>,
}

impl LoadBalancer {
    /// `application`, `network`, `gateway` or `classic`, if it is known.
    pub fn type_name(&self) -> Option<&str> {
        match self.resource_type {
            CLASSIC => Some("classic"),
            _ if self.kind.is_absent() => Some("application"),
            _ => self.kind.literal(),
        }
    }

    /// Every load balancer of the slice.
    pub(super) fn read(slice: &Slice<'_, '_>) -> Vec<Self> {
        let modern = slice.of_kind(MODERN).map(|(resource, properties)| Self {
            id: resource.id.clone(),
            span: resource.id_span,
            resource_type: MODERN,
            kind: properties.text("Type"),
            scheme: properties.text("Scheme"),
            ip_address_type: properties.text("IpAddressType"),
            security_groups: properties.texts("SecurityGroups"),
            listeners: List::of(resource.id_span, Vec::new()),
        });
        let classic = slice.of_kind(CLASSIC).map(|(resource, properties)| Self {
            id: resource.id.clone(),
            span: resource.id_span,
            resource_type: CLASSIC,
            kind: properties.text("Type"),
            scheme: properties.text("Scheme"),
            ip_address_type: properties.text("IpAddressType"),
            security_groups: properties.texts("SecurityGroups"),
            listeners: properties.maps("Listeners", |listener, _| Listener {
                id: resource.id.clone(),
                span: listener.span(),
                port: listener.int("LoadBalancerPort"),
                protocol: listener.text("Protocol"),
                certificates: List::of(listener.span(), vec![listener.text("SSLCertificateId")]),
                actions: List::of(listener.span(), Vec::new()),
                may_have_rules: false,
            }),
        });
        let mut listeners = Listeners::read(slice);
        let mut all: Vec<Self> = modern.chain(classic).collect();
        for balancer in all.iter_mut().filter(|balancer| balancer.resource_type == MODERN) {
            let items = listeners.of.remove(&balancer.id).unwrap_or_default();
            let elsewhere = listeners.is_open || slice.is_handed_over(&balancer.id);
            let open = elsewhere.then(|| Reason("listeners may be added outside the template".to_owned()));
            balancer.listeners = List { open, ..List::of(balancer.span, items) };
        }
        all
    }
}

const MODERN: &str = "AWS::ElasticLoadBalancingV2::LoadBalancer";
const CLASSIC: &str = "AWS::ElasticLoadBalancing::LoadBalancer";

/// The listeners that are resources of their own.
struct Listeners {
    /// By the logical id of their load balancer.
    of: BTreeMap<String, Vec<Listener>>,
    /// Whether any load balancer may have others.
    is_open: bool,
}

impl Listeners {
    fn read(slice: &Slice<'_, '_>) -> Self {
        let owner = |arn: &Prop<Text>| arn.known().and_then(Text::owner).map(str::to_owned);
        let rules = slice.of_kind("AWS::ElasticLoadBalancingV2::ListenerRule");
        let ruled: BTreeSet<Option<String>> =
            rules.map(|(_, rule)| owner(&rule.text("ListenerArn"))).collect();
        let mut found = Self { of: BTreeMap::new(), is_open: slice.has_more_resources() };
        let has_more = slice.of_kind("AWS::ElasticLoadBalancingV2::ListenerCertificate").next().is_some();
        let may_rule_any = found.is_open || ruled.contains(&None);
        for (resource, properties) in slice.of_kind("AWS::ElasticLoadBalancingV2::Listener") {
            let Some(balancer) = owner(&properties.text("LoadBalancerArn")) else {
                found.is_open = true;
                continue;
            };
            let id = resource.id.clone();
            found.of.entry(balancer).or_default().push(Listener {
                span: resource.id_span,
                port: properties.int("Port"),
                protocol: properties.text("Protocol"),
                certificates: certificates(
                    &properties,
                    has_more || may_rule_any || slice.is_handed_over(&id),
                ),
                actions: properties.maps("DefaultActions", |action, _| ListenerAction::read(&action)),
                may_have_rules: may_rule_any
                    || slice.is_handed_over(&id)
                    || ruled.contains(&Some(id.clone())),
                id,
            });
        }
        found
    }
}

fn certificates(listener: &Reader<'_, '_>, has_more: bool) -> List<Prop<Text>> {
    let mut all = listener.maps("Certificates", |certificate, _| certificate.text("CertificateArn"));
    if has_more {
        let reason = || Reason("certificates may be added outside the listener".to_owned());
        all.open = all.open.take().or_else(|| Some(reason()));
    }
    all
}

impl ListenerAction {
    fn read(action: &Reader<'_, '_>) -> Self {
        let redirect = action.map_or_empty("RedirectConfig");
        Self {
            kind: action.text("Type"),
            redirect: ListenerRedirect {
                protocol: redirect.text("Protocol"),
                host: redirect.text("Host"),
                port: redirect.text("Port"),
                path: redirect.text("Path"),
                status: redirect.text("StatusCode"),
                span: redirect.span(),
            },
            status: action.map_or_empty("FixedResponseConfig").text("StatusCode"),
            span: action.span(),
        }
    }
}

impl VpcOrigin {
    pub(super) fn read(id: &str, span: Span, properties: &Reader<'_, '_>) -> Self {
        let config = properties.map_or_empty("VpcOriginEndpointConfig");
        Self {
            id: id.to_owned(),
            span,
            arn: config.text("Arn"),
            protocol_policy: config.text("OriginProtocolPolicy"),
            http_port: config.int("HTTPPort"),
            https_port: config.int("HTTPSPort"),
        }
    }
}
