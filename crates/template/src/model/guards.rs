//! API keys, and the usage plans that make them valid for stages.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html>

use cflint_diagnostics::Span;

use super::slice::Slice;
use super::{List, Prop, State};
use crate::eval::Reason;
use crate::value::Text;

/// `AWS::ApiGateway::ApiKey`
#[derive(Debug, Clone)]
pub struct ApiKey {
    /// Logical id.
    pub id: String,
    /// Where the logical id is written.
    pub span: Span,
    /// Whether it can be used; it cannot unless the template says so.
    pub enabled: Prop<bool>,
    /// Its value; API Gateway generates one if it is absent.
    pub value: Prop<Text>,
    /// Whether its id is something other than its value; it is unless the template says otherwise.
    pub has_own_id: Prop<bool>,
    /// Logical ids of the usage plans that it is in; open if there may be others in the project.
    pub plans: List<String>,
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

/// `AWS::ApiGateway::UsagePlanKey`
struct PlanKey {
    key: Prop<Text>,
    plan: Prop<Text>,
}

fn plan_keys(slice: &Slice<'_, '_>) -> Vec<PlanKey> {
    let all = slice.of_kind("AWS::ApiGateway::UsagePlanKey");
    all.map(|(_, properties)| PlanKey { key: properties.text("KeyId"), plan: properties.text("UsagePlanId") })
        .collect()
}

pub(super) fn api_keys(slice: &Slice<'_, '_>) -> Vec<ApiKey> {
    let ties = plan_keys(slice);
    let keys = slice.of_kind("AWS::ApiGateway::ApiKey");
    keys.map(|(resource, properties)| ApiKey {
        id: resource.id.clone(),
        span: resource.id_span,
        enabled: properties.bool("Enabled"),
        value: properties.text("Value"),
        has_own_id: properties.bool("GenerateDistinctId"),
        plans: plans_of(slice, &resource.id, resource.id_span, &ties),
    })
    .collect()
}

fn plans_of(slice: &Slice<'_, '_>, key: &str, span: Span, ties: &[PlanKey]) -> List<String> {
    let mut plans = List::of(span, Vec::new());
    for tie in ties {
        match tie.key.known().map(|named| (named.as_resource(), named.as_literal())) {
            Some((Some(named), _)) if named == key => match tie.plan.known().and_then(Text::as_resource) {
                Some(plan) => plans.items.push(plan.to_owned()),
                None => plans.open = Some(Reason("the usage plan of the key is not known".to_owned())),
            },
            Some((Some(_), _) | (_, Some(_))) => {}
            _ if matches!(tie.key.state, State::Absent) => {}
            _ => plans.open = Some(Reason("the key of a usage plan is not known".to_owned())),
        }
    }
    if slice.is_handed_over(key) {
        plans.open = Some(Reason("another template may add the key to a usage plan".to_owned()));
    }
    if slice.has_more_resources() {
        plans.open = Some(Reason(super::api::MORE.to_owned()));
    }
    plans
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
    for tie in plan_keys(slice) {
        let named = tie.plan.known().and_then(Text::as_resource);
        if let Some(plan) = plans.iter_mut().find(|plan| Some(plan.id.as_str()) == named) {
            plan.keys.push(tie.key);
        }
    }
    plans
}
