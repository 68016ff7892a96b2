//! Does to findings what the user's configuration says: severities, settings for paths, suppressions.

use cflint_diagnostics::{Finding, Sources, Suppressed};

use crate::meta::RuleMeta;
use crate::options::{ConfiguredSuppression, Level, Matcher, Options};
use crate::report::Report;
use crate::rule::Rule;

impl ConfiguredSuppression {
    fn covers(&self, finding: &Finding, rule: &RuleMeta, path: &str) -> bool {
        let meets = |matcher: &Option<Matcher>, text: Option<&str>| {
            matcher.as_ref().is_none_or(|matcher| text.is_some_and(|text| matcher.matches(text)))
        };
        rule.is_called(&self.rule)
            && meets(&self.path, Some(path))
            && meets(&self.logical_id, finding.subject.logical_id.as_deref())
            && meets(&self.construct, finding.subject.construct.as_deref())
    }
}

/// Gives findings the severities of the configuration, and suppresses those that it knows of. What another channel has
/// suppressed stays with that channel.
pub(crate) fn apply(report: &mut Report, rules: &[&'static dyn Rule], options: &Options) {
    if options.severities.is_empty() && options.overrides.is_empty() && options.suppressions.is_empty() {
        return;
    }
    let meta = |id: &str| rules.iter().map(|rule| rule.meta()).find(|meta| meta.id == id);
    let mut used = vec![false; options.suppressions.len()];
    let Report { sources, findings, .. } = report;
    findings.retain_mut(|finding| {
        let Some(rule) = meta(finding.rule) else { return true };
        let path = path_of(finding, sources);
        match options.level_in(rule, path) {
            Some(Level::Off) => return false,
            Some(Level::At(severity)) => finding.severity = severity,
            Some(Level::Usual) | None => {}
        }
        for (suppression, used) in options.suppressions.iter().zip(&mut used) {
            if !suppression.covers(finding, rule, path) {
                continue;
            }
            *used = true;
            if finding.suppressed.is_none() {
                let (channel, reason) = ("config".to_owned(), suppression.reason.clone());
                finding.suppressed = Some(Suppressed { channel, reason });
            }
        }
        true
    });
    let ran = |name: &str| rules.iter().any(|rule| rule.meta().is_called(name));
    let unused = options.suppressions.iter().zip(used).enumerate();
    report.unused_suppressions = unused
        .filter(|(_, (suppression, used))| !used && ran(&suppression.rule))
        .map(|(index, _)| index)
        .collect();
}

fn path_of<'s>(finding: &Finding, sources: &'s Sources) -> &'s str {
    sources.name(finding.primary.span.file)
}

#[cfg(test)]
mod tests;
