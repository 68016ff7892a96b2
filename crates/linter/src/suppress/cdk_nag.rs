//! Which rules of cdk-nag are about the cause of one of ours.

/// The id of cdk-nag 3 and the id of our rule. Accepting the first accepts what the second reports:
/// `tests/comparison/mapping.toml` says why, and a test compares the two.
/// <https://github.com/cdklabs/cdk-nag/blob/main/RULES.md#awssolutions>
///
/// `AwsSolutions-CFR5` is not `origin-not-https`: its text is about versions of TLS, and a request over HTTP is one that
/// API Gateway rejects.
pub const SAME: [(&str, &str); 6] = [
    ("AwsSolutions-APIG4", "route-without-authorizer"),
    ("AwsSolutions-CFR2", "web-acl-missing"),
    ("AwsSolutions-CFR3", "access-log-missing"),
    ("AwsSolutions-CFR4", "viewer-tls-outdated"),
    ("AwsSolutions-CFR5", "origin-tls-outdated"),
    ("AwsSolutions-CFR7", "s3-origin-public"),
];

pub(crate) fn reports_the_same(foreign: &str, rule: &str) -> bool {
    SAME.iter().any(|(other, own)| *other == foreign && *own == rule)
}
