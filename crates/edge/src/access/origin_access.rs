//! Whether CloudFront signs for the service that responds.
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-origin.html>

use crate::origin::backend::Backend;
use cflint_template::model::{Model, Origin, OriginAccessControl};

/// Why the origin access control of an origin is of no use.
#[derive(Debug, Clone, Copy)]
pub enum UselessControl<'m> {
    /// It signs for another service than this one.
    Kind(&'m OriginAccessControl, &'static str),
    /// It never signs.
    Unsigned(&'m OriginAccessControl),
    /// There is no type for such origins.
    Needless,
}

/// What is wrong with the origin access control of an origin, if it has one.
pub fn useless_control<'m>(
    model: &'m Model,
    origin: &Origin,
    backend: &Backend<'_>,
) -> Option<UselessControl<'m>> {
    let named = origin.access_control.known().filter(|text| !text.is_empty())?;
    let wanted = match backend {
        Backend::Bucket => "s3",
        Backend::LambdaUrl(_) => "lambda",
        Backend::Other | Backend::Unknown => return None,
        _ => return Some(UselessControl::Needless),
    };
    let declared = named.owner();
    let control = model.access_controls.iter().find(|control| Some(control.id.as_str()) == declared)?;
    if control.kind.literal().is_some_and(|kind| kind != wanted) {
        return Some(UselessControl::Kind(control, wanted));
    }
    (control.signing.literal() == Some("never")).then_some(UselessControl::Unsigned(control))
}
