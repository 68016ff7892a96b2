use cflint_diagnostics::{Confidence, Severity};
use cflint_edge::facts::dns::{Hosts, covers, is_same, leads_to};
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::model::{Model, Record};
use cflint_template::value::Text;

use crate::shared::written::is_filled_in;

declare_rule! {
    /// ## What it does
    /// Reports a distribution with `IPV6Enabled: true` whose name has an alias record of type `A` only, and a record of
    /// type `AAAA` that leads to a distribution without IPv6.
    ///
    /// ## Why is this bad?
    /// An alias record of type `A` answers with IPv4 addresses, one of type `AAAA` with IPv6 addresses. With the first one
    /// only, nobody uses IPv6, and viewers who have nothing else cannot come at all. A record of type `AAAA` for a
    /// distribution that has no IPv6 addresses answers nothing.
    ///
    /// ## Remediation
    /// Write a second record of type `AAAA` with the same name and target. In CDK that is an `AaaaRecord` beside the
    /// `ARecord`; in SAM `IpV6: true` in `Route53`. Where no IPv6 is wanted, set `IPV6Enabled: false`. Where the `AAAA`
    /// record is there, set `IPV6Enabled: true`.
    ///
    /// ## Exceptions
    /// A second record whose name or type a parameter decides may be the missing one. A record of type `CNAME` answers for
    /// both. Weighted records and the like are left out.
    ///
    /// ## References
    /// - [Routing traffic to a distribution](https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-to-cloudfront-distribution.html)
    /// - [Enable IPv6 for a distribution](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-enable-ipv6.html)
    pub(crate) Ipv6RecordMissing {
        id: "ipv6-record-missing",
        group: Dns,
        summary: "a distribution with IPv6 has no record of type `AAAA`, or the other way round",
        severity: Info,
        fix: None,
        cdk: "an `AaaaRecord` beside the `ARecord`",
    }
}

impl Rule for Ipv6RecordMissing {
    fn distribution(&self, model: &Model, cx: &mut Context<'_>) {
        let has_ipv6 = model.distribution.ipv6.or_default(false);
        let leading: Vec<&Record> =
            model.records.iter().filter(|record| leads_to(record, &model.distribution)).collect();
        let aliases = Hosts::aliases(&model.distribution);
        let may_be_ipv6 = |record: &&&Record| record.record_type.literal().is_none_or(|kind| kind == "AAAA");
        let of_ipv6 = Hosts::new(leading.iter().filter(may_be_ipv6).map(|record| record.name.known()));
        for record in leading.iter().filter(|record| !record.is_partial && record.alias.known().is_some()) {
            let Some(name) = record.name.known().filter(|name| !is_filled_in(name)) else { continue };
            // Nobody comes by a name that the distribution does not have.
            if aliases.any(name, covers).is_false() {
                continue;
            }
            match (has_ipv6, record.record_type.literal()) {
                (Some(true), Some("A")) if of_ipv6.any(name, is_same).is_false() => {
                    missing(model, record, name, cx);
                }
                (Some(false), Some("AAAA")) => useless(model, record, name, cx),
                _ => {}
            }
        }
    }
}

fn missing(model: &Model, record: &Record, name: &Text, cx: &mut Context<'_>) {
    let distribution = &model.distribution;
    let help = match record.property.as_str() {
        "Domain.Route53" => "write `IpV6: true` beside it".to_owned(),
        _ => {
            "write a second record of type `AAAA` with the same name and target; or set `IPV6Enabled: false`"
                .to_owned()
        }
    };
    cx.report(
        &record.record_type,
        format!("`{name}` has IPv4 addresses only, and `{}` has IPv6", distribution.id),
    )
    .label("there is no record of type `AAAA` beside it")
    .related(distribution.ipv6.span, "IPv6 is on")
    .note("no viewer uses IPv6, and those who have no IPv4 do not come")
    .help(help)
    .resource(&record.id, &record.kind)
    .property(record.property_of("Type"))
    .rests_on(&distribution.ipv6);
}

fn useless(model: &Model, record: &Record, name: &Text, cx: &mut Context<'_>) {
    let distribution = &model.distribution;
    let label =
        if distribution.ipv6.is_absent() { "has no `IPV6Enabled`, so IPv6 is off" } else { "IPv6 is off" };
    cx.report(
        &record.record_type,
        format!("the `AAAA` record of `{name}` leads to `{}`, which has no IPv6", distribution.id),
    )
    .severity(Severity::Warning)
    .label("answers nothing")
    .related(distribution.ipv6.span, label)
    .note("a distribution without IPv6 has no address for such a record")
    .help(format!("set `IPV6Enabled: true` in `{}`, or remove the record", distribution.id))
    .resource(&record.id, &record.kind)
    .property(record.property_of("Type"))
    .rests_on(&distribution.ipv6)
    .at_most(if distribution.ipv6.is_absent() { Confidence::Likely } else { Confidence::Certain });
}
