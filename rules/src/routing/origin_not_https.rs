use cflint_diagnostics::{Applicability, Confidence, Severity};
use cflint_edge::backend::Backend;
use cflint_edge::path::RequestPath;
use cflint_linter::{Context, OriginUse, Rule, declare_rule};
use cflint_template::edit::NewValue;
use cflint_template::model::{CustomOrigin, OriginKind};

/// The only port that API Gateway and Lambda listen on.
const HTTPS: i64 = 443;

declare_rule! {
    /// ## What it does
    /// Reports origins that CloudFront asks over plain HTTP: `OriginProtocolPolicy: http-only`, or `match-viewer` where
    /// a behavior with `ViewerProtocolPolicy: allow-all` leads to them. For an API it also reports an `HTTPSPort` other
    /// than 443.
    ///
    /// ## Why is this bad?
    /// API Gateway and Lambda function URLs listen on port 443 only, and only for HTTPS. Over HTTP, or at another port,
    /// no connection comes about, and CloudFront answers 502 or 504. With `match-viewer` only those viewers see that
    /// who come over HTTP. Other servers may answer, but then the request of the viewer and the answer cross the
    /// Internet in clear text.
    ///
    /// ## Remediation
    /// Set `OriginProtocolPolicy: https-only` in `CustomOriginConfig`, in SAM templates too, and leave `HTTPSPort` out.
    /// In CDK that is the default of `HttpOrigin`; remove `protocolPolicy: OriginProtocolPolicy.HTTP_ONLY` or
    /// `MATCH_VIEWER`, and `httpsPort`. `RestApiOrigin` and `FunctionUrlOrigin` never use HTTP.
    ///
    /// A server of your own needs a certificate for the domain name of the origin, or for the viewer's `Host` if that is
    /// forwarded.
    ///
    /// ## Exceptions
    /// Website endpoints of S3 speak nothing but HTTP, and are not reported. Nor are servers of your own that viewers
    /// reach over HTTPS only, and origins whose domain name the template does not say. If a function at the edge
    /// may choose another origin, or if it is not known which protocol viewers may use, the finding is only possible.
    ///
    /// ## References
    /// - [Protocol (custom origins only)](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesOrigin.html#DownloadDistValuesOriginProtocolPolicy)
    /// - [Require HTTPS between CloudFront and your custom origin](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-https-cloudfront-to-custom-origin.html)
    /// - [Data encryption in Amazon API Gateway](https://docs.aws.amazon.com/apigateway/latest/developerguide/data-protection-encryption.html)
    /// - [Security Hub: CloudFront.9](https://docs.aws.amazon.com/securityhub/latest/userguide/cloudfront-controls.html#cloudfront-9)
    pub(crate) OriginNotHttps {
        id: "origin-not-https",
        group: Routing,
        summary: "CloudFront asks the origin over plain HTTP, or at a port without HTTPS",
        severity: Error,
        fix: Safe,
    }
}

impl Rule for OriginNotHttps {
    fn origin(&self, origin: &OriginUse<'_, '_>, cx: &mut Context<'_>) {
        let OriginKind::Custom(config) = &origin.origin.kind else { return };
        let needs_https = origin.backend.is_api() || matches!(origin.backend, Backend::LambdaUrl);
        let may_have_https = matches!(origin.backend, Backend::LoadBalancer | Backend::Other);
        let plain = plain(&origin.paths);
        match (config.protocol_policy.literal(), plain) {
            (Some("http-only"), _) if needs_https => {
                if let Some(path) = unchanged(&origin.paths) {
                    over_http(path, config, cx);
                }
            }
            (Some("http-only" | "match-viewer"), Some(path)) if needs_https || may_have_https => {
                over_http(path, config, cx);
            }
            (Some("https-only" | "match-viewer"), _) if needs_https => {
                if let (Some(path), Some(&port)) = (unchanged(&origin.paths), config.https_port.known())
                    && port != HTTPS
                {
                    at_another_port(path, config, port, cx);
                }
            }
            _ => {}
        }
    }
}

/// One of the paths; one without functions, where there is one.
fn unchanged<'p, 'm>(paths: &[&'p RequestPath<'m>]) -> Option<&'p RequestPath<'m>> {
    paths.iter().copied().min_by_key(|path| path.may_be_rewritten())
}

/// One of the paths on which viewers may come over HTTP; one that certainly is, where there is one.
fn plain<'p, 'm>(paths: &[&'p RequestPath<'m>]) -> Option<&'p RequestPath<'m>> {
    let policy = |path: &RequestPath<'_>| path.behavior.viewer_protocol_policy.clone();
    let may = paths.iter().copied().filter(|path| match policy(path).literal() {
        Some(value) => value == "allow-all",
        None => !policy(path).is_absent(),
    });
    may.min_by_key(|path| (policy(path).literal().is_none(), path.may_be_rewritten()))
}

