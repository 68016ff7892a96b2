use cflint_edge::access::api_key::{Unusable, covers, unusable};
use cflint_edge::access::credential::is_key_in_header;
use cflint_edge::access::exposure::asks_for_key;
use cflint_edge::access::verification::API_KEY;
use cflint_edge::facts::refusals::FORBIDDEN;
use cflint_edge::routes::path::{RequestPath, SampleRequest};
use cflint_linter::{Context, OriginUse, ReportBuilder, Rule, declare_rule};
use cflint_template::model::{ApiKey, CustomHeader, Model, UsagePlan};
use cflint_template::value::Text;

use crate::shared::confidence::{confidence_of, confidence_of_origin};
use crate::shared::witness::Example;

const KIND: &str = "AWS::ApiGateway::ApiKey";

declare_rule! {
    /// ## What it does
    /// Reports an `x-api-key` that CloudFront adds to requests and that API Gateway does not accept: a key that is not
    /// enabled, the id of a key instead of its value, and a key that no usage plan ties to the stage.
    ///
    /// ## Why is this bad?
    /// Routes with `ApiKeyRequired` return `403 {"message":"Forbidden"}` to every request. A key is valid only for
    /// the stages of the usage plans that it is in; `StageKeys` does not replace them. In CloudFormation, a key without
    /// `Enabled` is disabled, and `Ref` returns the id of a key, from which no one can tell its value.
    ///
    /// ## Remediation
    /// Give the key a `Value` from a parameter with `NoEcho` or a dynamic reference, use the same for `HeaderValue` of
    /// the origin, and set `Enabled: true`. Add an `AWS::ApiGateway::UsagePlan` whose `ApiStages` include the stage, and
    /// an `AWS::ApiGateway::UsagePlanKey` that names both.
    ///
    /// In CDK, use `api.addUsagePlan` with `apiStages`, and `plan.addApiKey(key)`; `keyId` is not the value of a key. In a
    /// SAM template, the keys that `Auth` with `UsagePlan` creates have values that no one can refer to: declare an
    /// `AWS::ApiGateway::ApiKey`. The Serverless Framework creates the usage plan for `apiGateway.apiKeys`, where a
    /// key can have a `value`.
    ///
    /// ## Exceptions
    /// Keys that viewers send, and values that are not those of a key in the template, are not reported. That no usage
    /// plan includes the key is only likely, because one can be attached by hand. Not reported where another template
    /// receives the id of the key, where a usage plan is not known, with `ApiKeySourceType: AUTHORIZER`, and for HTTP
    /// APIs, which have no API keys.
    ///
    /// ## References
    /// - [Usage plans and API keys for REST APIs](https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html)
    /// - [Choose an API key source](https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-key-source.html)
    /// - [AWS::ApiGateway::ApiKey](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-apikey.html)
    pub(crate) ApiKeyUnusable {
        id: "api-key-unusable",
        group: Headers,
        summary: "the API key that CloudFront sends opens no stage",
        severity: Error,
        fix: None,
        cdk: "`value` of `ApiKey`, `apiStages` of `api.addUsagePlan`, and `plan.addApiKey`",
    }
}

impl Rule for ApiKeyUnusable {
    fn origin(&self, origin: &OriginUse<'_, '_>, cx: &mut Context<'_>) {
        let headers = &origin.origin.custom_headers;
        let is_key = |header: &&CustomHeader| {
            header.name.literal().is_some_and(|name| name.eq_ignore_ascii_case(API_KEY))
        };
        let Some(header) = headers.iter().find(is_key) else { return };
        let Some(value) = header.value.known() else { return };
        let rejected = origin.paths.iter().find_map(|path| {
            path.samples().iter().find_map(|sample| Some((*path, sample, rejected(path, sample, value)?)))
        });
        if let Some((path, sample, why)) = rejected {
            let finding = report(path, sample, header, why, cx).at_most(confidence_of_origin(origin));
            Example::new(path, sample.method, &sample.viewer_path).show(finding);
        }
    }
}

