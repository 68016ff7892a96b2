use cflint_edge::facts::tls_policy::{PolicyFault, policy_fault};
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::model::{SingleResource, TlsSettings};

use crate::shared::confidence::confidence_of;

declare_rule! {
    /// ## What it does
    /// Reports security policies of APIs and custom domains that API Gateway does not accept with the other settings: a
    /// `SecurityPolicy_…` without `EndpointAccessMode`, with mutual TLS or with an HTTP API, and an `EndpointAccessMode`
    /// with `TLS_1_0` or `TLS_1_2`.
    ///
    /// ## Why is this bad?
    /// API Gateway rejects the API or the custom domain, for example with
    /// `Endpoint access mode is required for the specified security policy`, and the stack rolls back.
    ///
    /// ## Remediation
    /// Set `EndpointAccessMode: STRICT`, which requires that `Host` is the name of the TLS connection, as it is if CloudFront
    /// does not forward `Host`; or set it to `BASIC`. With mutual TLS, or with an HTTP or WebSocket API behind the custom domain, use
    /// `TLS_1_2`. In SAM the properties have the same names, on the API and in its `Domain`. In CDK they are
    /// `securityPolicy` and `endpointAccessMode` of `RestApi` and `DomainName`.
    ///
    /// ## Exceptions
    /// Settings that are known only at deployment are not reported.
    ///
    /// ## References
    /// - [Security policies](https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-security-policies.html)
    /// - [Security policies of custom domains](https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-custom-domain-tls-version.html)
    pub(crate) SecurityPolicyConflict {
        id: "security-policy-conflict",
        group: Deploy,
        summary: "a security policy does not fit the other settings of an API or custom domain",
        severity: Error,
        fix: None,
        cdk: "`endpointAccessMode` alongside `securityPolicy`",
    }
}

impl Rule for SecurityPolicyConflict {
    fn resource(&self, resource: &SingleResource, cx: &mut Context<'_>) {
        for tls in &resource.gateway.tls {
            if let Some(fault) = policy_fault(tls) {
                report(resource, tls, fault, cx);
            }
        }
    }
}

fn report(resource: &SingleResource, tls: &TlsSettings, fault: PolicyFault, cx: &mut Context<'_>) {
    let Some(policy) = tls.policy.known() else { return };
    let (id, what) = (&resource.id, if tls.is_domain { "custom domain" } else { "API" });
    // The two oldest policies have no access mode.
    let oldest = if tls.access_mode.known().is_some() {
        "set `SecurityPolicy: TLS_1_2`, and remove `EndpointAccessMode`"
    } else {
        "set `SecurityPolicy: TLS_1_2`"
    };
    let (message, label, note, help) = match fault {
        PolicyFault::NoAccessMode => (
            format!("`{id}` has `{policy}` without `EndpointAccessMode`, which API Gateway rejects"),
            "needs an `EndpointAccessMode`",
            "`Endpoint access mode is required for the specified security policy`".to_owned(),
            "add `EndpointAccessMode: STRICT`, or `BASIC`",
        ),
        PolicyFault::MutualTls => (
            format!("`{id}` has both mutual TLS and `{policy}`, which API Gateway rejects"),
            "does not work with mutual TLS",
            "policies whose names start with `SecurityPolicy_` exclude mutual TLS".to_owned(),
            oldest,
        ),
        PolicyFault::HttpApi => (
            format!("an HTTP or WebSocket API is mapped to `{id}`, whose security policy allows only REST APIs"),
            "only for REST APIs",
            "policies whose names start with `SecurityPolicy_` exclude mappings to HTTP and WebSocket APIs".to_owned(),
            oldest,
        ),
        PolicyFault::OnlyEdge => (
            format!("`{id}` is regional, but `{policy}` is a policy of edge-optimized endpoints"),
            "only for edge-optimized endpoints",
            format!("API Gateway rejects the {what}: regional endpoints have policies of their own"),
            "use a policy for regional endpoints, such as `SecurityPolicy_TLS13_1_3_2025_09`, with `EndpointAccessMode: STRICT`",
        ),
        PolicyFault::NotInVersion2 => (
            format!("custom domain `{id}` cannot have `{policy}`"),
            "not a policy of this type of custom domain",
            "custom domains of version 2, such as `AWS::ApiGatewayV2::DomainName`, have only `TLS_1_0` and `TLS_1_2`"
                .to_owned(),
            oldest,
        ),
        PolicyFault::AccessMode => (
            format!("`{id}` has `EndpointAccessMode` with `{policy}`, which API Gateway rejects"),
            "not with this security policy",
            format!("only policies whose names start with `SecurityPolicy_` have an access mode, and `{policy}` does not"),
            "remove `EndpointAccessMode`",
        ),
    };
    let (place, other) = match fault {
        PolicyFault::AccessMode => {
            (&tls.access_mode, Some((tls.policy.span, "a policy without an access mode")))
        }
        PolicyFault::MutualTls => (&tls.policy, Some((tls.mutual_tls.span, "mutual TLS"))),
        _ => (&tls.policy, None),
    };
    cx.report(place, message)
        .label(label)
        .related_each(other)
        .note(note)
        .help(help)
        .rests_on(&tls.policy)
        .rests_on(&tls.access_mode)
        .at_most(confidence_of(fault.certainty()));
}
