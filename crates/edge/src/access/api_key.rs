//! Whether an API key opens a stage.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html>,
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-key-source.html>

use cflint_template::model::{Api, ApiKey, Model, Prop, Stage, UsagePlan};
use cflint_template::value::{Reference, Text, Tri};

use crate::facts::Certainty;

/// Why API Gateway does not accept what a request has as its API key.
#[derive(Debug, Clone, Copy)]
pub enum Unusable<'m> {
    Disabled(&'m ApiKey),
    /// It is the id of a key.
    Id {
        /// Logical id.
        of: &'m str,
        /// The key; `None` for one that SAM generates.
        key: Option<&'m ApiKey>,
    },
    /// No usage plan ties it to the stage.
    InNoPlan(&'m ApiKey),
}

impl Unusable<'_> {
    /// A usage plan can also be attached outside the template.
    pub fn certainty(&self) -> Certainty {
        match self {
            Self::Disabled(_) | Self::Id { .. } => Certainty::Certain,
            Self::InNoPlan(_) => Certainty::Probable,
        }
    }
}

/// Why a value is not a valid key for a stage of an API; `None` if it may be.
pub fn unusable<'m, 'v>(
    model: &'m Model,
    api: &Api,
    stage: Option<&Stage>,
    value: &'v Text,
) -> Option<Unusable<'v>>
where
    'm: 'v,
{
    if let Some(id) = key_id(value) {
        return id_of_key(model, api, id);
    }
    let is_it = |key: &&ApiKey| key.value.known().is_some_and(|own| own.equals(value).is_true());
    let mut found = None;
    for key in model.api_keys.iter().filter(is_it) {
        let why = if key.enabled.or_default(false) == Some(false) {
            Unusable::Disabled(key)
        } else if opens(model, key, api, stage).is_false() {
            Unusable::InNoPlan(key)
        } else {
            return None;
        };
        found = found.or(Some(why));
    }
    found
}

/// The logical id of the resource, if a value is an id.
fn key_id(value: &Text) -> Option<&str> {
    match &value.as_hole()?.reference {
        Reference::Resource { id, attribute } if matches!(attribute.as_str(), "" | "APIKeyId") => Some(id),
        _ => None,
    }
}

fn id_of_key<'m>(model: &'m Model, api: &Api, id: &'m str) -> Option<Unusable<'m>> {
    if let Some(key) = model.api_keys.iter().find(|key| key.id == id) {
        let is_other = key.has_own_id.or_default(true) == Some(true);
        return is_other.then_some(Unusable::Id { of: id, key: Some(key) });
    }
    // <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources-api.html>
    let is_of_sam = id == "ServerlessApiKey" || id.strip_suffix("ApiKey") == Some(api.id.as_str());
    (is_of_sam && !model.resources.contains_key(id)).then_some(Unusable::Id { of: id, key: None })
}

/// Whether a usage plan makes a key valid for a stage.
fn opens(model: &Model, key: &ApiKey, api: &Api, stage: Option<&Stage>) -> Tri {
    let open = if key.plans.open.is_some() { Tri::Unknown } else { Tri::False };
    let of_plan = |id: &String| {
        let plan = model.usage_plans.iter().find(|plan| plan.id == *id);
        plan.map_or(Tri::Unknown, |plan| covers(plan, api, stage))
    };
    key.plans.iter().map(of_plan).fold(open, Tri::or)
}

/// Whether a usage plan includes a stage; any stage of the API if it is not known which one.
pub fn covers(plan: &UsagePlan, api: &Api, stage: Option<&Stage>) -> Tri {
    let open = if plan.stages.open.is_some() { Tri::Unknown } else { Tri::False };
    let is_it = |(of, name): &(_, _)| is_api(of, api).and(is_stage(name, stage));
    plan.stages.iter().map(is_it).fold(open, Tri::or)
}

fn is_api(of: &Prop<Text>, api: &Api) -> Tri {
    match of.known().map(|of| (of.as_resource(), of.as_literal())) {
        Some((Some(id), _)) => Tri::from(id == api.id),
        Some((_, Some(_))) => Tri::False,
        _ => Tri::Unknown,
    }
}

fn is_stage(name: &Prop<Text>, stage: Option<&Stage>) -> Tri {
    let Some(stage) = stage else { return Tri::True };
    let (Some(name), Some(own)) = (name.known(), stage.name.known()) else { return Tri::Unknown };
    match name.as_resource() {
        Some(id) if stage.id.is_some() => Tri::from(stage.id.as_deref() == Some(id)),
        _ => name.equals(own),
    }
}
