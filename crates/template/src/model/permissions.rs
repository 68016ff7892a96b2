//! Who may call functions.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-permission.html>

use cflint_diagnostics::Span;

use super::Prop;
use super::slice::Slice;
use crate::value::Text;

/// `AWS::Lambda::Permission`
#[derive(Debug, Clone)]
pub struct Permission {
    /// Logical id.
    pub id: String,
    /// Where the logical id is written.
    pub span: Span,
    /// Name or ARN of the function.
    pub function: Prop<Text>,
    /// What is allowed, such as `lambda:InvokeFunctionUrl`.
    pub action: Prop<Text>,
    /// Who may, such as `cloudfront.amazonaws.com`.
    pub principal: Prop<Text>,
    /// The ARN of what calls.
    pub source_arn: Prop<Text>,
    /// Whether only calls through the function URL are allowed.
    pub through_url: Prop<bool>,
}

pub(super) fn read(slice: &Slice<'_, '_>) -> Vec<Permission> {
    let all = slice.of_kind("AWS::Lambda::Permission");
    all.map(|(resource, properties)| Permission {
        id: resource.id.clone(),
        span: resource.id_span,
        function: properties.text("FunctionName"),
        action: properties.text("Action"),
        principal: properties.text("Principal"),
        source_arn: properties.text("SourceArn"),
        through_url: properties.bool("InvokedViaFunctionUrl"),
    })
    .collect()
}
