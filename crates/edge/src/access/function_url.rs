//! Whether requests to a function URL are signed.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html>,
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-lambda.html>

use cflint_template::model::{IdentityPlace, LambdaUrl, Model, Origin};
use cflint_template::value::{Text, Tri};

use crate::access::credential::is_custom_header;
use crate::access::needs::arrives;
use crate::facts::Certainty;
use crate::facts::headers::Method;
use crate::origin::backend::Backend;
use crate::routes::path::RequestPath;

/// The header that a signature is in.
pub const AUTHORIZATION: &str = "Authorization";

/// What becomes of a viewer's signature where no one else signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signature {
    /// It is dropped; how certain it is that the request fails because of that.
    Dropped(Certainty),
    /// It arrives, but CloudFront uses another `Host` than the one it was made for.
    ForAnotherHost,
}

/// Whether CloudFront signs the requests to an origin.
pub fn signs(model: &Model, origin: &Origin) -> Tri {
    let control = &origin.access_control;
    if control.is_absent() || control.known().is_some_and(Text::is_empty) {
        return Tri::False;
    }
    let named = control.known().and_then(Text::owner);
    let found = model.access_controls.iter().find(|known| Some(known.id.as_str()) == named);
    match found.map(|found| found.signing.literal()) {
        Some(Some("never")) => Tri::False,
        Some(Some(_)) => Tri::True,
        _ => Tri::Unknown,
    }
}

/// A function URL that requires a signature, while nothing but the viewers can sign, and what becomes of theirs.
pub fn only_viewers_sign<'m>(path: &RequestPath<'m>) -> Option<(&'m LambdaUrl, Signature)> {
    let Backend::LambdaUrl(Some(url)) = path.backend else { return None };
    let may_be_added = path.may_be_signed() || !is_custom_header(path, AUTHORIZATION).is_false();
    let is_required = url.auth_type.literal() == Some("AWS_IAM");
    // One that never signs is a mistake of its own.
    let is_alone = path.origin.access_control.is_absent() && signs(path.model, path.origin).is_false();
    if !is_required || may_be_added || !is_alone || !path.forwarding.is_settled() {
        return None;
    }
    let signature = match arrives(path, IdentityPlace::Header, AUTHORIZATION, Method::Get) {
        (Tri::False, loss) => {
            let in_query = path.forwarding.query_strings.selects("X-Amz-Signature").answer;
            let certainty = if in_query.is_false() { Certainty::Certain } else { Certainty::Probable };
            Signature::Dropped(loss.min(certainty))
        }
        (Tri::True, _) if path.forwarding.headers.selects("Host").answer.is_false() => {
            Signature::ForAnotherHost
        }
        _ => return None,
    };
    Some((url, signature))
}
