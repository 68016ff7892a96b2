use cflint_diagnostics::{Confidence, Severity};
use cflint_edge::access::exposure::{is_closed, is_guard, is_open};
use cflint_edge::routes::path::RequestPath;
use cflint_edge::routes::route_paths::route_path;
use cflint_linter::{Context, OriginUse, Rule, declare_rule};
use cflint_template::model::{Api, OriginKind, Protocol, Route, Stage};

declare_rule! {
    /// ## What it does
    /// Reports origins for an API that anyone can call, where nothing in a request shows that it came through the
    /// distribution: no custom header, no client certificate, no function that signs it.
    ///
    /// ## Why is this bad?
    /// The API has an address of its own, `https://{id}.execute-api.{region}.amazonaws.com`, which is not a secret.
    /// Anyone who calls it there bypasses the distribution, with its web ACL, its rate limits, its geographic
    /// restrictions, its functions and its cache.
    ///
    /// ## Remediation
    /// Have CloudFront add a header with a secret, `OriginCustomHeaders` of the origin, and have the API reject
    /// requests without it.
    ///
    /// - The value belongs in a dynamic reference, `{{resolve:secretsmanager:…}}`, or in a parameter with `NoEcho`; a
    ///   literal can be read by anyone who can read the template.
    /// - A REST API can check `x-api-key` (`ApiKeyRequired` on every method, with an API key in a usage plan of the
    ///   stage), or any header with a REGIONAL web ACL on the stage, or with a Lambda authorizer.
    /// - An HTTP API has neither API keys nor web ACLs: check the header in a Lambda authorizer.
    ///
    /// In CDK the header is `customHeaders` of `RestApiOrigin` or `HttpOrigin`. In a SAM template the distribution is
    /// written the same way; the check is `Auth` of the API with `ApiKeyRequired: true`, or an authorizer.
    ///
    /// ## Exceptions
    /// The finding is a warning where the distribution keeps requests out that the API lets in: with a web ACL, a geo
    /// restriction, signed URLs or a function. Where it only caches and routes, the finding is info.
    ///
    /// An API that requires IAM, an authorizer or (a REST API) an API key on every route is not reported (`OPTIONS` is
    /// ignored: preflights carry no credentials), nor is a private one, nor one whose default endpoint is disabled. If
    /// an edge function runs first, if the API has a resource policy, or if the template does not show the API or its
    /// routes, the finding is only possible. `origin-verify-header-unchecked` reports headers that are sent but not
    /// checked.
    ///
    /// ## References
    /// - [Add custom headers to origin requests](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/add-origin-custom-headers.html)
    /// - [Controlling access to REST APIs](https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-control-access-to-api.html)
    /// - [Restricting access on HTTP API Gateway endpoint with Lambda authorizer](https://aws.amazon.com/blogs/networking-and-content-delivery/restricting-access-http-api-gateway-lambda-authorizer/)
    pub(crate) MissingOriginVerifyHeader {
        id: "missing-origin-verify-header",
        group: Security,
        summary: "the API cannot tell whether a request came through the distribution",
        severity: Warning,
        fix: None,
        cdk: "`customHeaders` of the origin",
    }
}

impl Rule for MissingOriginVerifyHeader {
    fn origin(&self, origin: &OriginUse<'_, '_>, cx: &mut Context<'_>) {
        let OriginKind::Custom(config) = &origin.origin.kind else { return };
        let [path, ..] = origin.paths.as_slice() else { return };
        let shown = !origin.origin.custom_headers.is_empty() || !config.client_certificate.is_absent();
        let api = origin.backend.api();
        if !origin.backend.is_api()
            || shown
            || origin.paths.iter().any(|path| path.may_be_signed())
            || api.is_some_and(is_closed)
        {
            return;
        }
        let route = api.and_then(|api| api.routes.iter().find(|route| is_open(api, route)));
        let unless = if route.is_none() {
            Some("it requires credentials that this template does not show")
        } else if api.is_some_and(|api| !api.resource_policy.is_false()) {
            Some("its resource policy denies that")
        } else if origin.paths.iter().any(|path| path.may_be_rewritten()) {
            Some("it checks what the edge function adds")
        } else {
            None
        };
        let message =
            format!("{} cannot tell whether a request came through the distribution", origin.backend.name());
        let open = route
            .map(|route| (route.span, format!("requires no credentials: `{} {}`", route.method, route.path)));
        cx.report(&origin.origin.domain_name, message)
            .property(origin.origin.custom_headers.property.to_string())
            .label("CloudFront adds no header for this origin")
            .note(note(path, api.zip(route), unless))
            .help(help(api))
            .related_each(open)
            .severity(if origin.paths.iter().any(|path| is_guard(path)) {
                Severity::Warning
            } else {
                Severity::Info
            })
            .at_most_if(unless.is_some(), Confidence::Possible);
    }
}

/// What happens to a request that bypasses the distribution.
fn note(path: &RequestPath<'_>, open: Option<(&Api, &Route)>, unless: Option<&str>) -> String {
    let (method, arriving) = match open {
        Some((api, route)) => {
            let stages: Vec<&Stage> = api.stages.iter().filter(|stage| !stage.is_stray).collect();
            let stage = match stages.as_slice() {
                [stage] if stage.is_default() => String::new(),
                [Stage { name, .. }] => name.known().map_or_else(String::new, |name| format!("/{name}")),
                _ => path.arriving_path(""),
            };
            let method = if route.method == "ANY" { "GET" } else { &route.method };
            let below = route_path(route).example();
            (method, format!("{stage}/{}", below.trim_start_matches('/')))
        }
        None => ("GET", path.arriving_path(&path.example_path())),
    };
    let web_acl = if path.distribution.web_acl.is_absent() { "" } else { " and its web ACL" };
    let unless = unless.map_or_else(String::new, |unless| format!(", unless {unless}"));
    let host = path.origin_host();
    format!(
        "the API responds to `{method} https://{host}{arriving}` from anyone, bypassing the distribution{web_acl}{unless}"
    )
}

fn help(api: Option<&Api>) -> String {
    let (header, check) = match api.map(|api| api.protocol) {
        Some(Protocol::Rest) => (
            "x-api-key",
            "require it with an API key and a usage plan, or with a REGIONAL web ACL on the stage",
        ),
        Some(Protocol::Http) => (
            "x-origin-verify",
            "check it in a Lambda authorizer; HTTP APIs have neither API keys nor web ACLs",
        ),
        _ => (
            "x-origin-verify",
            "check it: with a REGIONAL web ACL on the stage of a REST API, or with a Lambda authorizer of an HTTP API",
        ),
    };
    format!(
        "add `OriginCustomHeaders` with `{header}`, its value from a dynamic reference or a `NoEcho` parameter, and {check}"
    )
}
