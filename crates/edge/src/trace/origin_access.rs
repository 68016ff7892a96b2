//! Whether CloudFront signs for the service that responds.

use super::{Cause, End, Party, Tracer, Way};
use crate::access::origin_access::{UselessControl, useless_control};
use crate::facts::Certainty;
use crate::facts::refusals::LAMBDA_FORBIDDEN;
use crate::origin::backend::Backend;
use crate::routes::path::RequestPath;

const S3_FORBIDDEN: &str = "<Error><Code>AccessDenied</Code>…</Error>";

impl<'m> Tracer<'m, '_> {
    /// Ends where the service cannot accept the signature.
    pub(super) fn origin_access(&mut self, path: &RequestPath<'m>) -> Way<()> {
        let backend = path.backend.name();
        match useless_control(self.model, path.origin, &path.backend) {
            None => Ok(()),
            Some(UselessControl::Needless) => {
                self.doubt(format!("what {backend} does with CloudFront's signature"));
                Ok(())
            }
            // Whether that matters is decided where it requires a signature.
            Some(UselessControl::Unsigned(_)) if matches!(path.backend, Backend::LambdaUrl(_)) => Ok(()),
            Some(UselessControl::Unsigned(control)) => {
                let detail = format!("`{}` never signs", control.id);
                self.step("access", detail, Certainty::Certain, Some(control.signing.span));
                self.doubt("whether anyone may read the bucket");
                Ok(())
            }
            Some(UselessControl::Kind(control, wanted)) => {
                let (party, body) = match path.backend {
                    Backend::LambdaUrl(Some(url)) if url.auth_type.literal() == Some("AWS_IAM") => {
                        (Party::Lambda, LAMBDA_FORBIDDEN.body)
                    }
                    // One that requires no signature may not look at it.
                    Backend::LambdaUrl(_) => return Ok(()),
                    _ => (Party::S3, S3_FORBIDDEN),
                };
                let kind = control.kind.literal().unwrap_or_default();
                let span = control.kind.span;
                let detail = format!("`{}` signs for `{kind}`, but {backend} expects `{wanted}`", control.id);
                self.step("access", detail, Certainty::Certain, Some(span));
                let cause = Cause::SignedForAnotherService;
                Err(End::rejected(cause, party, 403, body, Certainty::Probable).at(span))
            }
        }
    }
}
