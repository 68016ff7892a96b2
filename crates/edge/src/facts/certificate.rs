//! The certificate that CloudFront presents to viewers.
//!
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cnames-and-https-requirements.html>

use cflint_template::model::{Distribution, Model};
use cflint_template::value::Text;

/// The only region whose certificates and web ACLs CloudFront accepts.
pub const HOME: &str = "us-east-1";

/// The region of the certificate, if CloudFront certainly does not accept it.
pub fn foreign_region(model: &Model) -> Option<String> {
    let arn = model.distribution.certificate.known()?;
    let of_resource = arn.owner().and_then(|id| model.regions.get(id)).cloned();
    let named = || {
        let is_acm = arn.piece(":", 2)?.as_literal() == Some("acm");
        let region = arn.piece(":", 3).filter(|_| is_acm)?;
        region.as_literal().map(str::to_owned)
    };
    let region = of_resource.or_else(named)?;
    // The China Regions have their own CloudFront.
    (region != HOME && !region.is_empty() && !region.starts_with("cn-")).then_some(region)
}

/// Whether the distribution certainly has no certificate of its own, without which CloudFront accepts no alias. One for
/// several tenants gets its aliases and certificates from them.
pub fn lacks_certificate(distribution: &Distribution) -> bool {
    let mode = distribution.connection_mode.or_default(Text::literal("direct"));
    let is_direct = mode.is_some_and(|mode| mode.as_literal() == Some("direct"));
    is_direct && distribution.certificate.is_absent() && distribution.viewer_certificate.iam.is_absent()
}
