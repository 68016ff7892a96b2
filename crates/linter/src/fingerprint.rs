//! The identity of a finding across runs.

use std::collections::HashMap;
use std::fmt::Write as _;

use cflint_diagnostics::{FileId, Finding, Sources};
use sha2::{Digest, Sha256};

/// How much of a text is hashed, in code points.
const MAX_TEXT: usize = 80;

/// Gives each finding the hash of its rule and subject, or of the text at its place where its subject has no
/// name; equal ones of a file are numbered in order. Lines and places
/// among behaviors are not hashed, so that moving something keeps the identity, and other files are not, so that it is
/// the same whichever files a run reads. Until [`seal`] the fingerprint is the text itself.
pub(crate) fn set(findings: &mut [Finding], sources: &Sources) {
    let mut seen: HashMap<(FileId, String), u32> = HashMap::new();
    for finding in findings {
        let subject = &finding.subject;
        let place = subject.construct.as_ref().or(subject.logical_id.as_ref());
        // The path pattern distinguishes behaviors. Nothing else distinguishes origins and the like.
        let property = match (&subject.property, &subject.behavior) {
            (Some(property), Some(_)) => Some(without_indices(property)),
            (property, _) => property.clone(),
        };
        let span = finding.primary.span;
        let text = sources.get(span.file).filter(|_| place.is_none()).map(|file| beginning(file.slice(span)));
        let parts = [
            Some(&finding.rule.to_owned()),
            subject.stack.as_ref(),
            place,
            property.as_ref(),
            subject.behavior.as_ref(),
            text.as_ref(),
        ]
        .map(|part| part.map_or("", String::as_str))
        .join("\0");
        let count = seen
            .entry((finding.primary.span.file, parts.clone()))
            .and_modify(|count| *count += 1)
            .or_insert(0);
        finding.fingerprint = format!("{parts}\0{count}");
    }
}

/// Hashes what [`set`] found. Most runs show few of their findings, or none, and then need no hash.
pub(crate) fn seal(findings: &mut [Finding]) {
    for finding in findings {
        finding.fingerprint = hash(&finding.fingerprint);
        finding.cause = hash(&finding.cause);
    }
}

/// Gives findings with one cause the same text: those of one rule in one file and stack that say the same, and have the same
/// remedy, unless the rule says what they have in common. [`seal`] hashes it.
pub(crate) fn set_causes(findings: &mut [Finding], sources: &Sources) {
    for finding in findings {
        if finding.cause.is_empty() {
            finding.cause = format!("{}\0{}", finding.message, finding.help.as_deref().unwrap_or_default());
        }
        let stack = finding.subject.stack.as_deref().unwrap_or_default();
        let path = sources.name(finding.primary.span.file);
        let (severity, confidence) = (finding.severity, finding.confidence);
        let parts = [finding.rule, path, stack, severity.as_str(), confidence.as_str(), &finding.cause];
        finding.cause = parts.join("\0");
    }
}

/// The first line, as far as it distinguishes something from others.
fn beginning(text: &str) -> String {
    text.lines().next().unwrap_or_default().chars().take(MAX_TEXT).collect()
}

/// The identity of a finding among those of all files, for formats that do not pair the fingerprint with a path.
pub fn fingerprint_in(path: &str, finding: &Finding) -> String {
    hash(&format!("{path}\0{}", finding.fingerprint))
}

fn hash(text: &str) -> String {
    Sha256::digest(text).iter().take(16).fold(String::new(), |mut hex, byte| {
        // Writing to a text cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// The path of a property without the places in lists, which move like lines when something is put before.
fn without_indices(property: &str) -> String {
    let mut parts = property.split('[');
    let mut path = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (index, rest) = part.split_once(']').unwrap_or((part, ""));
        let is_index = !index.is_empty() && index.bytes().all(|byte| byte.is_ascii_digit());
        path.push_str(if is_index { "[]" } else { "[" });
        path.push_str(if is_index { rest } else { part });
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_in_lists_do_not_count() {
        assert_eq!(
            without_indices("DistributionConfig.Origins[12].DomainName"),
            "DistributionConfig.Origins[].DomainName"
        );
        assert_eq!(without_indices("A[0][1]"), "A[][]");
        for path in ["A.B", "", "A[b]", "A[", "A[]"] {
            assert_eq!(without_indices(path), path);
        }
    }
}
