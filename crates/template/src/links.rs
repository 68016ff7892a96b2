//! Which name refers to what: one pass over the nodes, without evaluating anything.

use std::borrow::Cow;
use std::ops::Range;

use cflint_diagnostics::Span;

use crate::at::At;
use crate::eval::{Evaluator, FOR_EACH, SubPiece, View, sub_pieces};
use crate::syntax::{Kind, NodeRef};
use crate::template::Template;

/// How many iterations of loops are followed; no template has more entries than that.
const MAX_ROUNDS: usize = 10_000;

/// How many templates a value may be passed through.
const MAX_FOLLOWED: usize = 16;

/// How deep nodes may nest where a value of another template is followed, those around its use included. That of one
/// template is bounded by its parser.
const MAX_WALKED: usize = 512;

/// How many nodes of other templates are visited. The number grows exponentially where a value uses ten others, each of
/// which does so too.
const MAX_FOREIGN_NODES: usize = 200_000;

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
    /// Whether a condition uses it, which is evaluated before any resource exists.
    pub in_conditions: bool,
    pub kind: LinkKind,
    /// The function, as the user knows it.
    pub function: &'static str,
    /// What is named: a parameter, resource, condition or mapping.
    pub name: Cow<'t, str>,
    /// The attribute of a resource, if one is named.
    pub attribute: Option<&'t str>,
    /// The place of the name.
    pub span: Span,
    /// The template that the name belongs to.
    pub(crate) scope: u16,
    /// Whether the use is in this file; otherwise it is in a value that another template passes on.
    pub is_here: bool,
}

/// Every use of a name in conditions, resources and outputs, in the order of the sections.
pub fn links<'t>(template: &Template<'t>) -> Vec<Link<'t>> {
    let view = View::default();
    let evaluator = Evaluator::new(template, &view);
    let mut found = Finder {
        evaluator: &evaluator,
        links: Vec::new(),
        from: None,
        in_conditions: false,
        rounds: 0,
        followed: 0,
        depth: 0,
        foreign_nodes: 0,
    };
    let section = |name: &str| template.root().get(name).map(|entry| entry.value);
    if let Some(conditions) = section("Conditions") {
        found.in_conditions = true;
        found.entries(conditions.into());
        found.in_conditions = false;
    }
    for (index, resource) in template.resources().iter().enumerate() {
        found.from = Some(index);
        let attribute = |name: &str| resource.at.node.get(name).map(|entry| resource.at.to(entry.value));
        if let Some(condition) = attribute("Condition") {
            found.name(LinkKind::Condition, "Condition", condition);
        }
        if let Some(on) = attribute("DependsOn") {
            for node in std::iter::once(on.node).chain(on.node.items()) {
                found.name(LinkKind::DependsOn, "DependsOn", on.to(node));
            }
        }
        found.walk(resource.at);
    }
    found.from = None;
    if let Some(outputs) = section("Outputs") {
        for output in evaluator.map(outputs.into()).entries {
            if let Some(condition) = output.at.node.get("Condition") {
                found.name(LinkKind::Condition, "Condition", output.at.to(condition.value));
            }
            found.walk(output.at);
        }
    }
    found.links
}

struct Finder<'f, 't> {
    evaluator: &'f Evaluator<'f, 't>,
    links: Vec<Link<'t>>,
    from: Option<usize>,
    in_conditions: bool,
    rounds: usize,
    /// How many values of other templates this one was reached through.
    followed: usize,
    /// How many nodes are around this one, in all of these templates.
    depth: usize,
    /// How many nodes outside this file were visited.
    foreign_nodes: usize,
}

