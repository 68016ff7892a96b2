use std::sync::Arc;

use cflint_diagnostics::Confidence;
use cflint_template::assembly::StackFacts;

use crate::project::normal;
use crate::{ConfiguredSuppression, Level, Override, RuleMeta};

#[derive(Debug, Clone)]
pub struct Input {
    /// The path as it is shown.
    pub name: String,
    /// The bytes of the file.
    pub bytes: Vec<u8>,
    /// Why the file takes part.
    pub role: Role,
    /// The stack of a CDK assembly that the file is the template of.
    pub stack: Option<StackOf>,
}

impl Input {
    /// A file that the user named.
    pub fn new(name: impl Into<String>, bytes: Vec<u8>) -> Self {
        Self { name: name.into(), bytes, role: Role::Named, stack: None }
    }

    /// Whether it is looked at for its own sake.
    pub(crate) fn is_checked(&self) -> bool {
        self.role != Role::Linked
    }
}

/// Why a file takes part in a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// It is checked, and the user named it: "this is no template" is worth a word.
    Named,
    /// It is checked if it is a template.
    Found,
    /// It has to do with those that are checked. Of its findings only those count that point at a checked file, it has no errors
    /// and notices of its own, is not counted, and is never changed.
    Linked,
}

/// The stack that a template belongs to.
#[derive(Debug, Clone)]
pub struct StackOf {
    /// What the manifest of the assembly says of it.
    pub facts: Arc<StackFacts>,
    /// Whether the template is that of a stack inside this one.
    pub is_nested: bool,
}

impl StackOf {
    /// What is known of the pseudo parameters.
    pub(crate) fn pseudo_parameters(&self) -> Vec<(String, String)> {
        let name = Some(&self.facts.name).filter(|_| !self.is_nested);
        let known = [
            ("AWS::StackName", name),
            ("AWS::AccountId", self.facts.account.as_ref()),
            ("AWS::Region", self.facts.region.as_ref()),
        ];
        known.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?.clone()))).collect()
    }
}

/// What a run is asked to do.
#[derive(Debug, Clone)]
pub struct Options {
    /// Rule ids, groups or aliases to run; empty for all that are on by default.
    pub select: Vec<String>,
    /// Rule ids, groups or aliases to run beside those.
    pub extend_select: Vec<String>,
    /// Rule ids, groups or aliases not to run.
    pub ignore: Vec<String>,
    pub pedantic: bool,
    /// Findings below this confidence are dropped.
    pub min_confidence: Confidence,
    /// Whether findings count that comments or metadata suppress.
    pub no_suppressions: bool,
    /// Template parameters whose value is known; a pseudo parameter such as `AWS::Region` may be among them.
    pub parameters: Vec<(String, String)>,
    /// Those whose value is known for one stack only. They count before the others.
    pub stack_parameters: Vec<StackParameter>,
    /// What rules are worth to the user. Later entries count before earlier ones, the name of a rule before its group.
    pub severities: Vec<(String, Level)>,
    /// Settings for some paths. Later ones count before earlier ones, all of them before the settings for every path.
    pub overrides: Vec<Override>,
    /// Findings that the user knows of.
    pub suppressions: Vec<ConfiguredSuppression>,
    /// What tells one file from others by a path that may lead to it over detours and links. By default, nothing is looked
    /// up on disk.
    pub real_path: fn(&str) -> String,
}

/// The value of a parameter in one stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StackParameter {
    /// What the stack is called, or the file of its template without folder and endings.
    pub stack: String,
    /// The parameter or pseudo parameter.
    pub name: String,
    pub value: String,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            select: Vec::new(),
            extend_select: Vec::new(),
            ignore: Vec::new(),
            pedantic: false,
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
    /// Whether a rule is asked for. A rule that is selected by its own name runs even if it is pedantic.
    pub fn runs(&self, rule: &RuleMeta) -> bool {
        let is_in = |names: &[String]| names.iter().any(|name| rule.is_called(name));
        if is_in(&self.ignore) || !self.is_on(rule) {
            return false;
        }
        let mut named = self.select.iter().chain(&self.extend_select);
        let by_name = named.any(|name| rule.is_called(name) && name != rule.group.as_str());
        let selected = self.select.is_empty() || is_in(&self.select) || is_in(&self.extend_select);
        by_name || (selected && (self.pedantic || !rule.pedantic))
    }
}
