//! Applies the user's configuration to findings: severities, settings for paths, suppressions.

use std::collections::HashMap;

use cflint_diagnostics::{FileId, Finding, Suppressed};

use crate::meta::RuleMeta;
use crate::options::{ConfiguredSuppression, Level, Matcher, Options};
use crate::report::Report;
use crate::rule::Rule;

impl ConfiguredSuppression {
    fn covers(&self, finding: &Finding) -> bool {
        let meets = |matcher: &Option<Matcher>, text: Option<&str>| {
            matcher.as_ref().is_none_or(|matcher| text.is_some_and(|text| matcher.matches(text)))
        };
        meets(&self.logical_id, finding.subject.logical_id.as_deref())
            && meets(&self.construct, finding.subject.construct.as_deref())
    }
}

/// What the configuration says about a rule in a file, whatever is found there.
struct Configured {
    level: Option<Level>,
    /// The positions of the suppressions that may be about it.
    suppressions: Vec<usize>,
}

impl Configured {
    fn of(rule: &RuleMeta, path: &str, options: &Options) -> Self {
        let meets_path =
            |known: &ConfiguredSuppression| known.path.as_ref().is_none_or(|matcher| matcher.matches(path));
        let suppressions = options.suppressions.iter().enumerate();
        let about = suppressions.filter(|(_, known)| rule.is_called(&known.rule) && meets_path(known));
        Self { level: options.level_in(rule, path), suppressions: about.map(|(index, _)| index).collect() }
    }
}

/// Gives findings the severities of the configuration, and suppresses those that it lists. What another channel has
/// suppressed stays with that channel.
pub(crate) fn apply(report: &mut Report, rules: &[&'static dyn Rule], options: &Options) {
    if options.severities.is_empty() && options.overrides.is_empty() && options.suppressions.is_empty() {
        return;
    }
    let meta = |id: &str| rules.iter().map(|rule| rule.meta()).find(|meta| meta.id == id);
    let mut used = vec![false; options.suppressions.len()];
    let mut known: HashMap<(&str, FileId), Configured> = HashMap::new();
    let Report { sources, findings, .. } = report;
    findings.retain_mut(|finding| {
        let Some(rule) = meta(finding.rule) else { return true };
        let configured = known
            .entry((finding.rule, finding.primary.span.file))
            .or_insert_with(|| Configured::of(rule, sources.name(finding.primary.span.file), options));
        match configured.level {
            Some(Level::Off) => return false,
            Some(Level::At(severity)) => finding.severity = severity,
            Some(Level::Usual) | None => {}
        }
        for index in &configured.suppressions {
            let (Some(suppression), Some(used)) = (options.suppressions.get(*index), used.get_mut(*index))
            else {
                continue;
            };
            if !suppression.covers(finding) {
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

#[cfg(test)]
mod tests;
