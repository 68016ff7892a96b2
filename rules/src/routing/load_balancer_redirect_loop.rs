use cflint_diagnostics::Confidence;
use cflint_edge::origin::load_balancer::{Connection, Door, balancer_of, door, private};
use cflint_edge::routes::balancer::{Goal, redirection};
use cflint_linter::{Context, OriginUse, Rule, declare_rule};

use crate::shared::arrival::{Arrival, arrival};
use crate::shared::witness::show;

declare_rule! {
    /// ## What it does
    /// Reports origins with `OriginProtocolPolicy: http-only` that are a load balancer whose listener redirects HTTP to
    /// HTTPS.
    ///
    /// ## Why is this bad?
    /// CloudFront does not follow redirects, it returns them. If it forwards `Host`, the viewer is redirected to the URL
    /// that it requested, over and over. If not, the viewer is sent to the name of the load balancer, past CloudFront,
    /// and sees a certificate error there.
    ///
    /// ## Remediation
    /// Set `OriginProtocolPolicy: https-only` and forward `Host` with the origin request policy `AllViewer`, if the
    /// listener for HTTPS has a certificate for the aliases of the distribution. Or let the listener for HTTP forward
    /// to the target group.
    ///
    /// In CDK that is `protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY` of `LoadBalancerV2Origin` or `HttpOrigin`, with
    /// `OriginRequestPolicy.ALL_VIEWER`; without `addRedirect()` the listener can forward. In a SAM template the
    /// distribution is written the same way.
    ///
    /// ## Exceptions
    /// Only redirects to port 443 that keep host and path are reported. A listener with rules is not, because one of
    /// them may match the requests of CloudFront. If an edge function may choose another origin, the finding is only
    /// possible.
    ///
    /// ## References
    /// - [How CloudFront processes redirects](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html#ResponseCustomRedirects)
    /// - [RedirectActionConfig](https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RedirectActionConfig.html)
    pub(crate) LoadBalancerRedirectLoop {
        id: "load-balancer-redirect-loop",
        group: Routing,
        summary: "the load balancer redirects to HTTPS what CloudFront requests over HTTP",
        severity: Error,
        fix: None,
        cdk: "`protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY` of the origin, and `originRequestPolicy: OriginRequestPolicy.ALL_VIEWER` of the behavior",
    }
}

impl Rule for LoadBalancerRedirectLoop {
    fn origin(&self, origin: &OriginUse<'_, '_>, cx: &mut Context<'_>) {
        let found = origin.paths.iter().filter_map(|path| Some((*path, redirection(path)?)));
        let found =
            found.min_by_key(|(path, found)| (path.may_be_redirected(), found.goal == Goal::Balancer));
        let Some((path, found)) = found else { return };
        let (Some(connection), Some(balancer)) =
            (Connection::of(path.model, path.origin), balancer_of(path.model, path.origin))
        else {
            return;
        };
        if private(path.model, path.origin).is_some() {
            return;
        }
        let (message, outcome) = match found.goal {
            Goal::CloudFront => (
                format!("`{}` redirects every request back to CloudFront, without end", balancer.id),
                "the response is a redirect to the URL that the viewer requested",
            ),
            Goal::Balancer => (
                format!("`{}` redirects viewers to its own name, past CloudFront", balancer.id),
                "the response is a redirect to the load balancer's own name, for which there is no certificate",
            ),
        };
        let is_open =
            connection.port(true).is_some_and(|port| matches!(door(balancer, port, true), Door::Open(_)));
        let first = if is_open {
            "set `OriginProtocolPolicy: https-only`"
        } else {
            "add a listener for HTTPS, set `OriginProtocolPolicy: https-only`"
        };
        let help = match found.goal {
            Goal::CloudFront => {
                format!("{first}, with a certificate on the listener that covers the aliases")
            }
            Goal::Balancer if path.distribution.aliases.is_empty() => {
                format!("{first}, and set `DomainName` to a DNS name of yours that its certificate covers")
            }
            Goal::Balancer => format!(
                "{first}, and forward `Host` with `AllViewer`, with a certificate on the listener that covers the aliases"
            ),
        };
        let arrival = Arrival { origin: format!("http://{}", path.origin_host()), ..arrival(path) };
        let mut finding = cx
            .report(connection.protocol_policy, message)
            .label("CloudFront never uses HTTPS here")
            .related(found.action.redirect.span, format!("`{}` redirects to HTTPS", found.listener.id))
            .note(format!("{arrival}; {outcome}"))
            .help(help)
            .rests_on(&origin.origin.domain_name)
            .rests_on(&found.listener.port)
            .at_most(if path.may_be_redirected() { Confidence::Possible } else { Confidence::Likely });
        if found.goal == Goal::Balancer && path.distribution.aliases.is_empty() {
            finding = finding.cdk("`protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY` of an `HttpOrigin` with a name that the certificate covers");
        }
        if let Some(vpc) = connection.vpc {
            finding = finding.resource(&vpc.id, "AWS::CloudFront::VpcOrigin");
        }
        show(finding, path);
    }
}
