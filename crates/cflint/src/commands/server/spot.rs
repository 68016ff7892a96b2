//! What a template has at a place: a function, a variable of a text, the name of a condition.

use cflint_diagnostics::Span;
use cflint_template::links::{sub_arguments, variables_of};
use cflint_template::syntax::{Kind, NodeRef};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spot<'t> {
    /// An intrinsic function: the mapping that it is.
    Call(NodeRef<'t>),
    /// A variable of `Fn::Sub`, with the value that the function brings along for it.
    Variable {
        call: NodeRef<'t>,
        name: &'t str,
        value: Option<NodeRef<'t>>,
    },
    Condition(&'t str),
    /// The name of a resource in `DependsOn`.
    Resource(&'t str),
    /// The declaration of a parameter.
    Parameter(&'t str),
}

/// What is at an offset, and where it is written.
pub(super) fn spot(root: NodeRef<'_>, at: usize) -> Option<(Spot<'_>, Span)> {
    let is_around = |node: &NodeRef<'_>| node.kind() == Kind::Mapping && holds(node.span(), at);
    let inner = root.subtree().filter(|node| is_around(node) && !node.is_aliased()).last()?;
    if let Some(call) = inner.intrinsic() {
        return in_call(inner, call.name(), call.value, at);
    }
    let is_here = |node: NodeRef<'_>| holds(node.span(), at);
    let entry = inner.entries().find(|entry| is_here(entry.key) || is_here(entry.value))?;
    let section = |name: &str| root.get(name).is_some_and(|section| section.value == inner);
    match entry.name() {
        "Condition" => Some((Spot::Condition(entry.value.text()?), entry.value.span())),
        "DependsOn" => {
            let named = entry.value.subtree().find(|node| node.text().is_some() && is_here(*node))?;
            Some((Spot::Resource(named.text()?), named.span()))
        }
        name if section("Parameters") && is_here(entry.key) => {
            Some((Spot::Parameter(name), entry.key.span()))
        }
        name if section("Conditions") && is_here(entry.key) => {
            Some((Spot::Condition(name), entry.key.span()))
        }
        _ => None,
    }
}

fn in_call<'t>(
    call: NodeRef<'t>,
    function: &str,
    argument: NodeRef<'t>,
    at: usize,
) -> Option<(Spot<'t>, Span)> {
    match function {
        "Condition" => return Some((Spot::Condition(argument.text()?), argument.span())),
        "Fn::If" => {
            let condition = argument.items().next().filter(|node| holds(node.span(), at));
            if let Some(name) = condition.and_then(NodeRef::text) {
                return Some((Spot::Condition(name), condition?.span()));
            }
        }
        "Fn::Sub" => {
            let (text, values) = sub_arguments(argument);
            let text = text?;
            if let Some((name, span)) = variables_of(text).find(|(_, span)| holds(*span, at)) {
                let value = values.and_then(|values| values.get(name)).map(|entry| entry.value);
                return Some((Spot::Variable { call, name, value }, span));
            }
            // The code of a function, or the script of a server.
            if text.text().is_some_and(|text| text.trim_end().contains('\n')) {
                return None;
            }
        }
        _ => {}
    }
    Some((Spot::Call(call), call.span()))
}

pub(super) fn holds(span: Span, at: usize) -> bool {
    span.range().contains(&at) || span.end as usize == at
}

#[cfg(test)]
mod tests {
    use cflint_diagnostics::FileId;
    use cflint_template::syntax::parse;

    use super::*;

    /// What is at the `|` of a text.
    fn at(text: &str) -> Option<String> {
        let at = text.find('|').unwrap();
        let parsed = parse(FileId(0), text.replacen('|', "", 1).into()).unwrap();
        let found = spot(parsed.tree.root().unwrap(), at)?;
        let source = &parsed.tree.source()[found.1.range()];
        Some(match found.0 {
            Spot::Call(_) => format!("call {source}"),
            Spot::Variable { name, value, .. } => {
                format!("variable {name}{}", if value.is_some() { " with a value" } else { "" })
            }
            Spot::Condition(name) => format!("condition {name}"),
            Spot::Resource(name) => format!("resource {name}"),
            Spot::Parameter(name) => format!("parameter {name}"),
        })
    }

    #[test]
    fn functions_are_found_in_all_forms() {
        assert_eq!(at("a: !R|ef B").as_deref(), Some("call !Ref B"));
        assert_eq!(at("é: [x, !Ref B|]").as_deref(), Some("call !Ref B"));
        assert_eq!(at("{\"a\": {\"Ref\": \"|B\"}}").as_deref(), Some("call {\"Ref\": \"B\"}"));
        assert_eq!(at("a: !Join ['', [x, |y, !Ref B]]").as_deref(), Some("call !Join ['', [x, y, !Ref B]]"));
        assert_eq!(at("a: !Sub x-${B}-|y").as_deref(), Some("call !Sub x-${B}-y"));
        assert_eq!(at("a: !If [C, {k: |v}, w]"), None);
    }

    #[test]
    fn variables_are_found_by_their_place() {
        assert_eq!(at("a: !Sub é${A}${|B.C}").as_deref(), Some("variable B.C"));
        assert_eq!(at("a: !Sub ['${|A}', {A: x}]").as_deref(), Some("variable A with a value"));
        let text = "a:\n  Fn::Sub: |-\n    é\n    ${A}-${B}\n";
        let from = text.find("${B").unwrap() + 2;
        let parsed = parse(FileId(0), text.into()).unwrap();
        let found = spot(parsed.tree.root().unwrap(), from).unwrap().0;
        assert!(matches!(found, Spot::Variable { name: "B", .. }), "{found:?}");
        assert_eq!(spot(parsed.tree.root().unwrap(), text.find("é\n").unwrap()), None);
    }

    #[test]
    fn names_are_found_where_they_are_used_and_declared() {
        assert_eq!(at("a: !If [|C, x, y]").as_deref(), Some("condition C"));
        assert_eq!(at("a: !And [!Condition |C]").as_deref(), Some("condition C"));
        assert_eq!(at("R: {Type: T, Condition: |C}").as_deref(), Some("condition C"));
        assert_eq!(at("R: {Type: T, DependsOn: [A, |B]}").as_deref(), Some("resource B"));
        assert_eq!(at("Parameters:\n  St|age: {Type: String}\n").as_deref(), Some("parameter Stage"));
        assert_eq!(at("Conditions:\n  C|: !Equals [a, b]\n").as_deref(), Some("condition C"));
        assert_eq!(at("Condition: {Str|ingEquals: {a: b}}"), None);
    }
}
