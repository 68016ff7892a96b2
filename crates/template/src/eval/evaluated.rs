//! What nodes evaluate to: values, and where their parts come from.

use cflint_diagnostics::Span;

use crate::at::At;
use crate::syntax::NodeRef;
use crate::value::{Hole, Part, Reference, Text};

/// Why a value is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason(pub String);

impl Reason {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

/// Where a part of a value comes from, if not from the place where it is used.
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
    /// A mapping that is not a function.
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

impl<'t> At<'t> {
    pub(crate) fn is(self, value: Value<'t>) -> Evaluated<'t> {
        Evaluated { value, node: self.node, origins: Vec::new() }
    }
}

/// A hole that equals only itself.
pub(crate) fn opaque(node: NodeRef<'_>) -> Text {
    Text::hole(Hole::new(Reference::Opaque(node.span())))
}

/// Turns each `{{resolve:…}}`, which may itself contain holes, into one hole.
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
