//! What decides whether a bucket or a function responds to CloudFront.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudfront-originaccesscontrol.html>
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-url.html>

use cflint_diagnostics::Span;

use super::reader::Reader;
use super::slice::Slice;
use super::{Prop, State};
use crate::template::Resource;
use crate::value::Text;

/// `AWS::CloudFront::OriginAccessControl`
#[derive(Debug, Clone)]
pub struct OriginAccessControl {
    /// Logical id.
    pub id: String,
    /// Where the logical id is written.
    pub span: Span,
    /// `s3`, `lambda`, `mediastore` or `mediapackagev2`.
    pub kind: Prop<Text>,
    /// `always`, `never` or `no-override`.
    pub signing: Prop<Text>,
}

/// `AWS::Lambda::Url`, or the one that SAM generates for a function.
#[derive(Debug, Clone)]
pub struct LambdaUrl {
    /// Logical id.
    pub id: String,
    /// Where the logical id is written; for one that SAM generates, that of the function.
    pub span: Span,
    /// `NONE` or `AWS_IAM`.
    pub auth_type: Prop<Text>,
    /// Name or ARN of the function; absent for a URL that SAM generates.
    pub target: Prop<Text>,
    /// Logical id of the function, if the template shows it.
    pub function: Option<String>,
}

impl OriginAccessControl {
    pub(super) fn read(id: &str, span: Span, properties: &Reader<'_, '_>) -> Self {
        let config = properties.map_or_empty("OriginAccessControlConfig");
        Self {
            id: id.to_owned(),
            span,
            kind: config.text("OriginAccessControlOriginType"),
            signing: config.text("SigningBehavior"),
        }
    }
}

impl LambdaUrl {
    /// Every function URL of the slice.
    pub(super) fn read(slice: &Slice<'_, '_>) -> Vec<Self> {
        let mut urls = Vec::new();
        let has_url = |resource: &Resource<'_>| {
            resource.kind == "AWS::Lambda::Url" || slice.template().has_url(resource)
        };
        for (index, resource) in slice.matching(has_url) {
            let (id, properties) = match resource.kind {
                "AWS::Lambda::Url" => (resource.id.clone(), slice.reader(index)),
                _ if slice.template().has_url(resource) => {
                    // SAM merges the settings for function URLs in `Globals`.
                    let config = slice.reader(index).map_or_empty("FunctionUrlConfig");
                    (format!("{}Url", resource.id), config)
                }
                _ => continue,
            };
            let mut auth_type = properties.text("AuthType");
            if auth_type.is_absent() && resource.kind != "AWS::Lambda::Url" {
                auth_type.state = State::Unknown(crate::eval::Reason("`Globals` may set it".to_owned()));
            }
            let target = properties.text("TargetFunctionArn");
            let function = match resource.kind {
                "AWS::Lambda::Url" => target.known().and_then(Text::owner).map(str::to_owned),
                _ => Some(resource.id.clone()),
            };
            urls.push(Self { id, span: resource.id_span, auth_type, target, function });
        }
        urls
    }
}
