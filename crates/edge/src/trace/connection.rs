//! Whether CloudFront can connect to the origin.
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/http-502-bad-gateway.html>

use cflint_template::model::{CustomOrigin, OriginKind};

use super::sent::Sent;
use super::viewer::page;
use super::{Cause, End, Party, Tracer, Way};
use crate::facts::Certainty;
use crate::origin::backend::Backend;
use crate::origin::load_balancer::Connection;
use crate::origin::tls;
use crate::routes::path::RequestPath;

impl<'m> Tracer<'m, '_> {
    /// Whether CloudFront connects to the origin over HTTPS.
    pub(super) fn is_https(&self, path: &RequestPath<'m>) -> Way<bool> {
        let Some(connection) = Connection::of(self.model, path.origin) else {
            return Ok(self.request.is_https);
        };
        connection.is_https(self.request.is_https).ok_or_else(|| {
            End::unknown("it is not known whether CloudFront connects to the origin over HTTPS")
                .at(connection.protocol_policy.span)
        })
    }

    /// Fails where the backend does not accept the connection that the origin is configured for.
    pub(super) fn connect(&mut self, path: &RequestPath<'m>, sent: &Sent) -> Way<()> {
        let OriginKind::Custom(config) = &path.origin.kind else { return Ok(()) };
        let is_tls_only = path.backend.is_api() || matches!(path.backend, Backend::LambdaUrl(_));
        let port = if sent.is_https { &config.https_port } else { &config.http_port };
        let expected = if sent.is_https { 443 } else { 80 };
        let known = port.or_default(expected);
        if is_tls_only && !sent.is_https {
            let span = config.protocol_policy.span;
            let name = path.backend.name();
            self.sure("connection", format!("plain HTTP to {name}, which accepts only HTTPS"), span);
            return Err(End::unreachable(
                Cause::OriginNotHttps,
                "`502` or `504`",
                "it cannot connect to the origin",
            )
            .at(span));
        }
        if is_tls_only && known.is_some_and(|port| port != 443) {
            let detail = format!(
                "port {} of {}, which listens only on 443",
                known.unwrap_or_default(),
                path.backend.name()
            );
            self.sure("connection", detail, port.span);
            return Err(End::unreachable(
                Cause::OriginNotHttps,
                "`502` or `504`",
                "it cannot connect to the origin",
            )
            .at(port.span));
        }
        if sent.is_https && matches!(path.backend, Backend::Website) {
            let span = config.protocol_policy.span;
            self.sure("connection", "HTTPS to the website of a bucket, which accepts only plain HTTP", span);
            return Err(End::unreachable(
                Cause::OriginNotHttps,
                "`502` or `504`",
                "it cannot connect to the origin",
            )
            .at(span));
        }
        if sent.is_https && tls::is_refused(&path.backend, config) {
            let span = config.ssl_protocols.span;
            let detail =
                format!("only TLS versions before 1.2 are allowed, and {} rejects them", path.backend.name());
            // One page documents the property as a list of versions, another as the oldest version.
            self.step("connection", detail, Certainty::Probable, Some(span));
            let text = page("CloudFront wasn't able to connect to the origin.");
            let end = End::rejected(Cause::OriginTls, Party::CloudFront, 502, &text, Certainty::Probable);
            return Err(End { is_unreachable: true, ..end }.at(span));
        }
        self.patience(path, config);
        Ok(())
    }

    /// Adds a step where CloudFront stops waiting before the API does.
    /// <https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html>
    fn patience(&mut self, path: &RequestPath<'m>, config: &CustomOrigin) {
        const LONGEST_OF_APIS: i64 = 29;
        let Some(wait) = config.read_timeout.known().copied() else { return };
        if path.backend.is_api() && wait < LONGEST_OF_APIS {
            let detail = format!(
                "CloudFront waits {wait} s for a response and then returns `504`; the API waits up to {LONGEST_OF_APIS} s for its backend"
            );
            self.sure("timeout", detail, config.read_timeout.span);
        }
    }
}