impl<'t> Finder<'_, 't> {
    /// Visits a node and everything below it. Trees nest at most 255 levels, and [`MAX_WALKED`] bounds what is
    /// followed.
    fn walk(&mut self, at: At<'t>) {
        self.depth += 1;
        self.foreign_nodes += usize::from(self.followed > 0);
        match at.node.kind() {
            Kind::Scalar => {}
            Kind::Sequence => at.node.items().for_each(|item| self.walk(at.to(item))),
            Kind::Mapping => {
                self.node(at);
                self.entries(at);
            }
        }
        self.depth -= 1;
    }

    fn entries(&mut self, at: At<'t>) {
        for entry in at.node.entries() {
            if !entry.name().starts_with(FOR_EACH) {
                self.walk(at.to(entry.value));
            } else if let Some(over) = self.evaluator.for_each(at.env, entry) {
                self.walk(over.values);
                self.rounds += over.rounds.len();
                for env in over.rounds.into_iter().chain(over.unknown) {
                    if self.rounds > MAX_ROUNDS {
                        return;
                    }
                    self.walk(At { node: over.body, env });
                }
            }
        }
    }

    fn node(&mut self, at: At<'t>) {
        let Some(call) = at.node.intrinsic() else { return };
        let argument = call.value;
        match call.name() {
            "Fn::ImportValue" | "Fn::GetStackOutput" => self.follow(self.evaluator.handed_over(at)),
            "Ref" => self.value(at, "Ref", argument, None),
            "Fn::GetAtt" => match argument.text().map(|text| text.split_once('.').unwrap_or((text, ""))) {
                Some((id, attribute)) => {
                    let Some(name) = self.filled(at, id).filter(|name| !name.is_empty()) else { return };
                    let span = argument.slice_span(0..id.len() + attribute.len() + 1);
                    self.push(at, LinkKind::Value, "Fn::GetAtt", name, Some(attribute), span);
                }
                None => {
                    let mut items = argument.items();
                    if let Some(id) = items.next() {
                        self.value(at, "Fn::GetAtt", id, items.next().and_then(NodeRef::text));
                    }
                }
            },
            "Fn::Sub" => self.sub(at, argument),
            "Fn::If" => {
                if let Some(condition) = argument.items().next() {
                    self.name(LinkKind::Condition, "Fn::If", at.to(condition));
                }
            }
            "Condition" if self.in_conditions => {
                self.name(LinkKind::Condition, "Condition", at.to(argument));
            }
            "Fn::FindInMap" => {
                let default = argument.items().nth(3).is_some();
                if let Some(map) = argument.items().next()
                    && !default
                {
                    self.name(LinkKind::Mapping, "Fn::FindInMap", at.to(map));
                }
            }
            _ => {}
        }
    }

    fn value(&mut self, at: At<'t>, function: &'static str, node: NodeRef<'t>, attribute: Option<&'t str>) {
        let Some(text) = node.text().filter(|text| !text.is_empty()) else { return };
        if let Some(name) = self.filled(at, text) {
            self.push(at, LinkKind::Value, function, name, attribute, node.slice_span(0..text.len()));
        }
    }

    fn sub(&mut self, at: At<'t>, argument: NodeRef<'t>) {
        let (text, variables) = sub_arguments(argument);
        let Some(node) = text else { return };
        for (variable, span) in variables_of(node) {
            if variables.is_some_and(|map| map.get(variable).is_some()) {
                continue;
            }
            let (name, attribute) = match variable.split_once('.') {
                Some((id, attribute)) => (id, Some(attribute)),
                None => (variable, None),
            };
            if let Some(name) = self.filled(at, name) {
                self.push(at, LinkKind::Value, "Fn::Sub", name, attribute, span);
            }
        }
    }

    /// The name with loop variables filled in; `None` if it is one itself, or is not known.
    fn filled(&self, at: At<'t>, name: &'t str) -> Option<Cow<'t, str>> {
        if self.evaluator.template().bound(at.env, name).is_some() {
            return None;
        }
        let filled = self.evaluator.template().fill(at.env, name);
        match filled.as_literal() {
            Some(text) if text == name => Some(Cow::Borrowed(name)),
            Some(text) => Some(Cow::Owned(text.to_owned())),
            None => None,
        }
    }

    fn name(&mut self, kind: LinkKind, function: &'static str, at: At<'t>) {
        if let Some(name) = at.node.text().filter(|text| !text.is_empty())
            && let Some(name) = self.filled(at, name)
        {
            self.push(at, kind, function, name, None, at.node.span());
        }
    }

    /// Continues in the template that a value comes from.
    fn follow(&mut self, value: Option<At<'t>>) {
        if let Some(value) = value
            && self.followed < MAX_FOLLOWED
            && self.depth < MAX_WALKED
            && self.foreign_nodes < MAX_FOREIGN_NODES
        {
            self.followed += 1;
            self.walk(value);
            self.followed -= 1;
        }
    }

    fn push(
        &mut self,
        at: At<'t>,
        kind: LinkKind,
        function: &'static str,
        name: Cow<'t, str>,
        attribute: Option<&'t str>,
        span: Span,
    ) {
        let elsewhere = match kind {
            LinkKind::Value => self.evaluator.elsewhere(at.env, &name, attribute.unwrap_or_default()),
            _ => None,
        };
        self.links.push(Link {
            scope: at.env.scope,
            is_here: at.env.scope == 0 && self.followed == 0,
            from: self.from,
            in_conditions: self.in_conditions,
            kind,
            function,
            name,
            attribute,
            span,
        });
        self.follow(elsewhere);
    }
}

/// The text of `Fn::Sub` and the values that it brings along.
pub fn sub_arguments(argument: NodeRef<'_>) -> (Option<NodeRef<'_>>, Option<NodeRef<'_>>) {
    match argument.kind() {
        Kind::Sequence => (argument.items().next(), argument.items().nth(1)),
        _ => (Some(argument), None),
    }
}

/// The variables of a text of `Fn::Sub`, with their places.
pub fn variables_of(text: NodeRef<'_>) -> impl Iterator<Item = (&str, Span)> {
    let mut unread = text.span().range();
    sub_pieces(text.text().unwrap_or_default()).into_iter().filter_map(move |piece| match piece {
        SubPiece::Variable(variable, range) => Some((variable, piece_span(text, range, &mut unread))),
        SubPiece::Text(_) => None,
    })
}

/// The place of a variable. Where the text had to be decoded it is looked for in the source from `unread` on: the
/// variables come in the same order there.
fn piece_span(node: NodeRef<'_>, range: Range<usize>, unread: &mut Range<usize>) -> Span {
    let span = node.slice_span(range.clone());
    let variable = node.text().and_then(|text| text.get(range)).filter(|_| span == node.span());
    let Some(variable) = variable else { return span };
    let found = node.tree().source().get(unread.clone()).and_then(|source| source.find(variable));
    let Some(found) = found else {
        // It is written with escapes.
        unread.start = unread.end;
        return span;
    };
    let start = unread.start + found;
    unread.start = start + variable.len();
    let offset = |value| u32::try_from(value).unwrap_or(u32::MAX);
    Span::new(span.file, offset(start), offset(unread.start))
}
