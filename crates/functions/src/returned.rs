//! What a function returned, judged as CloudFront does.
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html>

use serde_json::{Map, Value};

use crate::event::{Event, Item, Request, Response};
use crate::headers::{Restriction, restriction};
use crate::result::{RequestOrigin, Returned};
use crate::syntax::Sureness;

/// What is wrong with a returned value, what the function wrote there, and how sure it is.
pub(crate) type Invalid = (String, Option<String>, Sureness);

fn invalid(what: impl Into<String>, sureness: Sureness) -> Invalid {
    (what.into(), None, sureness)
}

pub(crate) fn returned(event: &Event, done: &Value) -> Result<Returned, Invalid> {
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
        // The documentation lists headers for each event, and not for a response that takes the place of the request.
        let likely = |(what, name, sureness): Invalid| (what, name, sureness.min(Sureness::Likely));
        return response(event, value).map(Returned::Response).map_err(likely);
    }
    if value.contains_key("request") && value.contains_key("viewer") {
        return Err(invalid("returns the event, not `event.request`", Sureness::Certain));
    }
    if !value.contains_key("method") && !value.contains_key("uri") {
        let what = if value.contains_key("status") {
            "returns a response with `status`, as for Lambda@Edge, not `statusCode`"
        } else {
            "returns an object that is neither a request nor a response"
        };
        return Err(invalid(what, Sureness::Likely));
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
        Some(Value::String(text)) => {
            if text.contains(|c: char| c == ' ' || c == '#' || c.is_ascii_control()) {
                let what = "sets a query string with a space, `#` or a control character";
                return Err(at(what, "request.querystring"));
            }
            (Item::of_query(text), (!text.is_empty()).then(|| text.clone()))
        }
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
        let mut all = value.and_then(Value::as_object).into_iter().flatten();
        let what = if all.any(|(_, header)| header.is_array()) {
            "returns headers as lists, as for Lambda@Edge, not as `{name: {value}}`"
        } else {
            "returns headers in another form than `{name: {value}}`"
        };
        (what.to_owned(), Some(path.to_owned()), Sureness::Likely)
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
            // Each member is an object, or only its id.
            let member = first.get("originIds")?.get(0)?;
            let primary = member.as_str().map(str::to_owned).or_else(|| text(member, "originId"))?;
            Some(RequestOrigin::Group { primary })
        }
    }
}
