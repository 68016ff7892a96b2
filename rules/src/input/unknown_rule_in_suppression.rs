use cflint_diagnostics::{Applicability, Edit};
use cflint_edge::words::similar;
use cflint_linter::{Context, Rule, Suppression, SuppressionState, declare_rule};

use crate::RULES;

declare_rule! {
    /// ## What it does
    /// Reports suppressions that do not name a rule, group or alias of a rule, and comments that look like a suppression but
    /// are not.
    ///
    /// ## Why is this bad?
    /// It suppresses nothing. Someone wrote it to accept a finding for a reason, but the finding is still reported.
    ///
    /// ## Remediation
    /// Write `# cflint: ignore[rule] reason`, or in `Metadata` `cflint: {ignore: [{id: rule, reason: …}]}`. `cflint
    /// rules` lists the names.
    ///
    /// ## Fix safety
    /// A name that is close to that of a rule is replaced by it. That suppresses a finding, which is unsafe until
    /// someone has checked that this is the intended rule.
    ///
    /// ## Exceptions
    /// Suppressions for other tools may name anything that those tools know.
    ///
    /// ## References
    /// - [Resource attribute: Metadata](https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-metadata.html)
    pub(crate) UnknownRuleInSuppression {
        id: "unknown-rule-in-suppression",
        group: Input,
        summary: "a suppression does not name a rule",
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
                cx.report(unknown.span, "this cflint comment does not name a rule")
                    .label("not understood")
                    .help("write `cflint: ignore[rule] reason`");
                continue;
            }
            let meant = similar(&unknown.name, RULES.iter().map(|rule| rule.meta().id));
            let help = match meant {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => "run `cflint rules` to list the names".to_owned(),
            };
            let edits = meant
                .filter(|_| unknown.made.is_none())
                .map(|meant| vec![Edit { span: unknown.span, text: meant.to_owned() }]);
            cx.report(unknown.span, format!("there is no rule `{}`", unknown.name))
                .made_by(unknown)
                .label("suppresses nothing")
                .help(help)
                .fix(Applicability::Unsafe, format!("write `{}`", meant.unwrap_or_default()), edits);
        }
    }
}