fn rejected<'v>(path: &RequestPath<'v>, sample: &SampleRequest<'_>, value: &'v Text) -> Option<Unusable<'v>> {
    let (api, stage) = (sample.entrance.api, sample.entrance.stage);
    let is_required = asks_for_key(api, sample.route).is_true() && is_key_in_header(api);
    is_required.then(|| unusable(path.model, api, stage, value)).flatten()
}

fn report<'r, 'c>(
    path: &RequestPath<'_>,
    sample: &SampleRequest<'_>,
    header: &CustomHeader,
    why: Unusable<'_>,
    cx: &'r mut Context<'c>,
) -> ReportBuilder<'r, 'c> {
    let api = sample.entrance.api;
    let finding = match why {
        Unusable::Disabled(key) => {
            let label =
                if key.enabled.is_absent() { "disabled without `Enabled`" } else { "disables the key" };
            cx.report(
                &key.enabled,
                format!("`{}`, the API key that CloudFront sends, is not enabled", key.id),
            )
            .property("Enabled")
            .label(label)
            .help("set `Enabled: true`")
            .resource(&key.id, KIND)
        }
        Unusable::Id { of, key } => {
            let help = match key {
                Some(_) => format!(
                    "set `Value` of `{of}` from a `NoEcho` parameter or a dynamic reference, and use the same for `HeaderValue`"
                ),
                None => format!(
                    "declare an `{KIND}` with a `Value` and `Enabled: true`, add it to the usage plan, and use the same value for `HeaderValue`"
                ),
            };
            cx.report(&header.value, format!("`{API_KEY}` is the id of API key `{of}`, not its value"))
                .label("the id of the key")
                .related_each(key.map(|key| (key.span, "the key")))
                .help(help)
        }
        Unusable::InNoPlan(key) => {
            let stage = sample.entrance.stage.and_then(|stage| stage.name.known());
            let stage = stage.map_or_else(String::new, |stage| format!("stage `{stage}` of "));
            let message = format!("no usage plan makes API key `{}` valid for {stage}`{}`", key.id, api.id);
            let (help, plan) = plan_for(path.model, key, sample);
            cx.report(key.span, message)
                .label("the key that CloudFront sends")
                .related_each(plan.map(|plan| (plan.span, "does not include both key and stage")))
                .help(help)
                .resource(&key.id, KIND)
        }
    };
    let finding = match why {
        Unusable::Id { .. } => finding,
        _ => finding.related(header.value.span, "CloudFront sends it here"),
    };
    let arrival = Example::new(path, sample.method, &sample.viewer_path).leaves();
    finding
        .related(sample.route.span, format!("`{}` requires an API key", sample.route.name()))
        .note(format!("{arrival} with this `{API_KEY}`; API Gateway returns `{FORBIDDEN}`"))
        .at_most(confidence_of(why.certainty()))
}

/// What ties a key to a stage, and the usage plan that is closest to it.
fn plan_for<'m>(
    model: &'m Model,
    key: &ApiKey,
    sample: &SampleRequest<'_>,
) -> (String, Option<&'m UsagePlan>) {
    let (api, stage) = (sample.entrance.api, sample.entrance.stage);
    let name = stage
        .and_then(|stage| stage.name.known())
        .map_or_else(|| "the stage".to_owned(), |name| format!("stage `{name}`"));
    if let Some(plan) = model.usage_plans.iter().find(|plan| covers(plan, api, stage).is_true()) {
        let help = format!(
            "add an `AWS::ApiGateway::UsagePlanKey` with `KeyId: !Ref {}`, `KeyType: API_KEY` and `UsagePlanId: !Ref {}`",
            key.id, plan.id
        );
        return (help, Some(plan));
    }
    if let Some(plan) = model.usage_plans.iter().find(|plan| key.plans.iter().any(|id| *id == plan.id)) {
        return (format!("add {name} of `{}` to `ApiStages` of `{}`", api.id, plan.id), Some(plan));
    }
    let help = format!(
        "add an `AWS::ApiGateway::UsagePlan` with {name} of `{}` in `ApiStages`, and an `AWS::ApiGateway::UsagePlanKey` with `KeyId: !Ref {}`",
        api.id, key.id
    );
    (help, None)
}
