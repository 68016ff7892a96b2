/// The name of the format.
pub(super) const SCHEMA: &str = "cflint-baseline/v1";

/// What identifies a finding: never lines, which move.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    /// The path of the template from the folder of the baseline, with `/`.
    pub(super) path: String,
    pub(super) rule: String,
    pub(super) fingerprint: String,
}
