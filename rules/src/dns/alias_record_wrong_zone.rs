use cflint_diagnostics::{Confidence, Severity};
use cflint_edge::facts::dns::{Zone, leads_to, zones};
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::model::{AliasTarget, Model, Record};
use cflint_template::value::{Reference, Text};

/// The types that an alias record for a distribution can have.
/// <https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-to-cloudfront-distribution.html>
const TYPES: [&str; 3] = ["A", "AAAA", "HTTPS"];
/// Attributes that are the hosted zone of another service.
const OTHER_ZONES: [&str; 3] = ["RegionalHostedZoneId", "CanonicalHostedZoneID", "CanonicalHostedZoneNameID"];

declare_rule! {
    /// ## What it does
    /// Reports alias records for a distribution whose target is described wrongly: a `HostedZoneId` that is not
    /// CloudFront's, a type other than `A`, `AAAA` and `HTTPS`, or `EvaluateTargetHealth: true`.
    ///
    /// ## Why is this bad?
    /// `HostedZoneId` of an alias target is the hosted zone of the *target*. For every distribution that is
    /// `Z2FDTNDATAQYW2`, in China `Z3RFFRIM2A3IF5`. The hosted zone of your own domain belongs one level higher, in
    /// `HostedZoneId` of the record. Route 53 rejects the record, and CloudFormation rolls back the stack after waiting
    /// minutes for the distribution.
    ///
    /// Route 53 cannot evaluate the health of a distribution. Its documentation says that `EvaluateTargetHealth` cannot
    /// be `true` for distributions, so that is a warning.
    ///
    /// ## Remediation
    /// Write `HostedZoneId: Z2FDTNDATAQYW2` in `AliasTarget`, remove `EvaluateTargetHealth`, and create one record of
    /// type `A` and one of type `AAAA`. In CDK `RecordTarget.fromAlias(new CloudFrontTarget(distribution))` does that.
    /// In SAM, where the distribution is `DistributionDomainName` in `Route53` of an API, remove
    /// `EvaluateTargetHealth`.
    ///
    /// ## Exceptions
    /// A hosted zone given by a parameter without a default is not reported, unless it is also the zone of the record
    /// itself. Which of the two CloudFront zones is right is judged only if the region of the stack is known; otherwise
    /// both are accepted.
    ///
    /// ## References
    /// - [Routing traffic to a distribution](https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-to-cloudfront-distribution.html)
    /// - [AWS::Route53::RecordSet AliasTarget](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-route53-recordset-aliastarget.html)
    /// - [Route 53 in China](https://docs.amazonaws.cn/en_us/aws/latest/userguide/route53.html)
    pub(crate) AliasRecordWrongZone {
        id: "alias-record-wrong-zone",
        group: Dns,
        summary: "an alias record for a distribution has the wrong hosted zone or type",
        severity: Error,
        fix: None,
        cdk: "`RecordTarget.fromAlias(new CloudFrontTarget(distribution))`",
    }
}

impl Rule for AliasRecordWrongZone {
    fn distribution(&self, model: &Model, cx: &mut Context<'_>) {
        let right: Vec<&Zone> = zones(model).collect();
        for record in model.records.iter() {
            if let Some(target) = record.alias.known().filter(|_| leads_to(record, &model.distribution)) {
                zone(record, target, &right, cx);
                health(record, target, cx);
                kind(record, cx);
            }
        }
    }
}

fn zone(record: &Record, target: &AliasTarget, right: &[&Zone], cx: &mut Context<'_>) {
    let Some(written) = target.zone.known() else { return };
    let is_own = record.zone.known().is_some_and(|own| own.equals(written).is_true());
    let is_right = |zone: &str| right.iter().any(|right| right.id == zone);
    let what = match written.as_literal() {
        Some(zone) if is_right(zone) => return,
        _ if is_own => "its own hosted zone".to_owned(),
        Some(zone) => format!("hosted zone `{zone}`"),
        None if is_of_another_service(written) => "another service's hosted zone".to_owned(),
        None => return,
    };
    cx.report(
        &target.zone,
        format!("the alias record {} names {what} instead of CloudFront's", name(record)),
    )
    .label("not CloudFront's hosted zone")
    .related(target.dns_name.span, "the target is a distribution")
    .note("Route 53 reportedly responds that `the alias target name does not lie within the target zone`, and CloudFormation rolls back")
    .help(help(right))
    .cause(what)
    .resource(&record.id, &record.kind)
    .property(record.property_of("AliasTarget.HostedZoneId"))
    .rests_on(&target.dns_name);
}

fn help(right: &[&Zone]) -> String {
    let in_china = |zone: &&&Zone| zone.partition == "aws-cn";
    let of = |zone: &Zone| format!("`HostedZoneId: {}`", zone.id);
    match (right.iter().find(|zone| !in_china(zone)), right.iter().find(in_china)) {
        (Some(zone), Some(china)) => {
            format!("write {}, the hosted zone of every distribution; in China {}", of(zone), of(china))
        }
        (Some(zone), None) | (None, Some(zone)) => {
            format!("write {}, the hosted zone of every distribution", of(zone))
        }
        (None, None) => "write CloudFront's hosted zone".to_owned(),
    }
}

fn is_of_another_service(zone: &Text) -> bool {
    matches!(zone.as_hole().map(|hole| &hole.reference), Some(Reference::Resource { attribute, .. })
        if OTHER_ZONES.contains(&attribute.as_str()))
}

fn health(record: &Record, target: &AliasTarget, cx: &mut Context<'_>) {
    if target.evaluates_health.known() != Some(&true) {
        return;
    }
    cx.report(
        &target.evaluates_health,
        format!("the alias record {} evaluates the health of a distribution", name(record)),
    )
    .severity(Severity::Warning)
    .label("Route 53 cannot evaluate a distribution's health")
    .related(target.dns_name.span, "the target is a distribution")
    .note("the Route 53 documentation says that this cannot be `true` for distributions")
    .help("remove `EvaluateTargetHealth`")
    .cause("`EvaluateTargetHealth`")
    .resource(&record.id, &record.kind)
    .property(match record.property.as_str() {
        "Domain.Route53" => record.property_of("EvaluateTargetHealth"),
        _ => record.property_of("AliasTarget.EvaluateTargetHealth"),
    })
    .at_most(Confidence::Likely)
    .rests_on(&target.dns_name);
}

fn kind(record: &Record, cx: &mut Context<'_>) {
    let Some(kind) = record.record_type.literal().filter(|kind| !TYPES.contains(kind)) else { return };
    cx.report(
        &record.record_type,
        format!("the alias record {} for a distribution is of type `{kind}`", name(record)),
    )
    .label("not a record type that a distribution supports")
    .note("an alias record has the type of its target; for a distribution that is `A`, `AAAA` or `HTTPS`")
    .help("use `A`, and a second record of type `AAAA` if the distribution has `IPV6Enabled: true`")
    .cause(kind)
    .resource(&record.id, &record.kind)
    .property(record.property_of("Type"));
}

fn name(record: &Record) -> String {
    record.name.known().map_or_else(|| format!("`{}`", record.id), |name| format!("`{name}`"))
}
