use cflint_diagnostics::Applicability;
use cflint_linter::{Context, Rule, Suppression, SuppressionState, declare_rule};

declare_rule! {
    /// ## What it does
    /// Reports suppressions, in comments, in `Metadata` and as acknowledgements of a CDK app, for which there is no
    /// finding.
    ///
    /// ## Why is this bad?
    /// The mistake was fixed, or the comment is on the wrong line. In the first case the suppression hides the same
    /// mistake when it comes back; in the second it does nothing, and readers believe that someone has checked.
    ///
    /// ## Remediation
    /// Remove it. If a finding is still there, move the comment to the end of a line that the finding shows, or to a
    /// line of its own above it; metadata belongs in the resource that the finding is in. Acknowledge the construct that
    /// the finding names, or one that it is in.
    ///
    /// ## Exceptions
    /// A suppression whose rule did not run, because of `--select` or `--ignore` or because it is pedantic, is not
    /// judged. Suppressions for other tools are left to those tools.
    ///
    /// ## References
    /// - [Resource attribute: Metadata](https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-metadata.html)
    pub(crate) UnusedSuppression {
        id: "unused-suppression",
        group: Input,
        summary: "a suppression suppresses nothing",
        severity: Warning,
        fix: Safe,
        cdk: "remove the `acknowledge` or the `addMetadata('cflint', …)`",
    }
}

impl Rule for UnusedSuppression {
    fn suppressions(&self, suppressions: &[Suppression], cx: &mut Context<'_>) {
        for unused in suppressions.iter().filter(|known| known.state == SuppressionState::Unused) {
            if unused.is_foreign() {
                continue;
            }
            let message = match &unused.made {
                Some((construct, _)) => {
                    format!("there is no `{}` finding in `{construct}` to acknowledge", unused.name)
                }
                None => format!("there is no `{}` finding here to suppress", unused.name),
            };
            cx.report(unused.span, message)
                .made_by(unused)
                .label(if unused.made.is_some() { "has no such finding" } else { "suppresses nothing" })
                .help(if unused.made.is_some() { "remove it from the app" } else { "remove it" })
                .fix(Applicability::Safe, "remove it", unused.removal.clone());
        }
    }
}
