//! What decides whether a bucket or a function responds to CloudFront.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudfront-originaccesscontrol.html>
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-url.html>

use cflint_diagnostics::Span;

use super::reader::Reader;
use super::slice::Slice;
use super::{Cors, Prop, State, sam};
use crate::eval::Reason;
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
    /// Logical id of the function, or of its alias, if the template shows it.
    pub function: Option<String>,
    /// `BUFFERED`, or `RESPONSE_STREAM` if the response is sent while the function runs.
    pub invoke_mode: Prop<Text>,
    /// Seconds that the function may run.
    pub timeout: Prop<i64>,
    /// Which cross-origin requests it allows.
    pub cors: Prop<Cors>,
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
            let is_own = resource.kind == "AWS::Lambda::Url";
            let id = if is_own { resource.id.clone() } else { format!("{}Url", resource.id) };
            let properties = slice.reader(index);
            let of_function = (!is_own).then(|| {
                sam::Settings::of_resource(slice, index, "Function").map_or_empty("FunctionUrlConfig")
            });
            let holder = |name| of_function.as_ref().map_or(&properties, |config| config.holder(name));
            let mut auth_type = holder("AuthType").text("AuthType");
            if auth_type.is_absent() && !is_own {
                auth_type.state = State::Unknown(Reason("SAM requires it".to_owned()));
            }
            let target = properties.text("TargetFunctionArn");
            let function = if is_own {
                target.known().and_then(Text::owner).map(str::to_owned)
            } else {
                Some(resource.id.clone())
            };
            urls.push(Self {
                id,
                span: resource.id_span,
                auth_type,
                timeout: timeout(slice, function.as_deref(), resource.id_span),
                target,
                function,
                invoke_mode: holder("InvokeMode").text("InvokeMode"),
                cors: cors(holder("Cors")),
            });
        }
        urls
    }
}

/// The timeout of a function, or of the function of an alias or a version.
fn timeout(slice: &Slice<'_, '_>, function: Option<&str>, span: Span) -> Prop<i64> {
    let unknown = || {
        let state = State::Unknown(Reason("the function is not known".to_owned()));
        Prop { state, ..Prop::absent(span) }
    };
    let Some((index, resource)) = function.and_then(|id| slice.named(id)) else { return unknown() };
    match resource.kind {
        "AWS::Lambda::Function" => slice.reader(index).int("Timeout"),
        "AWS::Serverless::Function" => {
            sam::Settings::of_resource(slice, index, "Function").holder("Timeout").int("Timeout")
        }
        "AWS::Lambda::Alias" | "AWS::Lambda::Version" => {
            let function = slice.reader(index).text("FunctionName");
            let function = function.known().and_then(Text::owner).and_then(|id| slice.named(id));
            match function.filter(|(_, resource)| resource.kind == "AWS::Lambda::Function") {
                Some((index, _)) => slice.reader(index).int("Timeout"),
                None => unknown(),
            }
        }
        _ => unknown(),
    }
}

/// <https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html#urls-cors>
fn cors(properties: &Reader<'_, '_>) -> Prop<Cors> {
    let written = properties.map("Cors");
    written.map(|cors| {
        let (origins, headers) = (cors.texts("AllowOrigins"), cors.texts("AllowHeaders"));
        State::Known(Cors { span: written.span, origins, headers, is_built_in: true })
    })
}
