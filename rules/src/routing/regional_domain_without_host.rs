use cflint_diagnostics::Confidence;
use cflint_edge::behavior::selection::Source;
use cflint_edge::facts::managed::ALL_VIEWER;
use cflint_edge::facts::refusals::FORBIDDEN;
use cflint_edge::origin::backend::Backend;
use cflint_edge::routes::path::RequestPath;
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::model::CustomDomain;
use cflint_template::value::Text;

use crate::shared::arrival::arrival;
use crate::shared::confidence::confidence_of_forwarding;
use crate::shared::witness::show;

declare_rule! {
    /// ## What it does
    /// Reports origins whose domain name is the regional target of an API Gateway custom domain
    /// (`RegionalDomainName`, `d-….execute-api.…`), used by a behavior that does not forward `Host`.
    ///
    /// ## Why is this bad?
    /// `RegionalDomainName` is what the DNS record of a custom domain points to; no API responds to that name. If
    /// `Host` is not forwarded, CloudFront sends the domain name of the origin as `Host`. API Gateway has no custom
    /// domain with that name and returns `403 {"message":"Forbidden"}`.
    ///
    /// ## Remediation
    /// There are two options.
    ///
    /// - If viewers use an alias that is also the name of the custom domain, forward `Host`, for example with the
    ///   managed policy `AllViewer` (`216adef6-5c7f-47e4-b989-5492eafa07d3`; in CDK `OriginRequestPolicy.ALL_VIEWER`).
    /// - Otherwise make the name of the custom domain the `DomainName` of the origin. It needs a DNS record that points
    ///   to API Gateway, so it cannot be an alias of the distribution.
    ///
    /// In a SAM template the domain is the one that the `Domain` property of the API creates.
    ///
    /// ## Exceptions
    /// If an edge function runs first, it may set `Host` itself, and the finding is only possible. If a policy is not
    /// in the template, nothing is reported.
    ///
    /// ## References
    /// - [Set up a Regional custom domain name](https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-regional-api-custom-domain-create.html)
    /// - [Custom domain names for HTTP APIs](https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-custom-domain-names.html)
    /// - [How CloudFront processes request headers](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html)
    pub(crate) RegionalDomainWithoutHost {
        id: "regional-domain-without-host",
        group: Routing,
        summary: "the target of a custom domain receives its own name as `Host`",
        severity: Error,
        fix: None,
        cdk: "`new HttpOrigin(domainName)` with the name of the custom domain, or `OriginRequestPolicy.ALL_VIEWER`",
    }
}

impl Rule for RegionalDomainWithoutHost {
    fn request_path(&self, path: &RequestPath<'_>, cx: &mut Context<'_>) {
        let Backend::ApiDomainTarget { domain, is_regional: true } = path.backend else { return };
        if !path.forwarding.headers.selects("Host").answer.is_false() {
            return;
        }
        let domain_name = &path.origin.domain_name;
        // The origin request policy comes last, and is where `Host` belongs.
        let last = path.forwarding.headers.sources.last();
        let finding = cx
            .report(
                domain_name,
                format!("{} receives the name of its regional target as `Host`", path.backend.name()),
            )
            .label("a DNS target; no API responds to it")
            .note(format!(
                "{}; API Gateway returns `{FORBIDDEN}`",
                arrival(path).with_host(&path.origin_host())
            ))
            .help(help(path, domain))
            .at_most(confidence_of_forwarding(path).min(Confidence::Likely))
            .related_each(domain.map(|domain| (domain.name.span, "the name that the API responds to")))
            .related(last.map_or(path.behavior.span, Source::place), "does not forward `Host`")
            .rests_on_default(last.and_then(Source::default));
        show(finding, path);
    }
}

fn help(path: &RequestPath<'_>, domain: Option<&CustomDomain>) -> String {
    // An origin request policy requires a cache policy, which such a behavior cannot have.
    let forward = if path.forwarding.legacy.is_some() {
        "add `Host` to `ForwardedValues.Headers`".to_owned()
    } else {
        format!("forward `Host`, for example with `AllViewer` (`{ALL_VIEWER}`)")
    };
    let name = domain.and_then(|domain| domain.name.known()).map(Text::to_string);
    let name = name.filter(|name| !name.starts_with('*'));
    let name = name.map_or("a name of the custom domain".to_owned(), |name| format!("`{name}`"));
    let answers = |alias: &Text| domain.is_some_and(|domain| domain.answers_to(alias).is_true());
    let by_name = format!("make {name} the `DomainName` of the origin");
    let mut aliases = path.distribution.aliases.iter().filter_map(|alias| alias.known());
    if aliases.any(answers) {
        forward
    } else {
        format!("{by_name}; or {forward}, if the aliases of the distribution are custom domains too")
    }
}
