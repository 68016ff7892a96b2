use cflint_edge::facts::refusals::{disabled_endpoint, returned};
use cflint_edge::origin::backend::Backend;
use cflint_linter::{Context, OriginUse, Rule, declare_rule};

use crate::shared::arrival::arrival;
use crate::shared::confidence::confidence_of_origin;
use crate::shared::resources::resource_type;
use crate::shared::witness::show;

declare_rule! {
    /// ## What it does
    /// Reports APIs with `DisableExecuteApiEndpoint: true` whose default endpoint, `{id}.execute-api.{region}.…`, is an
    /// origin of a distribution.
    ///
    /// ## Why is this bad?
    /// With the default endpoint disabled, the API responds only on its custom domains. On the default endpoint, a REST
    /// API returns `403 {"message":"Forbidden"}` for every request, and an HTTP API `404 {"message":"Not Found"}`.
    ///
    /// ## Remediation
    /// To keep it disabled, give the API a regional custom domain with a mapping to the stage, use its name as
    /// `DomainName` of the origin, and remove the stage from `OriginPath`. Otherwise remove
    /// `DisableExecuteApiEndpoint`, and have the API check a secret header that only the distribution sends.
    ///
    /// In SAM the property has the same name, and the custom domain is `Domain`. In CDK remove
    /// `disableExecuteApiEndpoint`, or use `new HttpOrigin('api.example.com')` with the name of the API's domain.
    ///
    /// ## Exceptions
    /// If an edge function may choose another origin, the finding is only possible.
    ///
    /// ## References
    /// - [Disable the default endpoint for REST APIs](https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-disable-default-endpoint.html)
    /// - [Disable the default endpoint for HTTP APIs](https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-disable-default-endpoint.html)
    pub(crate) ExecuteApiEndpointDisabled {
        id: "execute-api-endpoint-disabled",
        group: Routing,
        summary: "the origin is the default endpoint of an API, which is disabled",
        severity: Error,
        fix: None,
        cdk: "`new HttpOrigin(domainName)` with the name of the custom domain, or remove `disableExecuteApiEndpoint`",
    }
}

impl Rule for ExecuteApiEndpointDisabled {
    fn origin(&self, origin: &OriginUse<'_, '_>, cx: &mut Context<'_>) {
        let Backend::ExecuteApi { api: Some(api), .. } = origin.backend else { return };
        let Some(path) = origin.paths.first() else { return };
        let disabled = &api.disable_execute_api_endpoint;
        if disabled.known() != Some(&true) {
            return;
        }
        let message = format!("the origin is the default endpoint of `{}`, which is disabled", api.id);
        let domain = &origin.origin.domain_name;
        let finding = cx.report(disabled, message)
            .label("this disables the default endpoint")
            .related(domain.span, "the default endpoint")
            .note(format!("{}; API Gateway {}", arrival(path), returned(disabled_endpoint(api.protocol))))
            .help("use the name of a custom domain of the API as `DomainName`, or remove `DisableExecuteApiEndpoint`")
            .resource(&api.id, resource_type(path.model, api))
            .property("DisableExecuteApiEndpoint")
            .rests_on(domain)
            .at_most(confidence_of_origin(origin));
        show(finding, path);
    }
}
