//! The security policies of viewer connections.
//!
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/secure-connections-supported-viewer-protocols-ciphers.html>

const DATA: &str = include_str!("../../data/viewer-tls.txt");

/// The policy of a distribution with its own certificate that does not name one. That is reported; the documentation
/// says so only for the certificate for `*.cloudfront.net`.
/// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ViewerCertificate.html>
pub const DEFAULT: &str = "TLSv1";

/// The oldest policy that allows nothing weak.
pub const SOUND: &str = "TLSv1.2_2021";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ViewerTls {
    pub name: &'static str,
    pub oldest: &'static str,
    /// What it allows that newer policies do not: `RSA` or `CBC`.
    pub weakness: Option<&'static str>,
}

/// Every policy, sorted by name.
pub fn policies() -> impl Iterator<Item = ViewerTls> {
    let lines = DATA.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.filter_map(|line| {
        let mut fields = line.split(" | ");
        let (name, oldest, weakness) = (fields.next()?, fields.next()?, fields.next()?);
        Some(ViewerTls { name, oldest, weakness: Some(weakness).filter(|weakness| *weakness != "-") })
    })
}

/// The policy with this name.
pub fn policy(name: &str) -> Option<ViewerTls> {
    policies().find(|policy| policy.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_has_no_duplicates() {
        let names: Vec<&str> = policies().map(|policy| policy.name).collect();
        assert!(names.is_sorted_by(|a, b| a < b), "{names:?}");
        let lines = DATA.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        assert_eq!(names.len(), lines.count(), "every line is read");
    }

    #[test]
    fn the_policy_that_is_advised_is_sound() {
        assert_eq!(policy(SOUND).and_then(|policy| policy.weakness), None);
        assert!(policy(DEFAULT).is_some_and(|policy| policy.weakness.is_some()));
        assert_eq!(policy("TLSv1.9"), None);
    }
}
