use cflint_diagnostics::{Confidence, Severity};
use cflint_edge::facts::dns::{Hosts, covers, is_same, leads_to};
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::model::{Model, Record};
use cflint_template::value::Text;

use crate::shared::written::is_filled_in;

declare_rule! {
    /// ## What it does
    /// Reports a distribution with `IPV6Enabled: true` whose name has only an alias record of type `A`, and a record of
    /// type `AAAA` that points to a distribution without IPv6.
    ///
    /// ## Why is this bad?
    /// An alias record of type `A` resolves to IPv4 addresses, one of type `AAAA` to IPv6 addresses. With only the
    /// first one, no one uses IPv6, and IPv6-only viewers cannot connect at all. A record of type `AAAA` for a
    /// distribution without IPv6 addresses resolves to nothing.
    ///
    /// ## Remediation
    /// Write a second record of type `AAAA` with the same name and target. In CDK that is an `AaaaRecord` alongside the
    /// `ARecord`; in SAM `IpV6: true` in `Route53`. If you do not want IPv6, set `IPV6Enabled: false`. If the `AAAA`
    /// record exists, set `IPV6Enabled: true`.
    ///
    /// ## Exceptions
    /// A second record whose name or type depends on a parameter may be the missing one. A record of type `CNAME`
    /// covers both. Weighted records and similar ones are ignored.
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
        cdk: "an `AaaaRecord` alongside the `ARecord`",
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
            // No one reaches the distribution by a name that it does not have.
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
        "Domain.Route53" => "add `IpV6: true` to `Route53`".to_owned(),
        _ => {
            "write a second record of type `AAAA` with the same name and target; or set `IPV6Enabled: false`"
                .to_owned()
        }
    };
    cx.report(
        &record.record_type,
        format!("`{name}` has only IPv4 addresses, but `{}` has IPv6 enabled", distribution.id),
    )
    .label("no record of type `AAAA` alongside it")
    .related(distribution.ipv6.span, "IPv6 is enabled")
    .note("viewers cannot use IPv6, and IPv6-only viewers cannot connect")
    .help(help)
    .resource(&record.id, &record.kind)
    .property(record.property_of("Type"))
    .rests_on(&distribution.ipv6);
}

fn useless(model: &Model, record: &Record, name: &Text, cx: &mut Context<'_>) {
    let distribution = &model.distribution;
    let label = if distribution.ipv6.is_absent() {
        "has no `IPV6Enabled`, so IPv6 is disabled"
    } else {
        "IPv6 is disabled"
    };
    cx.report(
        &record.record_type,
        format!("the `AAAA` record for `{name}` points to `{}`, which has no IPv6", distribution.id),
    )
    .severity(Severity::Warning)
    .label("resolves to nothing")
    .related(distribution.ipv6.span, label)
    .note("a distribution without IPv6 has no address for such a record")
    .help(format!("set `IPV6Enabled: true` in `{}`, or remove the record", distribution.id))
    .resource(&record.id, &record.kind)
    .property(record.property_of("Type"))
    .rests_on(&distribution.ipv6)
    .at_most(if distribution.ipv6.is_absent() { Confidence::Likely } else { Confidence::Certain });
}
