//! Which web ACL protects a stage.

use cflint_template::model::{Api, Association, Model, Stage, WebAcl};
use cflint_template::value::{Part, Reference, Text};

/// The web ACL of a stage, and the association between them. An association that may be for the stage
/// counts; its web ACL is `None` if it is not in the template.
pub(crate) fn firewall_of<'m>(
    model: &'m Model,
    api: &Api,
    stage: Option<&Stage>,
) -> Option<(&'m Association, Option<&'m WebAcl>)> {
    let association = model
        .associations
        .iter()
        .find(|association| association.resource.known().is_some_and(|arn| is_of(arn, api, stage)))?;
    let id = association.web_acl.known().and_then(Text::owner);
    Some((association, id.and_then(|id| model.web_acls.iter().find(|acl| acl.id == id))))
}

/// Whether an ARN is that of a stage: `arn:aws:apigateway:region::/restapis/{Api}/stages/{Stage}`.
fn is_of(arn: &Text, api: &Api, stage: Option<&Stage>) -> bool {
    let names_api = arn.parts().iter().any(|part| match part {
        Part::Hole(hole) => {
            matches!(&hole.reference, Reference::Resource { id, attribute } if *id == api.id && attribute.is_empty())
        }
        Part::Lit(_) => false,
    });
    let Some(stage) = stage.filter(|_| names_api) else { return names_api };
    let named = arn.piece("/stages/", 1);
    match (named, stage.name.known()) {
        (Some(named), Some(name)) => {
            !named.equals(name).is_false()
                || (stage.id.is_some() && named.as_resource() == stage.id.as_deref())
        }
        _ => true,
    }
}
