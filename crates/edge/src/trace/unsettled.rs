//! What API Gateway may reject about an API or a custom domain, so that it does not exist.

use cflint_diagnostics::Span;
use cflint_template::model::{CustomDomain, Protocol, Route, TlsSettings};
use cflint_template::value::Text;

use super::{Cause, End, Tracer, Verdict, Way};
use crate::facts::Certainty;
use crate::facts::stream::{StreamFault, stream_fault};
use crate::facts::tls_policy::policy_fault;

impl<'m> Tracer<'m, '_> {
    /// Ends where a security policy does not fit.
    pub(super) fn policy(&mut self, id: &str, tls: Option<&TlsSettings>) -> Way<()> {
        let Some((tls, fault)) = tls.and_then(|tls| Some((tls, policy_fault(tls)?))) else { return Ok(()) };
        let policy = tls.policy.known().cloned().unwrap_or_default();
        self.may_not_exist(
            format!(
                "API Gateway does not accept the security policy `{policy}` of `{id}` with its other settings"
            ),
            (Cause::SecurityPolicy, id),
            fault.certainty(),
            tls.policy.span,
        )
    }

    /// The same of a custom domain, which also has to fit the APIs that are mapped to it.
    pub(super) fn policy_of_domain(&mut self, domain: &CustomDomain) -> Way<()> {
        let is_http = |id: &str| self.model.api(id).is_some_and(|api| api.protocol != Protocol::Rest);
        let mut apis =
            domain.mappings.iter().filter_map(|mapping| mapping.api.known().and_then(Text::as_resource));
        let has_http_api = apis.any(is_http);
        let tls = domain.tls.as_deref().map(|tls| TlsSettings { has_http_api, ..tls.clone() });
        self.policy(&domain.id, tls.as_ref())
    }

    /// Ends where the integration of a route cannot stream as it is meant to. What SAM ignores does not matter.
    pub(super) fn streaming(&mut self, route: &Route) -> Way<()> {
        let Some(streaming) = route.streaming.as_deref() else { return Ok(()) };
        match stream_fault(streaming) {
            None => Ok(()),
            Some(StreamFault::Ignored) => {
                self.sure("response", "SAM ignores the transfer mode: it is buffered", streaming.mode.span);
                Ok(())
            }
            Some(fault) => self.may_not_exist(
                format!("API Gateway does not accept the transfer mode of `{}`", route.name()),
                (Cause::TransferMode, &route.name()),
                fault.certainty(),
                streaming.mode.span,
            ),
        }
    }

    fn may_not_exist(
        &mut self,
        detail: String,
        (cause, what): (Cause, &str),
        certainty: Certainty,
        span: Span,
    ) -> Way<()> {
        let is_certain = certainty == Certainty::Certain;
        let shown = if is_certain { certainty } else { Certainty::Uncertain };
        self.step("deployment", detail, shown, Some(span));
        if !is_certain {
            self.doubt(format!("whether `{what}` can be deployed"));
            return Ok(());
        }
        let why =
            format!("API Gateway rejects `{what}` when it is deployed, so nothing responds to the request");
        let (verdict, cause) = (Verdict::Rejected, Some(cause));
        Err(End { verdict, cause, open: None, certainty, ..End::unknown(why) }.at(span))
    }
}
