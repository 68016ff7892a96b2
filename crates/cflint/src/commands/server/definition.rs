//! Where a name is declared.

use cflint_diagnostics::{FileId, SourceFile, Span};
use cflint_template::links::{LinkKind, links};
use cflint_template::syntax::{NodeRef, parse};
use cflint_template::template::Template;
use gen_lsp_types::Location;

use super::diagnostics::Places;
use super::documents::Open;
use super::text;

pub(super) fn definition(document: &Open, at: usize, places: Places<'_>) -> Option<Location> {
    let content = document.text.as_deref()?;
    let parsed = parse(FileId(0), content.into()).ok()?;
    let root = parsed.tree.root()?;
    let span = origin(root, at).or_else(|| named(root, at))?;
    let range = text::range(&SourceFile::new("", content), span, places.encoding);
    Some(Location { uri: document.uri.clone(), range })
}

/// The origin that a behavior names.
fn origin(root: NodeRef<'_>, at: usize) -> Option<Span> {
    let holders = || root.subtree().filter(|node| holds(node.span(), at));
    let target = holders()
        .filter_map(|node| node.get("TargetOriginId"))
        .find(|entry| holds(entry.value.span(), at))?;
    let name = target.value.text()?;
    let origins = holders().filter_map(|node| node.get("Origins")).flat_map(|entry| entry.value.items());
    origins
        .filter_map(|origin| origin.get("Id"))
        .find(|id| id.value.text() == Some(name))
        .map(|id| id.value.span())
}

/// The parameter, resource, condition or mapping that a function names.
fn named(root: NodeRef<'_>, at: usize) -> Option<Span> {
    let template = Template::new(root, &[]);
    let links = links(&template);
    let link = links.iter().filter(|link| link.is_here).find(|link| holds(link.span, at))?;
    let sections: &[&str] = match link.kind {
        LinkKind::Value => &["Resources", "Parameters"],
        LinkKind::DependsOn => &["Resources"],
        LinkKind::Condition => &["Conditions"],
        LinkKind::Mapping => &["Mappings"],
    };
    let declared = |section: &&str| root.get(section)?.value.get(&link.name);
    sections.iter().find_map(declared).map(|entry| entry.key.span())
}

fn holds(span: Span, at: usize) -> bool {
    span.range().contains(&at) || span.end as usize == at
}
