use cflint_diagnostics::{Applicability, Confidence};
use cflint_edge::facts::timeouts::{MAX_READ, integration_timeout, read_timeout};
use cflint_linter::{Context, OriginUse, Rule, declare_rule};
use cflint_template::edit::NewValue;
use cflint_template::model::{Model, Origin, OriginKind, Prop, Route};

use crate::shared::confidence::confidence_of_origin;

declare_rule! {
    /// ## What it does
    /// Reports origins that CloudFront waits for less time than API Gateway may take to respond, and those with a
    /// `ResponseCompletionTimeout` below `OriginReadTimeout`.
    ///
    /// ## Why is this bad?
    /// CloudFront gives up after `OriginReadTimeout`, 30 seconds by default, retries `GET` requests, and returns `504`.
    /// The integration that was given more time still runs to its end, perhaps three times over, and no one gets its
    /// response. A timeout for the whole response that is shorter than the one for its first byte is rejected.
    ///
    /// ## Remediation
    /// Set `OriginReadTimeout` in `CustomOriginConfig` to the `TimeoutInMillis` of the slowest integration in seconds,
    /// rounded up; values up to 180 need no quota increase. Or shorten the integration timeout, which is the `timeout`
    /// of `LambdaIntegration` in CDK, and `TimeoutInMillis` of the event in SAM. In CDK the origin has `readTimeout`.
    ///
    /// ## Exceptions
    /// Only integrations with an explicit timeout are compared. If CloudFront waits for less than the 29 seconds (30
    /// for an HTTP API) that an integration has by default, which may be intended, the finding is only possible.
    ///
    /// ## References
    /// - [Response timeout](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesOrigin.html#DownloadDistValuesOriginResponseTimeout)
    /// - [Quotas of API Gateway](https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html)
    /// - [AWS::CloudFront::Distribution CustomOriginConfig](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudfront-distribution-customoriginconfig.html)
    pub(crate) TimeoutMismatch {
        id: "timeout-mismatch",
        group: Deploy,
        summary: "CloudFront gives up before the API has to respond",
        severity: Warning,
        fix: Safe,
        cdk: "`readTimeout` and `responseCompletionTimeout` of the origin",
    }
}

impl Rule for TimeoutMismatch {
    fn distribution(&self, model: &Model, cx: &mut Context<'_>) {
        for origin in model.distribution.origins.iter() {
            completion(origin, cx);
        }
    }

    fn origin(&self, origin: &OriginUse<'_, '_>, cx: &mut Context<'_>) {
        let Some(read) = read_timeout(origin.origin) else { return };
        let OriginKind::Custom(config) = &origin.origin.kind else { return };
        let samples = || origin.paths.iter().flat_map(|path| path.samples());
        let timeout = |route: &Route| route.timeout.as_ref().and_then(|timeout| timeout.known().copied());
        let slowest = samples()
            .filter_map(|sample| Some((timeout(sample.route)?, sample.route)))
            .max_by_key(|(ms, _)| *ms);
        let prop = &config.read_timeout;
        if let Some((ms, route)) = slowest.filter(|(ms, _)| *ms > read.saturating_mul(1000)) {
            let seconds = ms.saturating_add(999) / 1000;
            let setting = format!("set `OriginReadTimeout: {}`", seconds.min(MAX_READ));
            let help = if seconds <= MAX_READ {
                setting.clone()
            } else {
                format!(
                    "{setting}, the most without a quota increase, and an integration timeout of at most that"
                )
            };
            let edits = (seconds <= MAX_READ)
                .then(|| {
                    if prop.is_absent() {
                        cx.insert(config.node, "OriginReadTimeout", &NewValue::Int(seconds))
                    } else {
                        cx.replace(prop, &NewValue::Int(seconds))
                    }
                })
                .flatten();
            cx.report(
                prop.span,
                format!("CloudFront waits {read} seconds for `{}`, which may take {seconds}", route.name()),
            )
            .label(if prop.is_absent() { "has no `OriginReadTimeout`" } else { "gives up after this" })
            .related_each(route.timeout.as_ref().map(|timeout| (timeout.span, "the integration timeout")))
            .rests_on_each(&route.timeout)
            .note("CloudFront returns `504` while the integration is still running, and retries `GET` requests before that")
            .help(help)
            .fix(Applicability::Safe, setting, edits)
            .property(property(origin.origin))
            .cause(format!("{read} {seconds}"))
            .rests_on(prop)
            .at_most(confidence_of_origin(origin));
            return;
        }
        let unwritten = samples().find(|sample| sample.route.timeout.is_none());
        let Some(sample) = unwritten.filter(|_| !prop.is_absent()) else { return };
        let most = integration_timeout(sample.entrance.api.protocol);
        if most > read {
            cx.report(
                prop,
                format!(
                    "CloudFront waits {read} seconds for `{}`, which may take {most}",
                    sample.route.name()
                ),
            )
            .label("gives up after this")
            .note("an integration without `TimeoutInMillis` may take that long; CloudFront returns `504` while it is still running")
            .help(format!(
                "set `OriginReadTimeout: {most}`, or a `TimeoutInMillis` of at most {}",
                read.saturating_mul(1000)
            ))
            .cause(format!("{read} {most}"))
            .at_most(Confidence::Possible);
        }
    }
}

fn property(origin: &Origin) -> String {
    format!("{}.CustomOriginConfig.OriginReadTimeout", origin.property())
}

fn completion(origin: &Origin, cx: &mut Context<'_>) {
    let whole: &Prop<i64> = &origin.completion_timeout;
    let (Some(seconds), Some(read)) = (whole.known(), read_timeout(origin)) else { return };
    if *seconds >= read {
        return;
    }
    cx.report(
        whole,
        format!("the response must be complete within {seconds} seconds but may take {read} to start"),
    )
    .label("less than `OriginReadTimeout`")
    .note("CloudFront does not accept a `ResponseCompletionTimeout` below the time that it waits for the first byte")
    .help(format!(
        "set `ResponseCompletionTimeout` to {read} or more, or `OriginReadTimeout` to {seconds} or less"
    ));
}
