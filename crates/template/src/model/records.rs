//! DNS records of Route 53.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-route53-recordset.html>

use cflint_diagnostics::Span;

use super::api::{absent, list};
use super::build::Slice;
use super::reader::Reader;
use super::{List, Prop, State};
use crate::eval::Reason;
use crate::syntax::NodeId;
use crate::value::{Alphabet, Hole, Reference, Text};

/// A record.
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
    /// What an alias record points to.
    pub alias: Prop<AliasTarget>,
    /// The values of a record that is no alias.
    pub values: List<Prop<Text>>,
    /// Path of the record below `Properties`; empty if the resource is the record.
    pub property: String,
}

/// What an alias record points to.
#[derive(Debug, Clone)]
pub struct AliasTarget {
    /// The host name.
    pub dns_name: Prop<Text>,
    /// The zone of that host name.
    pub zone: Prop<Text>,
    /// Whether the health of the target decides if the record is answered.
    pub evaluates_health: Prop<bool>,
    /// The mapping, for an edit.
    pub node: Option<NodeId>,
}

/// Every record of the slice.
pub(super) fn read(slice: &Slice<'_, '_>) -> Vec<Record> {
    let mut records = Vec::new();
    for (index, resource) in slice.resources() {
        let properties = slice.reader(index);
        match resource.kind {
            "AWS::Route53::RecordSet" => {
                let span = resource.id_span;
                records.push(record(&resource.id, resource.kind, span, String::new(), &properties));
            }
            "AWS::Route53::RecordSetGroup" => {
                let inner = properties.maps("RecordSets", |set, number| {
                    record(&resource.id, resource.kind, set.span(), format!("RecordSets[{number}]"), &set)
                });
                records.extend(inner.items);
            }
            "AWS::Serverless::Api" | "AWS::Serverless::HttpApi" => {
                records.extend(of_sam(&resource.id, resource.kind, &properties));
            }
            _ => {}
        }
    }
    records
}

fn record(id: &str, kind: &str, span: Span, property: String, set: &Reader<'_, '_>) -> Record {
    Record {
        id: id.to_owned(),
        kind: kind.to_owned(),
        span,
        name: set.text("Name"),
        record_type: set.text("Type"),
        alias: set.map("AliasTarget").map(|target| {
            State::Known(AliasTarget {
                dns_name: target.text("DNSName"),
                zone: target.text("HostedZoneId"),
                evaluates_health: target.bool("EvaluateTargetHealth"),
                node: target.node(),
            })
        }),
        values: set.texts("ResourceRecords"),
        property,
    }
}

/// The record that SAM makes for the custom domain of an API. It leads to the domain itself, unless the user names a
/// distribution.
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-api-route53configuration.html>
fn of_sam(id: &str, kind: &str, api: &Reader<'_, '_>) -> Option<Record> {
    let domain = api.map_or_empty("Domain");
    let route53 = domain.map("Route53");
    let State::Known(settings) = &route53.state else { return None };
    let written = settings.text("DistributionDomainName");
    let own = Hole::of(
        Reference::Resource { id: id.to_owned(), attribute: "DomainName.RegionalDomainName".to_owned() },
        Alphabet::HOST,
    );
    let dns_name = match &written.state {
        State::Absent => Prop { state: State::Known(Text::hole(own)), ..written },
        _ => written,
    };
    let span = route53.span;
    let made = |why: &str| State::Unknown(Reason(why.to_owned()));
    let target = AliasTarget {
        dns_name,
        zone: Prop { state: made("SAM gives it"), ..absent(span) },
        evaluates_health: settings.bool("EvaluateTargetHealth"),
        node: None,
    };
    Some(Record {
        id: id.to_owned(),
        kind: kind.to_owned(),
        span,
        name: domain.text("DomainName"),
        record_type: Prop { state: State::Known(Text::literal("A")), ..absent(span) },
        alias: Prop { state: State::Known(target), ..absent(span) },
        values: list(span, Vec::new()),
        property: "Domain.Route53".to_owned(),
    })
}
