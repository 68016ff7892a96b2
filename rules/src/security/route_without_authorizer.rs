use cflint_edge::access::exposure::is_open;
use cflint_edge::words::{listed, quoted};
use cflint_linter::{Context, OriginUse, Rule, declare_rule};
use cflint_template::model::{OriginKind, Route};

use crate::shared::resources::resource_type;

/// How many routes get a label of their own.
const SHOWN: usize = 4;

declare_rule! {
    /// ## What it does
    /// Reports APIs behind a distribution with routes that require no credentials at all.
    ///
    /// ## Why is this bad?
    /// Anyone can call these routes, through the distribution or directly. Some routes are meant for anyone; those that
    /// are not fail open, and no one notices.
    ///
    /// ## Remediation
    /// Give the routes an authorizer: `AuthorizationType` with `AuthorizerId` of the method or the route, or a
    /// `security` of the definition. In CDK `authorizer`, or `defaultAuthorizer` of an `HttpApi`; in SAM `Auth` with a
    /// `DefaultAuthorizer`. Or have a REST API require an API key.
    ///
    /// ## Exceptions
    /// `OPTIONS` is ignored, because preflights carry no credentials, and so are routes that require IAM or an API key.
    /// An API whose requests carry a custom header or a client certificate from CloudFront, or that has a resource
    /// policy, is not reported.
    ///
    /// ## References
    /// - [Control and manage access to REST APIs](https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-control-access-to-api.html)
    /// - [Control and manage access to HTTP APIs](https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control.html)
    /// - [Security Hub: APIGateway.8](https://docs.aws.amazon.com/securityhub/latest/userguide/apigateway-controls.html#apigateway-8)
    pub(crate) RouteWithoutAuthorizer {
        id: "route-without-authorizer",
        group: Security,
        summary: "a route of the API requires no credentials",
        severity: Info,
        fix: None,
        pedantic: true,
        cdk: "`authorizer` of the method or the route",
    }
}

impl Rule for RouteWithoutAuthorizer {
    fn origin(&self, origin: &OriginUse<'_, '_>, cx: &mut Context<'_>) {
        let (Some(api), OriginKind::Custom(config)) = (origin.backend.api(), &origin.origin.kind) else {
            return;
        };
        let is_shown = !origin.origin.custom_headers.is_empty()
            || !config.client_certificate.is_absent()
            || origin.paths.iter().any(|path| path.may_be_signed());
        if is_shown || !api.resource_policy.is_false() || api.has_endpoint_type("PRIVATE").is_true() {
            return;
        }
        let [path, ..] = origin.paths.as_slice() else { return };
        let open: Vec<&Route> = api.routes.iter().filter(|route| is_open(api, route)).collect();
        let [first, rest @ ..] = open.as_slice() else { return };
        let names = listed(quoted(open.iter().map(|route| route.name())));
        let verb = if rest.is_empty() { "requires" } else { "require" };
        let others = rest.iter().take(SHOWN).map(|route| (route.span, "this one too"));
        cx.report(first.span, format!("{names} of `{}` {verb} no credentials", api.id))
            .label("anyone can call this route")
            .related(origin.origin.domain_name.span, "CloudFront connects to the API here")
            .help("set an authorizer, `AWS_IAM`, or (a REST API) `ApiKeyRequired: true` for routes that are not public")
            .resource(&api.id, resource_type(path.model, api))
            .related_each(others);
    }
}
