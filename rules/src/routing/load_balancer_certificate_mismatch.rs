use cflint_diagnostics::Confidence;
use cflint_edge::origin::load_balancer::{Connection, Door, balancer_of, door, private};
use cflint_edge::routes::balancer::{Uncertified, uncertified};
use cflint_edge::routes::path::RequestPath;
use cflint_linter::{Context, OriginUse, Rule, declare_rule};

use crate::shared::arrival::arrival;
use crate::shared::witness::show;

declare_rule! {
    /// ## What it does
    /// Reports origins that CloudFront connects to over HTTPS under the name that AWS gives to a load balancer, such as
    /// `web-123.eu-west-1.elb.amazonaws.com`, without forwarding `Host`, or with a `Host` that no certificate of the
    /// listener covers either.
    ///
    /// ## Why is this bad?
    /// The certificate of the origin has to match the domain name of the origin or the `Host` that CloudFront sends.
    /// Here both are a name below `amazonaws.com`, for which no one but AWS gets a certificate, or `Host` is the name
    /// below `cloudfront.net` that CloudFront gives to the distribution, or an alias for which the certificate is not
    /// made. The TLS handshake fails, and CloudFront returns 502.
    ///
    /// ## Remediation
    /// Create a DNS record for the load balancer, below a domain that the listener's certificate covers, and use that
    /// name as `DomainName`. Or, if the certificate covers the aliases of the distribution, forward `Host` with the
    /// origin request policy `AllViewer`.
    ///
    /// In CDK use `new HttpOrigin('origin.example.com')` instead of `LoadBalancerV2Origin`, or
    /// `originRequestPolicy: OriginRequestPolicy.ALL_VIEWER` for the behavior. In a SAM template the distribution is
    /// written the same way.
    ///
    /// ## Exceptions
    /// VPC origins are not reported, nor are behaviors that forward `Host` if the names of the certificate are not all
    /// in the template, or if an alias is a wildcard. A load balancer without a listener for HTTPS is reported by `load-balancer-port-closed`, an internal one by `private-load-balancer-origin`. If an edge
    /// function may choose another origin or another `Host`, the finding is only possible.
    ///
    /// ## References
    /// - [HTTP 502: SSL/TLS negotiation failure](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/http-502-bad-gateway.html)
    /// - [Requirements for using SSL/TLS certificates with CloudFront](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cnames-and-https-requirements.html)
    pub(crate) LoadBalancerCertificateMismatch {
        id: "load-balancer-certificate-mismatch",
        group: Routing,
        summary: "CloudFront uses HTTPS to a load balancer under a name that no certificate covers",
        severity: Error,
        fix: None,
        cdk: "`new HttpOrigin('origin.example.com')`, a name that the certificate covers, or `originRequestPolicy: OriginRequestPolicy.ALL_VIEWER` of the behavior",
    }
}

impl Rule for LoadBalancerCertificateMismatch {
    fn origin(&self, origin: &OriginUse<'_, '_>, cx: &mut Context<'_>) {
        let fails = origin.paths.iter().copied().filter_map(|path| Some((path, uncertified(path)?)));
        let Some((path, why)) = fails.min_by_key(|(path, _)| path.may_be_redirected()) else { return };
        let Some(connection) = Connection::of(path.model, path.origin) else { return };
        if is_reported_elsewhere(path, &connection) {
            return;
        }
        let domain = &origin.origin.domain_name;
        let when = if connection.policy() == Some("match-viewer") { " when viewers use HTTPS" } else { "" };
        let name = path.behavior.name();
        let (message, behavior) = match why {
            Uncertified::OwnName => (
                format!(
                    "no certificate covers `{}`, to which CloudFront connects over HTTPS{when}",
                    path.origin_host()
                ),
                format!("behavior `{name}` does not forward `Host`"),
            ),
            Uncertified::DistributionName => (
                format!(
                    "no certificate covers `{}` or the name of the distribution, and CloudFront connects over HTTPS{when}",
                    path.origin_host()
                ),
                format!("behavior `{name}` forwards `Host`, but the distribution has no alias"),
            ),
            Uncertified::Aliases => (
                format!(
                    "the certificate of the listener covers neither `{}` nor an alias, and CloudFront connects over HTTPS{when}",
                    path.origin_host()
                ),
                format!("behavior `{name}` forwards `Host`"),
            ),
        };
        let most = if path.may_be_redirected() {
            Confidence::Possible
        } else if why == Uncertified::OwnName {
            Confidence::Certain
        } else {
            Confidence::Likely
        };
        let finding = cx
            .report(connection.protocol_policy, message)
            .label("requires a certificate for that name")
            .related(domain.span, "a name that AWS gives to the load balancer")
            .related(path.behavior.span, behavior)
            .note(format!("{}; the TLS handshake fails, and CloudFront returns 502", arrival(path).sent()))
            .rests_on(domain)
            .at_most(most);
        // A certificate for the name of the distribution cannot be had either.
        let finding = if why != Uncertified::OwnName || path.distribution.aliases.is_empty() {
            finding
                .help("set `DomainName` to a DNS name of yours that the listener's certificate covers")
                .cdk("`new HttpOrigin('origin.example.com')`, a name that the certificate covers")
        } else {
            finding.help("set `DomainName` to a DNS name of yours that the listener's certificate covers, or forward `Host` with `AllViewer` if it covers the aliases")
        };
        show(finding, path);
    }
}

/// Whether the connection fails before there is a handshake.
fn is_reported_elsewhere(path: &RequestPath<'_>, connection: &Connection<'_>) -> bool {
    let is_closed =
        balancer_of(path.model, path.origin).zip(connection.port(true)).is_some_and(|(balancer, port)| {
            matches!(door(balancer, port, true), Door::Closed | Door::OtherProtocol(_))
        });
    is_closed || private(path.model, path.origin).is_some()
}
