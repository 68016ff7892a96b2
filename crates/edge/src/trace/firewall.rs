//! Firewalls: what their rules make of the headers of a request.

use cflint_template::model::{AclAction, Api, Association, Model, Stage, Statement, WebAcl};
use cflint_template::value::{Part, Reference, Text, Tri};

/// The resource whose attribute a text is, such as that of an ARN.
pub(super) fn resource_of(text: &Text) -> Option<&str> {
    match &text.as_hole()?.reference {
        Reference::Resource { id, .. } => Some(id),
        _ => None,
    }
}

/// Asks for the value of a header that arrives; `Err` says whether it is certain that none does.
pub(super) type Header<'h> = dyn Fn(&str) -> Result<Text, Tri> + 'h;

/// What a firewall does with a request; `None` if the template does not say.
pub(super) fn firewall_says(acl: &WebAcl, header: &Header<'_>) -> Option<AclAction> {
    for rule in acl.rules.iter() {
        match (applies(&rule.statement, header), rule.action) {
            (Tri::False, _) | (_, AclAction::Count) => {}
            (Tri::True, action @ (AclAction::Allow | AclAction::Block)) => {
                return acl.rules.open.is_none().then_some(action);
            }
            _ => return None,
        }
    }
    let default = matches!(acl.default_action, AclAction::Allow | AclAction::Block);
    (default && acl.rules.open.is_none()).then_some(acl.default_action)
}

/// The same in words.
pub(super) fn firewall_says_why(acl: &WebAcl, says: Option<AclAction>) -> String {
    match says {
        Some(AclAction::Allow) => format!("`{}` lets the request through", acl.id),
        Some(AclAction::Block) => format!("`{}` blocks the request", acl.id),
        _ => format!("`{}` has rules that are not read; it is taken to let the request through", acl.id),
    }
}

fn applies(statement: &Statement, header: &Header<'_>) -> Tri {
    match statement {
        Statement::Header { name, text, is_exact } => match header(name) {
            Err(Tri::False) => Tri::False,
            Err(_) => Tri::Unknown,
            Ok(value) => match (text.known(), is_exact) {
                (Some(text), true) => text.equals(&value),
                (Some(text), false) => match (text.as_literal(), value.as_literal()) {
                    (Some(text), Some(value)) => Tri::from(value.contains(text)),
                    _ => text.equals(&value).or(Tri::Unknown),
                },
                (None, _) => Tri::Unknown,
            },
        },
        Statement::Not(inner) => !applies(inner, header),
        Statement::And(all) => all.iter().map(|inner| applies(inner, header)).fold(Tri::True, Tri::and),
        Statement::Or(all) => all.iter().map(|inner| applies(inner, header)).fold(Tri::False, Tri::or),
        Statement::Other => Tri::Unknown,
    }
}

/// The firewall in front of a stage, and the association that puts it there. An association that may be of the stage
/// counts; its firewall is `None` if it is not in the template.
pub(super) fn firewall_of<'m>(
    model: &'m Model,
    api: &Api,
    stage: Option<&Stage>,
) -> Option<(&'m Association, Option<&'m WebAcl>)> {
    let association = model
        .associations
        .iter()
        .find(|association| association.resource.known().is_some_and(|arn| is_of(arn, api, stage)))?;
    let id = association.web_acl.known().and_then(resource_of);
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
