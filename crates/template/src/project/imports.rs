//! What a template uses from others.

use crate::at::{At, Env};
use crate::eval::{Evaluator, View, stack_output_name};
use crate::syntax::{Kind, NodeRef};
use crate::template::Template;
use crate::value::Text;

/// Whether a text can be that of a template which uses values of others, apart from its nested stacks.
fn may_import(text: &str) -> bool {
    ["ImportValue", "GetStackOutput", "CrossRegionExportReader"].iter().any(|sign| text.contains(sign))
}

/// The names under which a scope imports values: with the defaults of parameters, and without.
pub(super) fn wanted(template: &Template<'_>, env: Env) -> Vec<(Text, Text)> {
    let root = template.scope(env).root;
    let source = root.tree().source();
    if !may_import(source) {
        return Vec::new();
    }
    let view = View::default();
    let evaluator = Evaluator::new(template, &view);
    let mut names: Vec<(Text, Text)> = Vec::new();
    let known = |name: &str| (Text::literal(name), Text::literal(name));
    let text =
        |node: NodeRef<'_>, name: &str| -> Option<String> { node.get(name)?.value.text().map(str::to_owned) };
    for node in root.subtree().filter(|node| node.kind() == Kind::Mapping) {
        let name = match node.intrinsic() {
            Some(call) if call.name() == "Fn::ImportValue" => {
                let at = At { node: call.value, env };
                (evaluator.text(at).0, evaluator.open_text(at))
            }
            Some(call) if call.name() == "Fn::GetStackOutput" => {
                let (Some(stack), Some(output)) =
                    (text(call.value, "StackName"), text(call.value, "OutputName"))
                else {
                    continue;
                };
                known(&stack_output_name(&stack, &output))
            }
            _ => {
                if let Some(imports) = node.get("ReaderProps").and_then(|props| props.value.get("imports")) {
                    names.extend(imports.value.entries().map(|entry| known(entry.name())));
                }
                continue;
            }
        };
        names.push(name);
    }
    names.sort();
    names.dedup();
    names
}
