use cflint_linter::{Context, Document, Rule, declare_rule};

use crate::shared::property_path::Places;

declare_rule! {
    /// ## What it does
    /// Reports files that cannot be read as a template: errors in the YAML or JSON, a second YAML document, sections
    /// and properties of the wrong type, and resources without a `Type`.
    ///
    /// ## Why is this bad?
    /// CloudFormation rejects the template before it changes anything. In addition, what cannot be read is not checked:
    /// other findings may be missing until this one is fixed. If the file as a whole cannot be read, the exit code of
    /// cflint is 2.
    ///
    /// ## Remediation
    /// Correct the place that is shown. For a syntax error it is where reading stopped; the cause may be on a line
    /// above, such as a bracket or quote that was not closed.
    ///
    /// ## Exceptions
    /// Anything that a macro or `Fn::Transform` may still complete is not reported. In a folder, a file that cannot be
    /// parsed and does not look like a template is skipped. Only those properties that decide what happens to a request
    /// are read.
    ///
    /// ## References
    /// - [CloudFormation template sections](https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html)
    /// - [CloudFormation template formats](https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html)
    pub(crate) InvalidTemplate {
        id: "invalid-template",
        group: Input,
        summary: "the file is not a valid template",
        severity: Error,
        fix: None,
    }
}

impl Rule for InvalidTemplate {
    fn document(&self, document: &Document<'_, '_>, cx: &mut Context<'_>) {
        let syntax = document.error.into_iter().chain(document.syntax_problems.iter().copied());
        let syntax = syntax.map(|error| (error.span, &error.message, &error.help));
        let problems =
            document.problems.iter().map(|problem| (problem.span, &problem.message, &problem.help));
        let places = Places::new(document.template);
        for (span, message, help) in syntax.chain(problems) {
            let mut finding = places.name(span, cx.report(span, message));
            if let Some(help) = help {
                finding = finding.help(help);
            }
        }
    }
}
