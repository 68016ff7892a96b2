//! What happens to an example request of a behavior, in a few lines.

use cflint_edge::access::brought::{Brought, brought};
use cflint_edge::routes::path::{RequestPath, paths_of};
use cflint_edge::trace::{Request, Step, Trace, trace};
use cflint_template::model::{Behavior, Model};

use super::words::short;

/// How many steps are shown, the last ones first of all: they decide.
const MAX_STEPS: usize = 10;
/// How many characters of each.
const MAX_DETAIL: usize = 240;
/// How many routes are shown.
const MAX_ROUTES: usize = 6;

/// The routes that the behavior reaches, and the trace of a request, as Markdown.
pub(super) fn example(model: &Model, behavior: &Behavior) -> Option<String> {
    let paths = paths_of(model, behavior);
    let first = paths.first()?;
    let routes = routes(&paths).map_or_else(String::new, |routes| format!("- reaches {routes}\n"));
    let request = request(first);
    Some(format!("{routes}\n{}", told(&request, &trace(model, &request))))
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

fn routes(paths: &[RequestPath<'_>]) -> Option<String> {
    let mut names: Vec<String> = Vec::new();
    for sample in paths.iter().flat_map(RequestPath::samples) {
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

fn told(request: &Request, trace: &Trace) -> String {
    let headers: Vec<String> = request.headers.iter().map(|(name, _)| format!("`{name}`")).collect();
    let with = if headers.is_empty() { String::new() } else { format!(" with {}", headers.join(", ")) };
    let verdict = trace.verdict.as_str();
    let mut text =
        format!("Example `{request}`{with}: **{verdict}**, {}\n\n", short(&trace.conclusion(), MAX_DETAIL));
    let skipped = trace.steps.len().saturating_sub(MAX_STEPS);
    if skipped > 0 {
        text.push_str("- …\n");
    }
    trace.steps.iter().skip(skipped).for_each(|step| text.push_str(&line(step)));
    text
}

fn line(step: &Step) -> String {
    let mark = if step.has_failed { " ✗" } else { "" };
    format!("- {}{mark}: {}\n", step.title, short(&step.detail, MAX_DETAIL))
}
