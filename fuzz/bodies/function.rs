use cflint_functions::{Event, Item, Outcome, Program, Request, Response, Returned, Run, Runtime};

use super::inputs::split;

/// The code of a function and, behind the separator, the lines of a request: its method, its path with the query string,
/// and headers, of which `Cookie` is one. Code that has no `handler` is the body of one.
pub fn function(bytes: &[u8]) {
    let parts = split(bytes);
    let text = |index: usize| parts.get(index).map(|part| String::from_utf8_lossy(part)).unwrap_or_default();
    let (code, lines) = (text(0), text(1));
    let code = if code.contains("handler") {
        code.into_owned()
    } else {
        format!("function handler(event) {{ {code}\n}}")
    };
    for runtime in [Runtime::V1, Runtime::V2] {
        let Some(program) = Program::new(&code, runtime) else { return };
        for fault in program.faults() {
            assert!(code.get(fault.range.clone()).is_some(), "a fault is at {:?}", fault.range);
        }
        assert!(program.paths().iter().all(|path| path.starts_with('/')), "{:?}", program.paths());
        for response in [None, Some(Response { status: 200, ..Response::default() })] {
            let event = Event { response, ..event(&lines) };
            let run = program.run(&event);
            holds(&code, &program, &event, &run);
            if !run.was_stopped() {
                assert_eq!(run, program.run(&event), "two runs differ");
            }
            program.run(&Event { is_generous: true, ..event });
        }
    }
}

fn event(lines: &str) -> Event {
    let mut lines = lines.lines();
    let method = lines.next().filter(|line| !line.is_empty()).unwrap_or("GET").to_owned();
    let target = lines.next().unwrap_or_default();
    let (path, query) = target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
    let headers: Vec<(String, &str)> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value))
        .collect();
    let of = |wanted: &str| headers.iter().find(|(name, _)| name == wanted).map(|(_, value)| *value);
    let shown = headers.iter().filter(|(name, _)| name != "cookie");
    let request = Request {
        method,
        uri: format!("/{}", path.trim_start_matches('/')),
        raw_query: query.map(str::to_owned),
        query: Item::of_query(query.unwrap_or_default()),
        cookies: Item::of_cookies(of("cookie").unwrap_or_default()),
        headers: Item::group(shown.map(|(name, value)| (name.as_str(), *value))),
    };
    Event { request, has_store: Some(lines_are_odd(&headers)), ..Event::default() }
}

/// Some events have a key-value store, and some have not.
fn lines_are_odd(headers: &[(String, &str)]) -> bool {
    headers.len() % 2 == 1
}

/// What has to hold for a run: places in the code, and no change that the static part excludes.
fn holds(code: &str, program: &Program, event: &Event, run: &Run) {
    let touches = program.touches();
    let places = run.changes.iter().filter_map(|change| change.place);
    let failed = match &run.outcome {
        Outcome::Failed(failure) => failure.place,
        _ => None,
    };
    for place in places.chain(failed) {
        assert!(code.get(place..).is_some(), "a place is at {place} of {}", code.len());
    }
    // Nothing is said about functions on viewer-response.
    let Outcome::Returned(returned) = &run.outcome else { return };
    if event.response.is_some() {
        return;
    }
    match returned.as_ref() {
        Returned::Response(_) => assert!(touches.response, "it responds"),
        Returned::Request { request, origin } => {
            let before = &event.request;
            assert_eq!(request.method, before.method);
            assert!(request.uri.starts_with('/'), "{}", request.uri);
            assert!(touches.uri || request.uri == before.uri, "it changes the path");
            assert!(touches.query || request.query == before.query, "it changes the query string");
            assert!(touches.headers || request.headers == before.headers, "it changes headers");
            assert!(touches.cookies || request.cookies == before.cookies, "it changes cookies");
            assert!(touches.origin || origin.is_none(), "it chooses an origin");
        }
    }
}
