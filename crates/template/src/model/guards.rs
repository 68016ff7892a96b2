//! API keys, and the usage plans that make them valid for stages.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html>

use cflint_diagnostics::Span;

use super::prop::tri;
use super::slice::Slice;
use super::{List, Prop};
use crate::value::{Text, Tri};

/// `AWS::ApiGateway::ApiKey`
#[derive(Debug, Clone)]
pub struct ApiKey {
    /// Logical id.
    pub id: String,
    /// Where the logical id is written.
    pub span: Span,
    /// Whether it can be used; it cannot unless the template says so.
    pub enabled: Tri,
    /// Its value; API Gateway generates one if it is absent.
    pub value: Prop<Text>,
}

/// `AWS::ApiGateway::UsagePlan` with the keys that belong to it.
#[derive(Debug, Clone)]
pub struct UsagePlan {
    /// Logical id.
    pub id: String,
    /// Where the logical id is written.
    pub span: Span,
    /// The API and the stage that each entry names.
    pub stages: List<(Prop<Text>, Prop<Text>)>,
    /// The ids of the keys.
    pub keys: Vec<Prop<Text>>,
}

pub(super) fn api_keys(slice: &Slice<'_, '_>) -> Vec<ApiKey> {
    let keys = slice.of_kind("AWS::ApiGateway::ApiKey");
    keys.map(|(resource, properties)| ApiKey {
        id: resource.id.clone(),
        span: resource.id_span,
        enabled: tri(&properties.bool("Enabled"), false),
        value: properties.text("Value"),
    })
    .collect()
}

pub(super) fn usage_plans(slice: &Slice<'_, '_>) -> Vec<UsagePlan> {
    let plans = slice.of_kind("AWS::ApiGateway::UsagePlan");
    let mut plans: Vec<UsagePlan> = plans
        .map(|(resource, properties)| UsagePlan {
            id: resource.id.clone(),
            span: resource.id_span,
            stages: properties.maps("ApiStages", |entry, _| (entry.text("ApiId"), entry.text("Stage"))),
            keys: Vec::new(),
        })
        .collect();
    for (_, properties) in slice.of_kind("AWS::ApiGateway::UsagePlanKey") {
        let of = properties.text("UsagePlanId");
        let named = of.known().and_then(Text::as_resource);
        if let Some(plan) = plans.iter_mut().find(|plan| Some(plan.id.as_str()) == named) {
            plan.keys.push(properties.text("KeyId"));
        }
    }
    plans
}
