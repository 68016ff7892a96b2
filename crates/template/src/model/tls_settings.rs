//! The TLS versions and ciphers that API Gateway accepts, and what has to go with them.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-security-policies.html>

use super::reader::Reader;
use super::sam::Settings;
use super::{Prop, State};
use crate::eval::Value;
use crate::syntax::NodeId;
use crate::value::Text;

/// What an API or a custom domain says about TLS.
#[derive(Debug, Clone)]
pub struct TlsSettings {
    /// `SecurityPolicy`
    pub policy: Prop<Text>,
    /// `EndpointAccessMode`; absent if it is empty, which means none.
    pub access_mode: Prop<Text>,
    pub mutual_tls: Prop<()>,
    /// Whether it is certainly not edge-optimized.
    pub is_regional: bool,
    /// Whether it is of version 2 of the service's API, which has only the two oldest policies and no access mode.
    pub is_v2: bool,
    /// Whether it is a custom domain rather than an API.
    pub is_domain: bool,
    /// Whether an HTTP or WebSocket API is mapped to it.
    pub has_http_api: bool,
    /// The mapping that holds the policy, for an edit.
    pub node: Option<NodeId>,
}

impl TlsSettings {
    /// Whether the policy is one of those whose names start with `SecurityPolicy_`.
    pub fn is_enhanced(&self) -> bool {
        self.policy.known().is_some_and(|policy| policy.prefix().starts_with("SecurityPolicy_"))
    }

    /// Whether the policy is one of the two that need no access mode.
    pub fn is_legacy(&self) -> bool {
        matches!(self.policy.literal(), Some("TLS_1_0" | "TLS_1_2"))
    }

    fn new(holder: &Reader<'_, '_>, policy: Prop<Text>, access_mode: Prop<Text>) -> Self {
        Self {
            policy,
            access_mode: set(access_mode),
            mutual_tls: Prop::absent(holder.span()),
            is_regional: false,
            is_v2: false,
            is_domain: false,
            has_http_api: false,
            node: holder.node(),
        }
    }
}

/// An access mode that is empty is none.
fn set(mode: Prop<Text>) -> Prop<Text> {
    match mode.literal() {
        Some("") => Prop { state: State::Absent, ..mode },
        _ => mode,
    }
}

fn is_regional(types: &[Prop<Text>]) -> bool {
    types.iter().any(|kind| matches!(kind.literal(), Some("REGIONAL" | "PRIVATE")))
}

pub(super) fn of_api(api: &Reader<'_, '_>) -> TlsSettings {
    let types = api.map_or_empty("EndpointConfiguration").texts("Types");
    TlsSettings {
        is_regional: is_regional(&types.items),
        ..TlsSettings::new(api, api.text("SecurityPolicy"), api.text("EndpointAccessMode"))
    }
}

pub(super) fn of_domain(domain: &Reader<'_, '_>, kind: &str) -> TlsSettings {
    let mutual_tls = domain.map("MutualTlsAuthentication").map(|_| State::Known(()));
    if kind == "AWS::ApiGatewayV2::DomainName" {
        let configurations = domain.maps("DomainNameConfigurations", |configuration, _| {
            TlsSettings::new(
                &configuration,
                configuration.text("SecurityPolicy"),
                Prop::absent(configuration.span()),
            )
        });
        let first = configurations.items.into_iter().next();
        let tls = first.unwrap_or_else(|| {
            TlsSettings::new(domain, Prop::absent(domain.span()), Prop::absent(domain.span()))
        });
        return TlsSettings { mutual_tls, is_v2: true, is_domain: true, is_regional: true, ..tls };
    }
    TlsSettings { mutual_tls, is_domain: true, ..of_api(domain) }
}

/// The API and its `Domain`.
pub(super) fn of_sam(api: &Settings<'_, '_>, is_rest: bool) -> Vec<TlsSettings> {
    let mut all = Vec::new();
    if is_rest {
        const ENDPOINT: &str = "EndpointConfiguration";
        let endpoint = api.holder(ENDPOINT);
        let kind = match endpoint.value(ENDPOINT).map(|value| value.value) {
            Some(Value::Map(_)) => endpoint.map_or_empty(ENDPOINT).text("Type"),
            _ => endpoint.text(ENDPOINT),
        };
        let mode = api.holder("EndpointAccessMode").text("EndpointAccessMode");
        let policy = api.holder("SecurityPolicy");
        all.push(TlsSettings {
            is_regional: is_regional(&[kind]),
            ..TlsSettings::new(policy, policy.text("SecurityPolicy"), mode)
        });
    }
    let domain = api.map_or_empty("Domain");
    let of = |name: &'static str| domain.holder(name);
    let policy = of("SecurityPolicy");
    if policy.entry("SecurityPolicy").is_some() {
        let kind = of("EndpointConfiguration").text("EndpointConfiguration");
        all.push(TlsSettings {
            mutual_tls: of("MutualTlsAuthentication")
                .map("MutualTlsAuthentication")
                .map(|_| State::Known(())),
            // The default of SAM is `REGIONAL`.
            is_regional: kind.is_absent() || is_regional(&[kind]),
            is_v2: !is_rest,
            is_domain: true,
            ..TlsSettings::new(
                policy,
                policy.text("SecurityPolicy"),
                of("EndpointAccessMode").text("EndpointAccessMode"),
            )
        });
    }
    all
}
