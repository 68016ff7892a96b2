//! What `Ref` and `Fn::GetAtt` return for the resources that the SAM transform generates.

use super::evaluated::{Evaluated, Value};
use super::evaluator::Evaluator;
use crate::at::At;
use crate::generated::{Generated, Implicit, is_serverless_api, stage_id};
use crate::template::Resource;
use crate::value::{Alphabet, Hole, Reference, Text};

impl<'t> Evaluator<'_, 't> {
    /// The attribute of a resource that the SAM transform generates; the empty attribute is what `Ref` returns.
    pub(super) fn generated(
        &self,
        at: At<'t>,
        generated: Generated,
        id: &str,
        attribute: &str,
    ) -> Evaluated<'t> {
        match generated {
            Generated::Api(implicit) if attribute == "Stage" => {
                at.is(Value::Text(Text::literal(implicit.stage_name())))
            }
            Generated::Api(implicit) => {
                at.is(Value::Text(self.attribute_text(at.env, id, implicit.kind(), attribute)))
            }
            Generated::StageOf(implicit) => at.is(Value::Text(Text::literal(implicit.stage_name()))),
            Generated::Stage(index) => match self.template().resources().get(index) {
                Some(api) => self.stage_of(at, api),
                None => at.is(Value::Text(Text::default())),
            },
            Generated::FunctionUrl(_) => {
                at.is(Value::Text(self.attribute_text(at.env, id, "AWS::Lambda::Url", attribute)))
            }
        }
    }

    /// The name of the stage, if the attribute is the `Stage` of a SAM API: `${Api.Stage}`.
    pub(super) fn serverless_stage(
        &self,
        at: At<'t>,
        resource: &Resource<'t>,
        attribute: &str,
    ) -> Option<Evaluated<'t>> {
        (attribute == "Stage" && is_serverless_api(resource.kind)).then(|| self.stage_of(at, resource))
    }

    fn stage_of(&self, at: At<'t>, api: &Resource<'t>) -> Evaluated<'t> {
        if let Some(value) = self.property_of(api, "StageName") {
            return Evaluated { node: at.node, ..value };
        }
        let written = api.properties.is_some_and(|properties| properties.node.get("StageName").is_some());
        if !written && api.kind == Implicit::Http.kind() {
            return at.is(Value::Text(Text::literal(Implicit::Http.stage_name())));
        }
        let id = stage_id(api).unwrap_or_else(|| format!("{}.Stage", api.id));
        let reference = Reference::Resource { id, attribute: String::new() };
        at.is(Value::Text(Text::hole(Hole::of(reference, Alphabet::STAGE))))
    }
}
