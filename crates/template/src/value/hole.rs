use std::fmt;

use cflint_diagnostics::Span;

use super::{Alphabet, Part, Text};

/// What a hole stands for. Two holes with the same reference have the same value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reference {
    /// A parameter of the template, by name.
    Parameter(String),
    /// A pseudo parameter, such as `AWS::Region`.
    Pseudo(String),
    /// An attribute of a resource; the empty attribute is what `Ref` returns.
    Resource {
        /// Logical id.
        id: String,
        attribute: String,
    },
    /// `Fn::ImportValue` of this name.
    Import(Text),
    /// A dynamic reference, `{{resolve:…}}`, as written.
    Dynamic(Text),
    /// One piece of a text that cannot be split yet.
    Piece {
        source: Text,
        delimiter: String,
        /// Index of the piece, from 0.
        index: usize,
    },
    /// Another function whose arguments are not all known.
    Call {
        /// Name of the function, such as `Fn::FindInMap`.
        function: String,
        arguments: Vec<Text>,
    },
    /// Something cflint does not read; equal only to itself.
    Opaque(Span),
}

/// The part of a text that the template does not determine.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hole {
    pub reference: Reference,
    /// The characters that the platform allows in it.
    pub alphabet: Alphabet,
    /// Whether it can be the empty text.
    pub may_be_empty: bool,
    /// The values it can have, where they are listed; empty if any value is possible.
    pub values: Vec<String>,
}

impl Hole {
    /// A hole of which only the reference is known.
    pub fn new(reference: Reference) -> Self {
        Self { reference, alphabet: Alphabet::ANY, may_be_empty: true, values: Vec::new() }
    }

    /// A hole that is never empty and contains only these characters.
    pub fn of(reference: Reference, alphabet: Alphabet) -> Self {
        Self { reference, alphabet, may_be_empty: false, values: Vec::new() }
    }

    /// A hole with listed values.
    pub fn one_of(reference: Reference, values: Vec<String>) -> Self {
        let alphabet = Alphabet::of(values.iter().map(String::as_str));
        let may_be_empty = values.iter().any(String::is_empty);
        Self { reference, alphabet, may_be_empty, values }
    }

    /// The texts that its reference holds.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &Text> {
        let (one, several) = match &self.reference {
            Reference::Import(text) | Reference::Dynamic(text) | Reference::Piece { source: text, .. } => {
                (Some(text), &[][..])
            }
            Reference::Call { arguments, .. } => (None, &arguments[..]),
            _ => (None, &[][..]),
        };
        one.into_iter().chain(several)
    }

    /// Whether the value is chosen when the stack is created, not fixed by the template or by AWS.
    pub fn is_chosen_at_deployment(&self) -> bool {
        match &self.reference {
            Reference::Parameter(_) | Reference::Pseudo(_) => true,
            Reference::Piece { source, .. } => source.holes().any(Hole::is_chosen_at_deployment),
            Reference::Call { arguments, .. } => {
                arguments.iter().flat_map(Text::holes).any(Hole::is_chosen_at_deployment)
            }
            _ => false,
        }
    }
}

/// Stands for a value that has no name in the template.
const UNNAMED: &str = "{…}";

impl fmt::Display for Hole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.reference {
            Reference::Parameter(name) => write!(f, "{{{name}}}"),
            Reference::Pseudo(name) => f.write_str(match name.as_str() {
                "AWS::Region" => "{region}",
                "AWS::URLSuffix" => "{url-suffix}",
                "AWS::AccountId" => "{account}",
                "AWS::StackName" => "{stack-name}",
                "AWS::Partition" => "{partition}",
                _ => "{stack-id}",
            }),
            Reference::Resource { id, attribute } if attribute.is_empty() => write!(f, "{{{id}}}"),
            Reference::Resource { id, attribute } => write!(f, "{{{id}.{attribute}}}"),
            Reference::Import(name) => write!(f, "{{import {name}}}"),
            Reference::Dynamic(text) => write!(f, "{text}"),
            Reference::Piece { source, index, .. } => match source.as_hole() {
                Some(hole) => {
                    let name = hole.to_string();
                    write!(f, "{{{}[{index}]}}", name.trim_start_matches('{').trim_end_matches('}'))
                }
                None => write!(f, "{{piece {index} of {source}}}"),
            },
            Reference::Call { function, .. } => {
                write!(f, "{{{}}}", function.strip_prefix("Fn::Sub ").unwrap_or(function))
            }
            Reference::Opaque(_) => f.write_str(UNNAMED),
        }
    }
}

impl Hole {
    /// Whether no occurrence of the delimiter can touch the hole. An empty hole would join its neighbours.
    pub(super) fn is_clear_of(&self, delimiter: &str) -> bool {
        delimiter.chars().all(|c| !self.alphabet.allows(c))
            && (!self.may_be_empty || delimiter.chars().count() == 1)
    }

    /// Whether no delimiter ends in the hole, because its last character cannot be there, or in what follows the hole.
    pub(super) fn is_apart_from(&self, delimiter: &str, next: Option<&Part>) -> bool {
        let ends_elsewhere = delimiter.chars().next_back().is_some_and(|last| !self.alphabet.allows(last));
        let mut tails = delimiter.char_indices().skip(1).filter_map(|(at, _)| delimiter.get(at..));
        ends_elsewhere
            && match next {
                None => true,
                Some(Part::Lit(text)) => {
                    !tails.any(|tail| text.starts_with(tail) || tail.starts_with(text.as_str()))
                }
                Some(Part::Hole(_)) => false,
            }
    }
}