fn over_http(path: &RequestPath<'_>, config: &CustomOrigin, cx: &mut Context<'_>) {
    let policy = &config.protocol_policy;
    let viewers = &path.behavior.viewer_protocol_policy;
    let is_always = policy.literal() == Some("http-only");
    let service = service(path);
    let name = match path.backend {
        Backend::Other => format!("`{}`", path.origin_host()),
        _ => path.backend.name(),
    };
    let when = if is_always { "" } else { " when a viewer comes over HTTP" };
    let (message, outcome) = match service {
        Some(service) => (
            format!("CloudFront asks {name} over plain HTTP{when}, but {service} answers HTTPS only"),
            "no connection comes about, and CloudFront answers 502 or 504",
        ),
        None => (
            format!("CloudFront asks {name} over plain HTTP{when}"),
            "anyone on the way can read and change request and answer",
        ),
    };
    let scheme = if is_always && service.is_some() { "https" } else { "http" };
    let port = config
        .http_port
        .known()
        .filter(|port| **port != 80)
        .map_or_else(String::new, |port| format!(":{port}"));
    let viewer_path = path.example_path();
    let note = format!(
        "`GET {scheme}://{}{viewer_path}` leaves as `GET http://{}{port}{}`; {outcome}",
        path.viewer_host(),
        path.origin_host(),
        path.arriving_path(&viewer_path),
    );
    let help = match service {
        Some(_) => "use `https-only`",
        None => "use `https-only`; the server needs a certificate for its domain name",
    };
    let edits = service.and_then(|_| cx.replace(policy, &NewValue::Text("https-only")));
    let mut finding = cx
        .report(policy.span, message)
        .severity(if service.is_some() { Severity::Error } else { Severity::Warning })
        .label(if is_always {
            "CloudFront never uses HTTPS here"
        } else {
            "CloudFront uses HTTP for viewers who do"
        })
        .note(note)
        .help(help)
        .fix(applicability(path), "use `https-only`", edits)
        .property(property(path, "OriginProtocolPolicy"))
        .rests_on(policy)
        .rests_on(&path.origin.domain_name)
        .at_most(confidence(path));
    if scheme == "http" {
        let lets = if viewers.literal().is_some() { "lets" } else { "may let" };
        let label = format!("behavior `{}` {lets} viewers come over HTTP", path.behavior.name());
        finding = finding.related(viewers.span, label).rests_on(viewers);
        if viewers.literal().is_none() {
            drop(finding.at_most(Confidence::Possible));
        }
    }
}

fn at_another_port(path: &RequestPath<'_>, config: &CustomOrigin, port: i64, cx: &mut Context<'_>) {
    let viewer_path = path.example_path();
    let service = service(path).unwrap_or("the origin");
    let edits = cx.replace(&config.https_port, &NewValue::Int(HTTPS));
    let finding = cx.report(config.https_port.span, format!("CloudFront asks {} at port {port}, but {service} listens on 443 only", path.backend.name()))
        .label("nothing listens here")
        .note(format!(
            "`GET https://{}{viewer_path}` leaves as `GET https://{}:{port}{}`; no connection comes about, and CloudFront answers 502 or 504",
            path.viewer_host(),
            path.origin_host(),
            path.arriving_path(&viewer_path),
        ))
        .help("leave `HTTPSPort` out, or set it to 443")
        .fix(applicability(path), "use port 443", edits)
        .property(property(path, "HTTPSPort"))
        .rests_on(&config.https_port)
        .rests_on(&path.origin.domain_name);
    drop(finding.at_most(confidence(path)));
}

/// The service that answers HTTPS only, if it is one.
fn service(path: &RequestPath<'_>) -> Option<&'static str> {
    match path.backend {
        Backend::LambdaUrl => Some("Lambda"),
        _ => path.backend.is_api().then_some("API Gateway"),
    }
}

fn property(path: &RequestPath<'_>, name: &str) -> String {
    format!("{}.CustomOriginConfig.{name}", path.origin.property())
}

/// A function at the edge may choose another origin, which takes over what it does not set.
fn applicability(path: &RequestPath<'_>) -> Applicability {
    if path.may_be_rewritten() { Applicability::Unsafe } else { Applicability::Safe }
}

fn confidence(path: &RequestPath<'_>) -> Confidence {
    match path.backend {
        _ if path.may_be_rewritten() => Confidence::Possible,
        Backend::LambdaUrl => Confidence::Likely,
        _ => Confidence::Certain,
    }
}
