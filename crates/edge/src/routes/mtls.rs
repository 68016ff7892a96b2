//! Mutual TLS, between viewers and CloudFront and between CloudFront and the origin.
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/origin-enable-mtls-distributions.html>,
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/mtls-authentication.html>

use cflint_diagnostics::Span;
use cflint_template::model::{Api, Behavior, CustomDomain, Distribution, Origin, OriginKind, Prop};
use cflint_template::value::{Text, Tri};

use crate::routes::entrance::entrances;
use crate::routes::path::RequestPath;
use crate::routes::web_socket::is_websocket;

/// What cannot be used together with a client certificate of CloudFront.
#[derive(Debug, Clone, Copy)]
pub enum Unsupported<'m> {
    Grpc(&'m Prop<bool>),
    WebSocket(&'m Api),
    /// A Lambda@Edge function on `origin-request` or `origin-response`.
    Function(Span),
}

/// What CloudFront does not accept in a distribution whose viewers present certificates.
#[derive(Debug, Clone, Copy)]
pub enum ViewerFault<'m> {
    Http3(&'m Prop<Text>),
    PlainHttp(&'m Behavior),
}

/// Whether CloudFront presents a certificate to an origin.
pub fn presents(origin: &Origin) -> Tri {
    match &origin.kind {
        OriginKind::Custom(config) if config.client_certificate.is_unknown() => Tri::Unknown,
        OriginKind::Custom(config) => Tri::from(!config.client_certificate.is_absent()),
        OriginKind::Unknown => Tri::Unknown,
        OriginKind::S3 | OriginKind::Vpc => Tri::False,
    }
}

/// The custom domain that requires a certificate where CloudFront presents none.
pub fn unmet<'m>(path: &RequestPath<'m>) -> Option<&'m CustomDomain> {
    let requires = |domain: &&CustomDomain| domain.mutual_tls.known().is_some();
    let domain = path.backend.domain().filter(requires).filter(|_| presents(path.origin).is_false())?;
    let forwards_host = !path.forwarding.headers.selects("Host").answer.is_false();
    let may_answer = |other: &CustomDomain| {
        let aliases = &path.distribution.aliases;
        let mut hosts = aliases.iter().map(|alias| alias.known());
        aliases.open.is_some() || hosts.any(|host| host.is_none_or(|host| !other.answers_to(host).is_false()))
    };
    let mut others = path.model.custom_domains.iter().filter(|other| !std::ptr::eq(*other, domain));
    // By `Host`, another domain may respond, which may do so without a certificate.
    if forwards_host && others.any(may_answer) {
        return None;
    }
    Some(domain)
}

/// What a behavior uses that does not work with a certificate, whether or not there is one.
pub fn unsupported<'m>(path: &RequestPath<'m>) -> Vec<Unsupported<'m>> {
    let behavior = path.behavior;
    let faces_origin = |event: &str| matches!(event, "origin-request" | "origin-response");
    let function = behavior
        .functions
        .iter()
        .find(|function| function.is_lambda && function.event.literal().is_some_and(faces_origin));
    let websocket =
        if is_websocket(path) { entrances(path).first().map(|entrance| entrance.api) } else { None };
    let websocket = websocket.or_else(|| path.backend.api().filter(|_| is_websocket(path)));
    let grpc = Some(&behavior.grpc).filter(|grpc| grpc.known() == Some(&true));
    [
        grpc.map(Unsupported::Grpc),
        websocket.map(Unsupported::WebSocket),
        function.map(|function| Unsupported::Function(function.span)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What is wrong with a distribution whose viewers present certificates: every behavior has to require HTTPS, and HTTP/3
/// has no such handshake.
pub fn viewer_faults(distribution: &Distribution) -> Vec<ViewerFault<'_>> {
    if distribution.viewer_mtls.known().is_none() {
        return Vec::new();
    }
    let version = &distribution.http_version;
    let http3 =
        matches!(version.literal(), Some("http3" | "http2and3")).then_some(ViewerFault::Http3(version));
    let plain = distribution
        .all_behaviors()
        .filter(|behavior| behavior.viewer_protocol_policy.literal() == Some("allow-all"));
    http3.into_iter().chain(plain.map(ViewerFault::PlainHttp)).collect()
}
