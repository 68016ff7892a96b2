use cflint_diagnostics::Span;

use super::path::Property;
use crate::eval::{Origin, Reason};
use crate::syntax::NodeId;
use crate::value::{Text, Tri};

/// What is known about a property.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State<T> {
    Known(T),
    Absent,
    /// The template does not say.
    Unknown(Reason),
}

/// A property with the places that a finding about it needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prop<T> {
    pub state: State<T>,
    /// The value; where the property is absent, the key of what it would belong to.
    pub span: Span,
    /// The node of the value, for an edit; `None` where there is none.
    pub node: Option<NodeId>,
    /// Other places that the value comes from.
    pub origins: Vec<Origin>,
    /// The path below `Properties`, such as `DistributionConfig.Origins[0].DomainName`; of an item, that of its list.
    /// Empty for a value that is not a property of a resource.
    pub property: Property,
}

impl<T> Prop<T> {
    /// One that is not there, and would belong to what lies at a place.
    pub fn absent(span: Span) -> Self {
        Self { state: State::Absent, span, node: None, origins: Vec::new(), property: Property::default() }
    }

    /// A value that is not a property, but results at a place.
    pub fn of(span: Span, value: T) -> Self {
        Self { state: State::Known(value), ..Self::absent(span) }
    }

    /// The value, if it is known and there.
    pub fn known(&self) -> Option<&T> {
        match &self.state {
            State::Known(value) => Some(value),
            _ => None,
        }
    }

    /// Whether the property is certainly not there.
    pub fn is_absent(&self) -> bool {
        matches!(self.state, State::Absent)
    }

    /// Whether the template does not say what the property is.
    pub fn is_unknown(&self) -> bool {
        matches!(self.state, State::Unknown(_))
    }

    /// The value, or the default of the platform if it is absent; `None` if it is not known.
    pub fn or_default(&self, default: T) -> Option<T>
    where
        T: Clone,
    {
        match &self.state {
            State::Known(value) => Some(value.clone()),
            State::Absent => Some(default),
            State::Unknown(_) => None,
        }
    }

    /// Whether the value rests on the default of a parameter, so that another deployment may have another one.
    pub fn rests_on_default(&self) -> Option<(&str, Span)> {
        self.origins.iter().find_map(|origin| match origin {
            Origin::Default { parameter, span } => Some((parameter.as_str(), *span)),
            _ => None,
        })
    }

    /// The same places with another value.
    pub fn map<U>(&self, value: impl FnOnce(&T) -> State<U>) -> Prop<U> {
        let state = match &self.state {
            State::Known(known) => value(known),
            State::Absent => State::Absent,
            State::Unknown(reason) => State::Unknown(reason.clone()),
        };
        Prop {
            state,
            span: self.span,
            node: self.node,
            origins: self.origins.clone(),
            property: self.property.clone(),
        }
    }
}

impl Prop<Text> {
    /// The text, if all of it is known.
    pub fn literal(&self) -> Option<&str> {
        self.known().and_then(Text::as_literal)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List<T> {
    /// The items that are known.
    pub items: Vec<T>,
    /// Why there may be others.
    pub open: Option<Reason>,
    /// Whether the property is there.
    pub present: bool,
    /// The list; where it is absent, the key of what it would belong to.
    pub span: Span,
    /// The node of the list.
    pub node: Option<NodeId>,
    /// The path below `Properties`; see [`Prop::property`].
    pub property: Property,
}

impl<T> List<T> {
    /// The items that result at a place.
    pub fn of(span: Span, items: Vec<T>) -> Self {
        let present = !items.is_empty();
        Self { items, open: None, present, span, node: None, property: Property::default() }
    }

    /// A list of which nothing is known, and why.
    pub fn open(span: Span, reason: &str) -> Self {
        Self { open: Some(Reason(reason.to_owned())), present: true, ..Self::of(span, Vec::new()) }
    }

    /// Whether the list is certainly empty or absent.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty() && self.open.is_none()
    }

    /// The items that are known.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.items.iter()
    }
}

impl<'a, T> IntoIterator for &'a List<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

pub(super) fn tri(prop: &Prop<bool>, default: bool) -> Tri {
    prop.or_default(default).map_or(Tri::Unknown, Tri::from)
}
