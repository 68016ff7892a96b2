//! Nodes to values: every intrinsic function, on values that may be known only at deployment.

mod conditions;
mod functions;
mod generated;
mod map;
mod references;
mod sub;
mod view;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use cflint_diagnostics::Span;

pub use conditions::Decision;
pub(crate) use functions::stack_output_name;
pub(crate) use map::{FOR_EACH, each_resource};
pub use map::{MapEntry, MapView};
pub use sub::{SubPiece, sub_pieces};
pub use view::{Fork, View};

use crate::syntax::{Kind, NodeRef};
use crate::template::{At, Env, Template};
use crate::value::{Hole, Part, Reference, Text};

/// How deep functions, conditions and resources may refer to each other before evaluation gives up.
const MAX_DEPTH: u32 = 200;

/// Why a value is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason(pub String);

impl Reason {
    fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

/// Where a part of a value comes from, other than the place where it is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The default of a parameter: a value, not the only one.
    Default { parameter: String, span: Span },
    /// A cell of a mapping.
    Mapping(Span),
    /// A property of another resource.
    Property(Span),
}

impl Origin {
    pub fn span(&self) -> Span {
        match self {
            Self::Default { span, .. } | Self::Mapping(span) | Self::Property(span) => *span,
        }
    }
}

/// What a node stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value<'t> {
    /// A scalar. A list that is not known is a text of one hole.
    Text(Text),
    List(Vec<Evaluated<'t>>),
    /// A mapping that is no function.
    Map(At<'t>),
    /// `AWS::NoValue` or null: as if it were not there.
    NoValue,
    /// The template does not say, or cflint does not read it.
    Unknown(Reason),
}

/// A value, the node that gives it where it is used, and where its parts come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evaluated<'t> {
    pub value: Value<'t>,
    /// The node: the chosen branch of `Fn::If`, the function itself otherwise.
    pub node: NodeRef<'t>,
    /// Other places that the value comes from.
    pub origins: Vec<Origin>,
}

/// Evaluates nodes of one template in one view.
#[derive(Debug)]
pub struct Evaluator<'e, 't> {
    template: &'e Template<'t>,
    view: &'e View,
    fork: RefCell<Option<Fork>>,
    depth: Cell<u32>,
    /// Inside a condition a parameter is open even if it has a default.
    in_condition: Cell<bool>,
    decided: RefCell<HashMap<(Env, &'t str), Decision>>,
}

impl<'e, 't> Evaluator<'e, 't> {
    /// An evaluator for one view.
    pub fn new(template: &'e Template<'t>, view: &'e View) -> Self {
        Self {
            template,
            view,
            fork: RefCell::default(),
            depth: Cell::new(0),
            in_condition: Cell::new(false),
            decided: RefCell::default(),
        }
    }

    pub fn template(&self) -> &'e Template<'t> {
        self.template
    }

    /// The first question that evaluation needed an answer to and the view did not have.
    pub fn fork(&self) -> Option<Fork> {
        self.fork.borrow().clone()
    }

    /// What the node stands for.
    pub fn eval(&self, at: At<'t>) -> Evaluated<'t> {
        if self.depth.get() >= MAX_DEPTH {
            return at.is(Value::Unknown(Reason::new("the functions refer to each other too deeply")));
        }
        self.depth.set(self.depth.get() + 1);
        let evaluated = self.eval_node(at);
        self.depth.set(self.depth.get() - 1);
        evaluated
    }

    fn eval_node(&self, at: At<'t>) -> Evaluated<'t> {
        if let Some(call) = at.node.intrinsic()
            && call.name() != "Condition"
        {
            return self.call(call.name(), at, at.to(call.value));
        }
        match at.node.kind() {
            Kind::Scalar if at.node.is_null() => at.is(Value::NoValue),
            Kind::Scalar => at.is(Value::Text(self.scalar(at))),
            Kind::Mapping => at.is(Value::Map(at)),
            Kind::Sequence => {
                let items = at.node.items().map(|item| self.eval(at.to(item)));
                at.is(Value::List(items.filter(|item| item.value != Value::NoValue).collect()))
            }
        }
    }

    /// The node as a text. What is no text becomes a hole that equals only itself.
    pub fn text(&self, at: At<'t>) -> (Text, Vec<Origin>) {
        let evaluated = self.eval(at);
        match evaluated.value {
            Value::Text(text) => (text, evaluated.origins),
            _ => (opaque(at.node), evaluated.origins),
        }
    }

    /// The node as a text in which parameters stay open, their defaults notwithstanding.
    pub(crate) fn open_text(&self, at: At<'t>) -> Text {
        let outer = self.in_condition.replace(true);
        let text = self.text(at).0;
        self.in_condition.set(outer);
        text
    }

    fn scalar(&self, at: At<'t>) -> Text {
        let text = at.node.text().unwrap_or_default();
        let text = self.template.fill(at.env, text);
        dynamic_references(text)
    }
}

impl<'t> At<'t> {
    pub(crate) fn is(self, value: Value<'t>) -> Evaluated<'t> {
        Evaluated { value, node: self.node, origins: Vec::new() }
    }
}

/// A hole that equals only itself.
pub(crate) fn opaque(node: NodeRef<'_>) -> Text {
    Text::hole(Hole::new(Reference::Opaque(node.span())))
}

/// Turns each `{{resolve:…}}`, which may itself hold holes, into one hole.
pub(crate) fn dynamic_references(text: Text) -> Text {
    const OPEN: &str = "{{resolve:";
    let starts = |part: &Part| matches!(part, Part::Lit(lit) if lit.contains(OPEN));
    if !text.parts().iter().any(starts) {
        return text;
    }
    let mut result = Text::default();
    let mut inside: Option<Text> = None;
    for part in text.parts() {
        let Part::Lit(literal) = part else {
            let single = Text::from_part(part.clone());
            inside.as_mut().unwrap_or(&mut result).push(&single);
            continue;
        };
        let mut rest = literal.as_str();
        while !rest.is_empty() {
            if let Some(reference) = &mut inside {
                let Some(end) = rest.find("}}") else {
                    reference.push_str(rest);
                    break;
                };
                reference.push_str(&rest[..end + 2]);
                rest = &rest[end + 2..];
                let reference = inside.take().unwrap_or_default();
                result.push_hole(Hole::new(Reference::Dynamic(reference)));
            } else {
                let Some(start) = rest.find(OPEN) else {
                    result.push_str(rest);
                    break;
                };
                result.push_str(&rest[..start]);
                rest = &rest[start..];
                inside = Some(Text::default());
            }
        }
    }
    if let Some(unclosed) = inside {
        result.push(&unclosed);
    }
    result
}
