//! What a function returned, judged as CloudFront does.
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html>

use serde_json::{Map, Value};

use crate::engine::Raw;
use crate::event::{Event, Item, Request, Response};
use crate::headers::{Restriction, restriction};
use crate::syntax::{Program, Sureness, SyntaxFault};

/// What a run comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Returned(Box<Returned>),
    /// CloudFront responds with an error.
    Failed(Failure),
    /// It depends on something that no template determines.
    Unknown(String),
}

/// What a function returned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Returned {
    Request {
        request: Request,
        /// Where it sends the request, if it says so.
        origin: Option<RequestOrigin>,
    },
    Response(Response),
}

/// How a function chose the origin of a request.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-custom-methods.html>
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RequestOrigin {
    /// `updateRequestOrigin`: what is `None` stays as the behavior has it.
    Updated { domain: Option<String>, host: Option<String>, path: Option<String> },
    /// `selectRequestOriginById`
    Selected { id: String, host: Option<String> },
    /// `createRequestOriginGroup`: the id of its first member.
    Group { primary: String },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureKind {
    /// An exception, or syntax that the runtime lacks: `503`.
    Execution,
    /// What it returned is not valid: `502`.
    Validation,
    /// It ran too long: `503`.
    Throttled,
}

/// Why a function fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub kind: FailureKind,
    /// A clause about the function, such as `` changes the read-only header `host` ``.
    pub what: String,
    /// Where, as an offset in bytes of its code.
    pub place: Option<usize>,
    pub sureness: Sureness,
}

impl Failure {
    /// The status of CloudFront's response.
    pub const fn status(&self) -> u16 {
        match self.kind {
            FailureKind::Validation => 502,
            FailureKind::Execution | FailureKind::Throttled => 503,
        }
    }
}

/// Something that the function did to the event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What it set or deleted, such as `request.uri`.
    pub path: String,
    /// Where, as an offset in bytes of its code.
    pub place: Option<usize>,
}

/// One run of a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    pub outcome: Outcome,
    pub changes: Vec<Change>,
    /// What it printed with `console.log`.
    pub log: Vec<String>,
    /// What it read that is different for every request, such as the time.
    pub assumed: Vec<String>,
    /// How well it is established that CloudFront does the same.
    pub sureness: Sureness,
}

impl Run {
    const fn new(outcome: Outcome, sureness: Sureness) -> Self {
        Self { outcome, changes: Vec::new(), log: Vec::new(), assumed: Vec::new(), sureness }
    }

    pub(crate) fn unsupported(fault: &SyntaxFault) -> Self {
        let failure = Failure {
            kind: FailureKind::Execution,
            what: format!("uses {}, which its runtime does not support", fault.what),
            place: Some(fault.range.start),
            sureness: fault.sureness,
        };
        Self::new(Outcome::Failed(failure), fault.sureness)
    }
}

pub(crate) fn judge(program: &Program, event: &Event, raw: Raw) -> Run {
    // What an unlisted feature does is only what this engine does with it.
    let sureness = program.faults().iter().map(|fault| fault.sureness).max();
    let most = if sureness.is_some() { Sureness::Likely } else { Sureness::Certain };
    let failed = |kind, what: String, place, sureness: Sureness| {
        let sureness = sureness.min(most);
        Run::new(Outcome::Failed(Failure { kind, what, place, sureness }), sureness)
    };
    match raw {
        Raw::Unknown(reason) => Run::new(Outcome::Unknown(reason), most),
        Raw::Broken(reason) => Run::new(Outcome::Unknown(format!("the engine stopped: {reason}")), most),
        Raw::TooLong => failed(FailureKind::Throttled, "does not end".to_owned(), None, Sureness::Likely),
        Raw::NoHandler => {
            failed(FailureKind::Execution, "has no function `handler`".to_owned(), None, Sureness::Certain)
        }
        Raw::Threw { message, place, is_syntax } => {
            let place = place.and_then(|(line, column)| program.offset(line, column));
            let what = if is_syntax {
                format!("is not valid JavaScript: `{}`", message.trim_start_matches("SyntaxError: "))
            } else {
                format!("throws `{message}`")
            };
            // A full engine knows more of the library than the runtime, never less, except for what is not listed.
            failed(FailureKind::Execution, what, place, Sureness::Certain)
        }
        Raw::Done(text) => match serde_json::from_str::<Value>(&text) {
            Ok(done) => finished(program, event, &done, most),
            Err(error) => Run::new(Outcome::Unknown(error.to_string()), most),
        },
    }
}

