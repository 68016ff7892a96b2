use std::fmt::Write as _;

use cflint_diagnostics::{Applicability, Confidence, Edit, Severity};
use cflint_edge::origin::backend::Backend;
use cflint_edge::routes::path::RequestPath;
use cflint_linter::{Context, OriginUse, ReportBuilder, Rule, declare_rule};
use cflint_template::edit::{NewValue, combine};
use cflint_template::model::{CustomOrigin, OriginKind};

use crate::shared::arrival::{Arrival, arrival};
use crate::shared::witness::{Example, show};

/// The only port that API Gateway and Lambda listen on.
const HTTPS: i64 = 443;

const NO_CONNECTION: &str = "the connection fails, and CloudFront returns 502 or 504";

declare_rule! {
    /// ## What it does
    /// Reports origins that CloudFront connects to over plain HTTP: `OriginProtocolPolicy: http-only`, or
    /// `match-viewer` if a behavior with `ViewerProtocolPolicy: allow-all` routes to them. For an API it also reports
    /// an `HTTPSPort` other than 443. The website endpoint of a bucket is reported with `https-only` or `match-viewer`,
    /// because it is the other way around there.
    ///
    /// ## Why is this bad?
    /// API Gateway and Lambda function URLs listen on port 443 only, and only for HTTPS. Over HTTP, or on another port,
    /// the connection fails, and CloudFront returns 502 or 504. With `match-viewer`, only viewers that use HTTP see
    /// this. Other servers may respond, but then the viewer's request and the response cross the Internet in clear
    /// text. S3 website endpoints do not support HTTPS: every connection over HTTPS fails, with the same result.
    ///
    /// ## Remediation
    /// Set `OriginProtocolPolicy: https-only` in `CustomOriginConfig`, in SAM templates too, and remove `HTTPSPort`. In
    /// CDK that is the default of `HttpOrigin`; remove `protocolPolicy: OriginProtocolPolicy.HTTP_ONLY` or
    /// `MATCH_VIEWER`, and `httpsPort`. `RestApiOrigin` and `FunctionUrlOrigin` never use HTTP.
    ///
    /// For a website endpoint set `OriginProtocolPolicy: http-only`; in CDK use `S3StaticWebsiteOrigin`, or
    /// `protocolPolicy: OriginProtocolPolicy.HTTP_ONLY`. To encrypt that connection as well, use the bucket's regional
    /// domain name with an origin access control instead.
    ///
    /// A server of your own needs a certificate for the domain name of the origin, or for the viewer's `Host` if that is
    /// forwarded.
    ///
    /// ## Fix safety
    /// The fix is safe: these services respond to no one over HTTP. It is unsafe if an edge function may choose another
    /// origin, which inherits the protocol. There is no fix for servers of your own.
    ///
    /// ## Exceptions
    /// S3 website endpoints with `http-only` are not reported. Nor are servers of your own if viewers can use
    /// only HTTPS, or origins whose domain name the template does not show. If an edge function may choose another
    /// origin, or if it is not known which protocol viewers may use, the finding is only possible.
    ///
    /// ## References
    /// - [Protocol (custom origins only)](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesOrigin.html#DownloadDistValuesOriginProtocolPolicy)
    /// - [Require HTTPS between CloudFront and your custom origin](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-https-cloudfront-to-custom-origin.html)
    /// - [Data encryption in Amazon API Gateway](https://docs.aws.amazon.com/apigateway/latest/developerguide/data-protection-encryption.html)
    /// - [Website endpoints](https://docs.aws.amazon.com/AmazonS3/latest/userguide/WebsiteEndpoints.html)
    /// - [Security Hub: CloudFront.9](https://docs.aws.amazon.com/securityhub/latest/userguide/cloudfront-controls.html#cloudfront-9)
    pub(crate) OriginNotHttps {
        id: "origin-not-https",
        group: Routing,
        summary: "CloudFront uses plain HTTP to the origin, or a protocol or port that it does not accept",
        severity: Error,
        fix: Safe,
        cdk: "`protocolPolicy` of `HttpOrigin`: `OriginProtocolPolicy.HTTPS_ONLY`, or `HTTP_ONLY` for the website of a bucket",
    }
}

