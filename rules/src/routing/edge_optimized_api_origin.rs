use cflint_diagnostics::{Applicability, Confidence};
use cflint_edge::origin::backend::{Backend, lacks_edge_endpoints};
use cflint_linter::{Context, OriginUse, Rule, declare_rule};
use cflint_template::edit::NewValue;

use crate::shared::arrival::arrival;
use crate::shared::confidence::confidence_of_origin;
use crate::shared::resources::resource_type;

declare_rule! {
    /// ## What it does
    /// Reports origins that are the default endpoint of an edge-optimized REST API. That is the endpoint type of a REST
    /// API that does not specify one.
    ///
    /// ## Why is this bad?
    /// The endpoint of an edge-optimized API is already a CloudFront distribution, which AWS manages. Behind a
    /// distribution of your own, every request goes through two of them: a longer path, errors that say nothing about
    /// the API, header names and cookies that arrive changed. AWS advises against it, and recommends a regional API.
    ///
    /// ## Remediation
    /// Set `EndpointConfiguration: {Types: [REGIONAL]}`. In SAM that is `EndpointConfiguration: {Type: REGIONAL}`; in CDK
    /// `endpointTypes: [EndpointType.REGIONAL]`, or `parameters: { endpointConfigurationTypes: 'REGIONAL' }` of a
    /// `SpecRestApi`.
    ///
    /// ## Fix safety
    /// The URL of the API stays the same, but clients that use it directly, bypassing your distribution, no longer go
    /// through edge locations, and an edge-optimized custom domain of the API has to become regional too.
    ///
    /// ## Exceptions
    /// In China, GovCloud and the isolated regions an API without an endpoint type is regional. It is not reported if
    /// the region is in the host name or given with `--parameter AWS::Region=…`; without a known region, the finding
    /// for the default is likely, not certain. HTTP APIs are always regional. If an edge function may choose another
    /// origin, the finding is only possible.
    ///
    /// ## References
    /// - [API endpoint types for REST APIs](https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-endpoint-types.html)
    /// - [HTTP 403: one distribution in front of another](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/http-403-permission-denied.html)
    pub(crate) EdgeOptimizedApiOrigin {
        id: "edge-optimized-api-origin",
        group: Routing,
        summary: "the origin is an edge-optimized API, which already has a distribution",
        severity: Warning,
        fix: Unsafe,
        cdk: "`endpointTypes: [EndpointType.REGIONAL]`",
    }
}

impl Rule for EdgeOptimizedApiOrigin {
    fn origin(&self, origin: &OriginUse<'_, '_>, cx: &mut Context<'_>) {
        let Backend::ExecuteApi { api: Some(api), region, .. } = origin.backend else { return };
        let domain = &origin.origin.domain_name;
        let Some(path) = origin.paths.first().filter(|_| api.has_endpoint_type("EDGE").is_true()) else {
            return;
        };
        if lacks_edge_endpoints(region, domain.known()) {
            return;
        }
        let kind = resource_type(path.model, api);
        let explicit = api.endpoint_types.iter().find(|kind| kind.literal() == Some("EDGE"));
        let (span, label, help, edits) = match explicit {
            Some(kind) => {
                let edits = cx.replace(kind, &NewValue::Text("REGIONAL"));
                (kind.span, "this is a distribution that AWS manages", "use `REGIONAL`", edits)
            }
            // SAM creates it for events that do not name an API.
            None if api.node.is_none() => (
                api.span,
                "this event's API is edge-optimized by default",
                "set `EndpointConfiguration: {Type: REGIONAL}` for `Api` in `Globals`",
                None,
            ),
            None => {
                let (regional, help) = regional(kind);
                let edits = cx.insert(api.node, "EndpointConfiguration", &regional);
                (api.span, "no endpoint type: edge-optimized by default", help, edits)
            }
        };
        let is_sure = explicit.is_some() || region.as_literal().is_some();
        cx.report(span, format!("`{}` is edge-optimized, so requests go through two distributions", api.id))
            .label(label)
            .related(domain.span, "the origin is this API")
            .note(format!("{}, which is another distribution in front of the API", arrival(path)))
            .help(help)
            .fix(Applicability::Unsafe, "make the API regional", edits)
            .resource(&api.id, kind)
            .property("EndpointConfiguration")
            .rests_on(domain)
            .rests_on_each(explicit)
            .at_most_if(!is_sure, Confidence::Likely)
            .at_most(confidence_of_origin(origin));
    }
}

/// The `EndpointConfiguration` for an API that has none.
fn regional(kind: &str) -> (NewValue<'static>, &'static str) {
    match kind {
        "AWS::Serverless::Api" => (
            NewValue::Entry("Type", &NewValue::Text("REGIONAL")),
            "set `EndpointConfiguration: {Type: REGIONAL}`",
        ),
        _ => (
            NewValue::Entry("Types", &NewValue::Texts(&["REGIONAL"])),
            "set `EndpointConfiguration: {Types: [REGIONAL]}`",
        ),
    }
}
