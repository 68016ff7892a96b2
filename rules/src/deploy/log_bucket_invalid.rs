use cflint_diagnostics::Applicability;
use cflint_edge::facts::log_bucket::{LogFault, faults};
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::edit::NewValue;
use cflint_template::model::{Bucket, Model};

use crate::shared::confidence::confidence_of;
use crate::shared::written::is_filled_in;

/// The ownership that `OwnershipControls` needs, so that CloudFront can grant itself access.
const OWNERSHIP: &str = "BucketOwnerPreferred";

declare_rule! {
    /// ## What it does
    /// Reports distributions whose `Logging.Bucket` cannot hold standard logs: the name of a bucket instead of its domain
    /// name, a bucket with ACLs disabled, without
    /// `OwnershipControls`, encrypted with the AWS managed KMS key, or in a Region to which CloudFront does not deliver.
    ///
    /// ## Why is this bad?
    /// Standard logging (legacy) grants itself access with an ACL of the bucket. Since April 2023 new buckets have ACLs
    /// disabled, unless `OwnershipControls` says otherwise, and the deployment fails with `The S3 bucket that you
    /// specified for CloudFront logs does not enable ACL access`. `AccessControl: LogDeliveryWrite` alone does not
    /// enable ACLs: then the bucket itself fails. In some opt-in Regions the deployment fails as well. With the AWS
    /// managed key `aws/s3` CloudFront cannot encrypt, so no log ever arrives.
    ///
    /// ## Remediation
    /// Add `OwnershipControls` with `ObjectOwnership: BucketOwnerPreferred` to the bucket. In CDK set `objectOwnership:
    /// ObjectOwnership.OBJECT_WRITER` on the `Bucket`, or use `enableLogging: true` without a `logBucket`. For
    /// encryption use `SSEAlgorithm: AES256`, or a key of your own whose policy allows `delivery.logs.amazonaws.com`. In
    /// a SAM template they are written the same way. Standard logging (v2), with an `AWS::Logs::DeliverySource`, needs
    /// no ACL.
    ///
    /// ## Fix safety
    /// The fix enables ACLs on the bucket. Objects and buckets may have ACLs from before that then take effect again.
    ///
    /// ## Exceptions
    /// A bucket without `OwnershipControls` that was created before April 2023 still has ACLs, so that finding is only
    /// likely. Buckets outside the project, and Regions that are not known, are not reported.
    ///
    /// ## References
    /// - [Configure standard logging (legacy)](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging-legacy-s3.html)
    /// - [AWS::S3::Bucket OwnershipControls](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-ownershipcontrols.html)
    pub(crate) LogBucketInvalid {
        id: "log-bucket-invalid",
        group: Deploy,
        summary: "CloudFront cannot write logs to the bucket in `Logging`",
        severity: Error,
        fix: Unsafe,
        cdk: "`logBucket` with a `Bucket` that has `objectOwnership: ObjectOwnership.OBJECT_WRITER`",
    }
}

impl Rule for LogBucketInvalid {
    fn distribution(&self, model: &Model, cx: &mut Context<'_>) {
        for fault in faults(model) {
            report(model, fault, cx);
        }
    }
}

fn report(model: &Model, fault: LogFault<'_>, cx: &mut Context<'_>) {
    let place = &model.distribution.log_bucket;
    let confidence = confidence_of(fault.certainty());
    match fault {
        LogFault::NoAcl(bucket, ownership) => {
            let edits = cx.replace(ownership, &NewValue::Text(OWNERSHIP));
            cx.report(place, format!("CloudFront cannot log to `{}`: its ACLs are disabled", bucket.id))
                .label("this bucket has ACLs disabled")
                .related(ownership.span, "disables ACLs")
                .note("CloudFront grants itself access with an ACL; if it cannot, it responds: `The S3 bucket that you specified for CloudFront logs does not enable ACL access`")
                .help(format!("write `ObjectOwnership: {OWNERSHIP}`"))
                .fix(Applicability::Unsafe, "enable ACLs", edits)
                .rests_on(ownership)
                .at_most(confidence);
        }
        LogFault::NoOwnership(bucket) => {
            let rule = NewValue::Fields(&[("ObjectOwnership", OWNERSHIP)]);
            let rules = NewValue::One(&rule);
            let edits = cx.insert(bucket.node, "OwnershipControls", &NewValue::Entry("Rules", &rules));
            let finding = cx
                .report(
                    place,
                    format!("CloudFront cannot log to `{}`: it has no `OwnershipControls`", bucket.id),
                )
                .label("this bucket has ACLs disabled by default")
                .related(bucket.span, "no `OwnershipControls`")
                .note("buckets created since April 2023 have ACLs disabled by default; CloudFront needs one, and otherwise responds: `The S3 bucket that you specified for CloudFront logs does not enable ACL access`")
                .help(format!(
                    "add `OwnershipControls: {{Rules: [{{ObjectOwnership: {OWNERSHIP}}}]}}` to `{}`",
                    bucket.id
                ))
                .fix(Applicability::Unsafe, "enable ACLs", edits)
                .at_most(confidence);
            if let Some(acl) = acl(bucket) {
                finding.related(bucket.acl.span, "does not enable ACLs").note(format!(
                    "S3 rejects `AccessControl: {acl}`: `Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting`"
                ));
            }
        }
        LogFault::ManagedKey(bucket, algorithm) => {
            cx.report(place, format!("CloudFront cannot log to `{}`: AWS manages its KMS key", bucket.id))
                .label("CloudFront cannot encrypt for this bucket")
                .related(algorithm.span, "with the key `aws/s3`")
                .note("logs are delivered by `delivery.logs.amazonaws.com`, which the policy of the AWS managed key does not allow; no log arrives")
                .help("write `SSEAlgorithm: AES256`, or set `KMSMasterKeyID` to a key whose policy allows `delivery.logs.amazonaws.com`")
                .rests_on(algorithm)
                .at_most(confidence);
        }
        LogFault::Name(name) if is_filled_in(name) => {}
        LogFault::Name(name) => {
            let bucket = name.as_hole().and_then(|_| name.owner());
            let what = bucket.map_or_else(|| name.to_string(), str::to_owned);
            cx.report(place, format!("CloudFront cannot log to `{what}`, which is not a domain name"))
                .label("not the domain name of a bucket")
                .note("CloudFront reportedly responds: `The parameter Logging Bucket does not refer to a valid S3 bucket.`")
                .help(match bucket {
                    Some(bucket) => format!("write `Bucket: !GetAtt {bucket}.DomainName`"),
                    None => format!("write `Bucket: {name}.s3.amazonaws.com`"),
                })
                .at_most(confidence);
        }
        LogFault::Region(region) => {
            let bucket = model.log_bucket.as_ref().and_then(|log| log.declared.as_ref());
            cx.report(place, format!("CloudFront does not deliver logs to a bucket in `{region}`"))
                .label(format!("this bucket is in `{region}`"))
                .related_each(bucket.map(|bucket| (bucket.span, format!("in `{region}`"))))
                .note("CloudFront reportedly responds: `You don't have permission to access the S3 bucket for CloudFront logs`")
                .help("log to a bucket in a Region that is enabled by default, such as `us-east-1`")
                .at_most(confidence);
        }
    }
}

/// A canned ACL that a bucket with ACLs disabled cannot have.
fn acl(bucket: &Bucket) -> Option<&str> {
    bucket.acl.literal().filter(|acl| !acl.is_empty() && *acl != "Private")
}
