//! What the user's configuration says of findings: severities, settings for paths, suppressions.

use std::fmt;
use std::sync::Arc;

use cflint_diagnostics::{Finding, Severity, Sources, Suppressed};

use crate::{Options, Report, Rule, RuleMeta};

/// Whether a path or a name is meant. How it is decided is the business of whoever reads the configuration.
#[derive(Clone)]
pub struct Matcher(Arc<dyn Fn(&str) -> bool + Send + Sync>);

impl Matcher {
    /// A matcher that asks a function.
    pub fn new(matches: impl Fn(&str) -> bool + Send + Sync + 'static) -> Self {
        Self(Arc::new(matches))
    }

    /// Whether this one is meant.
    pub fn matches(&self, text: &str) -> bool {
        (self.0)(text)
    }
}

impl fmt::Debug for Matcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Matcher")
    }
}

/// What the findings of a rule are worth to the user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Nothing: they are dropped.
    Off,
    Usual,
    /// This severity, whatever the rule says.
    At(Severity),
}

#[derive(Debug, Clone)]
pub struct Override {
    pub paths: Matcher,
    /// Rule ids, groups or aliases whose findings are dropped there.
    pub ignore: Vec<String>,
    /// What rules are worth there.
    pub severities: Vec<(String, Level)>,
}

/// Findings that the user knows of. Every condition that is there has to hold.
#[derive(Debug, Clone)]
pub struct ConfiguredSuppression {
    /// Rule id, group or alias.
    pub rule: String,
    /// The path of the template.
    pub path: Option<Matcher>,
    /// The logical id of the resource.
    pub logical_id: Option<Matcher>,
    /// The path of the CDK construct.
    pub construct: Option<Matcher>,
    pub reason: Option<String>,
}

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

impl Options {
    /// Whether a rule is worth something anywhere.
    pub(crate) fn is_on(&self, rule: &RuleMeta) -> bool {
        level(&self.severities, rule) != Some(Level::Off)
            || self
                .overrides
                .iter()
                .any(|over| level(&over.severities, rule).is_some_and(|level| level != Level::Off))
    }

    /// What a rule is worth in a file; nothing if the rule decides.
    fn level_in(&self, rule: &RuleMeta, path: &str) -> Option<Level> {
        let mut found = level(&self.severities, rule);
        for over in self.overrides.iter().filter(|over| over.paths.matches(path)) {
            if over.ignore.iter().any(|name| rule.is_called(name)) {
                found = Some(Level::Off);
            } else if let Some(level) = level(&over.severities, rule) {
                found = Some(level);
            }
        }
        found
    }
}

/// The last word on a rule. Its own name counts before that of its group.
fn level(severities: &[(String, Level)], rule: &RuleMeta) -> Option<Level> {
    let last = |of_group: bool| {
        let is_meant = |name: &str| rule.is_called(name) && (name == rule.group.as_str()) == of_group;
        severities.iter().rev().find(|(name, _)| is_meant(name)).map(|(_, level)| *level)
    };
    last(false).or_else(|| last(true))
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
