use std::collections::HashSet;

use cflint_diagnostics::Confidence;
use cflint_edge::facts::dns::{Hosts, covers, leads_to};
use cflint_edge::words::{listed, quoted};
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::model::{Distribution, Model, Record};
use cflint_template::value::Text;

use crate::shared::written::is_filled_in;

declare_rule! {
    /// ## What it does
    /// Reports DNS records that point to a distribution that does not have their name among its `Aliases`.
    ///
    /// ## Why is this bad?
    /// DNS sends viewers to CloudFront, but CloudFront finds the distribution by the name in the request. If no
    /// distribution has that name, it returns 403 with an HTML page: "The request could not be satisfied. Bad request."
    /// A browser does not even get that far, because the certificate is for other names. `*.example.com` does not cover
    /// `example.com` itself.
    ///
    /// ## Remediation
    /// Add the name to `Aliases` of the distribution and to its certificate, or remove the record. In CDK, that is
    /// `domainNames` of the `Distribution`. In a SAM template the distribution is written the same way.
    ///
    /// ## Exceptions
    /// Names that an alias may cover, because a parameter decides, are not reported. A record for `*.example.com` is
    /// not reported if some of its names are aliases. Aliases can be moved to a distribution outside the template, so
    /// the finding is only likely. Distributions whose names belong to their tenants are ignored.
    ///
    /// ## References
    /// - [Use custom URLs by adding alternate domain names](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/CNAMEs.html)
    /// - [Routing traffic to a distribution](https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-to-cloudfront-distribution.html)
    /// - [AWS::Route53::RecordSet AliasTarget](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-route53-recordset-aliastarget.html)
    pub(crate) AliasRecordNotInAliases {
        id: "alias-record-not-in-aliases",
        group: Dns,
        summary: "a DNS record points to a distribution that does not have its name as an alias",
        severity: Error,
        fix: None,
        cdk: "`domainNames` of the distribution",
    }
}

impl Rule for AliasRecordNotInAliases {
    fn distribution(&self, model: &Model, cx: &mut Context<'_>) {
        let distribution = &model.distribution;
        let mode = &distribution.connection_mode;
        let is_direct = mode.is_absent() || mode.literal() == Some("direct");
        if !is_direct {
            return;
        }
        let aliases = Hosts::aliases(distribution);
        let mut reported: HashSet<&Text> = HashSet::new();
        for record in model.records.iter().filter(|record| leads_to(record, distribution)) {
            let Some(name) = record.name.known().filter(|name| !is_filled_in(name)) else { continue };
            // The second record is the same one for IPv6.
            if aliases.any(name, covers).is_false() && reported.insert(name) {
                report(distribution, record, name, cx);
            }
        }
    }
}

fn report(distribution: &Distribution, record: &Record, name: &Text, cx: &mut Context<'_>) {
    let id = &distribution.id;
    let aliases = quoted(distribution.aliases.iter().filter_map(|alias| alias.known()));
    let label = if aliases.is_empty() {
        format!("`{id}` has no aliases")
    } else {
        format!("`{id}` responds only to {}", listed(aliases))
    };
    let host = name.to_string();
    let host = host.trim_end_matches('.');
    // One of the names that a wildcard covers.
    let host = host.replacen("\\052", "*", 1).replacen('*', "www", 1);
    let target = name.as_literal().map(|_| format!("https://{host}/"));
    cx.report(&record.name, format!("a record points `{name}` at `{id}`, which does not have that alias"))
        .property(record.property_of("Name"))
        .label("viewers of this name get 403")
        .related(distribution.aliases.span, label)
        .note(format!("CloudFront returns 403 with an HTML page, `Bad request`, for `GET https://{host}/`"))
        .witness_if("GET", target.as_deref())
        .help(format!(
            "add `{}` to `Aliases` of `{id}` and to its certificate, or remove the record",
            name.to_string().trim_end_matches('.')
        ))
        .resource(&record.id, &record.kind)
        .at_most(Confidence::Likely)
        .rests_on_each(&distribution.aliases);
}
