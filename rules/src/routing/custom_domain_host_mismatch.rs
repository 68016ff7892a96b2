use cflint_diagnostics::{Confidence, Severity};
use cflint_edge::behavior::selection::{Selected, Source, Via};
use cflint_edge::facts::managed::ALL_VIEWER_EXCEPT_HOST;
use cflint_edge::facts::refusals::FORBIDDEN;
use cflint_edge::origin::backend::Backend;
use cflint_edge::routes::host::{Unanswered, unanswered};
use cflint_edge::routes::path::RequestPath;
use cflint_edge::words::{listed, quoted};
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::model::{CustomDomain, Prop};
use cflint_template::value::Text;

use crate::shared::arrival::{Arrival, arrival};
use crate::shared::confidence::confidence_of_forwarding;
use crate::shared::witness::Example;

declare_rule! {
    /// ## What it does
    /// Reports behaviors that forward the viewer's `Host` header to an API Gateway custom domain when viewers use an
    /// alias that no custom domain matches.
    ///
    /// ## Why is this bad?
    /// API Gateway uses the `Host` header to find the custom domain, and with it the API. If it receives
    /// `www.example.com` and has only `api.example.com`, it returns `403 {"message":"Forbidden"}`, and no log of the
    /// API shows the request.
    ///
    /// ## Remediation
    /// There are two options.
    ///
    /// - Do not forward `Host`, and make the name of the custom domain the `DomainName` of the origin: with the managed
    ///   policy `AllViewerExceptHostHeader` (`b689b0a8-53d0-40ab-baf2-68738e2966ac`; in CDK
    ///   `OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER`) CloudFront sends that name. The name needs a DNS record
    ///   that points to API Gateway.
    /// - Forward `Host`, and give the API a custom domain for each alias: an `AWS::ApiGateway::DomainName` or
    ///   `AWS::ApiGatewayV2::DomainName` with the name of the alias, or `*.example.com` for all of them, with its own
    ///   mapping. In SAM that is the `Domain` of the API.
    ///
    /// ## Exceptions
    /// Aliases that may be the name of a custom domain, depending on a parameter, are not reported, and neither is the
    /// `cloudfront.net` name of the distribution. Custom domains of other stacks are not known, so a finding is likely
    /// at most. If an edge function runs first, it may set `Host` itself, and the finding is only possible. If only
    /// some of the aliases fail, the finding is a warning.
    ///
    /// ## References
    /// - [Custom domain names for REST APIs](https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-custom-domains.html)
    /// - [Custom domain names for HTTP APIs](https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-custom-domain-names.html)
    /// - [Use managed origin request policies](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html)
    pub(crate) CustomDomainHostMismatch {
        id: "custom-domain-host-mismatch",
        group: Routing,
        summary: "`Host` is forwarded to a custom domain with a different name",
        severity: Error,
        fix: None,
        cdk: "`domainNames` of the distribution, another `DomainName` of the API, or `OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER`",
    }
}

impl Rule for CustomDomainHostMismatch {
    fn request_path(&self, path: &RequestPath<'_>, cx: &mut Context<'_>) {
        let Some(domain) = path.backend.domain() else { return };
        let selected = path.forwarding.headers.selects("Host");
        let Some(source) = selected.source.filter(|_| selected.answer.is_true()) else { return };
        let Some(unanswered) = unanswered(path.model) else { return };
        let Some(host) = unanswered.aliases.iter().find_map(|alias| viewer_host(alias)) else { return };
        let place = selected.item.map_or_else(|| source.place(), |item| item.span);
        let origin = path.origin.domain_name.span;
        let leads = (origin != domain.name.span).then_some((origin, "points to the custom domain"));
        let mut finding = cx
            .report(place, message(domain, &unanswered))
            .severity(if unanswered.is_all { Severity::Error } else { Severity::Warning })
            .label(label(source, &selected))
            .related(domain.name.span, "the name of the custom domain")
            .note(note(path, domain, &host))
            .help(help(path, source, domain, &host))
            .property(property(path, source))
            .rests_on(&domain.name)
            .rests_on(&path.origin.domain_name)
            .at_most(confidence_of_forwarding(path).min(Confidence::Likely))
            .related_each(leads);
        for alias in unanswered.aliases {
            finding = finding.related(alias.span, "viewers use this name").rests_on(alias);
        }
        let used = format!("behavior `{}` uses it", path.behavior.name());
        Example::any(path)
            .show_if_taken(&path.target_at(&host, ""), finding)
            .rests_on_each(selected.item)
            .related_each(source.declared.map(|_| (source.span, used)))
            .rests_on_default(source.default());
    }
}

fn message(domain: &CustomDomain, unanswered: &Unanswered<'_>) -> String {
    let names = quoted(unanswered.aliases.iter().filter_map(|alias| alias.known()));
    let aliases = if names.len() == 1 { "alias" } else { "aliases" };
    let names = listed(names);
    format!(
        "`Host` is forwarded to custom domain `{}`, but no custom domain matches {aliases} {names}",
        domain.id
    )
}

/// A name that viewers use; for a wildcard, one of the names that it matches.
fn viewer_host(alias: &Prop<Text>) -> Option<String> {
    let name = alias.known()?.to_string();
    Some(name.strip_prefix("*.").map_or(name.clone(), |zone| format!("www.{zone}")))
}

fn label(source: &Source<'_>, selected: &Selected<'_, '_>) -> String {
    match source.managed {
        Some(name) if source.via == Via::CachePolicy => {
            format!("managed `{name}` forwards `Host` with its cache key")
        }
        Some(name) => format!("managed policy `{name}` forwards `Host`"),
        None if selected.item.is_some_and(|item| item.literal() != Some("*")) => {
            "`Host` is forwarded".to_owned()
        }
        None => "forwards `Host`, among other headers".to_owned(),
    }
}

fn note(path: &RequestPath<'_>, domain: &CustomDomain, host: &str) -> String {
    let answer = if domain.is_edge.is_true() {
        "the edge-optimized domain is a distribution of its own, which returns 403 with an HTML page"
            .to_owned()
    } else {
        format!("API Gateway returns `{FORBIDDEN}`")
    };
    let arrival = Arrival { viewer: format!("https://{host}"), ..arrival(path) };
    format!("{}; {answer}", arrival.with_host(host))
}

fn help(path: &RequestPath<'_>, source: &Source<'_>, domain: &CustomDomain, host: &str) -> String {
    let except_host = format!(
        "stop forwarding `Host`, for example with `AllViewerExceptHostHeader` (`{ALL_VIEWER_EXCEPT_HOST}`)"
    );
    let leave_out = match source.via {
        Via::ForwardedValues => "leave `Host` out of `Headers`",
        Via::CachePolicy => "use a cache policy without `Host` in its key",
        Via::OriginRequestPolicy => &except_host,
    };
    let add = format!("add the custom domain `{host}` to the API");
    let name = domain.name.known().map_or_else(String::new, Text::to_string);
    match path.backend {
        Backend::ApiDomain(_) => format!("{leave_out}; or {add}"),
        _ if name.starts_with('*') => add,
        _ => format!("{add}; or make `{name}` the `DomainName` of the origin and {leave_out}"),
    }
}

fn property(path: &RequestPath<'_>, source: &Source<'_>) -> String {
    let part = match source.via {
        Via::ForwardedValues => "ForwardedValues.Headers",
        Via::CachePolicy => "CachePolicyId",
        Via::OriginRequestPolicy => "OriginRequestPolicyId",
    };
    format!("{}.{part}", path.behavior.property())
}
