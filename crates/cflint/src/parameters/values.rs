//! Values in JSON and YAML: the list of CloudFormation, the map of CodePipeline, and plain maps.

use cflint_template::syntax::{Kind, NodeRef, Tree};
use cflint_template::template::is_template;

use super::given::Given;
use super::malformed::Malformed;

/// What a file can look like.
pub(super) const FORMS: &str = "expected `[{\"ParameterKey\": …, \"ParameterValue\": …}]`, \
    `{\"Parameters\": {NAME: VALUE}}`, `{NAME: VALUE}` or `{STACK: {NAME: VALUE}}`";

/// Whether there is neither a list nor a map, but something to read.
pub(super) fn is_single_text(tree: &Tree) -> bool {
    tree.root().is_some_and(|root| root.kind() == Kind::Scalar && !root.is_null())
}

/// Reads every value. An empty file has none.
pub(super) fn read(tree: &Tree) -> Result<Vec<Given>, Malformed> {
    let Some(root) = tree.root() else { return Ok(Vec::new()) };
    if is_template(tree) {
        return Err(malformed(
            root,
            "this is a template, not a file with values of its parameters",
            "give a template as a PATH, without `--parameters-file`",
        ));
    }
    // The file of a pipeline, of Git sync, or the input of the AWS CLI.
    let section = |name| root.get(name).filter(|entry| entry.value.kind() != Kind::Scalar);
    let parameters =
        section("Parameters").or_else(|| section("parameters")).map_or(root, |entry| entry.value);
    match parameters.kind() {
        Kind::Mapping => map(parameters),
        Kind::Sequence => parameters.items().filter_map(|item| listed(item).transpose()).collect(),
        Kind::Scalar if parameters.is_null() => Ok(Vec::new()),
        Kind::Scalar => Err(malformed(root, "not parameter values, but a single string", FORMS)),
    }
}

/// One item of a list; nothing if the stack keeps the value that it has.
fn listed(item: NodeRef<'_>) -> Result<Option<Given>, Malformed> {
    if let Some(text) = item.text() {
        return match Given::pair(text) {
            Some(given) => Ok(Some(given)),
            None => Err(malformed(item, format!("expected `NAME=VALUE`, found `{text}`"), FORMS)),
        };
    }
    let key = item.get("ParameterKey").map(|entry| entry.value);
    let Some((key, name)) = key.and_then(|key| Some((key, key.text()?))) else {
        return Err(malformed(item, "this item has no `ParameterKey`", FORMS));
    };
    let keeps = item.get("UsePreviousValue").and_then(|entry| entry.value.text());
    if keeps.is_some_and(|keeps| keeps.eq_ignore_ascii_case("true")) {
        return Ok(None);
    }
    let Some(value) = item.get("ParameterValue") else {
        return Err(malformed(
            item,
            format!("`{name}` has no `ParameterValue`"),
            "add it, or `\"UsePreviousValue\": true` to leave it unknown",
        ));
    };
    given(key, name, value.value).map(Some)
}

fn map(node: NodeRef<'_>) -> Result<Vec<Given>, Malformed> {
    Ok(entries(node)?.into_iter().map(|(_, given)| given).collect())
}

/// The values of a map, and where each is.
pub(crate) fn entries(node: NodeRef<'_>) -> Result<Vec<(usize, Given)>, Malformed> {
    let at = |value: NodeRef<'_>| value.span().start as usize;
    let mut all = Vec::new();
    for entry in node.entries() {
        if entry.value.kind() != Kind::Mapping || is_intrinsic(entry.value) {
            all.push((at(entry.value), given(entry.key, entry.name(), entry.value)?));
            continue;
        }
        let stack = entry.name().trim();
        if stack.is_empty() {
            return Err(malformed(entry.key, format!("`{stack}` is not a valid stack name"), FORMS));
        }
        for inner in entry.value.entries() {
            let given = given(inner.key, inner.name(), inner.value)?;
            all.push((at(inner.value), Given { stack: Some(stack.to_owned()), ..given }));
        }
    }
    Ok(all)
}

fn given(key: NodeRef<'_>, name: &str, value: NodeRef<'_>) -> Result<Given, Malformed> {
    let value = text(name, value)?;
    Given::new(name, value)
        .ok_or_else(|| malformed(key, format!("`{name}` is not a valid parameter name"), FORMS))
}

/// A value as the service gets it: lists as texts with commas.
fn text(name: &str, value: NodeRef<'_>) -> Result<String, Malformed> {
    let refuse = |what: &str, help: &str| Err(malformed(value, format!("`{name}` {what}"), help));
    match value.text() {
        Some(_) if value.is_null() => {
            refuse("has no value", "write `\"\"` if it is empty, or omit the parameter if it is not known")
        }
        Some(text) => Ok(text.to_owned()),
        None if is_intrinsic(value) => refuse(
            "has a function as its value",
            "functions work only in templates; write the resulting value",
        ),
        None if value.kind() == Kind::Mapping => refuse("has a map as its value, expected a string", FORMS),
        None => {
            let items = value.items().map(|item| match item.text() {
                Some(text) if !item.is_null() => Ok(text),
                _ => Err(malformed(item, format!("`{name}` has an item that is not a string"), FORMS)),
            });
            Ok(items.collect::<Result<Vec<_>, _>>()?.join(","))
        }
    }
}

fn is_intrinsic(node: NodeRef<'_>) -> bool {
    node.intrinsic().is_some_and(|call| call.name() != "Condition")
}

fn malformed(node: NodeRef<'_>, message: impl Into<String>, help: &str) -> Malformed {
    Malformed::new(node.span().start as usize, message, help)
}
