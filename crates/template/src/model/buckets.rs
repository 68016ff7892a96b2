//! Policies of buckets, as far as they let CloudFront read.
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html>

use cflint_diagnostics::Span;

use super::slice::Slice;
use super::statements::{PolicyStatement, statements};
use super::{List, Prop, State};
use crate::value::Text;

/// `AWS::S3::BucketPolicy`
#[derive(Debug, Clone)]
pub struct BucketPolicy {
    /// Logical id.
    pub id: String,
    /// Where the logical id is written.
    pub span: Span,
    /// The name of the bucket.
    pub bucket: Prop<Text>,
    pub statements: List<PolicyStatement>,
}

impl BucketPolicy {
    pub(super) fn read(slice: &Slice<'_, '_>) -> Vec<Self> {
        slice
            .of_kind("AWS::S3::BucketPolicy")
            .map(|(resource, properties)| {
                let document = properties.map("PolicyDocument");
                let statements = match &document.state {
                    State::Known(document) => statements(document),
                    State::Absent => List::of(document.span, Vec::new()),
                    State::Unknown(reason) => List::open(document.span, &reason.0),
                };
                Self {
                    id: resource.id.clone(),
                    span: resource.id_span,
                    bucket: properties.text("Bucket"),
                    statements,
                }
            })
            .collect()
    }
}
