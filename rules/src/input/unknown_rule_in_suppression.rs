use cflint_diagnostics::{Applicability, Edit};
use cflint_linter::{Context, Rule, Suppression, SuppressionState, declare_rule};

use crate::RULES;
use crate::shared::names::similar;

declare_rule! {
    /// ## What it does
    /// Reports suppressions that name no rule, no group and no alias of a rule, and comments that look like a suppression
    /// and are none.
    ///
    /// ## Why is this bad?
    /// It suppresses nothing. Somebody wrote it to accept a finding with a reason, and the finding still counts.
    ///
    /// ## Remediation
    /// Write `# cflint: ignore[rule] reason`, or in `Metadata` `cflint: {ignore: [{id: rule, reason: …}]}`. `cflint rules`
    /// lists the names.
    ///
    /// ## Fix safety
    /// A name that is nearly that of a rule is replaced by it. That makes a finding count no more, which is unsafe as long as
    /// nobody has looked whether that rule was meant.
    ///
    /// ## Exceptions
    /// Suppressions of other tools may name whatever these know.
    ///
    /// ## References
    /// - [Resource attribute: Metadata](https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-metadata.html)
    pub(crate) UnknownRuleInSuppression {
        id: "unknown-rule-in-suppression",
        group: Input,
        summary: "a suppression names no rule",
        severity: Warning,
        fix: Unsafe,
    }
}

impl Rule for UnknownRuleInSuppression {
    fn suppressions(&self, suppressions: &[Suppression], cx: &mut Context<'_>) {
        for unknown in suppressions.iter().filter(|known| known.state == SuppressionState::Unknown) {
            if unknown.is_foreign() {
                continue;
            }
            if unknown.name.is_empty() {
                cx.report(unknown.span, "this comment is meant for cflint and names no rule")
                    .label("not understood")
                    .help("write `cflint: ignore[rule] reason`");
                continue;
            }
            let meant = similar(&unknown.name, RULES.iter().map(|rule| rule.meta().id));
            let help = match meant {
                Some(meant) => format!("write `{meant}`, if that is meant"),
                None => "`cflint rules` lists the names".to_owned(),
            };
            let edits = meant.map(|meant| vec![Edit { span: unknown.span, text: meant.to_owned() }]);
            cx.report(unknown.span, format!("there is no rule `{}`", unknown.name))
                .label("suppresses nothing")
                .help(help.clone())
                .fix(Applicability::Unsafe, help, edits);
        }
    }
}
