use cflint_edge::routes::mtls::{Unsupported, ViewerFault, presents, unmet, unsupported, viewer_faults};
use cflint_edge::routes::path::RequestPath;
use cflint_linter::{Context, OriginUse, Rule, declare_rule};
use cflint_template::model::{CustomDomain, Model, OriginKind};

use crate::shared::arrival::arrival;
use crate::shared::witness::show;

declare_rule! {
    /// ## What it does
    /// Reports origins that are an API Gateway custom domain with mutual TLS, while CloudFront has no client certificate
    /// for them. Also reports mutual TLS where CloudFront does not support it: a client certificate for an origin together
    /// with gRPC, a WebSocket API or a Lambda@Edge function that faces the origin, and mutual TLS for viewers together with
    /// HTTP/3 or plain HTTP.
    ///
    /// ## Why is this bad?
    /// A custom domain with `MutualTlsAuthentication` responds only to clients that present a certificate from its
    /// truststore. The viewer's certificate ends at CloudFront. Without one of CloudFront's own, no request gets through.
    ///
    /// ## Remediation
    /// Add `OriginMtlsConfig` with the `ClientCertificateArn` of an ACM certificate in `us-east-1` to
    /// `CustomOriginConfig`, and the authority that issued it to the truststore. Or use another custom domain without
    /// mutual TLS as the origin, and have the API check a secret header. CDK's `HttpOrigin` has no property for it:
    /// use `addPropertyOverride` on the `CfnDistribution`. In a SAM template the distribution is written the same way; the
    /// custom domain is `Domain.MutualTlsAuthentication` of the API.
    ///
    /// For mutual TLS with viewers, set `ViewerProtocolPolicy: https-only` in every behavior and `HttpVersion: http2`.
    ///
    /// ## Exceptions
    /// An origin is not reported if a function may choose another one, or if it is known only at deployment whether there
    /// is a certificate.
    ///
    /// ## References
    /// - [Mutual TLS for REST APIs](https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-mutual-tls.html)
    /// - [Mutual TLS for HTTP APIs](https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-mutual-tls.html)
    /// - [Mutual TLS with origins](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/origin-enable-mtls-distributions.html)
    /// - [Mutual TLS with viewers](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/mtls-authentication.html)
    pub(crate) MtlsDomainWithoutCertificate {
        id: "mtls-domain-without-certificate",
        group: Routing,
        summary: "the origin requires a client certificate, or mutual TLS is not supported there",
        severity: Error,
        fix: None,
        cdk: "`addPropertyOverride` of the `CfnDistribution`, with `OriginMtlsConfig`",
    }
}

impl Rule for MtlsDomainWithoutCertificate {
    fn origin(&self, origin: &OriginUse<'_, '_>, cx: &mut Context<'_>) {
        let fixed = origin.paths.iter().filter(|path| !path.may_be_redirected());
        if let Some((path, domain)) = fixed.clone().find_map(|path| Some((*path, unmet(path)?))) {
            without_certificate(path, domain, cx);
        }
        if presents(origin.origin).is_true()
            && let Some((path, with)) =
                origin.paths.iter().find_map(|path| Some((*path, unsupported(path).pop()?)))
        {
            beside(path, with, cx);
        }
    }

    fn distribution(&self, model: &Model, cx: &mut Context<'_>) {
        let distribution = &model.distribution;
        let mutual = &distribution.viewer_mtls;
        for fault in viewer_faults(distribution) {
            let finding = match fault {
                ViewerFault::Http3(version) => cx
                    .report(version, "CloudFront does not accept HTTP/3 with mutual TLS for viewers")
                    .label("includes HTTP/3")
                    .help("set `HttpVersion: http2`"),
                ViewerFault::PlainHttp(behavior) => {
                    let message = format!(
                        "`{}` allows plain HTTP, which CloudFront does not accept with mutual TLS for viewers",
                        behavior.name()
                    );
                    cx.report(&behavior.viewer_protocol_policy, message)
                        .label("viewers may use HTTP")
                        .help("set `ViewerProtocolPolicy: https-only`")
                }
            };
            finding
                .note("CloudFront rejects the distribution: viewers present their certificates over HTTPS, up to HTTP/2")
                .related(mutual.span, "requires certificates from viewers");
        }
    }
}

fn without_certificate(path: &RequestPath<'_>, domain: &CustomDomain, cx: &mut Context<'_>) {
    let host = &path.origin.domain_name;
    let message = format!("CloudFront has no client certificate for `{}`, which requires one", domain.id);
    let help = if unsupported(path).is_empty() {
        "add `OriginMtlsConfig: {ClientCertificateArn: …}` to `CustomOriginConfig`, with an ACM certificate of `us-east-1` that the truststore accepts"
    } else {
        "use a custom domain without mutual TLS: what this behavior uses does not work with a client certificate"
    };
    let finding = cx
        .report(host, message)
        .label("this origin has no `OriginMtlsConfig`")
        .related(domain.mutual_tls.span, "requires a client certificate")
        .note(format!(
            "{}; API Gateway returns `403`, or the TLS handshake fails and CloudFront returns `502`",
            arrival(path).sent()
        ))
        .help(help);
    show(finding, path);
}

fn beside(path: &RequestPath<'_>, with: Unsupported<'_>, cx: &mut Context<'_>) {
    let OriginKind::Custom(config) = &path.origin.kind else { return };
    let (what, span, help) = match with {
        Unsupported::Grpc(grpc) => ("gRPC", grpc.span, "remove `GrpcConfig`, or `OriginMtlsConfig`"),
        Unsupported::WebSocket(api) => (
            "a WebSocket API",
            api.span,
            "use a custom domain without mutual TLS for the WebSocket API, and remove `OriginMtlsConfig`",
        ),
        Unsupported::Function(span) => (
            "Lambda@Edge on `origin-request` or `origin-response`",
            span,
            "move the function to `viewer-request` or `viewer-response`, or remove `OriginMtlsConfig`",
        ),
    };
    cx.report(&config.client_certificate, format!("CloudFront has no mutual TLS with origins for {what}"))
        .label("the client certificate for the origin")
        .related(span, "does not work with it")
        .note(format!(
            "behavior `{}` uses both; the documentation lists {what} as unsupported for origins with `OriginMtlsConfig`",
            path.behavior.name()
        ))
        .help(help);
}
