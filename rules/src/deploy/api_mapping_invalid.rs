use cflint_edge::facts::mapped_key::{MappingFault, mapping_faults};
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::model::{MappedKey, SingleResource};

use crate::shared::confidence::confidence_of;

declare_rule! {
    /// ## What it does
    /// Reports mappings of API Gateway custom domains whose `DomainName` is what the custom domain points to, such as
    /// `!GetAtt Domain.RegionalDomainName`, and mappings whose key is `/` or has slashes where API Gateway does not accept
    /// them.
    ///
    /// ## Why is this bad?
    /// A mapping names its custom domain by the custom name. For any other name API Gateway returns
    /// `404 Invalid domain name identifier specified`, and the stack rolls back. A key is a path without the slashes around
    /// it, and a mapping for all paths has none: API Gateway rejects `/`. Keys with several levels, such as `shop/v1`, are
    /// only for regional custom domains.
    ///
    /// ## Remediation
    /// Write `DomainName: !Ref Domain`, and remove `ApiMappingKey` (`BasePath` in a `BasePathMapping`) if it is `/`. In
    /// CDK, pass the `DomainName` construct to `ApiMapping` and omit `apiMappingKey`; of a `CfnApiMapping`, `domainName` is
    /// `domain.name`. In SAM, `Domain.BasePath` of an API accepts `/`, because SAM removes the slashes.
    ///
    /// ## Exceptions
    /// A slash at the start or end of a longer key is only possibly rejected. A key with several levels is not reported
    /// if the custom domain is not in the template.
    ///
    /// ## References
    /// - [Map API stages to a custom domain name for REST APIs](https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-mappings.html)
    /// - [Map API stages to a custom domain name for HTTP APIs](https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-mappings.html)
    pub(crate) ApiMappingInvalid {
        id: "api-mapping-invalid",
        group: Deploy,
        summary: "a mapping has a domain name or a key that API Gateway rejects",
        severity: Error,
        fix: None,
        cdk: "the `DomainName` construct as `domainName` of `ApiMapping`, without `apiMappingKey`",
    }
}

impl Rule for ApiMappingInvalid {
    fn resource(&self, resource: &SingleResource, cx: &mut Context<'_>) {
        let Some(mapping) = &resource.gateway.mapping else { return };
        for fault in mapping_faults(mapping) {
            report(resource, mapping, &fault, cx);
        }
    }
}

fn report(resource: &SingleResource, mapping: &MappedKey, fault: &MappingFault, cx: &mut Context<'_>) {
    let key = if resource.kind == "AWS::ApiGatewayV2::ApiMapping" { "ApiMappingKey" } else { "BasePath" };
    let id = &resource.id;
    let most = confidence_of(fault.certainty());
    let written = mapping.key.known().map(ToString::to_string).unwrap_or_default();
    let finding = match fault {
        MappingFault::Target(_) => cx
            .report(&mapping.domain_name, format!("`{id}` names the target of a custom domain, not the custom domain"))
            .label("a name that DNS records point to")
            .note("API Gateway finds no custom domain of this name and returns `404` when the mapping is deployed")
            .help(match &mapping.domain {
                Some(domain) => format!("write `!Ref {}`, which is the name of the custom domain", domain.id),
                None => "write the custom domain's own name, such as `api.example.com`".to_owned(),
            }),
        MappingFault::OnlySlash => cx
            .report(&mapping.key, format!("the key of mapping `{id}` is a slash, which API Gateway rejects"))
            .label("not a key")
            .note("a key has no slashes around it; a mapping without a key is for every path that no other mapping matches")
            .help(format!("remove `{key}`")),
        MappingFault::SlashAtEnd => cx
            .report(&mapping.key, format!("the key of mapping `{id}` starts or ends with a slash"))
            .label("has a slash at an end")
            .note("API Gateway adds the slashes around a key itself; it may reject this one, or never match it")
            .help(format!("write `{}`", written.trim_matches('/'))),
        MappingFault::Levels => {
            let domain = mapping.domain.as_ref();
            let is_private = domain.is_some_and(|domain| domain.is_private);
            let (kind, help) = if is_private {
                ("private", "write a key of one level, or use a routing rule")
            } else {
                ("edge-optimized", "write a key of one level, or make the custom domain `REGIONAL`")
            };
            let finding = cx
                .report(&mapping.key, format!("the key of mapping `{id}` has several levels, but its custom domain is {kind}"))
                .label("has several levels")
                .note("only regional custom domains have keys with several levels; API Gateway rejects the mapping")
                .help(help);
            match domain {
                Some(domain) => finding.related(domain.span, format!("this custom domain is {kind}")),
                None => finding,
            }
        }
    };
    finding.at_most(most);
}
