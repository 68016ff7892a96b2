//! The JSON Schema of the file, from the same tables that it is read with.

use cflint_linter::Group;
use cflint_rules::RULES;
use clap::ValueEnum;
use serde_json::{Map, Value, json};

use super::content::RuleLevel;
use super::keys::{KNOWN, Key, OVERRIDE, RULE, TOP};
use crate::args::{FailOn, MinConfidence, MinSeverity};
use crate::files::document::choices;

/// The schema as a text.
pub(crate) fn text() -> String {
    format!("{:#}\n", schema())
}

fn schema() -> Value {
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Configuration of cflint",
        "description": "cflint.yaml, .cflint.yaml or .github/cflint.yaml",
        "type": ["object", "null"],
        "additionalProperties": false,
        "properties": properties(&TOP, top),
        "definitions": {
            "rule-name": { "enum": rule_names() },
            "rule-names": list_or_one(&json!({"$ref": "#/definitions/rule-name"})),
            "texts": list_or_one(&json!({"$ref": "#/definitions/text"})),
            "text": { "type": ["string", "number", "boolean"] },
            "glob": { "type": "string", "minLength": 1 },
            "globs": list_or_one(&json!({"$ref": "#/definitions/glob"})),
            "rules": {
                "type": ["object", "null"],
                "propertyNames": { "$ref": "#/definitions/rule-name" },
                "additionalProperties": { "$ref": "#/definitions/rule" },
            },
            "rule": {
                "type": ["object", "null"],
                "additionalProperties": false,
                "properties": properties(&RULE, rule),
            },
            "known": {
                "anyOf": [
                    { "$ref": "#/definitions/glob" },
                    {
                        "type": "object",
                        "additionalProperties": false,
                        "anyOf": [{ "required": ["path"] }, { "required": ["id"] }, { "required": ["construct"] }],
                        "properties": properties(&KNOWN, known),
                    },
                ],
            },
            "override": {
                "type": "object",
                "additionalProperties": false,
                "required": ["paths"],
                "properties": properties(&OVERRIDE, over),
            },
        },
    })
}

/// The properties of a mapping; each may also be written without a value.
fn properties(keys: &[Key], of: impl Fn(&str) -> Value) -> Value {
    let property = |key: &Key| {
        let mut value = of(key.name);
        if let Some(object) = value.as_object_mut() {
            object.insert("description".to_owned(), json!(key.doc));
        }
        (key.name.to_owned(), value)
    };
    Value::Object(keys.iter().map(property).collect::<Map<_, _>>())
}

fn top(key: &str) -> Value {
    match key {
        "select" | "extend-select" | "ignore" => or_nothing(&json!({"$ref": "#/definitions/rule-names"})),
        "pedantic" => json!({"type": ["boolean", "null"], "default": false}),
        "functions" => json!({"type": ["boolean", "null"], "default": true}),
        "min-confidence" => choice::<MinConfidence>(Some("likely")),
        "min-severity" => choice::<MinSeverity>(Some("info")),
        "fail-on" => choice::<FailOn>(Some("warning")),
        "exclude" => or_nothing(&json!({"$ref": "#/definitions/globs"})),
        "parameters-file" => or_nothing(&json!({"$ref": "#/definitions/texts"})),
        "parameters" => json!({
            "type": ["object", "null"],
            "additionalProperties": {
                "anyOf": [
                    { "$ref": "#/definitions/texts" },
                    { "type": "object", "additionalProperties": { "$ref": "#/definitions/texts" } },
                ],
            },
        }),
        "rules" => or_nothing(&json!({"$ref": "#/definitions/rules"})),
        _ => json!({"type": ["array", "null"], "items": { "$ref": "#/definitions/override" }}),
    }
}

fn rule(key: &str) -> Value {
    match key {
        "severity" => choice::<RuleLevel>(None),
        "ignore" => json!({"type": ["array", "null"], "items": { "$ref": "#/definitions/known" }}),
        // No rule has any.
        _ => json!({"type": ["object", "null"], "additionalProperties": false}),
    }
}

fn known(key: &str) -> Value {
    match key {
        "reason" => json!({"$ref": "#/definitions/text"}),
        _ => json!({"$ref": "#/definitions/glob"}),
    }
}

fn over(key: &str) -> Value {
    match key {
        "paths" => json!({"$ref": "#/definitions/globs"}),
        "ignore" => or_nothing(&json!({"$ref": "#/definitions/rule-names"})),
        _ => or_nothing(&json!({"$ref": "#/definitions/rules"})),
    }
}

fn choice<T: ValueEnum>(default: Option<&str>) -> Value {
    let mut names: Vec<Value> = choices::<T>().into_iter().map(Value::from).collect();
    names.push(Value::Null);
    match default {
        Some(default) => json!({"enum": names, "default": default}),
        None => json!({"enum": names}),
    }
}

fn list_or_one(item: &Value) -> Value {
    json!({"anyOf": [item, {"type": "array", "items": item}]})
}

fn or_nothing(schema: &Value) -> Value {
    json!({"anyOf": [schema, {"type": "null"}]})
}

fn rule_names() -> Vec<&'static str> {
    let metas = || RULES.iter().map(|rule| rule.meta());
    let groups = Group::ALL.iter().map(|group| group.as_str());
    let mut aliases: Vec<&str> = metas().flat_map(|meta| meta.aliases.iter().copied()).collect();
    aliases.sort_unstable();
    aliases.dedup();
    metas().map(|meta| meta.id).chain(groups).chain(aliases).collect()
}
