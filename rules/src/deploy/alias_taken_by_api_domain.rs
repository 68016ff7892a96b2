use cflint_edge::routes::api_names::taken;
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::model::Model;
use cflint_template::value::Text;

declare_rule! {
    /// ## What it does
    /// Reports aliases of a distribution that are also the name of an edge-optimized API Gateway custom domain.
    ///
    /// ## Why is this bad?
    /// An edge-optimized custom domain is a distribution that API Gateway owns, with the name as its alias. Only one
    /// distribution can have an alias, in whichever account. CloudFront responds `409 CNAMEAlreadyExists` to the one that
    /// is deployed second, and the stack is rolled back.
    ///
    /// ## Remediation
    /// Give the custom domain a different name, and use that as the origin of the distribution. Or make it regional:
    /// `EndpointConfiguration: {Types: [REGIONAL]}` with `RegionalCertificateArn`; it can then have the alias as its name,
    /// which works where `Host` is forwarded and the origin is its `RegionalDomainName`. Without `EndpointConfiguration`,
    /// `AWS::ApiGateway::DomainName` is edge-optimized.
    ///
    /// In SAM that is `EndpointConfiguration: REGIONAL` in `Domain`, the default. In CDK it is
    /// `endpointType: EndpointType.REGIONAL`, also the default.
    ///
    /// ## Exceptions
    /// A name and a wildcard that covers it are different names, and are not reported, nor are domains whose endpoint type
    /// is not known.
    ///
    /// ## References
    /// - [Restrictions on using alternate domain names](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/CNAMEs.html#alternate-domain-names-restrictions)
    /// - [Edge-optimized custom domain names](https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-edge-optimized-custom-domain-name.html)
    pub(crate) AliasTakenByApiDomain {
        id: "alias-taken-by-api-domain",
        group: Deploy,
        summary: "an alias is also the name of an edge-optimized custom domain, so one of both is rejected",
        severity: Error,
        fix: None,
        cdk: "another `domainName` for the API, or `endpointType: EndpointType.REGIONAL`",
    }
}

impl Rule for AliasTakenByApiDomain {
    fn distribution(&self, model: &Model, cx: &mut Context<'_>) {
        for (alias, domain) in taken(model) {
            let name = alias.known().map_or_else(String::new, Text::to_string);
            let id = &domain.id;
            cx.report(alias, format!("alias `{name}` belongs to edge-optimized custom domain `{id}`"))
                .label("an alias belongs to one distribution")
                .related(domain.name.span, format!("API Gateway creates a distribution with this name for `{id}`"))
                .note("CloudFront responds `409 CNAMEAlreadyExists` to whichever of both is deployed second")
                .help(format!(
                    "give `{id}` a different name, or make it `REGIONAL` if it is an origin that gets the viewer's `Host`"
                ))
                .rests_on(&domain.name);
        }
    }
}