fn finished(program: &Program, event: &Event, done: &Value, most: Sureness) -> Run {
    let strings = |name: &str| {
        let list = done.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        list.iter().filter_map(Value::as_str).map(str::to_owned).collect::<Vec<_>>()
    };
    let changes = done.get("changes").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let changes: Vec<Change> = changes.iter().filter_map(|change| read_change(program, change)).collect();
    let assumed = strings("assumed");
    let most = if assumed.is_empty() { most } else { most.min(Sureness::Likely) };
    let outcome = match returned(event, done) {
        Ok(returned) => Outcome::Returned(Box::new(returned)),
        Err((what, name, sureness)) => {
            let is_it = |change: &&Change| {
                name.as_ref()
                    .is_some_and(|name| change.path == *name || change.path.starts_with(&format!("{name}.")))
            };
            let place = changes.iter().find(is_it).and_then(|change| change.place);
            let sureness = sureness.min(most);
            Outcome::Failed(Failure { kind: FailureKind::Validation, what, place, sureness })
        }
    };
    let sureness = match &outcome {
        Outcome::Failed(failure) => failure.sureness,
        _ => most,
    };
    Run { outcome, changes, log: strings("log"), assumed, sureness }
}

fn read_change(program: &Program, change: &Value) -> Option<Change> {
    let path = change.get(0)?.as_str()?.to_owned();
    let number = |index: usize| u32::try_from(change.get(1)?.get(index)?.as_u64()?).ok();
    let place = number(0).and_then(|line| program.offset(line, number(1).unwrap_or(1)));
    Some(Change { path, place })
}

/// What is wrong with a returned value, what the function wrote there, and how sure it is.
type Invalid = (String, Option<String>, Sureness);

fn invalid(what: impl Into<String>, sureness: Sureness) -> Invalid {
    (what.into(), None, sureness)
}

fn returned(event: &Event, done: &Value) -> Result<Returned, Invalid> {
    let kind = done.get("kind").and_then(Value::as_str).unwrap_or_default();
    let value = done.get("value").and_then(Value::as_object);
    let Some(value) = value.filter(|_| kind == "object") else {
        let what = match kind {
            "undefined" => "returns nothing".to_owned(),
            _ => format!(
                "returns {}, not a request or response",
                if kind == "null" { "`null`".to_owned() } else { format!("a {kind}") }
            ),
        };
        return Err(invalid(what, Sureness::Likely));
    };
    if event.is_response() {
        if value.contains_key("uri") && !value.contains_key("statusCode") {
            return Err(invalid("returns the request, on viewer-response", Sureness::Likely));
        }
        return response(event, value).map(Returned::Response);
    }
    if value.contains_key("statusCode") {
        return response(event, value).map(Returned::Response);
    }
    if value.contains_key("request") && value.contains_key("viewer") {
        return Err(invalid("returns the event, not `event.request`", Sureness::Certain));
    }
    Ok(Returned::Request { request: request(event, value)?, origin: origin(done) })
}

fn request(event: &Event, value: &Map<String, Value>) -> Result<Request, Invalid> {
    let own = &event.request;
    let method = value.get("method").and_then(Value::as_str).unwrap_or_default();
    if method != own.method {
        return Err(invalid("changes the method, which is read-only", Sureness::Certain));
    }
    let at = |what: &str, path: &str| (what.to_owned(), Some(path.to_owned()), Sureness::Likely);
    let uri = value.get("uri").and_then(Value::as_str);
    let uri = uri.ok_or_else(|| at("returns a request whose `uri` is not a string", "request.uri"))?;
    if !uri.starts_with('/') {
        return Err(at("sets a `uri` that does not start with `/`", "request.uri"));
    }
    let headers = headers(value.get("headers"), &own.headers, false, "request.headers")?;
    let cookies = items(value.get("cookies"), &own.cookies)
        .ok_or_else(|| at("returns cookies in another form than `{name: {value}}`", "request.cookies"))?;
    let (query, raw_query) = match value.get("querystring") {
        Some(Value::String(text)) => (Item::of_query(text), (!text.is_empty()).then(|| text.clone())),
        other => {
            let query = items(other, &own.query).ok_or_else(|| {
                at("returns a query string in another form than `{name: {value}}`", "request.querystring")
            })?;
            let raw = if query == own.query { own.raw_query.clone() } else { written(&query) };
            (query, raw)
        }
    };
    Ok(Request { method: method.to_owned(), uri: uri.to_owned(), raw_query, query, headers, cookies })
}

/// The query string of parameters.
fn written(query: &[Item]) -> Option<String> {
    let pairs = query.iter().flat_map(|item| item.values.iter().map(move |value| (&item.name, value)));
    let parts: Vec<String> = pairs
        .map(|(name, value)| if value.is_empty() { name.clone() } else { format!("{name}={value}") })
        .collect();
    (!parts.is_empty()).then(|| parts.join("&"))
}

