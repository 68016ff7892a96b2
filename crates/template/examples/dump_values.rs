//! Prints what the properties of resources stand for, one line of JSON for each file: what `tests/differential/values.py`
//! compares.
//!
//! Arguments are files, and `--given Name=Value` for values of parameters. A known text is a text, a list is a list, an
//! absent value is null. Everything else is an object with one key: `map`, `open` (a mapping that may have more keys),
//! `if` (both branches), `unknown`.

#![expect(clippy::disallowed_methods, reason = "a test names what it reads")]
#![expect(clippy::print_stdout, reason = "the output is what it is for")]

use std::sync::Arc;

use cflint_diagnostics::FileId;
use cflint_template::eval::{Evaluated, Evaluator, Value, View};
use cflint_template::syntax::{Kind, parse};
use cflint_template::template::{At, Template, is_template};
use serde_json::{Map, Value as Json, json};

fn main() {
    let mut given = Vec::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        if argument != "--given" {
            println!("{}", line(&argument, &given));
        } else if let Some(pair) = arguments.next()
            && let Some((name, value)) = pair.split_once('=')
        {
            given.push((name.to_owned(), value.to_owned()));
        }
    }
}

fn line(path: &str, given: &[(String, String)]) -> Json {
    let source = match std::fs::read_to_string(path) {
        Ok(source) => source,
        Err(error) => return json!({"file": path, "error": error.to_string()}),
    };
    let parsed = match parse(FileId(0), Arc::from(source)) {
        Ok(parsed) => parsed,
        Err(error) => return json!({"file": path, "error": error.message}),
    };
    let Some(root) = parsed.tree.root().filter(|_| is_template(&parsed.tree)) else {
        return json!({"file": path, "error": "it is no template"});
    };
    let template = Template::new(root, given);
    let view = View::default();
    let evaluator = Evaluator::new(&template, &view);
    let resources: Map<String, Json> = template
        .resources()
        .iter()
        .map(|resource| {
            let properties = resource.properties.map(|at| node(&evaluator, at));
            (resource.id.clone(), json!({"type": resource.kind, "properties": properties}))
        })
        .collect();
    let globals = root.get("Globals").map(|section| node(&evaluator, section.value.into()));
    json!({"file": path, "resources": resources, "globals": globals})
}

/// What is written at a place, with both branches of conditions.
fn node<'t>(evaluator: &Evaluator<'_, 't>, at: At<'t>) -> Json {
    if let Some(call) = at.node.intrinsic()
        && call.name() == "Fn::If"
        && let [condition, yes, no] = call.value.items().collect::<Vec<_>>()[..]
    {
        return json!({"if": [condition.text(), node(evaluator, at.to(yes)), node(evaluator, at.to(no))]});
    }
    if at.node.kind() == Kind::Sequence {
        return at.node.items().map(|item| node(evaluator, at.to(item))).collect();
    }
    value(evaluator, &evaluator.eval(at))
}

fn value<'t>(evaluator: &Evaluator<'_, 't>, evaluated: &Evaluated<'t>) -> Json {
    match &evaluated.value {
        Value::Text(text) => match text.as_literal() {
            Some(literal) => literal.into(),
            None => json!({"unknown": text.to_string()}),
        },
        Value::List(items) => items.iter().map(|item| value(evaluator, item)).collect(),
        Value::Map(at) => {
            let map = evaluator.map(*at);
            let entries: Map<String, Json> =
                map.entries.iter().map(|entry| (entry.name.to_string(), node(evaluator, entry.at))).collect();
            json!({if map.open.is_some() { "open" } else { "map" }: entries})
        }
        Value::NoValue => Json::Null,
        Value::Unknown(reason) => json!({"unknown": reason.0}),
    }
}
