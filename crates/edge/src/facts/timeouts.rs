//! How long CloudFront and API Gateway wait for a response.
//!
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesOrigin.html#DownloadDistValuesOriginResponseTimeout>
//! and <https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html>.

use cflint_template::model::{Origin, OriginKind, Protocol};

/// Seconds that CloudFront waits for an origin if the template does not say.
const READ: i64 = 30;

/// Seconds that CloudFront can wait in every account.
pub const FREE_READ: i64 = 60;

/// Seconds that CloudFront can wait without a quota increase, as the documentation says; some accounts have a lower quota.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html>
pub const MAX_READ: i64 = 120;

/// Seconds that CloudFront waits for a response from the origin, and then for each part of it; `None` if the template
/// does not say.
pub fn read_timeout(origin: &Origin) -> Option<i64> {
    match &origin.kind {
        OriginKind::Custom(config) => config.read_timeout.or_default(READ),
        _ => None,
    }
}

/// Seconds that API Gateway waits for the backend of a route if the template does not say.
pub const fn integration_timeout(protocol: Protocol) -> i64 {
    match protocol {
        Protocol::Http => 30,
        Protocol::Rest | Protocol::WebSocket => 29,
    }
}