fn response(event: &Event, value: &Map<String, Value>) -> Result<Response, Invalid> {
    let at = |what: &str, path: &str| (what.to_owned(), Some(path.to_owned()), Sureness::Likely);
    let status =
        value.get("statusCode").and_then(Value::as_u64).and_then(|status| u16::try_from(status).ok());
    let status =
        status.ok_or_else(|| at("returns a `statusCode` that is not an integer", "response.statusCode"))?;
    let before = event.response.clone().unwrap_or_default();
    let headers = headers(value.get("headers"), &before.headers, true, "response.headers")?;
    let cookies = items(value.get("cookies"), &before.cookies)
        .ok_or_else(|| at("returns cookies in another form than `{name: {value}}`", "response.cookies"))?;
    let body = match value.get("body") {
        Some(Value::String(text)) => Some(text.clone()),
        Some(Value::Object(body)) => body.get("data").and_then(Value::as_str).map(str::to_owned),
        _ => None,
    };
    Ok(Response { status, headers, cookies, body })
}

fn headers(value: Option<&Value>, own: &[Item], is_response: bool, path: &str) -> Result<Vec<Item>, Invalid> {
    let returned = items(value, own).ok_or_else(|| {
        (
            "returns headers in another form than `{name: {value}}`".to_owned(),
            Some(path.to_owned()),
            Sureness::Likely,
        )
    })?;
    let before = |name: &str| own.iter().find(|item| item.name == name);
    for item in &returned {
        let at = Some(format!("{path}.{}", item.name));
        let is_changed = before(&item.name).is_none_or(|old| old.values != item.values);
        if item.name.chars().any(|c| c.is_ascii_uppercase()) {
            let what = format!("sets the header `{}`; names of headers must be in lower case", item.name);
            return Err((what, at, Sureness::Likely));
        }
        match restriction(&item.name, is_response) {
            Some(Restriction::Disallowed) if before(&item.name).is_none() => {
                let what = format!("adds the header `{}`, which functions may not add", item.name);
                return Err((what, at, Sureness::Certain));
            }
            Some(Restriction::ReadOnly) if is_changed => {
                let what = format!("sets the header `{}`, which is read-only", item.name);
                return Err((what, at, Sureness::Certain));
            }
            _ => {}
        }
    }
    let is_deleted = |old: &&Item| returned.iter().all(|item| item.name != old.name);
    for old in own.iter().filter(is_deleted) {
        if restriction(&old.name, is_response) == Some(Restriction::ReadOnly) {
            let what = format!("deletes the header `{}`, which is read-only", old.name);
            return Err((what, Some(format!("{path}.{}", old.name)), Sureness::Certain));
        }
    }
    Ok(returned)
}

/// The items of a returned object. A changed `multiValue` wins; else a changed `value` replaces the first one.
fn items(value: Option<&Value>, own: &[Item]) -> Option<Vec<Item>> {
    let Some(value) = value.filter(|value| !value.is_null()) else { return Some(Vec::new()) };
    let read = |(name, item): (&String, &Value)| {
        let old = own.iter().find(|old| old.name == *name);
        let many = item.get("multiValue").and_then(Value::as_array);
        let many = many.map(|list| {
            list.iter().map(|one| one.get("value")?.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>()
        });
        let many = match many {
            Some(many) => Some(many?),
            None => None,
        };
        let had_many = old.filter(|old| old.values.len() > 1);
        let is_same = had_many.is_some_and(|old| many.as_ref() == Some(&old.values));
        let values = match (many, item.get("value")) {
            (Some(many), _) if !many.is_empty() && !is_same => many,
            (many, Some(Value::String(value))) => {
                let mut values = many.filter(|_| is_same).unwrap_or_default();
                match values.first_mut() {
                    Some(first) => first.clone_from(value),
                    None => values.push(value.clone()),
                }
                values
            }
            _ => return None,
        };
        Some(Item { name: name.clone(), values })
    };
    value.as_object()?.iter().map(read).collect()
}

fn origin(done: &Value) -> Option<RequestOrigin> {
    let chosen = done.get("origin").filter(|origin| !origin.is_null())?;
    let (first, second) = (chosen.get("first")?, chosen.get("second")?);
    let text = |object: &Value, name: &str| object.get(name).and_then(Value::as_str).map(str::to_owned);
    match chosen.get("kind")?.as_str()? {
        "update" => Some(RequestOrigin::Updated {
            domain: text(first, "domainName"),
            host: text(first, "hostHeader"),
            path: text(first, "originPath"),
        }),
        "select" => {
            Some(RequestOrigin::Selected { id: first.as_str()?.to_owned(), host: text(second, "hostHeader") })
        }
        _ => {
            let primary = text(first.get("originIds")?.get(0)?, "originId")?;
            Some(RequestOrigin::Group { primary })
        }
    }
}
