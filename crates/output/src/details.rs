//! What there is to say about a finding besides its message.

use cflint_diagnostics::{Applicability, Confidence, Finding};

use cflint_linter::Report;

use crate::context::Context;
use crate::place;
use crate::text::visible;

/// How many behaviors are named before the others are counted.
const NAMED: usize = 4;

/// The circumstances, the reasons, the help and, where it is not certain, how sure it is: one text each.
pub(crate) fn details(finding: &Finding) -> Vec<String> {
    circumstances(finding)
        .into_iter()
        .chain(finding.notes.iter().cloned())
        .chain(help(finding))
        .chain(confidence(finding))
        .collect()
}

/// The behavior, and the conditions of the template under which the finding occurs.
pub(crate) fn circumstances(finding: &Finding) -> Option<String> {
    let subject = &finding.subject;
    let behavior = match subject.behaviors.as_slice() {
        [] => subject.behavior.as_ref().map(|pattern| format!("behavior `{}`", visible(pattern))),
        [several @ .., last] => {
            let named: Vec<_> =
                several.iter().take(NAMED).map(|name| format!("`{}`", visible(name))).collect();
            Some(match several.len().saturating_sub(NAMED) {
                0 => format!("behaviors {} and `{}`", named.join(", "), visible(last)),
                more => format!("behaviors {} and {} more", named.join(", "), more + 1),
            })
        }
    };
    let conditions: Vec<_> =
        finding.conditions.iter().map(|(name, value)| format!("`{}` is {value}", visible(name))).collect();
    let when = (!conditions.is_empty()).then(|| format!("when {}", conditions.join(" and ")));
    let parts: Vec<_> = behavior.into_iter().chain(when).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// What to write instead, and whether `--fix` does it.
pub(crate) fn help(finding: &Finding) -> Option<String> {
    let text = finding.help.as_ref().or(finding.fix.as_ref().map(|fix| &fix.title))?;
    let fix = match finding.fix.as_ref().map(|fix| fix.applicability) {
        Some(Applicability::Safe) => " (safe fix)",
        Some(Applicability::Unsafe) => " (unsafe fix)",
        Some(Applicability::Display) | None => "",
    };
    Some(format!("help: {text}{fix}"))
}

/// How sure it is, where that is worth a word.
pub(crate) fn confidence(finding: &Finding) -> Option<String> {
    (finding.confidence != Confidence::Certain).then(|| format!("confidence: {}", finding.confidence))
}

/// What follows the message as lines of text, for formats that show a finding at one place: what the labels say
/// with their places, and everything else.
pub(crate) fn lines(report: &Report, finding: &Finding, context: &Context<'_>) -> Vec<String> {
    let here = Some(finding.primary.message.clone()).filter(|label| !label.is_empty());
    let related = finding.related.iter().filter(|label| !label.message.is_empty());
    let related =
        related.map(|label| format!("{}: {}", place::line(report, label.span, context), label.message));
    here.into_iter().chain(related).chain(rest(report, finding, context)).collect()
}

/// What there is to say without the labels.
pub(crate) fn rest(report: &Report, finding: &Finding, context: &Context<'_>) -> Vec<String> {
    let see = context.rule(finding.rule).map(|rule| format!("see {}", rule.url()));
    made_into(report, finding, context).into_iter().chain(details(finding)).chain(see).collect()
}

/// The place in the template, if the finding is shown at the user's own line.
pub(crate) fn made_into(report: &Report, finding: &Finding, context: &Context<'_>) -> Option<String> {
    place::user(finding, context)?;
    let at = place::template(&report.sources, finding.primary.span, context);
    let construct = finding.subject.construct.as_ref().map(|path| format!("construct `{path}`, "));
    Some(format!("{}in {}:{}:{}", construct.unwrap_or_default(), at.path, at.start.line, at.start.column))
}
