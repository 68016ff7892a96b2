//! Where access logs go.
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging.html>
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging-legacy-s3.html>

use cflint_diagnostics::Span;

use super::slice::Slice;
use super::{List, Prop};
use crate::eval::Value;
use crate::syntax::NodeId;
use crate::template::Resource;
use crate::value::{Part, Text, Tri};

/// `AWS::Logs::DeliverySource`
#[derive(Debug, Clone)]
pub struct LogSource {
    /// The ARN of what logs are collected from.
    pub arn: Prop<Text>,
    /// Where the logical id is written.
    pub span: Span,
    /// Whether a delivery collects the logs from it.
    pub is_delivered: Tri,
}

/// The bucket that a distribution logs to.
#[derive(Debug, Clone)]
pub struct LogBucket {
    /// The bucket of the template, if it is one.
    pub declared: Option<Bucket>,
    /// The region it is in, if that is known.
    pub region: Option<String>,
}

/// `AWS::S3::Bucket`
#[derive(Debug, Clone)]
pub struct Bucket {
    /// Logical id.
    pub id: String,
    /// Where the logical id is written.
    pub span: Span,
    /// `ObjectOwnership` of each rule.
    pub ownership: List<Prop<Text>>,
    /// The canned ACL.
    pub acl: Prop<Text>,
    /// `SSEAlgorithm` of each rule, with the key.
    pub encryption: List<(Prop<Text>, Prop<Text>)>,
    /// The node of its properties.
    pub node: Option<NodeId>,
}

pub(super) fn sources(slice: &Slice<'_, '_>) -> Vec<LogSource> {
    let all = slice.of_kind("AWS::Logs::DeliverySource");
    all.map(|(resource, properties)| LogSource {
        arn: properties.text("ResourceArn"),
        span: resource.id_span,
        is_delivered: is_delivered(slice, &resource.id, &properties.text("Name")),
    })
    .collect()
}

/// A delivery may name its source without a reference, so those of the whole template are looked at.
fn is_delivered(slice: &Slice<'_, '_>, source: &str, name: &Prop<Text>) -> Tri {
    let others = slice.all_of_kind("AWS::Logs::Delivery").map(|(index, _)| {
        let named = slice.reader(index).text("DeliverySourceName");
        let Some(text) = named.known() else { return Tri::Unknown };
        match text.as_resource() {
            Some(id) => Tri::from(id == source),
            None => name.known().map_or(Tri::Unknown, |name| name.equals(text)),
        }
    });
    let may_be_elsewhere = slice.has_more_resources() || slice.is_given_away(source);
    let elsewhere = if may_be_elsewhere { Tri::Unknown } else { Tri::False };
    others.fold(elsewhere, |known, other| match (known, other) {
        (Tri::True, _) | (_, Tri::True) => Tri::True,
        (Tri::False, Tri::False) => Tri::False,
        _ => Tri::Unknown,
    })
}

/// The bucket with this domain name.
pub(super) fn bucket(slice: &Slice<'_, '_>, domain: &Prop<Text>) -> Option<LogBucket> {
    let domain = domain.known().filter(|domain| !domain.is_empty())?;
    let name = bucket_name(domain);
    let id = domain.owner().or_else(|| name.as_ref().and_then(Text::as_resource));
    let found = match id {
        Some(id) => slice.named(id).filter(|(_, resource)| resource.kind == BUCKET),
        None => name.and_then(|name| called(slice, &name)),
    };
    let stack = found.and_then(|(_, resource)| {
        slice.template().scope(resource.at.env).given("AWS::Region").map(str::to_owned)
    });
    Some(LogBucket {
        declared: found.map(|(index, resource)| read(slice, index, resource)),
        region: stack.or_else(|| named_region(domain)),
    })
}

const BUCKET: &str = "AWS::S3::Bucket";

fn read(slice: &Slice<'_, '_>, index: usize, resource: &Resource<'_>) -> Bucket {
    let properties = slice.reader(index);
    let controls = properties.map_or_empty("OwnershipControls");
    let encryption = properties.map_or_empty("BucketEncryption");
    Bucket {
        id: resource.id.clone(),
        span: resource.id_span,
        ownership: controls.maps("Rules", |rule, _| rule.text("ObjectOwnership")),
        acl: properties.text("AccessControl"),
        encryption: encryption.maps("ServerSideEncryptionConfiguration", |rule, _| {
            let default = rule.map_or_empty("ServerSideEncryptionByDefault");
            (default.text("SSEAlgorithm"), default.text("KMSMasterKeyID"))
        }),
        node: properties.node(),
    }
}

/// What stands before `.s3.` or `.s3-` in a domain name.
fn bucket_name(domain: &Text) -> Option<Text> {
    let mut name = Text::default();
    for part in domain.parts() {
        let Part::Lit(literal) = part else {
            name.push_part(part);
            continue;
        };
        if let Some(end) = [".s3.", ".s3-"].iter().filter_map(|infix| literal.find(infix)).min() {
            name.push_str(literal.get(..end)?);
            return Some(name);
        }
        name.push_str(literal);
    }
    None
}

/// `eu-south-1` of `logs.s3.eu-south-1.amazonaws.com`
fn named_region(domain: &Text) -> Option<String> {
    let (_, rest) = domain.suffix().rsplit_once(".s3.")?;
    let region = rest.strip_suffix(".amazonaws.com")?;
    (!region.is_empty() && !region.contains('.')).then(|| region.to_owned())
}

/// The bucket that certainly has this name, and exists.
fn called<'s, 't>(slice: &Slice<'s, 't>, name: &Text) -> Option<(usize, &'s Resource<'t>)> {
    slice.all_of_kind(BUCKET).find(|(index, resource)| {
        let written =
            resource.properties.and_then(|at| at.node.get("BucketName").map(|entry| at.to(entry.value)));
        let Some(written) = written.filter(|_| slice.certainly_exists(*index)) else { return false };
        matches!(slice.evaluator.eval(written).value, Value::Text(text) if text.equals(name).is_true())
    })
}