impl Rule for OriginNotHttps {
    fn origin(&self, origin: &OriginUse<'_, '_>, cx: &mut Context<'_>) {
        let OriginKind::Custom(config) = &origin.origin.kind else { return };
        let service = service(origin.backend);
        if matches!(origin.backend, Backend::Website) {
            return to_website(origin, config, cx);
        }
        if service.is_none() && !matches!(origin.backend, Backend::LoadBalancer | Backend::Other) {
            return;
        }
        // One without functions, where there is one.
        let Some(any) = origin.paths.iter().min_by_key(|path| path.may_be_rerouted()) else { return };
        match (config.protocol_policy.literal(), service, plain(&origin.paths)) {
            (Some("http-only"), Some(_), _) => over_http(origin, any, config, cx),
            (Some("http-only" | "match-viewer"), _, Some(path)) => over_http(origin, path, config, cx),
            _ => {}
        }
        if let (Some("https-only" | "match-viewer"), Some(service)) =
            (config.protocol_policy.literal(), service)
        {
            at_another_port(origin, any, config, service, cx);
        }
    }
}

/// The website of a bucket, which accepts no HTTPS.
fn to_website(origin: &OriginUse<'_, '_>, config: &CustomOrigin, cx: &mut Context<'_>) {
    let policy = &config.protocol_policy;
    let when = match policy.literal() {
        Some("https-only") => "",
        Some("match-viewer") => " when viewers use HTTPS",
        _ => return,
    };
    let Some(path) = origin.paths.iter().min_by_key(|path| path.may_be_rewritten()) else { return };
    let edits = cx.replace(policy, &NewValue::Text("http-only"));
    let message =
        format!("CloudFront connects to the website of a bucket over HTTPS{when}, but it accepts only HTTP");
    let finding = cx
        .report(policy, message)
        .label("website endpoints do not support HTTPS")
        .related(origin.origin.domain_name.span, "a website endpoint")
        .note(format!("{}; {NO_CONNECTION}", arrival(path).sent()))
        .help("use `http-only`")
        .fix(applicability(origin), "use `http-only`", edits);
    finish(path, show(finding, path));
}

/// A path on which viewers may use HTTP; one on which they certainly may, where there is one.
fn plain<'p, 'm>(paths: &[&'p RequestPath<'m>]) -> Option<&'p RequestPath<'m>> {
    let policy = |path: &RequestPath<'m>| &path.behavior.viewer_protocol_policy;
    let may = paths.iter().copied().filter(|path| match policy(path).literal() {
        Some(value) => value == "allow-all",
        None => !policy(path).is_absent(),
    });
    may.min_by_key(|path| (policy(path).literal().is_none(), path.may_be_rerouted()))
}

