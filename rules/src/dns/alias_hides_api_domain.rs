use cflint_diagnostics::Confidence;
use cflint_edge::routes::api_names::{example, hidden};
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::model::Model;
use cflint_template::value::Text;

declare_rule! {
    /// ## What it does
    /// Reports API Gateway custom domains whose name is an alias of a distribution that has no origin for their APIs, when
    /// the DNS record of the name points to the distribution.
    ///
    /// ## Why is this bad?
    /// A name has one record. Viewers who request the API connect to the distribution, which sends their requests to its
    /// other origins: a bucket returns 403 or 404, an application its start page. No request reaches the API by that name.
    ///
    /// ## Remediation
    /// Give the custom domain a name of its own, such as `api.example.com`, with a record. For one name for both, add an
    /// origin for the API to the distribution, and a behavior with its paths. In CDK that is another `domainName` for the
    /// API, and `additionalBehaviors` with an `HttpOrigin`. In SAM it is `DomainName` in `Domain` of the API.
    ///
    /// ## Exceptions
    /// A domain is not reported if an origin may be one of its APIs, directly or through a function that chooses origins,
    /// nor if the template has no record that points the name at the distribution.
    ///
    /// ## References
    /// - [Routing traffic to a distribution](https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-to-cloudfront-distribution.html)
    /// - [Custom domain names for REST APIs](https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-custom-domains.html)
    pub(crate) AliasHidesApiDomain {
        id: "alias-hides-api-domain",
        group: Dns,
        summary: "the name of an API's custom domain points to a distribution that has no origin for the API",
        severity: Warning,
        fix: None,
        cdk: "another `domainName` for the API, or `additionalBehaviors` with an origin for it",
    }
}

impl Rule for AliasHidesApiDomain {
    fn distribution(&self, model: &Model, cx: &mut Context<'_>) {
        let distribution = &model.distribution;
        for hidden in hidden(model) {
            let (domain, id) = (hidden.domain, &distribution.id);
            let name = hidden.alias.known().map_or_else(String::new, Text::to_string);
            let request = example(model, domain);
            let path = request.as_ref().map_or("/", |(_, path)| path);
            let method = request.as_ref().map_or("GET", |(method, _)| method.as_str());
            cx.report(
                &domain.name,
                format!("`{name}` points to distribution `{id}`, which has no origin for this API"),
            )
            .label("also an alias of the distribution")
            .related(hidden.record.span, format!("the record points to `{id}`"))
            .related(hidden.alias.span, format!("the alias of `{id}`"))
            .note(format!(
                "`{method} https://{name}{path}` reaches another origin of `{id}`, and never the API"
            ))
            .help(format!(
                "give `{}` a different name, or add an origin and a behavior for the API to `{id}`",
                domain.id
            ))
            .resource(&domain.id, &domain.kind)
            .rests_on(hidden.alias)
            .rests_on(&hidden.record.name)
            .at_most(if hidden.record.is_choice {
                Confidence::Possible
            } else {
                Confidence::Likely
            });
        }
    }
}
