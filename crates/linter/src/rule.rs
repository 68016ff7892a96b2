use crate::RuleMeta;

/// A rule.
pub trait Rule: Sync {
    /// What is known of the rule without running it.
    fn meta(&self) -> &'static RuleMeta;
}
