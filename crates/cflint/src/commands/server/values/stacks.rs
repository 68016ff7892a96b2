//! What functions and names stand for in the open stacks around a document, which set its parameters.

use cflint_linter::values;
use cflint_template::eval::{Evaluator, Value};
use cflint_template::template::At;

use super::super::documents::{Documents, Open};
use super::super::now::Now;
use super::super::spot::{Spot, spot};
use super::super::words::code;
use super::{CONDITIONS, MAX_LINES, Page, evaluate, when};

/// Lines of a list: the value in each stack that is not in the description of the document alone.
pub(in super::super) fn in_stacks(
    documents: &Documents,
    document: &Open,
    at: usize,
    alone: &str,
) -> Vec<String> {
    let known = Now::around(documents, document).filter_map(|(now, file)| {
        now.with_template(|template| {
            let page = Page { template, now: &now, at };
            let stacks = template.stacks_of(file);
            Some(stacks.flat_map(|(id, root)| page.values_in(id, root)).collect::<Vec<_>>())
        })
    });
    let new = known.flatten().filter(|(_, value)| !alone.contains(value));
    new.take(MAX_LINES).map(|(stack, value)| format!("{stack}: {value}")).collect()
}

/// The stack, and the value there.
type Known = (String, String);

impl<'t> Page<'_, 't> {
    /// The value in one stack. Of conditions and resources there is none.
    fn values_in(&self, id: &str, root: At<'t>) -> Vec<Known> {
        let found = match spot(root.node, self.at) {
            Some((found @ (Spot::Variable { .. } | Spot::Parameter(_)), _)) => found,
            Some((found @ Spot::Call(node), _))
                if node.intrinsic().is_some_and(|call| !CONDITIONS.contains(&call.name())) =>
            {
                found
            }
            _ => return Vec::new(),
        };
        // In a loop, a value is not known without the values of its variables.
        let value = |of: &Evaluator<'_, 't>| match evaluate(of, root, found).value {
            Value::Unknown(_) => None,
            // Its own resources have their own names in it.
            value => Some(self.value(&value).replace(&format!("{{{id}."), "{")),
        };
        let stack = format!("in stack {} of {}", code(id), code(&self.now.name()));
        let known = values(self.template, value).into_iter();
        known
            .filter_map(|it| Some((stack.clone(), format!("{}{}", it.value?, when(&it.conditions)))))
            .collect()
    }
}
