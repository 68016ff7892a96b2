use cflint_diagnostics::Confidence;
use cflint_edge::access::secret::{Clear, in_clear, is_secret};
use cflint_linter::{Context, OriginUse, Rule, declare_rule};

use crate::shared::confidence::confidence_of;

declare_rule! {
    /// ## What it does
    /// Reports secrets in custom headers of an origin that can be read in the template or in the stack: a literal, the
    /// default of a parameter, a parameter without `NoEcho`.
    ///
    /// ## Why is this bad?
    /// The header is what distinguishes requests of the distribution from anyone else's. Anyone who can read the
    /// repository, or call `DescribeStacks`, can send it too, and is then treated as CloudFront.
    ///
    /// ## Remediation
    /// Keep the value in Secrets Manager and refer to it: `HeaderValue: '{{resolve:secretsmanager:…}}'`; in CDK
    /// `secret.secretValueFromJson('…').unsafeUnwrap()`, which writes such a reference. Or use a parameter with
    /// `NoEcho: true` and without a default. In a SAM template it is written the same way. A value that was ever
    /// checked in is no longer a secret: generate a new one.
    ///
    /// ## Exceptions
    /// Only headers whose name suggests a secret are checked, such as `x-api-key`, `Authorization`, `x-origin-verify`
    /// or `x-cdn-token`, and those that a web ACL of the template compares. For most of these names the finding is only
    /// likely. Values that mean yes or no are not reported. If the value of a parameter is stored in Systems Manager,
    /// the finding is only possible.
    ///
    /// ## References
    /// - [Add custom headers to origin requests](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/add-origin-custom-headers.html)
    /// - [Get values stored in other services using dynamic references](https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html)
    /// - [CloudFormation template Parameters syntax: NoEcho](https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html)
    pub(crate) OriginVerifySecretInClear {
        id: "origin-verify-secret-in-clear",
        group: Security,
        summary: "the secret in a custom header of an origin can be read in the template or the stack",
        severity: Warning,
        fix: None,
        cdk: "`secret.secretValueFromJson('…').unsafeUnwrap()`",
    }
}

impl Rule for OriginVerifySecretInClear {
    fn origin(&self, origin: &OriginUse<'_, '_>, cx: &mut Context<'_>) {
        let [path, ..] = origin.paths.as_slice() else { return };
        for header in &origin.origin.custom_headers {
            let Some(name) = header.name.literal() else { continue };
            let Some(certainty) = is_secret(path.model, name) else { continue };
            let Some(clear) = in_clear(header) else { continue };
            let (span, message, label) = match clear {
                Clear::Literal => (
                    header.value.span,
                    format!("the secret in `{name}` is written in the template"),
                    "visible to anyone who can read the template".to_owned(),
                ),
                Clear::Default(parameter) => (
                    parameter.default.unwrap_or(parameter.span),
                    format!("the secret in `{name}` is the default of parameter `{}`", parameter.name),
                    "visible to anyone who can read the template".to_owned(),
                ),
                Clear::Shown(parameter) => (
                    parameter.span,
                    format!(
                        "the secret in `{name}` is parameter `{}`, which does not set `NoEcho`",
                        parameter.name
                    ),
                    "visible to anyone who can view the stack".to_owned(),
                ),
            };
            let sent = (clear != Clear::Literal).then_some((header.value.span, "CloudFront sends it here"));
            let is_indirect = matches!(clear, Clear::Shown(parameter) if parameter.is_indirect);
            cx.report(span, message)
                .label(label)
                .note(format!("anyone who sends that value as `{name}` is treated as CloudFront"))
                .property(format!("{}.OriginCustomHeaders", origin.origin.property()))
                .at_most(confidence_of(certainty))
                .related_each(sent)
                .at_most_if(is_indirect, Confidence::Possible)
                .help(help(clear));
        }
    }
}

fn help(clear: Clear<'_>) -> &'static str {
    match clear {
        Clear::Literal => {
            "generate a new value, store it in Secrets Manager, and write `{{resolve:secretsmanager:…}}` here"
        }
        Clear::Default(_) => {
            "generate a new value, remove the default, and set `NoEcho: true`; or use `{{resolve:secretsmanager:…}}`"
        }
        Clear::Shown(_) => "set `NoEcho: true` on the parameter, or use `{{resolve:secretsmanager:…}}`",
    }
}
