//! Which part of a value has to change to turn it into another one.

use cflint_diagnostics::Edit;

use crate::syntax::{Kind, NodeRef, Style};

use super::guard::guard_container;
use super::list;
use super::new_value::NewValue;
use super::put::put;
use super::shared::role;

/// Replaces a value, whose aliases are already ruled out.
pub(super) fn replace(node: NodeRef<'_>, value: &NewValue<'_>) -> Option<Vec<Edit>> {
    // Neither the root nor a key is a value.
    role(node)?;
    match value {
        NewValue::Texts(texts) if node.kind() == Kind::Sequence => {
            guard_container(node, Kind::Sequence)?;
            list::become_texts(node, texts)
        }
        NewValue::Sub(text) => match sub_text(node) {
            Some(argument) => put(argument, &NewValue::Text(text)),
            None => put(node, value),
        },
        _ => put(node, value),
    }
}

/// The text of a `Fn::Sub` without its own variables.
fn sub_text(node: NodeRef<'_>) -> Option<NodeRef<'_>> {
    let function = node.intrinsic()?;
    let text = function.value;
    (function.name() == "Fn::Sub" && text.kind() == Kind::Scalar && text.style() != Style::Implicit)
        .then_some(text)
}
