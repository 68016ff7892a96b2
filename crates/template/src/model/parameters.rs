//! Parameters in a value, and whether anyone who can view the stack can read them.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html>

use cflint_diagnostics::Span;

use super::reader::Reader;
use crate::at::At;
use crate::eval::{SubPiece, sub_pieces};
use crate::scope::Parameter;
use crate::syntax::NodeRef;

/// A parameter in a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParameterUse {
    pub name: String,
    /// Where the name is declared.
    pub span: Span,
    /// Whether its value is masked.
    pub no_echo: bool,
    /// Whether its value is stored in Systems Manager.
    pub is_indirect: bool,
    /// Where its default is written, if that is not empty.
    pub default: Option<Span>,
}

/// The parameters that are named in a property, without those that another stack sets.
pub(super) fn used_in(reader: &Reader<'_, '_>, property: &str) -> Vec<ParameterUse> {
    let Some(entry) = reader.entry(property) else { return Vec::new() };
    let scope = reader.evaluator().template().scope(entry.at.env);
    let mut used: Vec<ParameterUse> = Vec::new();
    for name in names(entry.at) {
        let parameter = scope.parameter(name).filter(|_| !scope.bound.contains_key(name));
        if let Some(parameter) = parameter.filter(|_| used.iter().all(|known| known.name != name)) {
            used.push(ParameterUse::new(parameter));
        }
    }
    used
}

impl ParameterUse {
    fn new(parameter: &Parameter<'_>) -> Self {
        let is_written = |node: &NodeRef<'_>| node.text().is_some_and(|text| !text.is_empty());
        Self {
            name: parameter.name.to_owned(),
            span: parameter.span,
            no_echo: parameter.no_echo,
            is_indirect: parameter.is_indirect(),
            default: parameter.default.filter(is_written).map(NodeRef::span),
        }
    }
}

/// What `Ref` and `Fn::Sub` name.
fn names(at: At<'_>) -> Vec<&str> {
    let mut names = Vec::new();
    for call in at.node.subtree().filter_map(NodeRef::intrinsic) {
        match call.name() {
            "Ref" => names.extend(call.value.text()),
            "Fn::Sub" => {
                let text = call.value.text().or_else(|| call.value.items().next()?.text());
                names.extend(text.into_iter().flat_map(sub_pieces).filter_map(|piece| match piece {
                    SubPiece::Variable(name, _) => Some(name),
                    SubPiece::Text(_) => None,
                }));
            }
            _ => {}
        }
    }
    names
}
