//! What a behavior reaches, and what happens to an example request, in a few lines.

use cflint_edge::access::brought::{Brought, brought};
use cflint_edge::routes::path::{RequestPath, paths_of};
use cflint_edge::trace::{Request, Step, Trace, trace};
use cflint_template::model::{Behavior, Model};

use super::words::short;

/// How many steps are shown: the last ones, which decide.
const MAX_STEPS: usize = 8;
/// How many characters of each.
const MAX_DETAIL: usize = 240;
/// How many routes are shown.
const MAX_ROUTES: usize = 6;

/// A request that the behavior handles, and its end.
#[derive(PartialEq)]
pub(super) struct Example {
    request: String,
    end: String,
    steps: String,
}

impl Example {
    /// The example under some conditions, with or without each step.
    pub(super) fn markdown(&self, when: &str, has_steps: bool) -> String {
        let steps = if has_steps { self.steps.as_str() } else { "" };
        format!("Example {}{when}: {}\n\n{steps}", self.request, self.end)
    }
}

pub(super) fn example(model: &Model, behavior: &Behavior) -> Option<Example> {
    let request = request(paths_of(model, behavior).first()?);
    let trace = trace(model, &request);
    let headers: Vec<String> = request.headers.iter().map(|(name, _)| format!("`{name}`")).collect();
    let with = if headers.is_empty() { String::new() } else { format!(" with {}", headers.join(", ")) };
    Some(Example {
        request: format!("`{request}`{with}"),
        end: format!("**{}**, {}", trace.verdict.as_str(), short(&trace.conclusion(), MAX_DETAIL)),
        steps: steps(&trace),
    })
}

/// The request of `cflint trace` that messages about the behavior show.
fn request(path: &RequestPath<'_>) -> Request {
    let example = path.example();
    let needed = example.meant.map_or_else(Brought::default, |(api, route)| brought(path, api, route));
    let query: Vec<String> = needed.query.iter().map(|(name, value)| format!("{name}={value}")).collect();
    Request {
        method: example.method,
        is_https: true,
        host: None,
        path: example.viewer_path,
        query: Some(query.join("&")).filter(|query| !query.is_empty()),
        headers: needed.headers,
        has_body: false,
    }
}

/// The routes that the behavior reaches.
pub(super) fn routes(model: &Model, behavior: &Behavior) -> Option<String> {
    let mut names: Vec<String> = Vec::new();
    for sample in paths_of(model, behavior).iter().flat_map(RequestPath::samples) {
        let name = format!("`{} {}`", sample.route.method, sample.route.path);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let more = names.len().saturating_sub(MAX_ROUTES);
    names.truncate(MAX_ROUTES);
    if names.is_empty() {
        return None;
    }
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    Some(format!("{}{more}", names.join(", ")))
}

fn steps(trace: &Trace) -> String {
    // The end is told before.
    let steps: Vec<&Step> = trace.steps.iter().filter(|step| step.detail != trace.summary).collect();
    let skipped = steps.len().saturating_sub(MAX_STEPS);
    let mut text = if skipped > 0 { "- …\n".to_owned() } else { String::new() };
    for step in steps.into_iter().skip(skipped) {
        let mark = if step.has_failed { " ✗" } else { "" };
        text.push_str(&format!("- {}{mark}: {}\n", step.title, short(&step.detail, MAX_DETAIL)));
    }
    text
}
