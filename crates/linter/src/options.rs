use std::fmt;
use std::sync::Arc;

use cflint_diagnostics::{Confidence, Severity};

use crate::meta::RuleMeta;

/// What a run is asked to do.
#[derive(Debug, Clone)]
pub struct Options {
    /// Rule ids, groups or aliases to run; empty for all that are on by default.
    pub select: Vec<String>,
    /// Rule ids, groups or aliases to run in addition.
    pub extend_select: Vec<String>,
    /// Rule ids, groups or aliases not to run.
    pub ignore: Vec<String>,
    pub pedantic: bool,
    /// Whether the code of CloudFront Functions is run; otherwise what they do is not known.
    pub functions: bool,
    /// Findings below this confidence are dropped.
    pub min_confidence: Confidence,
    /// Whether findings are reported even if comments or metadata suppress them.
    pub no_suppressions: bool,
    /// Template parameters whose value is known; a pseudo parameter such as `AWS::Region` may be among them.
    pub parameters: Vec<(String, String)>,
    /// Those whose value is known for one stack only. They override the others.
    pub stack_parameters: Vec<StackParameter>,
    /// The severities that the user gives to rules. Later entries override earlier ones, the name of a rule its group.
    pub severities: Vec<(String, Level)>,
    /// Settings for some paths. Later ones override earlier ones, all of them the settings for every path.
    pub overrides: Vec<Override>,
    /// Findings that the user suppresses.
    pub suppressions: Vec<ConfiguredSuppression>,
    /// Resolves a path, which may contain detours and links, to what identifies its file. By default, nothing is looked
    /// up on disk.
    pub real_path: fn(&str) -> String,
}

/// The value of a parameter in one stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StackParameter {
    /// The name of the stack, or of the file of its template without folder and endings.
    pub stack: String,
    /// The parameter or pseudo parameter.
    pub name: String,
    pub value: String,
}

/// Whether a path or a name matches. The reader of the configuration decides how.
#[derive(Clone)]
pub struct Matcher(Arc<dyn Fn(&str) -> bool + Send + Sync>);

impl Matcher {
    /// A matcher that calls a function.
    pub fn new(matches: impl Fn(&str) -> bool + Send + Sync + 'static) -> Self {
        Self(Arc::new(matches))
    }

    /// Whether it matches.
    pub fn matches(&self, text: &str) -> bool {
        (self.0)(text)
    }
}

impl fmt::Debug for Matcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Matcher")
    }
}

/// The severity that the user gives to the findings of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Off: they are dropped.
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
    /// The severities of rules there.
    pub severities: Vec<(String, Level)>,
}

/// Findings that the user suppresses. Every given condition has to match.
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

impl Default for Options {
    fn default() -> Self {
        Self {
            select: Vec::new(),
            extend_select: Vec::new(),
            ignore: Vec::new(),
            pedantic: false,
            functions: true,
            min_confidence: Confidence::Likely,
            no_suppressions: false,
            parameters: Vec::new(),
            stack_parameters: Vec::new(),
            severities: Vec::new(),
            overrides: Vec::new(),
            suppressions: Vec::new(),
            real_path: normal,
        }
    }
}

impl Options {
    /// Whether a rule is selected. A rule that is selected by its own name runs even if it is pedantic.
    pub fn runs(&self, rule: &RuleMeta) -> bool {
        let is_in = |names: &[String]| names.iter().any(|name| rule.is_called(name));
        if is_in(&self.ignore) || !self.is_on(rule) {
            return false;
        }
        let selected = self.select.is_empty() || is_in(&self.select) || is_in(&self.extend_select);
        self.is_named(rule) || (selected && (self.pedantic || !rule.pedantic))
    }

    /// Whether what is pedantic about a rule that runs is shown.
    pub(crate) fn is_pedantic_about(&self, rule: &RuleMeta) -> bool {
        self.pedantic || self.is_named(rule)
    }

    fn is_named(&self, rule: &RuleMeta) -> bool {
        let mut named = self.select.iter().chain(&self.extend_select);
        named.any(|name| rule.is_called(name) && name != rule.group.as_str())
    }

    /// Whether a rule is on anywhere.
    pub(crate) fn is_on(&self, rule: &RuleMeta) -> bool {
        level(&self.severities, rule) != Some(Level::Off)
            || self
                .overrides
                .iter()
                .any(|over| level(&over.severities, rule).is_some_and(|level| level != Level::Off))
    }

    /// The severity of a rule in a file; none if the rule decides.
    pub(crate) fn level_in(&self, rule: &RuleMeta, path: &str) -> Option<Level> {
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

/// The last entry for a rule. Its own name overrides that of its group.
fn level(severities: &[(String, Level)], rule: &RuleMeta) -> Option<Level> {
    let last = |of_group: bool| {
        let is_meant = |name: &str| rule.is_called(name) && (name == rule.group.as_str()) == of_group;
        severities.iter().rev().find(|(name, _)| is_meant(name)).map(|(_, level)| *level)
    };
    last(false).or_else(|| last(true))
}

/// The path with `.` and `..` resolved, to compare paths.
fn normal(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    let absolute = if path.starts_with('/') { "/" } else { "" };
    format!("{absolute}{}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::normal;

    #[test]
    fn paths_are_compared_without_detours() {
        assert_eq!(normal("./a/../b/./c.yaml"), "b/c.yaml");
        assert_eq!(normal("../a.yaml"), "../a.yaml");
        assert_eq!(normal("/x//y/../z"), "/x/z");
    }
}
