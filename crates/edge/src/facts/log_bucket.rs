//! The bucket that standard logging (legacy) writes to.
//!
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging-legacy-s3.html>

use cflint_template::model::{Bucket, Model, Prop};
use cflint_template::value::Text;

use crate::facts::Certainty;
use crate::origin::faults::is_bucket_name;

const REGIONS: &str = include_str!("../../data/log-regions.txt");

/// Why CloudFront cannot write logs to a bucket.
#[derive(Debug, Clone, Copy)]
pub enum LogFault<'m> {
    /// `BucketOwnerEnforced` disables ACLs, and CloudFront needs one.
    NoAcl(&'m Bucket, &'m Prop<Text>),
    /// Nothing says who owns objects, which disables ACLs for buckets created since April 2023.
    NoOwnership(&'m Bucket),
    /// SSE-KMS with the key that AWS manages.
    ManagedKey(&'m Bucket, &'m Prop<Text>),
    /// CloudFront delivers no logs to this region.
    Region(&'static str),
    /// It is only the name of a bucket, not its domain name.
    Name(&'m Text),
}

impl LogFault<'_> {
    /// How certain it is that logging fails.
    pub fn certainty(&self) -> Certainty {
        match self {
            Self::NoAcl(..) | Self::ManagedKey(..) => Certainty::Certain,
            Self::NoOwnership(_) | Self::Name(_) => Certainty::Probable,
            Self::Region(region) => rows()
                .find(|(name, _)| name == region)
                .map_or(Certainty::Uncertain, |(_, certainty)| certainty),
        }
    }

    /// Whether CloudFront rejects the distribution; with AWS's key, only the logs are missing.
    pub const fn is_rejected(&self) -> bool {
        !matches!(self, Self::ManagedKey(..))
    }
}

fn rows() -> impl Iterator<Item = (&'static str, Certainty)> {
    let rows = REGIONS.lines().filter(|line| !line.starts_with('#'));
    rows.filter_map(|row| {
        let (region, mark) = row.split_once(" | ")?;
        Some((region, Certainty::from_mark(mark)?))
    })
}

/// Why CloudFront cannot write logs to the bucket of a distribution.
pub fn faults(model: &Model) -> Vec<LogFault<'_>> {
    let mut faults = Vec::new();
    // One for several tenants has no legacy logging at all.
    let mode = &model.distribution.connection_mode;
    if !mode.is_absent() && mode.literal() != Some("direct") {
        return faults;
    }
    let written = model.distribution.log_bucket.known();
    if let Some(name) = written.filter(|text| is_bucket_name(model, text)) {
        faults.push(LogFault::Name(name));
        return faults;
    }
    let Some(log) = &model.log_bucket else { return faults };
    if let Some(region) = &log.region {
        faults.extend(rows().find(|(name, _)| name == region).map(|(name, _)| LogFault::Region(name)));
    }
    let Some(bucket) = &log.declared else { return faults };
    let ownership = &bucket.ownership;
    let enforced = ownership.iter().find(|rule| rule.literal() == Some("BucketOwnerEnforced"));
    faults.extend(enforced.map(|rule| LogFault::NoAcl(bucket, rule)));
    if ownership.is_empty() {
        faults.push(LogFault::NoOwnership(bucket));
    }
    let by_aws = bucket.encryption.iter().find(|(algorithm, key)| {
        let is_kms = algorithm.literal().is_some_and(|name| name.starts_with("aws:kms"));
        let is_named = key.known().is_some_and(|key| key.suffix().ends_with("alias/aws/s3"));
        is_kms && (key.is_absent() || is_named)
    });
    faults.extend(by_aws.map(|(algorithm, _)| LogFault::ManagedKey(bucket, algorithm)));
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_region_is_understood() {
        let lines = REGIONS.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        assert_eq!(rows().count(), lines.count());
    }
}
