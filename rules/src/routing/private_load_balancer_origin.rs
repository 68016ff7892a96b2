use cflint_diagnostics::{Confidence, Span};
use cflint_edge::origin::load_balancer::{
    Connection, Private, VpcFault, private, vpc_faults, vpc_faults_of, vpc_origin_of,
};
use cflint_linter::{Context, OriginUse, ReportBuilder, Rule, declare_rule};
use cflint_template::model::{Behavior, LoadBalancer, OriginKind};

use crate::shared::arrival::{Arrival, arrival};
use crate::shared::confidence::{confidence_of, confidence_of_origin};
use crate::shared::witness::show;

declare_rule! {
    /// ## What it does
    /// Reports internal load balancers behind `CustomOriginConfig`, and VPC origins with something that these do not
    /// support: a Gateway Load Balancer; a Network Load Balancer that is dual-stack, has a TLS listener, or has no
    /// security group; Lambda@Edge on origin events; gRPC; a WebSocket API.
    ///
    /// ## Why is this bad?
    /// The name of an internal load balancer resolves to private addresses, and CloudFront connects from the Internet:
    /// the connection times out, and CloudFront returns 504. Only a VPC origin reaches private subnets, and not every
    /// load balancer can be one.
    ///
    /// ## Remediation
    /// Create an `AWS::CloudFront::VpcOrigin` with the ARN of the load balancer, and replace `CustomOriginConfig` by
    /// `VpcOriginConfig` with its id. Or make the load balancer `internet-facing`, and have it check a secret header.
    /// Behind a VPC origin use an Application Load Balancer, or a Network Load Balancer with security groups, IPv4 and
    /// TCP listeners, and no Lambda@Edge on origin events.
    ///
    /// In CDK use `VpcOrigin.withApplicationLoadBalancer(alb)` instead of `LoadBalancerV2Origin`. In a SAM template the
    /// resources are written the same way.
    ///
    /// ## Exceptions
    /// Load balancers whose scheme is known only at deployment are not reported. If an edge function may choose another
    /// origin, the finding about an internal load balancer is only possible.
    ///
    /// ## References
    /// - [Restrict access with VPC origins](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-vpc-origins.html)
    /// - [HTTP 504](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/http-504-gateway-timeout.html)
    /// - [CreateLoadBalancer: Scheme](https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html)
    pub(crate) PrivateLoadBalancerOrigin {
        id: "private-load-balancer-origin",
        group: Routing,
        summary: "the origin is a load balancer that CloudFront cannot reach, or not as a VPC origin",
        severity: Error,
        fix: None,
        cdk: "`VpcOrigin.withApplicationLoadBalancer(alb)` instead of `LoadBalancerV2Origin`",
    }
}

impl Rule for PrivateLoadBalancerOrigin {
    fn origin(&self, origin: &OriginUse<'_, '_>, cx: &mut Context<'_>) {
        let Some(path) = origin.paths.first() else { return };
        if matches!(origin.origin.kind, OriginKind::Vpc) {
            for fault in vpc_faults(path.model, origin.origin) {
                unsupported(fault, origin, None, cx);
            }
            for path in &origin.paths {
                for fault in vpc_faults_of(path.behavior) {
                    unsupported(fault, origin, Some(path.behavior), cx);
                }
            }
            return;
        }
        let Some((private, certainty)) = private(path.model, origin.origin) else { return };
        let domain = &origin.origin.domain_name;
        let (name, scheme) = match private {
            Private::Scheme(balancer) => (format!("`{}`", balancer.id), Some(&balancer.scheme)),
            Private::Name => (format!("`{}`", path.origin_host()), None),
        };
        let is_http = Connection::of(path.model, path.origin).and_then(|it| it.is_https(true)) == Some(false);
        let scheme_used = if is_http { "http" } else { "https" };
        let arrival = Arrival { origin: format!("{scheme_used}://{}", path.origin_host()), ..arrival(path) };
        let finding = cx
            .report(domain, format!("CloudFront cannot reach {name}: it is an internal load balancer"))
            .label("resolves to private addresses")
            .related_each(scheme.map(|scheme| (scheme.span, "reachable only from a VPC")))
            .rests_on_each(scheme)
            .note(format!("{}; the connection times out, and CloudFront returns 504", arrival.sent()))
            .help("use `VpcOriginConfig` with an `AWS::CloudFront::VpcOrigin` for the load balancer, or make it `internet-facing`")
            .at_most(confidence_of(certainty))
            .at_most(confidence_of_origin(origin));
        show(finding, path);
    }
}

