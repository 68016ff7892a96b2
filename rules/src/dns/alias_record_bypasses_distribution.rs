use cflint_diagnostics::Confidence;
use cflint_edge::facts::dns::{is_same, leads_to, normal, targets};
use cflint_edge::origin::backend::Backend;
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::model::{Model, Prop, Record};
use cflint_template::value::Text;

declare_rule! {
    /// ## What it does
    /// Reports DNS records for an alias of a distribution that point to API Gateway instead: to the API's custom
    /// domain, or to its default endpoint.
    ///
    /// ## Why is this bad?
    /// The distribution has the name, but no one reaches it. Viewers connect to the API directly: without the cache,
    /// web ACL, headers and error pages of the distribution, and without its other origins. It seems to work, because
    /// the API responds.
    ///
    /// ## Remediation
    /// Point the record at the distribution: `AliasTarget` with `DNSName: !GetAtt Distribution.DomainName` and
    /// `HostedZoneId: Z2FDTNDATAQYW2`. In CDK that is `RecordTarget.fromAlias(new CloudFrontTarget(distribution))`
    /// instead of `ApiGatewayDomain`. In SAM, `Route53` of a regional `Domain` always points to the API: remove it
    /// there, and write an `AWS::Route53::RecordSet`. The API needs no record of this name. If `Host` is not forwarded,
    /// give the API's custom domain a different name.
    ///
    /// ## Exceptions
    /// Records for other names are not reported, nor is a record alongside another one of the same name that points to
    /// the distribution, by weight or for failover. If conditions choose between this record and one for the
    /// distribution, the finding is only possible: the record is then probably intended for some of the environments.
    ///
    /// ## References
    /// - [Routing traffic to a distribution](https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-to-cloudfront-distribution.html)
    /// - [Custom domain names for REST APIs](https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-custom-domains.html)
    /// - [SAM: Route53Configuration](https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-api-route53configuration.html)
    pub(crate) AliasRecordBypassesDistribution {
        id: "alias-record-bypasses-distribution",
        group: Dns,
        summary: "an alias of the distribution resolves to the API itself",
        severity: Warning,
        fix: None,
        cdk: "`CloudFrontTarget` instead of `ApiGatewayDomain`",
    }
}

impl Rule for AliasRecordBypassesDistribution {
    fn distribution(&self, model: &Model, cx: &mut Context<'_>) {
        let mut reported: Vec<&Text> = Vec::new();
        for record in model.records.iter() {
            let (Some(name), Some((target, backend))) = (record.name.known(), api(model, record)) else {
                continue;
            };
            let same =
                |alias: &&Prop<Text>| alias.known().is_some_and(|alias| is_same(alias, name).is_true());
            let Some(alias) = model.distribution.aliases.iter().find(same) else { continue };
            if !has_another(model, record, name) && !reported.contains(&name) {
                reported.push(name);
                report(model, record, (alias, target), &backend, cx);
            }
        }
    }
}

/// The target of a record that is an API.
fn api<'m>(model: &'m Model, record: &'m Record) -> Option<(&'m Prop<Text>, Backend<'m>)> {
    targets(record).find_map(|target| {
        let backend = Backend::of_host(model, &normal(target.known()?));
        backend.is_api().then_some((target, backend))
    })
}

/// Whether another record may have the name, so that some viewers reach the distribution.
fn has_another(model: &Model, record: &Record, name: &Text) -> bool {
    record.is_partial
        || model
            .records
            .iter()
            .filter(|other| leads_to(other, &model.distribution))
            .any(|other| other.name.known().is_none_or(|other| !is_same(other, name).is_false()))
}

fn report(
    model: &Model,
    record: &Record,
    (alias, target): (&Prop<Text>, &Prop<Text>),
    backend: &Backend<'_>,
    cx: &mut Context<'_>,
) {
    let id = &model.distribution.id;
    let name = alias.known().map(Text::to_string).unwrap_or_default();
    let is_sam = record.property == "Domain.Route53";
    let help = if is_sam {
        format!(
            "remove `Route53` here, and write an `AWS::Route53::RecordSet` that points to `!GetAtt {id}.DomainName`"
        )
    } else {
        format!(
            "point it at the distribution: write an alias record with `DNSName: !GetAtt {id}.DomainName` and `HostedZoneId: Z2FDTNDATAQYW2`"
        )
    };
    let property = if is_sam {
        record.property.clone()
    } else {
        record.property_of(if record.alias.is_absent() { "ResourceRecords" } else { "AliasTarget.DNSName" })
    };
    cx.report(
        target.span,
        format!("the record for `{name}` points to {}, bypassing distribution `{id}`", backend.name()),
    )
    .label(if is_sam { "SAM's record points to the API" } else { "points to the API" })
    .related(alias.span, format!("`{id}` has this name as an alias"))
    .note(format!("requests to `https://{name}/` go straight to API Gateway, without the cache, web ACL and other origins of `{id}`"))
    .help(help)
    .resource(&record.id, &record.kind)
    .property(property)
    .rests_on(alias)
    .rests_on(&record.name)
    .rests_on(target)
    .at_most_if(record.is_choice, Confidence::Possible);
}
