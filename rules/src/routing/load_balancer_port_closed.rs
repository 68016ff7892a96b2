use cflint_diagnostics::Confidence;
use cflint_edge::origin::load_balancer::{Connection, Door, accepts, balancer_of, door, private};
use cflint_edge::routes::balancer::uncertified;
use cflint_edge::routes::path::RequestPath;
use cflint_linter::{Context, OriginUse, Rule, declare_rule};
use cflint_template::model::{Listener, LoadBalancer};

use crate::shared::arrival::{Arrival, arrival};
use crate::shared::witness::Example;

declare_rule! {
    /// ## What it does
    /// Reports origins that are a load balancer of the template without a listener for the port and the protocol that
    /// CloudFront uses: `HTTPSPort` (443) with HTTPS, or `HTTPPort` (80) with HTTP.
    ///
    /// ## Why is this bad?
    /// A load balancer accepts connections only where it has a listener. CloudFront cannot connect, and returns 502, or
    /// 504 if a security group drops the packets.
    ///
    /// ## Remediation
    /// Add a listener for the protocol, or set `OriginProtocolPolicy`, `HTTPPort` or `HTTPSPort` to what there is: in
    /// `CustomOriginConfig`, for a VPC origin in `VpcOriginEndpointConfig`. For HTTPS the listener needs a certificate
    /// for a name of yours.
    ///
    /// In CDK the default of `LoadBalancerV2Origin` is HTTPS, and that of `VpcOrigin` is the protocol of the viewer; set
    /// `protocolPolicy`, `httpPort` or `httpsPort`. In a SAM template the distribution is written the same way.
    ///
    /// ## Exceptions
    /// Load balancers without a known listener are not reported, nor are those whose listeners may be added by another
    /// stack. If an edge function may choose another origin, the finding is only possible.
    ///
    /// ## References
    /// - [HTTP 502: the origin does not respond on the ports](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/http-502-bad-gateway.html)
    /// - [HTTP 504](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/http-504-gateway-timeout.html)
    /// - [Protocol (custom origins only)](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesOrigin.html#DownloadDistValuesOriginProtocolPolicy)
    pub(crate) LoadBalancerPortClosed {
        id: "load-balancer-port-closed",
        group: Routing,
        summary: "the load balancer has no listener for the port and protocol that CloudFront uses",
        severity: Error,
        fix: None,
        cdk: "`protocolPolicy`, `httpPort` or `httpsPort` of the origin, or `addListener()` of the load balancer",
    }
}

impl Rule for LoadBalancerPortClosed {
    fn origin(&self, origin: &OriginUse<'_, '_>, cx: &mut Context<'_>) {
        let (model, origin) = match origin.paths.first() {
            Some(path) if private(path.model, origin.origin).is_none() => (path.model, origin),
            _ => return,
        };
        let Some(connection) = Connection::of(model, origin.origin) else { return };
        let Some(balancer) = balancer_of(model, origin.origin) else { return };
        let mut before = None;
        // Viewers can always use HTTPS.
        for viewer_is_https in [true, false] {
            let may = |path: &&&RequestPath<'_>| {
                viewer_is_https || path.behavior.viewer_protocol_policy.literal() == Some("allow-all")
            };
            let path = origin.paths.iter().filter(may).min_by_key(|path| path.may_be_redirected());
            let Some(path) = path else { continue };
            let Some(is_https) = connection.is_https(viewer_is_https) else { continue };
            if before.replace(is_https) != Some(is_https) {
                report(&Closed { path, connection, balancer, is_https, viewer_is_https }, cx);
            }
        }
    }
}

struct Closed<'p, 'm> {
    path: &'p RequestPath<'m>,
    connection: Connection<'m>,
    balancer: &'m LoadBalancer,
    is_https: bool,
    viewer_is_https: bool,
}

