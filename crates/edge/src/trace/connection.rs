//! Whether CloudFront gets a connection to the origin.
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/http-502-bad-gateway.html>

use cflint_template::model::{CustomOrigin, OriginKind};

use super::sent::Sent;
use super::viewer::page;
use super::{End, Party, Tracer, Way};
use crate::facts::Certainty;
use crate::origin::backend::Backend;
use crate::origin::tls;
use crate::routes::path::RequestPath;

impl<'m> Tracer<'m, '_> {
    /// Whether the origin is asked over HTTPS.
    pub(super) fn is_https(&self, path: &RequestPath<'m>) -> Way<bool> {
        let OriginKind::Custom(config) = &path.origin.kind else { return Ok(self.request.is_https) };
        let policy = &config.protocol_policy;
        match policy.literal() {
            Some("http-only") => Ok(false),
            Some("https-only") => Ok(true),
            Some("match-viewer") => Ok(self.request.is_https),
            _ => Err(End::unknown("whether the origin is asked over HTTPS is not known").at(policy.span)),
        }
    }

    /// Fails where the backend does not take the connection that the origin is set up for.
    pub(super) fn connect(&mut self, path: &RequestPath<'m>, sent: &Sent) -> Way<()> {
        let OriginKind::Custom(config) = &path.origin.kind else { return Ok(()) };
        let is_tls_only = path.backend.is_api() || matches!(path.backend, Backend::LambdaUrl(_));
        let port = if sent.is_https { &config.https_port } else { &config.http_port };
        let expected = if sent.is_https { 443 } else { 80 };
        let known = port.or_default(expected);
        if is_tls_only && !sent.is_https {
            let span = config.protocol_policy.span;
            let name = path.backend.name();
            self.sure("connection", format!("plain HTTP to {name}, which speaks HTTPS only"), span);
            return Err(End::unreachable("`502` or `504`", "it cannot connect to the origin").at(span));
        }
        if is_tls_only && known.is_some_and(|port| port != 443) {
            let detail = format!(
                "port {} of {}, which listens on 443 only",
                known.unwrap_or_default(),
                path.backend.name()
            );
            self.sure("connection", detail, port.span);
            return Err(End::unreachable("`502` or `504`", "it cannot connect to the origin").at(port.span));
        }
        if sent.is_https && tls::is_refused(&path.backend, config) {
            let span = config.ssl_protocols.span;
            let detail =
                format!("only TLS versions before 1.2 may be used, and {} refuses them", path.backend.name());
            // The property is documented as a list of versions here, and as the oldest version there.
            self.step("connection", detail, Certainty::Probable, Some(span));
            let text = page("CloudFront wasn't able to connect to the origin.");
            let end = End::rejected(Party::CloudFront, 502, &text, Certainty::Probable);
            return Err(End { is_unreachable: true, ..end }.at(span));
        }
        self.patience(path, config);
        Ok(())
    }

    /// Says so where CloudFront stops waiting before the API does.
    /// <https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html>
    fn patience(&mut self, path: &RequestPath<'m>, config: &CustomOrigin) {
        const LONGEST_OF_APIS: i64 = 29;
        let Some(wait) = config.read_timeout.known().copied() else { return };
        if path.backend.is_api() && wait < LONGEST_OF_APIS {
            let detail = format!(
                "CloudFront waits {wait} s for an answer and then says `504`; the API waits up to {LONGEST_OF_APIS} s for its backend"
            );
            self.sure("timeout", detail, config.read_timeout.span);
        }
    }
}
