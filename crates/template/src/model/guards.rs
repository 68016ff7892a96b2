//! API keys, and the usage plans that make them good for stages.
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
    /// Its value; API Gateway makes one up if it is absent.
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
    let keys = slice.resources().filter(|(_, resource)| resource.kind == "AWS::ApiGateway::ApiKey");
    keys.map(|(index, resource)| {
        let properties = slice.reader(index);
        ApiKey {
            id: resource.id.clone(),
            span: resource.id_span,
            enabled: tri(&properties.bool("Enabled"), false),
            value: properties.text("Value"),
        }
    })
    .collect()
}

pub(super) fn usage_plans(slice: &Slice<'_, '_>) -> Vec<UsagePlan> {
    let mut plans: Vec<UsagePlan> = Vec::new();
    for (index, resource) in slice.resources() {
        if resource.kind == "AWS::ApiGateway::UsagePlan" {
            let stages =
                slice.reader(index).maps("ApiStages", |entry, _| (entry.text("ApiId"), entry.text("Stage")));
            plans.push(UsagePlan {
                id: resource.id.clone(),
                span: resource.id_span,
                stages,
                keys: Vec::new(),
            });
        }
    }
    for (index, resource) in slice.resources() {
        if resource.kind == "AWS::ApiGateway::UsagePlanKey" {
            let properties = slice.reader(index);
            let of = properties.text("UsagePlanId");
            let named = of.known().and_then(Text::as_resource);
            if let Some(plan) = plans.iter_mut().find(|plan| Some(plan.id.as_str()) == named) {
                plan.keys.push(properties.text("KeyId"));
            }
        }
    }
    plans
}
