//! The stages that an `OriginPath` can name.

use std::cell::RefCell;
use std::collections::BTreeSet;

use cflint_diagnostics::FileId;
use cflint_template::eval::{Evaluator, View};
use cflint_template::links::links;
use cflint_template::model::{Graph, apis};
use cflint_template::syntax::{Kind, NodeRef};
use cflint_template::template::Template;
use cflint_template::value::Reference;

use super::documents::Open;
use super::now::Now;
use super::spot::holds;

/// The paths of the stages of the API that the origin around a place names; of all APIs if that is not known. `text` is the
/// document, if it can be parsed.
pub(super) fn paths(document: &Open, text: Option<&str>, at: usize) -> Vec<String> {
    let found = text.and_then(|text| {
        let mut now = Now::of(document)?;
        now.inputs.first_mut()?.bytes = text.into();
        now.with_template(|template| Some(stages(template, Some(at))))
    });
    // While the document is broken, its places are others than those in what could last be parsed.
    let last = || Now::before(document)?.with_template(|template| Some(stages(template, None)));
    found.or_else(last).into_iter().flatten().collect()
}

fn stages(template: &Template<'_>, at: Option<usize>) -> BTreeSet<String> {
    let links = links(template);
    let graph = Graph::new(template, &links);
    let wanted = at.map_or_else(BTreeSet::new, |at| behind(template, at));
    let views = apis(template, &graph, &RefCell::default());
    let all = || views.iter().flat_map(|(_, apis)| apis);
    let is_known = all().any(|api| wanted.contains(&api.id));
    let chosen = all().filter(|api| !is_known || wanted.contains(&api.id));
    let names = chosen.flat_map(|api| api.stages.items.iter()).filter_map(|stage| stage.name.literal());
    names.filter(|name| !name.is_empty() && *name != "$default").map(|name| format!("/{name}")).collect()
}

/// The resources that the domain name of the origin around a place is made of.
fn behind(template: &Template<'_>, at: usize) -> BTreeSet<String> {
    let root = template.root();
    let is_around = |node: &NodeRef<'_>| node.kind() == Kind::Mapping && holds(node.span(), at);
    let around = root.subtree().filter(|node| root.id().file() == FileId(0) && is_around(node));
    let Some(domain) = around.filter_map(|node| node.get("DomainName")).last() else {
        return BTreeSet::new();
    };
    let view = View::default();
    let text = Evaluator::new(template, &view).text(domain.value.into()).0;
    let owner = |reference: &Reference| match reference {
        Reference::Resource { id, .. } => Some(id.clone()),
        _ => None,
    };
    text.holes().filter_map(|hole| owner(&hole.reference)).collect()
}
