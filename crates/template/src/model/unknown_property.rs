//! Properties that CloudFormation does not know.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resource-type-schemas.html>

use std::sync::Arc;

use cflint_diagnostics::Span;

use super::property_names::{ROOT, Shapes, shapes};
use super::slice::Slice;
use crate::at::At;
use crate::syntax::{Entry, Kind, NodeId};
use crate::template::Resource;

/// A property that CloudFormation does not know where it is written.
#[derive(Debug, Clone)]
pub struct StrayProperty {
    pub name: String,
    /// The key.
    pub span: Span,
    /// The mapping that it is in.
    pub node: NodeId,
    /// The path of the mapping below `Properties`; empty if it is `Properties` itself.
    pub path: String,
    /// What the mapping is the value of: a property, or the type of the resource.
    pub holder: String,
    /// The names that CloudFormation knows there.
    pub known: Vec<&'static str>,
    /// Those of them that are there.
    pub written: Vec<&'static str>,
    /// Where a property of this name belongs, if there is such a place.
    pub place: Option<RightPlace>,
}

/// Where a property belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RightPlace {
    /// At the same place, with these capitals.
    Same(&'static str),
    /// In a property of the mapping.
    Below(&'static str),
    /// In the mapping around it, the value of this.
    Above(String),
    /// In mappings of a similar kind, which this property holds.
    Similar(String),
    /// Somewhere else: a path below `Properties`.
    Elsewhere(String),
}

/// Whether the names of the properties of this type of resource are known.
pub(super) fn knows(kind: &str) -> bool {
    shapes(kind).is_some()
}

/// A mapping on the way down.
struct Step {
    kind: &'static str,
    path: String,
    holder: String,
    above: Option<Arc<Step>>,
}

/// The properties of a resource that CloudFormation does not know, in branches that may be taken in this view. Nothing
/// is known of what a macro may change.
pub(super) fn of_resource<'t>(slice: &Slice<'_, 't>, resource: &Resource<'t>) -> Vec<StrayProperty> {
    let mut unknown = Vec::new();
    let (Some(shapes), Some(properties)) = (shapes(resource.kind), resource.properties) else {
        return unknown;
    };
    if is_processed(slice, resource) {
        return unknown;
    }
    let root = Step { kind: ROOT, path: String::new(), holder: resource.kind.to_owned(), above: None };
    let mut pending = vec![(properties, Arc::new(root))];
    while let Some((at, step)) = pending.pop() {
        for at in branches(slice, at) {
            match at.node.kind() {
                Kind::Sequence => {
                    for (index, item) in at.node.items().enumerate() {
                        let path = format!("{}[{index}]", step.path);
                        let (holder, above) = (step.holder.clone(), step.above.clone());
                        pending.push((at.to(item), Arc::new(Step { path, holder, above, kind: step.kind })));
                    }
                }
                Kind::Mapping => mapping(slice, shapes, at, &step, &mut pending, &mut unknown),
                _ => {}
            }
        }
    }
    unknown.sort_by_key(|property| property.span);
    unknown
}

fn mapping<'t>(
    slice: &Slice<'_, 't>,
    shapes: &Shapes,
    at: At<'t>,
    step: &Arc<Step>,
    pending: &mut Vec<(At<'t>, Arc<Step>)>,
    unknown: &mut Vec<StrayProperty>,
) {
    if at.node.get("Fn::Transform").is_some() {
        return;
    }
    let names = shapes.names(step.kind);
    for entry in at.node.entries().filter(is_written) {
        let name = entry.name();
        let value = at.to(entry.value);
        match names.iter().find(|(known, _)| *known == name) {
            Some((known, Some(of))) => {
                let dot = if step.path.is_empty() { "" } else { "." };
                let path = format!("{}{dot}{known}", step.path);
                let above = Some(Arc::clone(step));
                pending.push((value, Arc::new(Step { kind: of, path, holder: name.to_owned(), above })));
            }
            Some(_) => {}
            None if branches(slice, value).is_empty() => {}
            None => {
                let known: Vec<&str> = names.iter().map(|(known, _)| *known).collect();
                let written = known.iter().copied().filter(|known| at.node.get(known).is_some()).collect();
                unknown.push(StrayProperty {
                    name: name.to_owned(),
                    span: entry.key.span(),
                    node: at.node.id(),
                    path: step.path.clone(),
                    holder: step.holder.clone(),
                    place: right_place(shapes, step, name),
                    written,
                    known,
                });
            }
        }
    }
}

/// Whether a key is the name of a property, and neither a loop, nor an intrinsic function, nor a placeholder of another
/// tool.
fn is_written(entry: &Entry<'_>) -> bool {
    let name = entry.name();
    let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_ ".contains(&b));
    is_name && name != "Ref" && name != "Condition"
}

/// What a value may be in this view; nothing where the property is removed.
fn branches<'t>(slice: &Slice<'_, 't>, at: At<'t>) -> Vec<At<'t>> {
    let mut pending = vec![at];
    let mut found = Vec::new();
    while let Some(at) = pending.pop() {
        let Some(call) = at.node.intrinsic() else {
            found.push(at);
            continue;
        };
        match call.name() {
            "Ref" if call.value.text() == Some("AWS::NoValue") => {}
            "Fn::If" => {
                let mut arguments = call.value.items();
                let condition = arguments.next().and_then(|condition| condition.text());
                let decided = condition.map(|name| slice.evaluator.decide_in(at.env, name).tri());
                for (argument, is_out) in arguments.zip([
                    decided.is_some_and(|decided| decided.is_false()),
                    decided.is_some_and(|decided| decided.is_true()),
                ]) {
                    pending.extend((!is_out).then(|| at.to(argument)));
                }
            }
            _ => found.push(at),
        }
    }
    found
}

/// Whether a macro gets the resource, and may change it.
fn is_processed(slice: &Slice<'_, '_>, resource: &Resource<'_>) -> bool {
    let scope = slice.template().scope(resource.at.env);
    scope.open || scope.processes_resources || resource.at.node.get("Fn::Transform").is_some()
}

fn right_place(shapes: &Shapes, step: &Step, name: &str) -> Option<RightPlace> {
    let names = shapes.names(step.kind);
    if let Some((known, _)) = names.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)) {
        return Some(RightPlace::Same(known));
    }
    let below = names.iter().find(|(_, of)| of.is_some_and(|of| shapes.has(of, name)));
    if let Some((known, _)) = below {
        return Some(RightPlace::Below(known));
    }
    if let Some(above) = step.above.as_ref().filter(|above| shapes.has(above.kind, name)) {
        let is_root = above.kind == ROOT;
        return Some(RightPlace::Above(if is_root { "Properties".to_owned() } else { above.holder.clone() }));
    }
    let places = shapes.places(name);
    let twin = places.iter().find(|(_, kind)| shapes.are_twins(step.kind, kind));
    if let Some((path, _)) = twin {
        return Some(RightPlace::Similar(path.clone()));
    }
    places.into_iter().next().map(|(path, _)| RightPlace::Elsewhere(path))
}
