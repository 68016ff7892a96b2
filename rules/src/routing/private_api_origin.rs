use cflint_edge::origin::backend::Backend;
use cflint_edge::routes::path::RequestPath;
use cflint_linter::{Context, OriginUse, Rule, declare_rule};
use cflint_template::model::CustomDomain;

use crate::shared::arrival::arrival;
use crate::shared::confidence::confidence_of_origin;
use crate::shared::resources::resource_type;
use crate::shared::witness::show;

declare_rule! {
    /// ## What it does
    /// Reports origins that are the default endpoint of a REST API with the endpoint type `PRIVATE`, or a private custom
    /// domain (`AWS::ApiGateway::DomainNameV2`).
    ///
    /// ## Why is this bad?
    /// A private API is reachable only through interface endpoints of a VPC. CloudFront connects from outside, so every
    /// request fails: the host name does not resolve, or API Gateway returns `403 {"message":"Forbidden"}`.
    ///
    /// ## Remediation
    /// Make the API `REGIONAL`, and have it check a secret header that only the distribution sends. Or keep it private,
    /// put an internal load balancer in front of the VPC endpoint, and use that as a VPC origin.
    ///
    /// In SAM that is `EndpointConfiguration: {Type: REGIONAL}`; in CDK `endpointTypes: [EndpointType.REGIONAL]`, or
    /// `VpcOrigin.withApplicationLoadBalancer(alb)`.
    ///
    /// ## Exceptions
    /// VPC origins and public custom domains are not reported. If an edge function may choose another origin, the finding is
    /// only possible.
    ///
    /// ## References
    /// - [Private REST APIs](https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-apis.html)
    /// - [Custom domain names for private APIs](https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-custom-domains.html)
    /// - [Restrict access with VPC origins](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-vpc-origins.html)
    pub(crate) PrivateApiOrigin {
        id: "private-api-origin",
        group: Routing,
        summary: "the origin is a private API, which CloudFront cannot reach",
        severity: Error,
        fix: None,
        cdk: "`endpointTypes: [EndpointType.REGIONAL]`",
    }
}

impl Rule for PrivateApiOrigin {
    fn origin(&self, origin: &OriginUse<'_, '_>, cx: &mut Context<'_>) {
        let Some(path) = origin.paths.first() else { return };
        if let Some(private) = origin.backend.domain().filter(|domain| domain.is_private) {
            return private_domain(origin, path, private, cx);
        }
        let Backend::ExecuteApi { api: Some(api), .. } = origin.backend else { return };
        let Some(kind) = api.endpoint_types.iter().find(|kind| kind.literal() == Some("PRIVATE")) else {
            return;
        };
        let domain = &origin.origin.domain_name;
        let finding = cx
            .report(kind, format!("CloudFront cannot reach `{}`: it is a private API", api.id))
            .label("reachable only from a VPC")
            .related(domain.span, "the origin is this API")
            .note(format!("{}; the host does not resolve, or API Gateway returns 403", arrival(path).sent()))
            .help("use `REGIONAL`, or a VPC origin with a load balancer in front of the API")
            .resource(&api.id, resource_type(path.model, api))
            .property("EndpointConfiguration.Types")
            .rests_on(domain)
            .at_most(confidence_of_origin(origin));
        show(finding, path);
    }
}

fn private_domain(
    origin: &OriginUse<'_, '_>,
    path: &RequestPath<'_>,
    private: &CustomDomain,
    cx: &mut Context<'_>,
) {
    let host = &origin.origin.domain_name;
    let finding = cx
        .report(host, format!("CloudFront cannot reach `{}`: it is a private custom domain", private.id))
        .label("reachable only from a VPC")
        .related(private.span, "a private custom domain")
        .note(format!("{}; the host does not resolve, or API Gateway returns 403", arrival(path).sent()))
        .help("use a `REGIONAL` custom domain, or a VPC origin with a load balancer in front of the API")
        .at_most(confidence_of_origin(origin));
    show(finding, path);
}
