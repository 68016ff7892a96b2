//! Prints the APIs of templates, one line of JSON for each file: what `tests/differential/sam.py` compares.

#![expect(clippy::disallowed_methods, reason = "a test names what it reads")]
#![expect(clippy::print_stdout, reason = "the output is what it is for")]

use std::cell::RefCell;
use std::sync::Arc;

use cflint_diagnostics::FileId;
use cflint_template::links::links;
use cflint_template::model::{self, Api, Graph, Guard, List, Prop};
use cflint_template::syntax::parse;
use cflint_template::template::Template;
use cflint_template::value::{Text, Tri};
use serde_json::{Value, json};

fn main() {
    for path in std::env::args().skip(1) {
        println!("{}", line(&path));
    }
}

fn line(path: &str) -> Value {
    let source = match std::fs::read_to_string(path) {
        Ok(source) => source,
        Err(error) => return json!({"file": path, "error": error.to_string()}),
    };
    let parsed = match parse(FileId(0), Arc::from(source)) {
        Ok(parsed) => parsed,
        Err(error) => return json!({"file": path, "error": error.message}),
    };
    let Some(root) = parsed.tree.root() else { return json!({"file": path, "error": "it is empty"}) };
    let template = Template::new(root, &[]);
    let graph = Graph::new(&template, &links(&template));
    let views = model::apis(&template, &graph, &RefCell::default());
    let views: Vec<Value> =
        views.iter().map(|(_, apis)| apis.iter().map(api).collect::<Vec<_>>().into()).collect();
    json!({"file": path, "views": views})
}

fn api(api: &Api) -> Value {
    let stage = |stage: &model::Stage| json!({"id": stage.id, "name": text(&stage.name)});
    let route = |route: &model::Route| {
        json!({
            "method": route.method,
            "path": route.path.to_string(),
            "guard": guard(route.guard),
            "api_key": tri(route.api_key),
        })
    };
    json!({
        "id": api.id,
        "endpoint_types": list(&api.endpoint_types, text),
        "disabled": api.disable_execute_api_endpoint.or_default(false),
        "resource_policy": tri(api.resource_policy),
        "stages": list(&api.stages, stage),
        "routes": list(&api.routes, route),
    })
}

fn list<T>(list: &List<T>, item: impl Fn(&T) -> Value) -> Value {
    json!({"items": list.iter().map(item).collect::<Vec<_>>(), "open": list.open.as_ref().map(|open| &open.0)})
}

fn text(prop: &Prop<Text>) -> Value {
    prop.known().map(ToString::to_string).into()
}

fn guard(guard: Guard) -> &'static str {
    match guard {
        Guard::None => "none",
        Guard::Iam => "iam",
        Guard::Authorizer => "authorizer",
        Guard::Unknown => "unknown",
    }
}

fn tri(tri: Tri) -> Option<bool> {
    match tri {
        Tri::True => Some(true),
        Tri::False => Some(false),
        Tri::Unknown => None,
    }
}
