use cflint_diagnostics::{Applicability, Confidence, Severity};
use cflint_edge::origin::backend::Backend;
use cflint_edge::origin::tls;
use cflint_edge::routes::path::RequestPath;
use cflint_edge::words::quoted;
use cflint_linter::{Context, OriginUse, Rule, declare_rule};
use cflint_template::model::{OriginKind, Prop};
use cflint_template::value::Text;

use crate::shared::arrival::arrival;
use crate::shared::confidence::confidence_of_origin;
use crate::shared::witness::show;

/// What every AWS service accepts.
const CURRENT: &[&str] = &["TLSv1.2"];

declare_rule! {
    /// ## What it does
    /// Reports origins whose `OriginSSLProtocols` names `SSLv3`, `TLSv1` or `TLSv1.1`.
    ///
    /// ## Why is this bad?
    /// These versions have known weaknesses, and the standards forbid them. Anyone between CloudFront and the origin
    /// can try to force a downgrade to one of them, to read or change the traffic.
    ///
    /// If there is nothing newer in the list, the finding is an error if the service is known to reject them: HTTP
    /// APIs, Lambda function URLs and custom domains with the policy `TLS_1_2`. The connection fails, and CloudFront
    /// returns 502.
    ///
    /// ## Remediation
    /// Write `OriginSSLProtocols: [TLSv1.2]` in `CustomOriginConfig`, in SAM templates too. In CDK that is the default
    /// of `HttpOrigin`: remove `originSslProtocols`, or set it to `[OriginSslPolicy.TLS_V1_2]`. API Gateway, Lambda, S3
    /// and load balancers all accept TLS 1.2. A server of your own may need an update first.
    ///
    /// ## Exceptions
    /// Origins that CloudFront connects to only over plain HTTP are not reported, and neither is an origin without
    /// `OriginSSLProtocols`. There is a fix for APIs, function URLs and buckets, but none for servers of your own. If
    /// an edge function may choose another origin, the finding is only possible.
    ///
    /// ## References
    /// - [Minimum origin SSL protocol](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesOrigin.html#DownloadDistValuesOriginSSLProtocols)
    /// - [Supported protocols and ciphers between CloudFront and the origin](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/secure-connections-supported-ciphers-cloudfront-to-origin.html)
    /// - [Security policies of custom domains](https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-security-policies.html)
    pub(crate) OriginTlsOutdated {
        id: "origin-tls-outdated",
        group: Routing,
        summary: "CloudFront may use an outdated version of TLS with the origin",
        severity: Warning,
        fix: Safe,
        cdk: "`originSslProtocols: [OriginSslPolicy.TLS_V1_2]` of `HttpOrigin`",
    }
}

impl Rule for OriginTlsOutdated {
    fn origin(&self, origin: &OriginUse<'_, '_>, cx: &mut Context<'_>) {
        let OriginKind::Custom(config) = &origin.origin.kind else { return };
        let is_https = matches!(config.protocol_policy.literal(), Some("https-only" | "match-viewer"));
        if !is_https || matches!(origin.backend, Backend::Website) {
            return;
        }
        let outdated: Vec<&Prop<Text>> = tls::outdated(config).collect();
        let path = origin.paths.iter().min_by_key(|path| path.may_be_rerouted());
        let (Some(first), Some(path)) = (outdated.first(), path) else { return };
        let names = names(&outdated);
        let name = match origin.backend {
            Backend::Other | Backend::Unknown => format!("`{}`", path.origin_host()),
            _ => origin.backend.name(),
        };
        let is_refused = tls::is_refused(origin.backend, config);
        let (severity, most, message) = if is_refused {
            (
                Severity::Error,
                Confidence::Likely,
                format!(
                    "CloudFront offers {name} nothing newer than {names}, but it requires TLS 1.2 or newer"
                ),
            )
        } else {
            let message = format!("CloudFront may use outdated {names} with {name}");
            (Severity::Warning, Confidence::Certain, message)
        };
        let takes = takes_current(origin.backend);
        let edits = takes.and_then(|_| cx.replace_list(&config.ssl_protocols, CURRENT));
        let others = outdated.iter().skip(1).filter(|version| version.span != first.span);
        let finding = cx
            .report(first.span, message)
            .severity(severity)
            .label(if is_refused { "this version is rejected" } else { "this version is outdated" })
            .note(note(path, is_refused))
            .help(help(takes))
            .fix(applicability(origin), "use `TLSv1.2`", edits)
            .property(format!("{}.CustomOriginConfig.OriginSSLProtocols", origin.origin.property()))
            .rests_on_each(outdated.iter().copied())
            .related_each(others.map(|version| (version.span, "this one too")));
        let finding =
            if is_refused { show(finding, path).rests_on(&origin.origin.domain_name) } else { finding };
        finding.rests_on(&config.protocol_policy).at_most(most.min(confidence_of_origin(origin)));
    }
}

fn names(versions: &[&Prop<Text>]) -> String {
    let mut names = quoted(versions.iter().filter_map(|version| version.literal()));
    names.dedup();
    names.join(" and ")
}

fn note(path: &RequestPath<'_>, is_refused: bool) -> String {
    if !is_refused {
        return "anyone between CloudFront and the origin can try to force a downgrade to an outdated version and use its known weaknesses".to_owned();
    }
    format!("{}; the connection fails, and CloudFront returns 502", arrival(path).sent())
}

/// The service behind the origin, if it is known to accept TLS 1.2.
fn takes_current(backend: &Backend<'_>) -> Option<&'static str> {
    match backend {
        Backend::LambdaUrl(_) => Some("Lambda accepts"),
        Backend::Bucket => Some("S3 accepts"),
        _ => backend.is_api().then_some("API Gateway accepts"),
    }
}

fn help(takes: Option<&str>) -> String {
    match takes {
        Some(service) => format!("write `OriginSSLProtocols: [TLSv1.2]`, which {service}"),
        None => "write `OriginSSLProtocols: [TLSv1.2]`; the server must support it".to_owned(),
    }
}

/// An edge function may choose another origin, which inherits what it does not set.
fn applicability(origin: &OriginUse<'_, '_>) -> Applicability {
    let is_safe = !origin.paths.iter().any(|path| path.may_be_rerouted());
    if is_safe { Applicability::Safe } else { Applicability::Unsafe }
}
