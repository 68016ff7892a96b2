//! Mutual TLS that a distribution cannot have.

use cflint_template::value::Text;

use super::deployment::Fault;
use super::{Tracer, Undeployable};
use crate::facts::Certainty;
use crate::routes::mtls::{Unsupported, ViewerFault, presents, unsupported, viewer_faults};
use crate::routes::path::paths_of;

impl Tracer<'_, '_> {
    pub(super) fn mutual_tls(&self) -> Vec<Fault> {
        let distribution = &self.model.distribution;
        let of_viewers = viewer_faults(distribution).into_iter().map(|fault| {
            let (what, span) = match fault {
                ViewerFault::Http3(version) => {
                    ("CloudFront does not accept HTTP/3 with mutual TLS for viewers".to_owned(), version.span)
                }
                ViewerFault::PlainHttp(behavior) => (
                    format!(
                        "behavior `{}` allows plain HTTP, which CloudFront does not accept with mutual TLS for viewers",
                        behavior.name()
                    ),
                    behavior.viewer_protocol_policy.span,
                ),
            };
            Fault::new(Undeployable::MutualTls, what, Certainty::Certain, span)
        });
        let mut faults: Vec<Fault> = of_viewers.collect();
        let paths: Vec<_> =
            distribution.all_behaviors().flat_map(|behavior| paths_of(self.model, behavior)).collect();
        for path in paths.iter().filter(|path| presents(path.origin).is_true()) {
            let id = path.origin.id.known().map_or_else(|| "?".to_owned(), Text::to_string);
            faults.extend(unsupported(path).into_iter().map(|with| {
                let (with, span) = match with {
                    Unsupported::Grpc(grpc) => ("gRPC", grpc.span),
                    Unsupported::WebSocket(_) => ("a WebSocket API", path.origin.span),
                    Unsupported::Function(span) => ("a Lambda@Edge function that faces the origin", span),
                };
                let what = format!("origin `{id}` has a client certificate, which does not work with {with}");
                // It is documented that it is not supported, but not whether it can be deployed.
                Fault::new(Undeployable::MutualTls, what, Certainty::Probable, span)
            }));
        }
        faults
    }
}
