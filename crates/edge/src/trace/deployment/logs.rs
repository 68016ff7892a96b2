//! Buckets that CloudFront does not accept for logs.

use cflint_template::model::Model;

use super::Fault;
use crate::facts::log_bucket::{LogFault, faults};
use crate::trace::Undeployable;

pub(super) fn log_bucket(model: &Model) -> impl Iterator<Item = Fault> {
    faults(model).into_iter().filter(LogFault::is_rejected).map(|fault| {
        let what = match fault {
            LogFault::Region(region) => format!("CloudFront does not deliver logs to a bucket in `{region}`"),
            LogFault::Name(name) => {
                format!("CloudFront cannot log to `{name}`, which is not the domain name of a bucket")
            }
            LogFault::NoAcl(bucket, _) | LogFault::NoOwnership(bucket) | LogFault::ManagedKey(bucket, _) => {
                format!("CloudFront cannot log to `{}`, whose ACLs are disabled", bucket.id)
            }
        };
        Fault::new(Undeployable::LogBucket, what, fault.certainty(), model.distribution.log_bucket.span)
    })
}
