//! Text as fixes write it.

use std::fmt;

pub(crate) use cflint_edge::facts::filled_in::is_filled_in;
use cflint_template::edit::NewValue;
use cflint_template::value::{Hole, Part, Reference, Text};

/// A text as a fix writes it.
pub(crate) enum Written {
    Text(String),
    Sub(String),
}

impl Written {
    /// `None` where a part has no name that `Fn::Sub` accepts.
    pub(crate) fn new(text: &Text) -> Option<Self> {
        if let Some(literal) = text.as_literal() {
            return Some(Self::Text(literal.to_owned()));
        }
        let part = |part: &Part| match part {
            Part::Lit(literal) => Some(literal.replace("${", "${!")),
            Part::Hole(hole) => variable(hole),
        };
        text.parts().iter().map(part).collect::<Option<String>>().map(Self::Sub)
    }

    pub(crate) fn value(&self) -> NewValue<'_> {
        match self {
            Self::Text(text) => NewValue::Text(text),
            Self::Sub(text) => NewValue::Sub(text),
        }
    }
}

impl fmt::Display for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) if text.is_empty() => f.write_str("''"),
            Self::Text(text) => f.write_str(text),
            Self::Sub(text) => write!(f, "!Sub '{text}'"),
        }
    }
}

fn variable(hole: &Hole) -> Option<String> {
    match &hole.reference {
        Reference::Parameter(name) | Reference::Pseudo(name) => Some(format!("${{{name}}}")),
        Reference::Resource { id, attribute } if attribute.is_empty() => Some(format!("${{{id}}}")),
        // Parts of attributes, which have no name of their own.
        Reference::Resource { attribute, .. } if matches!(attribute.as_str(), "UrlId" | "Subdomain") => None,
        Reference::Resource { id, attribute } => Some(format!("${{{id}.{attribute}}}")),
        _ => None,
    }
}
