use cflint_diagnostics::Applicability;
use cflint_linter::{Context, Rule, Suppression, SuppressionState, declare_rule};

declare_rule! {
    /// ## What it does
    /// Reports suppressions, in comments and in `Metadata`, for which there is no finding.
    ///
    /// ## Why is this bad?
    /// The mistake was fixed, or the comment is on the wrong line. In the first case the suppression hides the same
    /// mistake when it comes back; in the second it does nothing, and readers believe that someone has checked.
    ///
    /// ## Remediation
    /// Remove it. If a finding is still there, move the comment to the end of a line that the finding shows, or to a
    /// line of its own above it; metadata belongs in the resource that the finding is in.
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
        cdk: "remove the `addMetadata('cflint', …)`",
    }
}

impl Rule for UnusedSuppression {
    fn suppressions(&self, suppressions: &[Suppression], cx: &mut Context<'_>) {
        for unused in suppressions.iter().filter(|known| known.state == SuppressionState::Unused) {
            if unused.is_foreign() {
                continue;
            }
            cx.report(unused.span, format!("there is no `{}` finding here to suppress", unused.name))
                .label("suppresses nothing")
                .help("remove it")
                .fix(Applicability::Safe, "remove it", unused.removal.clone());
        }
    }
}