const DISTRIBUTION: &str = "AWS::CloudFront::Distribution";

struct Told<'t> {
    what: String,
    label: &'static str,
    help: &'static str,
    span: Span,
    /// Where it is written: id and type of the resource, and the property.
    at: (&'t str, &'t str, String),
}

fn unsupported(
    fault: VpcFault<'_>,
    origin: &OriginUse<'_, '_>,
    behavior: Option<&Behavior>,
    cx: &mut Context<'_>,
) {
    let Some(path) = origin.paths.first() else { return };
    let own = path.distribution.id.as_str();
    let Told { what, label, help, span, at: (id, kind, property) } = match fault {
        VpcFault::Gateway(balancer) => of(
            balancer,
            "Gateway Load Balancers",
            "not a load balancer for HTTP",
            "use an Application Load Balancer",
            (balancer.kind.span, "Type"),
        ),
        VpcFault::DualStack(balancer) => of(
            balancer,
            "dual-stack Network Load Balancers",
            "only `ipv4` is supported",
            "set `IpAddressType: ipv4`, or use an Application Load Balancer",
            (balancer.ip_address_type.span, "IpAddressType"),
        ),
        VpcFault::NoSecurityGroup(balancer) => of(
            balancer,
            "Network Load Balancers without security groups",
            "has no `SecurityGroups`",
            "add `SecurityGroups`, which can only be done when the load balancer is created",
            (balancer.span, "SecurityGroups"),
        ),
        VpcFault::Tls(balancer, listener) => Told {
            what: format!("TLS listeners of Network Load Balancers such as `{}`", balancer.id),
            label: "only TCP listeners are supported",
            help: "use a TCP listener that passes TLS on to its targets, or an Application Load Balancer",
            span: listener.protocol.span,
            at: (&listener.id, "AWS::ElasticLoadBalancingV2::Listener", "Protocol".to_owned()),
        },
        VpcFault::WebSocket(api) => Told {
            what: format!("WebSocket APIs such as `{}`", api.id),
            label: "a WebSocket API",
            help: "use `CustomOriginConfig` with `OriginProtocolPolicy: https-only`",
            span: origin.origin.domain_name.span,
            at: (own, DISTRIBUTION, origin.origin.domain_name.property.to_string()),
        },
        VpcFault::Function(function) => Told {
            what: "Lambda@Edge on origin events".to_owned(),
            label: "runs between CloudFront and the origin",
            help: "use a function on `viewer-request` or `viewer-response`",
            span: function.span,
            at: (own, DISTRIBUTION, function.event.property.to_string()),
        },
        VpcFault::Grpc(grpc) => Told {
            what: "gRPC".to_owned(),
            label: "gRPC is enabled here",
            help: "remove `GrpcConfig`, or use a public origin",
            span: grpc.span,
            at: (own, DISTRIBUTION, grpc.property.to_string()),
        },
    };
    let uses = Some(origin.origin.domain_name.span).filter(|uses| *uses != span);
    let uses = uses.map(|uses| (uses, "uses a VPC origin"));
    let message = format!("VPC origins do not support {what}");
    let finding: ReportBuilder<'_, '_> = cx
        .report(span, message)
        .label(label)
        .related_each(uses)
        .related_each(vpc_origin_of(path.model, origin.origin).map(|vpc| (vpc.arn.span, "the VPC origin")))
        .note("the documentation of VPC origins excludes this")
        .help(help)
        .resource(id, kind)
        .property(property)
        .at_most(Confidence::Certain);
    if let Some(behavior) = behavior {
        finding.behavior(behavior);
    }
}

fn of<'m>(
    balancer: &'m LoadBalancer,
    what: &str,
    label: &'static str,
    help: &'static str,
    (span, property): (Span, &str),
) -> Told<'m> {
    Told {
        what: format!("{what} such as `{}`", balancer.id),
        label,
        help,
        span,
        at: (&balancer.id, balancer.resource_type, property.to_owned()),
    }
}
