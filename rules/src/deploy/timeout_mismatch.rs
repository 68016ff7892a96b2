use cflint_diagnostics::{Applicability, Confidence};
use cflint_edge::access::invocation::function_name;
use cflint_edge::facts::timeouts::{FREE_READ, MAX_READ, integration_timeout, read_timeout};
use cflint_edge::origin::backend::Backend;
use cflint_linter::{Context, OriginUse, ReportBuilder, Rule, declare_rule};
use cflint_template::edit::NewValue;
use cflint_template::model::{CustomOrigin, LambdaUrl, Model, Origin, OriginKind, Prop, Route};

use crate::shared::confidence::confidence_of_origin;

declare_rule! {
    /// ## What it does
    /// Reports origins that CloudFront waits for less time than API Gateway or a function may take to respond, and those with a
    /// `ResponseCompletionTimeout` below `OriginReadTimeout`.
    ///
    /// ## Why is this bad?
    /// CloudFront gives up after `OriginReadTimeout`, 30 seconds by default, retries `GET` requests, and returns `504`.
    /// The integration that was given more time still runs to its end, perhaps three times over, and no one gets its
    /// response. A timeout for the whole response that is shorter than the one for its first byte is rejected.
    ///
    /// ## Remediation
    /// Set `OriginReadTimeout` in `CustomOriginConfig` to the `TimeoutInMillis` of the slowest integration in seconds,
    /// rounded up, or to the `Timeout` of the function behind a function URL. Every account can have 60 seconds, many
    /// have a quota of 120, and more needs a quota increase. Or shorten the integration timeout, which is the `timeout`
    /// of `LambdaIntegration` in CDK, and `TimeoutInMillis` of the event in SAM. In CDK the origin has `readTimeout`.
    ///
    /// ## Exceptions
    /// Only integrations with an explicit timeout are compared. If CloudFront waits for less than the 29 seconds (30
    /// for an HTTP API) that an integration has by default, which may be intended, the finding is only possible. A
    /// function URL with `InvokeMode: RESPONSE_STREAM` is not reported: CloudFront waits anew for each part. That a
    /// function needs all of its `Timeout` is only likely.
    ///
    /// ## References
    /// - [Response timeout](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesOrigin.html#DownloadDistValuesOriginResponseTimeout)
    /// - [Quotas of API Gateway](https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html)
    /// - [AWS::CloudFront::Distribution CustomOriginConfig](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudfront-distribution-customoriginconfig.html)
    pub(crate) TimeoutMismatch {
        id: "timeout-mismatch",
        group: Deploy,
        summary: "CloudFront gives up before the API or the function has to respond",
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
        if let Backend::LambdaUrl(Some(url)) = origin.backend {
            return function_url(origin, config, read, url, cx);
        }
        let samples = || origin.paths.iter().flat_map(|path| path.samples());
        let timeout = |route: &Route| route.timeout.as_ref().and_then(|timeout| timeout.known().copied());
        let slowest = samples()
            .filter_map(|sample| Some((timeout(sample.route)?, sample.route)))
            .max_by_key(|(ms, _)| *ms);
        let prop = &config.read_timeout;
        if let Some((ms, route)) = slowest.filter(|(ms, _)| *ms > read.saturating_mul(1000)) {
            let seconds = ms.saturating_add(999) / 1000;
            let message =
                format!("CloudFront waits {read} seconds for `{}`, which may take {seconds}", route.name());
            report(origin, config, (read, seconds), message, cx)
                .related_each(route.timeout.as_ref().map(|timeout| (timeout.span, "the integration timeout")))
                .rests_on_each(&route.timeout)
                .note("CloudFront returns `504` while the integration is still running, and retries `GET` requests before that")
                .help(help(seconds, "an integration timeout"));
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

/// A function that runs for longer than CloudFront waits for its URL. One that streams sends something before it ends.
fn function_url(
    origin: &OriginUse<'_, '_>,
    config: &CustomOrigin,
    read: i64,
    url: &LambdaUrl,
    cx: &mut Context<'_>,
) {
    let is_buffered = url.invoke_mode.is_absent() || url.invoke_mode.literal() == Some("BUFFERED");
    let Some(seconds) = url.timeout.known().copied().filter(|seconds| is_buffered && *seconds > read) else {
        return;
    };
    let function = function_name(url);
    let message =
        format!("CloudFront waits {read} seconds for function `{function}`, which may take {seconds}");
    report(origin, config, (read, seconds), message, cx)
        .related(url.timeout.span, "the function's timeout")
        .rests_on(&url.timeout)
        .note("CloudFront returns `504` while the function is still running, and calls it again for `GET` requests before that")
        .help(help(seconds, "a `Timeout` of the function"))
        .at_most(Confidence::Likely);
}

/// What is the same for every backend.
fn report<'r, 'c>(
    origin: &OriginUse<'_, '_>,
    config: &CustomOrigin,
    (read, seconds): (i64, i64),
    message: String,
    cx: &'r mut Context<'c>,
) -> ReportBuilder<'r, 'c> {
    let prop = &config.read_timeout;
    let value = NewValue::Int(seconds);
    let edits = if seconds > FREE_READ {
        None
    } else if prop.is_absent() {
        cx.insert(config.node, "OriginReadTimeout", &value)
    } else {
        cx.replace(prop, &value)
    };
    cx.report(prop.span, message)
        .label(if prop.is_absent() { "has no `OriginReadTimeout`" } else { "gives up after this" })
        .fix(Applicability::Safe, format!("set `OriginReadTimeout: {seconds}`"), edits)
        .property(property(origin.origin))
        .cause(format!("{read} {seconds}"))
        .rests_on(prop)
        .at_most(confidence_of_origin(origin))
}

fn help(seconds: i64, other: &str) -> String {
    let setting = format!("set `OriginReadTimeout: {}`", seconds.min(MAX_READ));
    if seconds <= FREE_READ {
        setting
    } else if seconds <= MAX_READ {
        format!("{setting} if your quota allows, or {other} of at most {FREE_READ} seconds")
    } else {
        format!("{setting} if your quota allows, and {other} of at most that")
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
