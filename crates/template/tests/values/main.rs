//! Symbolic values: the algebra of texts, every intrinsic function, and views against brute force.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that is written wrongly fails")]

mod algebra;
mod guarded;
mod hostile;
mod intrinsics;
mod linking;
mod sam;
mod single;
mod views;

use std::sync::Arc;

use cflint_diagnostics::FileId;
use cflint_template::eval::{Evaluator, Value, View};
use cflint_template::links::links;
use cflint_template::model::Graph;
use cflint_template::syntax::{Parsed, parse};
use cflint_template::template::Template;

/// Parses a template; panics where a test is written wrongly.
fn parsed(text: &str) -> Parsed {
    parse(FileId(0), Arc::from(text)).expect("the template parses")
}

/// Looks at a template whose parameters are not known.
fn with_template<T>(text: &str, look: impl FnOnce(&Template<'_>, &Graph) -> T) -> T {
    let parsed = parsed(text);
    let template = Template::new(parsed.tree.root().expect("not empty"), &[]);
    let graph = Graph::new(&template, &links(&template));
    look(&template, &graph)
}

/// What a property of the resource `It` stands for, printed.
fn evaluated(template_text: &str, property: &str, given: &[(&str, &str)]) -> String {
    let parsed = parsed(template_text);
    let given: Vec<_> = given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let template = Template::new(parsed.tree.root().expect("not empty"), &given);
    let view = View::default();
    let evaluator = Evaluator::new(&template, &view);
    let resource = template.resource("It").expect("a resource called It");
    let properties = evaluator.map(resource.properties.expect("properties"));
    let Some(entry) = properties.get(property) else { return "absent".to_owned() };
    show(&evaluator.eval(entry.at).value)
}

fn show(value: &Value<'_>) -> String {
    match value {
        Value::Text(text) => text.to_string(),
        Value::List(items) => {
            let items: Vec<_> = items.iter().map(|item| show(&item.value)).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Map(_) => "a mapping".to_owned(),
        Value::NoValue => "no value".to_owned(),
        Value::Unknown(reason) => format!("unknown: {}", reason.0),
    }
}