fn over_http(
    origin: &OriginUse<'_, '_>,
    path: &RequestPath<'_>,
    config: &CustomOrigin,
    cx: &mut Context<'_>,
) {
    let policy = &config.protocol_policy;
    let is_always = policy.literal() == Some("http-only");
    let name = match path.backend {
        Backend::Other => format!("`{}`", path.origin_host()),
        _ => path.backend.name(),
    };
    let (when, label) = if is_always {
        ("", "CloudFront never uses HTTPS here")
    } else {
        (" when viewers use HTTP", "CloudFront uses HTTP when the viewer does")
    };
    let mut message = format!("CloudFront connects to {name} over plain HTTP{when}");
    let port = config.http_port.known().filter(|port| **port != 80);
    let port = port.map_or_else(String::new, |port| format!(":{port}"));
    let service = service(origin.backend);
    let (severity, scheme, outcome, help, edits) = match service {
        Some(service) => {
            let _ = write!(message, ", but {service} accepts only HTTPS");
            let scheme = if is_always { "https" } else { "http" };
            (Severity::Error, scheme, NO_CONNECTION, "use `https-only`", to_https(config, cx))
        }
        None => {
            let outcome = "anyone between CloudFront and the origin can read and change the traffic";
            let help = "use `https-only`; the server needs a certificate for its domain name";
            (Severity::Warning, "http", outcome, help, None)
        }
    };
    let arrival = Arrival {
        viewer: format!("{scheme}://{}", path.viewer_host()),
        origin: format!("http://{}{port}", path.origin_host()),
        ..arrival(path)
    };
    let mut finding = cx
        .report(policy, message)
        .severity(severity)
        .label(label)
        .note(format!("{}; {outcome}", arrival.sent()))
        .help(help)
        .fix(applicability(origin), "use `https-only`", edits);
    if scheme == "http" {
        let viewers = &path.behavior.viewer_protocol_policy;
        let (lets, most) = match viewers.literal() {
            Some(_) => ("lets", Confidence::Certain),
            None => ("may let", Confidence::Possible),
        };
        let label = format!("behavior `{}` {lets} viewers use HTTP", path.behavior.name());
        finding = finding.related(viewers.span, label).rests_on(viewers).at_most(most);
    }
    finish(path, Example::any(path).show_if_taken(&path.target(scheme, ""), finding));
}

/// The edit to HTTPS, and to its port, which no finding mentions as long as it is not used.
fn to_https(config: &CustomOrigin, cx: &Context<'_>) -> Option<Vec<Edit>> {
    let policy = cx.replace(&config.protocol_policy, &NewValue::Text("https-only"))?;
    match config.https_port.known() {
        Some(port) if *port != HTTPS && config.protocol_policy.literal() == Some("http-only") => {
            combine([policy, cx.replace(&config.https_port, &NewValue::Int(HTTPS))?])
        }
        _ => Some(policy),
    }
}

fn at_another_port(
    origin: &OriginUse<'_, '_>,
    path: &RequestPath<'_>,
    config: &CustomOrigin,
    service: &str,
    cx: &mut Context<'_>,
) {
    let Some(port) = config.https_port.known().filter(|port| **port != HTTPS) else { return };
    let name = origin.backend.name();
    let edits = cx.replace(&config.https_port, &NewValue::Int(HTTPS));
    let message = format!("CloudFront connects to {name} on port {port}, but {service} listens only on 443");
    let arrival = Arrival { origin: format!("https://{}:{port}", path.origin_host()), ..arrival(path) };
    let finding = cx
        .report(&config.https_port, message)
        .label("nothing listens on this port")
        .note(format!("{}; {NO_CONNECTION}", arrival.sent()))
        .help("remove `HTTPSPort`, or set it to 443")
        .fix(applicability(origin), "use port 443", edits);
    finish(path, show(finding, path));
}

fn finish(path: &RequestPath<'_>, finding: ReportBuilder<'_, '_>) {
    let most = match path.backend {
        _ if path.may_be_rerouted() => Confidence::Possible,
        Backend::LambdaUrl(_) => Confidence::Likely,
        _ => Confidence::Certain,
    };
    finding.rests_on(&path.origin.domain_name).at_most(most);
}

/// The service, if it is one that accepts only HTTPS.
fn service(backend: &Backend<'_>) -> Option<&'static str> {
    match backend {
        Backend::LambdaUrl(_) => Some("Lambda"),
        _ => backend.is_api().then_some("API Gateway"),
    }
}

/// An edge function may choose another origin, which inherits what it does not set.
fn applicability(origin: &OriginUse<'_, '_>) -> Applicability {
    let is_safe = !origin.paths.iter().any(|path| path.may_be_rerouted());
    if is_safe { Applicability::Safe } else { Applicability::Unsafe }
}
