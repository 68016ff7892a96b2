//! Which TLS versions CloudFront may use with an origin, and whether the service behind it accepts one of them.
//!
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesOrigin.html#DownloadDistValuesOriginSSLProtocols>
//! and <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-security-policies.html>.

use cflint_template::model::{CustomOrigin, Prop, Protocol};
use cflint_template::value::Text;

use crate::origin::backend::Backend;

/// Versions that `OriginSSLProtocols` may name, but that must no longer be used.
/// <https://www.rfc-editor.org/rfc/rfc8996>, <https://www.rfc-editor.org/rfc/rfc7568>
const OUTDATED: [&str; 3] = ["SSLv3", "TLSv1", "TLSv1.1"];

/// Prefixes of the security policies of custom domains that accept nothing before TLS 1.2.
const STRICT: [&str; 3] = ["TLS_1_2", "SecurityPolicy_TLS12", "SecurityPolicy_TLS13"];

/// The versions in `OriginSSLProtocols` that are certainly outdated.
pub fn outdated(config: &CustomOrigin) -> impl Iterator<Item = &Prop<Text>> {
    config.ssl_protocols.iter().filter(|version| is_outdated(version))
}

/// Whether every version that CloudFront may use is one that the backend no longer accepts.
pub fn is_refused(backend: &Backend<'_>, config: &CustomOrigin) -> bool {
    let versions = &config.ssl_protocols;
    is_strict(backend)
        && versions.open.is_none()
        && !versions.items.is_empty()
        && versions.iter().all(is_outdated)
}

/// Whether the backend certainly accepts nothing before TLS 1.2.
fn is_strict(backend: &Backend<'_>) -> bool {
    match backend {
        Backend::ExecuteApi { api: Some(api), .. } => api.protocol == Protocol::Http,
        Backend::LambdaUrl(_) => true,
        Backend::ApiDomain(domain) | Backend::ApiDomainTarget { domain: Some(domain), .. } => {
            let policy = domain.security_policy.literal();
            policy.is_some_and(|policy| STRICT.iter().any(|start| policy.starts_with(start)))
        }
        _ => false,
    }
}

fn is_outdated(version: &Prop<Text>) -> bool {
    version.literal().is_some_and(|version| OUTDATED.contains(&version))
}
