//! Which settings a security policy of API Gateway can be combined with.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-security-policies.html>

use cflint_template::model::TlsSettings;
use cflint_template::value::Text;

use super::Certainty;

/// Why a security policy is rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PolicyFault {
    /// The policy needs `EndpointAccessMode`.
    NoAccessMode,
    /// The policy cannot be combined with mutual TLS.
    MutualTls,
    /// The policy cannot be combined with an HTTP or WebSocket API behind the custom domain.
    HttpApi,
    /// Only edge-optimized endpoints have the policy.
    OnlyEdge,
    /// The resource has only the two oldest policies.
    NotInVersion2,
    /// The policy cannot be combined with `EndpointAccessMode`.
    AccessMode,
}

impl PolicyFault {
    /// How certain it is that API Gateway rejects it.
    pub const fn certainty(self) -> Certainty {
        match self {
            Self::NoAccessMode | Self::MutualTls | Self::HttpApi => Certainty::Certain,
            Self::OnlyEdge | Self::NotInVersion2 | Self::AccessMode => Certainty::Probable,
        }
    }
}

/// What is wrong with a policy: the fault that remains when the others are fixed comes first.
pub fn policy_fault(tls: &TlsSettings) -> Option<PolicyFault> {
    let ends_as_edge = |policy: &str| policy.ends_with("_EDGE");
    let is_of_edge = tls.policy.known().and_then(Text::as_literal).is_some_and(ends_as_edge);
    if tls.is_legacy() {
        return tls.access_mode.known().map(|_| PolicyFault::AccessMode);
    }
    if !tls.is_enhanced() {
        return None;
    }
    if tls.is_v2 {
        return Some(PolicyFault::NotInVersion2);
    }
    if tls.mutual_tls.known().is_some() {
        return Some(PolicyFault::MutualTls);
    }
    if tls.has_http_api {
        return Some(PolicyFault::HttpApi);
    }
    if tls.is_regional && is_of_edge {
        return Some(PolicyFault::OnlyEdge);
    }
    tls.access_mode.is_absent().then_some(PolicyFault::NoAccessMode)
}