fn report(closed: &Closed<'_, '_>, cx: &mut Context<'_>) {
    let Closed { path, connection, balancer, is_https, viewer_is_https } = closed;
    let Some(port) = connection.port(*is_https) else { return };
    let protocol = if *is_https { "HTTPS" } else { "HTTP" };
    let found = door(balancer, port, *is_https);
    let (message, outcome) = match found {
        Door::Closed => (
            format!(
                "`{}` has no listener on port {port}, to which CloudFront connects over {protocol}",
                balancer.id
            ),
            "nothing accepts the connection, and CloudFront returns 502 or 504",
        ),
        Door::OtherProtocol(listener) => (
            format!(
                "CloudFront connects to port {port} of `{}` over {protocol}, but the listener expects {}",
                balancer.id,
                listener.protocol.literal().unwrap_or_default()
            ),
            if *is_https {
                "the TLS handshake fails, and CloudFront returns 502"
            } else {
                "the request fails"
            },
        ),
        Door::Open(_) | Door::Unknown => return,
    };
    let scheme = if *is_https { "https" } else { "http" };
    let own_port = connection.own_port(*is_https);
    let shown = own_port.map_or_else(String::new, |_| format!(":{port}"));
    let viewer = if *viewer_is_https { "https" } else { "http" };
    let arrival = Arrival {
        viewer: format!("{viewer}://{}", path.viewer_host()),
        origin: format!("{scheme}://{}{shown}", path.origin_host()),
        ..arrival(path)
    };
    let most = if path.may_be_redirected() { Confidence::Possible } else { Confidence::Likely };
    let policy = connection.protocol_policy;
    let (span, property) =
        own_port.map_or((policy.span, &policy.property), |port| (port.span, &port.property));
    let mut finding = cx
        .report(span, message)
        .label(if own_port.is_some() {
            "no listener accepts this"
        } else {
            "decides the port and the protocol"
        })
        .property(property.to_string())
        .related_each(
            balancer
                .listeners
                .iter()
                .take(MOST_LISTENERS)
                .map(|listener| (listener.span, shown_as(listener))),
        )
        .note(format!("{}; {outcome}", arrival.sent()))
        .help(help(closed, found))
        .rests_on(&path.origin.domain_name)
        .rests_on_each(own_port)
        .rests_on(policy)
        .rests_on_each(balancer.listeners.iter().take(MOST_LISTENERS).map(|listener| &listener.port))
        .at_most(most);
    if let Some(vpc) = connection.vpc {
        finding = finding.resource(&vpc.id, "AWS::CloudFront::VpcOrigin");
    }
    Example::any(path).show_if_taken(&path.target(viewer, ""), finding);
}

/// How many listeners are pointed to.
const MOST_LISTENERS: usize = 3;

fn shown_as(listener: &Listener) -> String {
    let port = listener.port.known().map_or_else(|| "another port".to_owned(), |port| format!("port {port}"));
    format!("{} on {port}", listener.protocol.literal().unwrap_or("a listener"))
}

/// What to write; only a setting with which no other rule has a reason to report the origin.
fn help(closed: &Closed<'_, '_>, found: Door<'_>) -> String {
    let Closed { path, connection, balancer, is_https, .. } = closed;
    let protocol = if *is_https { "HTTPS" } else { "HTTP" };
    let is_certified = uncertified(path).is_none();
    let is_forwarding = |listener: &Listener| {
        let is_forward = |kind: &str| kind != "redirect";
        listener.actions.iter().all(|action| action.kind.literal().is_none_or(is_forward))
    };
    let name = if is_certified || connection.vpc.is_some() {
        ""
    } else {
        ", and set `DomainName` to a name that its certificate covers"
    };
    // CloudFront connects only to these ports.
    let is_allowed = |port: &&i64| matches!(**port, 80 | 443 | 1024..=65535);
    let elsewhere = balancer
        .listeners
        .iter()
        .find(|listener| accepts(listener, *is_https) == Some(true) && is_forwarding(listener))
        .and_then(|listener| listener.port.known())
        .filter(is_allowed);
    if let (Some(port), Door::Closed) = (elsewhere, found) {
        let property = if *is_https { "HTTPSPort" } else { "HTTPPort" };
        return format!("set `{property}: {port}`{}", if *is_https { name } else { "" });
    }
    let port = connection.port(*is_https).unwrap_or_default();
    let other = connection.port(!*is_https).map(|port| door(balancer, port, !*is_https));
    let listener = match found {
        Door::OtherProtocol(_) => format!("make the listener on port {port} one for {protocol}{name}"),
        _ => format!("add a listener for {protocol} on port {port}{name}"),
    };
    match (other, found) {
        (Some(Door::Open(open)), _) if *is_https && is_forwarding(open) => {
            format!("set `OriginProtocolPolicy: http-only`, or {listener}")
        }
        (Some(Door::Open(_)), _) if !*is_https => {
            format!("set `OriginProtocolPolicy: https-only`{}", own_name(path, connection))
        }
        (_, Door::OtherProtocol(_)) if !*is_https => format!(
            "set `OriginProtocolPolicy: https-only` and `HTTPSPort: {port}`{}",
            own_name(path, connection)
        ),
        _ => listener,
    }
}

/// What else HTTPS requires.
fn own_name(path: &RequestPath<'_>, connection: &Connection<'_>) -> &'static str {
    let is_forwarded = path.forwarding.headers.selects("Host").answer.is_true();
    if connection.vpc.is_some() || is_forwarded {
        ""
    } else {
        ", and set `DomainName` to a name that the listener's certificate covers"
    }
}
