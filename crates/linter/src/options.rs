use cflint_diagnostics::Confidence;

use crate::RuleMeta;

/// A file to check.
#[derive(Debug, Clone)]
pub struct Input {
    /// The path as it is shown.
    pub name: String,
    /// The bytes of the file.
    pub bytes: Vec<u8>,
    /// Whether the user named the file, so that "this is no template" is worth a word.
    pub named: bool,
}

/// What a run is asked to do.
#[derive(Debug, Clone)]
pub struct Options {
    /// Rule ids, groups or aliases to run; empty for all that are on by default.
    pub select: Vec<String>,
    /// Rule ids, groups or aliases not to run.
    pub ignore: Vec<String>,
    /// Whether pedantic rules run.
    pub pedantic: bool,
    /// Findings below this confidence are dropped.
    pub min_confidence: Confidence,
    /// Template parameters whose value is known; a pseudo parameter such as `AWS::Region` may be among them.
    pub parameters: Vec<(String, String)>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            select: Vec::new(),
            ignore: Vec::new(),
            pedantic: false,
            min_confidence: Confidence::Likely,
            parameters: Vec::new(),
        }
    }
}

impl Options {
    /// Whether a rule is asked for. A rule that is selected by its own name runs even if it is pedantic.
    #[must_use]
    pub fn runs(&self, rule: &RuleMeta) -> bool {
        if self.ignore.iter().any(|name| rule.is_called(name)) {
            return false;
        }
        let by_name = self.select.iter().any(|name| rule.is_called(name) && name != rule.group.as_str());
        let selected = self.select.is_empty() || self.select.iter().any(|name| rule.is_called(name));
        by_name || (selected && (self.pedantic || !rule.pedantic))
    }
}
