//! Where a name is declared.

use std::path::Path;

use cflint_diagnostics::{FileId, SourceFile, Span};
use cflint_template::eval::{Evaluator, Origin, View};
use cflint_template::links::{LinkKind, links};
use cflint_template::project::local_templates;
use cflint_template::syntax::{NodeRef, parse};
use cflint_template::template::{At, Template};
use gen_lsp_types::{Location, Position, Range};

use super::diagnostics::Places;
use super::documents::Open;
use super::now::{Now, is_template};
use super::spot::{Spot, holds, spot};
use super::text;
use super::values::output_of;
use crate::files::paths::target;

pub(super) fn definition(document: &Open, at: usize, places: Places<'_>) -> Option<Location> {
    let content = document.text.as_deref().filter(|_| is_template(document))?;
    let parsed = parse(FileId(0), content.into()).ok()?;
    let root = parsed.tree.root()?;
    if let Some(now) = Now::of(document)
        && let Some(span) = now.with_template(|template| passed_on(template, at))
    {
        let file = now.file(span.file)?;
        let uri = if span.file.0 == 0 { document.uri.clone() } else { (places.uri)(file.name()) };
        return Some(Location { uri, range: text::range(file, span, places.encoding) });
    }
    if let Some(location) = nested(document, root, at, places) {
        return Some(location);
    }
    let span = origin(root, at).or_else(|| named(root, at))?;
    let range = text::range(&SourceFile::new("", content), span, places.encoding);
    Some(Location { uri: document.uri.clone(), range })
}

/// The place that a value comes from, if no name in the document leads there.
fn passed_on(template: &Template<'_>, at: usize) -> Option<Span> {
    let view = View::default();
    let of = Evaluator::new(template, &view);
    let root = template.root();
    let (found, span) = spot(root, at)?;
    // What is before the dot names the stack.
    let is_behind_dot = || {
        let before = root.tree().source().get(span.start as usize..at);
        before.is_some_and(|before| before.contains('.'))
    };
    let name = match found {
        Spot::Variable { name, value: None, .. } if is_behind_dot() => name.to_owned(),
        Spot::Call(node) => {
            let call = node.intrinsic()?;
            match call.name() {
                "Fn::ImportValue" | "Fn::GetStackOutput" => {
                    return of.handed_over(node.into()).map(|value| declaration(value.node));
                }
                "Fn::FindInMap" => {
                    // The name of the mapping stands for all of it.
                    let mut keys = call.value.items().skip(1);
                    keys.find(|key| holds(key.span(), at))?;
                    let origins = of.eval(node.into()).origins;
                    let cell = |origin: &Origin| match origin {
                        Origin::Mapping(span) => Some(*span),
                        _ => None,
                    };
                    return origins.iter().rev().find_map(cell);
                }
                "Fn::GetAtt" => match call.value.text() {
                    Some(name) if is_behind_dot() => name.to_owned(),
                    Some(_) => return None,
                    None => {
                        let mut items = call.value.items();
                        let (id, attribute) = (items.next()?, items.next()?);
                        // So does the first of two.
                        if holds(id.span(), at) {
                            return None;
                        }
                        format!("{}.{}", id.text()?, attribute.text()?)
                    }
                },
                _ => return None,
            }
        }
        _ => return None,
    };
    let (id, attribute) = name.split_once('.')?;
    of.elsewhere(At::from(root).env, id, attribute).map(|value| declaration(value.node))
}

/// The key of an output, or else its value.
fn declaration(value: NodeRef<'_>) -> Span {
    output_of(value).map_or(value.span(), |(_, key)| key.span())
}

/// The template that a stack names.
fn nested(document: &Open, root: NodeRef<'_>, at: usize, places: Places<'_>) -> Option<Location> {
    let resources = root.get("Resources")?.value;
    let stack = resources.entries().find(|entry| holds(entry.value.span(), at))?;
    let is_named = |section: &str, key: &str| {
        let value = stack.value.get(section).and_then(|section| section.value.get(key));
        value.is_some_and(|entry| holds(entry.value.span(), at))
    };
    if !(is_named("Properties", "TemplateURL")
        || is_named("Properties", "Location")
        || is_named("Metadata", "aws:asset:path"))
    {
        return None;
    }
    let (_, path) = local_templates(root).find(|(id, _)| *id == stack.name())?;
    let name = Path::new(&document.name).parent()?.join(path).to_string_lossy().into_owned();
    target(&name)?;
    let start = Position::default();
    Some(Location { uri: (places.uri)(&name), range: Range { start, end: start } })
}

/// The origin, or the group of origins, that a behavior or a group names.
fn origin(root: NodeRef<'_>, at: usize) -> Option<Span> {
    let holders = || root.subtree().filter(|node| holds(node.span(), at));
    let target = holders()
        .flat_map(|node| ["TargetOriginId", "OriginId"].map(|key| node.get(key)))
        .flatten()
        .find(|entry| holds(entry.value.span(), at))?;
    let name = target.value.text()?;
    let origins = holders().filter_map(|node| node.get("Origins"));
    let groups = holders().filter_map(|node| node.get("OriginGroups")?.value.get("Items"));
    let mut ids =
        origins.chain(groups).flat_map(|entry| entry.value.items()).filter_map(|origin| origin.get("Id"));
    ids.find(|id| id.value.text() == Some(name)).map(|id| id.value.span())
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
