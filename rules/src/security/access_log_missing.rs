use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::model::{LogSource, Model};
use cflint_template::value::Text;

declare_rule! {
    /// ## What it does
    /// Reports distributions that do not log requests: no `Logging`, no log delivery through CloudWatch Logs, no
    /// real-time logs. An `AWS::Logs::DeliverySource` without an `AWS::Logs::Delivery` delivers nothing.
    ///
    /// ## Why is this bad?
    /// Responses that CloudFront sends itself, from the cache or as an error, never appear in the logs of the API.
    /// Without logs of the distribution, no one can find out why a request failed, or what an attacker requested.
    ///
    /// ## Remediation
    /// Use one of these:
    ///
    /// - an `AWS::Logs::DeliverySource` with `LogType: ACCESS_LOGS` and the ARN of the distribution, an
    ///   `AWS::Logs::DeliveryDestination`, and an `AWS::Logs::Delivery` of both, in us-east-1;
    /// - `DistributionConfig.Logging` with the domain name of a bucket that has ACLs enabled; in CDK
    ///   `enableLogging: true`.
    ///
    /// In a SAM template they are written the same way.
    ///
    /// ## Exceptions
    /// A distribution whose behaviors have a `RealtimeLogConfigArn` is not reported.
    ///
    /// ## References
    /// - [Access logs (standard logs)](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/AccessLogs.html)
    /// - [Configure standard logging (v2)](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging.html)
    /// - [Security Hub: CloudFront.5](https://docs.aws.amazon.com/securityhub/latest/userguide/cloudfront-controls.html#cloudfront-5)
    pub(crate) AccessLogMissing {
        id: "access-log-missing",
        group: Security,
        summary: "the distribution does not log requests",
        severity: Info,
        fix: None,
        pedantic: true,
        aliases: ["CKV_AWS_86", "CloudFront.5", "AwsSolutions-CFR3", "cloudfront_access_logs_enabled_check"],
        cdk: "`enableLogging: true`, or a `CfnDeliverySource` with the ARN of the distribution",
    }
}

impl Rule for AccessLogMissing {
    fn distribution(&self, model: &Model, cx: &mut Context<'_>) {
        let distribution = &model.distribution;
        let names_it = |source: &&LogSource| {
            let id = distribution.id.as_str();
            source
                .arn
                .known()
                .is_none_or(|arn| arn.holes().any(|hole| Text::hole(hole.clone()).owner() == Some(id)))
        };
        let sources: Vec<&LogSource> = model.log_sources.iter().filter(names_it).collect();
        let is_logged = !distribution.log_bucket.is_absent()
            || sources.iter().any(|source| !source.is_delivered.is_false())
            || distribution.all_behaviors().any(|behavior| !behavior.realtime_log.is_absent());
        if is_logged {
            return;
        }
        let id = &distribution.id;
        let (label, help) = match sources.as_slice() {
            [] => (
                "no `Logging`, no delivery source",
                "add an `AWS::Logs::DeliverySource` with `LogType: ACCESS_LOGS` and the ARN of the distribution, with a destination and a delivery; or set `Logging`",
            ),
            _ => (
                "a delivery source, but no delivery",
                "add an `AWS::Logs::DeliveryDestination`, and an `AWS::Logs::Delivery` with `DeliverySourceName: !Ref` of the source",
            ),
        };
        cx.report(distribution.span, format!("`{id}` does not log requests"))
            .label(label)
            .note("cached responses and errors that CloudFront generates appear in no origin's log")
            .help(help)
            .property("DistributionConfig.Logging")
            .related_each(sources.iter().map(|source| (source.span, "nothing delivers these logs")));
    }
}
