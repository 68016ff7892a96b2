//! The keys of the file, once for reading and for the schema.

/// What is written first in the schema of a key.
pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) doc: &'static str,
}

const fn key(name: &'static str, doc: &'static str) -> Key {
    Key { name, doc }
}

pub(super) const TOP: [Key; 13] = [
    key("select", "Run only these rules, groups or aliases."),
    key("extend-select", "Run these rules, groups or aliases too, such as single pedantic rules."),
    key("ignore", "Do not run these rules, groups or aliases."),
    key("pedantic", "Run pedantic rules too."),
    key("min-confidence", "Drop findings below this confidence."),
    key("min-severity", "Drop findings below this severity."),
    key("fail-on", "Lowest severity that makes the exit code 1."),
    key("functions", "Run the code of CloudFront Functions."),
    key("exclude", "Globs of files and folders to skip when a folder is searched."),
    key("parameters", "Values of template parameters, for all stacks or, in a mapping, for one."),
    key(
        "parameters-file",
        "Files with values of parameters, as used for deployment. Later files override earlier ones.",
    ),
    key("rules", "Settings of rules, groups or aliases."),
    key("overrides", "Settings for some paths. Later ones override earlier ones."),
];

pub(super) const RULE: [Key; 3] = [
    key("severity", "Severity of the findings; `off` turns the rule off."),
    key("ignore", "Known findings, which are reported as suppressed."),
    key("options", "Options of the rule."),
];

pub(super) const KNOWN: [Key; 4] = [
    key("path", "Glob of template paths, relative to the folder of this file."),
    key("id", "Glob of logical ids."),
    key("construct", "Glob of the paths of CDK constructs."),
    key("reason", "Why these findings are accepted."),
];

pub(super) const OVERRIDE: [Key; 3] = [
    key("paths", "Globs of paths, relative to the folder of this file."),
    key("ignore", "Rules, groups or aliases whose findings are dropped there."),
    key("rules", "Settings of rules, groups or aliases there."),
];

/// The names of some keys.
pub(super) fn names<const N: usize>(keys: &'static [Key; N]) -> [&'static str; N] {
    keys.each_ref().map(|key| key.name)
}
