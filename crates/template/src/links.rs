//! Which name refers to what: one pass over the nodes, without evaluating anything.

use std::borrow::Cow;

use cflint_diagnostics::Span;

use crate::eval::{SubPiece, sub_pieces};
use crate::syntax::{Kind, NodeRef};
use crate::template::{At, Template};

/// How a name is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkKind {
    /// `Ref`, `Fn::GetAtt` or a variable of `Fn::Sub`.
    Value,
    /// The name of a condition.
    Condition,
    /// `DependsOn`.
    DependsOn,
    /// The name of a mapping.
    Mapping,
}

/// A name that is used somewhere.
#[derive(Debug, Clone)]
pub struct Link<'t> {
    /// Index of the resource that uses it; `None` in other sections.
    pub from: Option<usize>,
    /// How it is used.
    pub kind: LinkKind,
    /// The function, as the user knows it.
    pub function: &'static str,
    /// What is named: a parameter, resource, condition or mapping.
    pub name: Cow<'t, str>,
    /// The attribute of a resource, if one is named.
    pub attribute: Option<&'t str>,
    /// The place of the name.
    pub span: Span,
}

/// Every use of a name in conditions, resources and outputs, in the order of the sections.
#[must_use]
pub fn links<'t>(template: &Template<'t>) -> Vec<Link<'t>> {
    let mut found = Finder { template, links: Vec::new(), from: None };
    let section = |name: &str| template.root().get(name).map(|entry| entry.value);
    for node in section("Conditions").into_iter().flat_map(NodeRef::subtree) {
        found.node(node.into());
        if let Some(call) = node.intrinsic()
            && call.name() == "Condition"
        {
            found.name(LinkKind::Condition, "Condition", call.value);
        }
    }
    for (index, resource) in template.resources().iter().enumerate() {
        found.from = Some(index);
        if let Some((name, span)) = resource.condition {
            found.push(LinkKind::Condition, "Condition", Cow::Borrowed(name), None, span);
        }
        if let Some(entry) = resource.at.node.get("DependsOn") {
            for node in std::iter::once(entry.value).chain(entry.value.items()) {
                found.name(LinkKind::DependsOn, "DependsOn", node);
            }
        }
        for node in resource.at.node.subtree() {
            found.node(resource.at.to(node));
        }
    }
    found.from = None;
    for output in section("Outputs").into_iter().flat_map(NodeRef::entries) {
        if let Some(condition) = output.value.get("Condition") {
            found.name(LinkKind::Condition, "Condition", condition.value);
        }
        for node in output.value.subtree() {
            found.node(node.into());
        }
    }
    found.links
}

struct Finder<'f, 't> {
    template: &'f Template<'t>,
    links: Vec<Link<'t>>,
    from: Option<usize>,
}

impl<'t> Finder<'_, 't> {
    fn node(&mut self, at: At<'t>) {
        let Some(call) = at.node.intrinsic() else { return };
        let argument = call.value;
        match call.name() {
            "Ref" => self.value(at, "Ref", argument, false),
            "Fn::GetAtt" => match argument.kind() {
                Kind::Scalar => self.value(at, "Fn::GetAtt", argument, true),
                _ => {
                    let mut items = argument.items();
                    if let Some(id) = items.next() {
                        self.value(at, "Fn::GetAtt", id, false);
                        if let (Some(last), Some(attribute)) = (self.links.last_mut(), items.next()) {
                            last.attribute = attribute.text();
                        }
                    }
                }
            },
            "Fn::Sub" => self.sub(at, argument),
            "Fn::If" => {
                if let Some(condition) = argument.items().next() {
                    self.name(LinkKind::Condition, "Fn::If", condition);
                }
            }
            "Fn::FindInMap" => {
                let default = argument.items().nth(3).is_some();
                if let Some(map) = argument.items().next()
                    && !default
                {
                    self.name(LinkKind::Mapping, "Fn::FindInMap", map);
                }
            }
            _ => {}
        }
    }

    fn value(&mut self, at: At<'t>, function: &'static str, node: NodeRef<'t>, dotted: bool) {
        let Some(text) = node.text().filter(|text| !text.is_empty()) else { return };
        let (name, attribute) = match text.split_once('.') {
            Some((id, attribute)) if dotted => (id, Some(attribute)),
            _ => (text, None),
        };
        let Some(name) = self.filled(at, name) else { return };
        let span = node.slice_span(0..text.len());
        self.push(LinkKind::Value, function, name, attribute, span);
    }

    fn sub(&mut self, at: At<'t>, argument: NodeRef<'t>) {
        let (text, variables) = match argument.kind() {
            Kind::Sequence => (argument.items().next(), argument.items().nth(1)),
            _ => (Some(argument), None),
        };
        let Some(node) = text else { return };
        for piece in sub_pieces(node.text().unwrap_or_default()) {
            let SubPiece::Variable(variable, range) = piece else { continue };
            if variables.is_some_and(|map| map.get(variable).is_some()) {
                continue;
            }
            let (name, attribute) = match variable.split_once('.') {
                Some((id, attribute)) => (id, Some(attribute)),
                None => (variable, None),
            };
            if let Some(name) = self.filled(at, name) {
                self.push(LinkKind::Value, "Fn::Sub", name, attribute, node.slice_span(range));
            }
        }
    }

    /// The name with loop variables filled in; `None` if it is one itself, or is not known.
    fn filled(&self, at: At<'t>, name: &'t str) -> Option<Cow<'t, str>> {
        if self.template.bound(at.env, name).is_some() {
            return None;
        }
        let filled = self.template.fill(at.env, name);
        match filled.as_literal() {
            Some(text) if text == name => Some(Cow::Borrowed(name)),
            Some(text) => Some(Cow::Owned(text.to_owned())),
            None => None,
        }
    }

    fn name(&mut self, kind: LinkKind, function: &'static str, node: NodeRef<'t>) {
        if let Some(name) = node.text() {
            self.push(kind, function, Cow::Borrowed(name), None, node.span());
        }
    }

    fn push(
        &mut self,
        kind: LinkKind,
        function: &'static str,
        name: Cow<'t, str>,
        attribute: Option<&'t str>,
        span: Span,
    ) {
        self.links.push(Link { from: self.from, kind, function, name, attribute, span });
    }
}
