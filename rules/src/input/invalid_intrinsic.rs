use std::collections::HashSet;

use cflint_diagnostics::Confidence;
use cflint_linter::{Context, Document, Rule, declare_rule};
use cflint_template::misuse::misuses;

use crate::shared::preprocessed;
use crate::shared::property_path::Places;

/// A file with more of them is not a template; the rest is ignored so that no input takes long.
const MAX_MISUSES: usize = 1_000;

declare_rule! {
    /// ## What it does
    /// Reports intrinsic functions with the wrong number of arguments, or with an argument of the wrong type: an `!If`
    /// with only two values, a `!Join` without its list, a `!GetAtt` without an attribute.
    ///
    /// ## Why is this bad?
    /// CloudFormation rejects the whole template before it creates or changes anything. In addition, cflint cannot
    /// check the value that such a function would return.
    ///
    /// ## Remediation
    /// Write the function as the example shows. Often a pair of brackets is missing, or there is one too many, or the
    /// list of a `!Join` is next to it instead of inside. In a condition, reference another condition with
    /// `!Condition`. CDK writes functions itself; look for a `CfnInclude`, an escape hatch or `Fn` with a token for a
    /// list.
    ///
    /// ## Exceptions
    /// Templates with macros, with `Fn::Transform` at the place, and those of rain are ignored, because they may become
    /// something else. With `AWS::LanguageExtensions`, more functions are allowed inside others. Variables of other
    /// tools, such as `${file(names.yml)}`, can stand for anything. A YAML file that has `Resources` but is not
    /// recognizable as a template on its own gets only possible findings. What the documentation forbids but
    /// CloudFormation may tolerate is only likely.
    ///
    /// ## References
    /// - [Intrinsic functions](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html)
    /// - [Condition functions](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html)
    /// - [AWS::LanguageExtensions](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/transform-aws-languageextensions.html)
    pub(crate) InvalidIntrinsic {
        id: "invalid-intrinsic",
        group: Input,
        summary: "an intrinsic function has arguments of the wrong number or type",
        severity: Error,
        fix: None,
    }
}

impl Rule for InvalidIntrinsic {
    fn document(&self, document: &Document<'_, '_>, cx: &mut Context<'_>) {
        let Some(template) = document.template.filter(|template| !template.is_open()) else { return };
        let mut found = misuses(template.root()).peekable();
        if found.peek().is_none() || preprocessed::has_directives(template) {
            return;
        }
        let transformed = preprocessed::transformed(template);
        let is_fragment = preprocessed::is_fragment(template);
        let places = Places::new(Some(template));
        let mut seen = HashSet::new();
        for misuse in found.take(MAX_MISUSES) {
            let span = misuse.node.span();
            let is_filled_in = misuse.node.text().is_some_and(preprocessed::has_placeholder);
            let may_change = transformed.iter().any(|transformed| transformed.contains(span));
            if is_filled_in || may_change || !seen.insert(span) {
                continue;
            }
            let finding = cx
                .report(span, format!("`{}` expects {}", misuse.function, misuse.takes))
                .label(format!("{} here", misuse.found))
                .note("CloudFormation rejects the whole template before it creates or changes anything")
                .help(format!("write it like `{}`", misuse.example))
                .at_most_if(misuse.is_strict, Confidence::Likely)
                .at_most_if(is_fragment, Confidence::Possible);
            places.name(misuse.key.span(), finding);
        }
    }
}
