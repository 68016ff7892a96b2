//! Route 53 records.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-route53-recordset.html>

use std::cell::OnceCell;

use cflint_diagnostics::Span;

use super::reader::Reader;
use super::slice::Slice;
use super::{List, Prop, State};
use crate::eval::Reason;
use crate::syntax::NodeId;
use crate::value::{Alphabet, Hole, Reference, Text};

#[derive(Debug, Clone)]
pub struct Record {
    /// Logical id of the resource that it is in.
    pub id: String,
    /// The type of that resource.
    pub kind: String,
    /// Where the record is written: the logical id, or the mapping in a group.
    pub span: Span,
    /// The name; may end with a dot.
    pub name: Prop<Text>,
    /// `A`, `AAAA`, `CNAME` or another one.
    pub record_type: Prop<Text>,
    /// The hosted zone that the record is in, by id.
    pub zone: Prop<Text>,
    /// What an alias record points to.
    pub alias: Prop<AliasTarget>,
    /// The values of a record that is not an alias.
    pub values: List<Prop<Text>>,
    /// Whether it is one of several of its name, by weight or for some of the viewers.
    pub is_partial: bool,
    /// Whether conditions choose between it and a record that points to a distribution.
    pub is_choice: bool,
    /// Path of the record below `Properties`; empty if the resource is the record.
    pub property: String,
}

impl Record {
    /// Path of one of its properties below `Properties`.
    pub fn property_of(&self, name: &str) -> String {
        if self.property.is_empty() { name.to_owned() } else { format!("{}.{name}", self.property) }
    }
}

/// What an alias record points to.
#[derive(Debug, Clone)]
pub struct AliasTarget {
    /// The host name.
    pub dns_name: Prop<Text>,
    /// The zone of that host name.
    pub zone: Prop<Text>,
    /// Whether the record is returned only if the target is healthy.
    pub evaluates_health: Prop<bool>,
    /// The mapping, for an edit.
    pub node: Option<NodeId>,
}

/// What makes a record one of several of its name.
/// <https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy.html>
const PARTIAL: [&str; 8] = [
    "CidrRoutingConfig",
    "Failover",
    "GeoLocation",
    "GeoProximityLocation",
    "MultiValueAnswer",
    "Region",
    "SetIdentifier",
    "Weight",
];

/// Every record of the slice.
pub(super) fn read(slice: &Slice<'_, '_>) -> Vec<Record> {
    let mut records = Vec::new();
    let is_chosen = OnceCell::new();
    let may_have = |kind: &str| kind.starts_with("AWS::Route53::") || kind.starts_with("AWS::Serverless::");
    for (index, resource) in slice.matching(|resource| may_have(resource.kind)) {
        let properties = slice.reader(index);
        let (id, kind) = (resource.id.as_str(), resource.kind);
        let start = records.len();
        match kind {
            "AWS::Route53::RecordSet" => {
                records.push(record(id, kind, resource.id_span, String::new(), &properties));
            }
            "AWS::Route53::RecordSetGroup" => {
                let inner = properties.maps("RecordSets", |set, number| {
                    let mut record = record(id, kind, set.span(), format!("RecordSets[{number}]"), &set);
                    if record.zone.is_absent() {
                        record.zone = properties.text("HostedZoneId");
                    }
                    record
                });
                records.extend(inner.items);
            }
            "AWS::Serverless::Api" | "AWS::Serverless::HttpApi" => {
                records.extend(of_sam(id, kind, &properties));
            }
            _ => {}
        }
        if records.len() > start && slice.is_conditional(index) {
            let leads = slice.names_distribution(index) || *is_chosen.get_or_init(|| has_conditional(slice));
            records.iter_mut().skip(start).for_each(|record| record.is_choice = leads);
        }
    }
    records
}

/// Whether a record that points to a distribution depends on a condition.
fn has_conditional(slice: &Slice<'_, '_>) -> bool {
    let is_record = |kind: &str| kind.starts_with("AWS::Route53::RecordSet");
    slice.members().any(|(index, resource)| {
        is_record(resource.kind) && slice.names_distribution(index) && slice.is_conditional(index)
    })
}

fn record(id: &str, kind: &str, span: Span, property: String, set: &Reader<'_, '_>) -> Record {
    Record {
        id: id.to_owned(),
        kind: kind.to_owned(),
        span,
        name: set.text("Name"),
        record_type: set.text("Type"),
        zone: set.text("HostedZoneId"),
        alias: set.map("AliasTarget").map(|target| {
            State::Known(AliasTarget {
                dns_name: target.text("DNSName"),
                zone: target.text("HostedZoneId"),
                evaluates_health: target.bool("EvaluateTargetHealth"),
                node: target.node(),
            })
        }),
        values: set.texts("ResourceRecords"),
        is_partial: PARTIAL.iter().any(|name| set.entry(name).is_some()),
        is_choice: false,
        property,
    }
}

/// The records that SAM generates for the custom domain of an API. They point to the domain itself, unless it is
/// edge-optimized and the user names a distribution.
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-api-route53configuration.html>
fn of_sam(id: &str, kind: &str, api: &Reader<'_, '_>) -> Vec<Record> {
    let domain = api.map_or_empty("Domain");
    let route53 = domain.map("Route53");
    let State::Known(settings) = &route53.state else { return Vec::new() };
    let endpoint = domain.text("EndpointConfiguration");
    let written = settings.text("DistributionDomainName");
    let span = route53.span;
    let made = |why: &str| State::Unknown(Reason(why.to_owned()));
    let own = |attribute: &str| {
        let reference =
            Reference::Resource { id: id.to_owned(), attribute: format!("DomainName.{attribute}") };
        Prop::of(span, Text::hole(Hole::of(reference, Alphabet::HOST)))
    };
    let dns_name = match (&endpoint.state, endpoint.literal()) {
        (State::Absent, _) | (_, Some("REGIONAL")) => own("RegionalDomainName"),
        (_, Some("EDGE")) if written.is_absent() => own("DistributionDomainName"),
        (_, Some("EDGE")) => written,
        _ => Prop { state: made("it depends on the endpoint type"), ..Prop::absent(span) },
    };
    let target = AliasTarget {
        dns_name,
        zone: Prop { state: made("SAM sets it"), ..Prop::absent(span) },
        evaluates_health: settings.bool("EvaluateTargetHealth"),
        node: None,
    };
    let of_type = |name: State<Text>| Record {
        id: id.to_owned(),
        kind: kind.to_owned(),
        span,
        name: domain.text("DomainName"),
        record_type: Prop { state: name, ..Prop::absent(span) },
        zone: settings.text("HostedZoneId"),
        alias: Prop::of(span, target.clone()),
        values: List::of(span, Vec::new()),
        is_partial: ["SetIdentifier", "Region"].iter().any(|name| settings.entry(name).is_some()),
        is_choice: false,
        property: "Domain.Route53".to_owned(),
    };
    let mut records = vec![of_type(State::Known(Text::literal("A")))];
    let ipv6 = settings.bool("IpV6");
    match ipv6.known() {
        Some(true) => records.push(of_type(State::Known(Text::literal("AAAA")))),
        None if ipv6.is_unknown() => {
            records.push(of_type(State::Unknown(Reason("it depends on `IpV6`".to_owned()))))
        }
        _ => {}
    }
    records
}
