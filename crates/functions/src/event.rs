//! The event that a function gets, in the form that it has in the documentation.
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html>

use serde_json::{Map, Value, json};

/// A name and its values: a header, a cookie, or a parameter of the query string.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub name: String,
    /// At least one.
    pub values: Vec<String>,
}

/// A request as a function sees it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Request {
    pub method: String,
    /// The path, which starts with `/`.
    pub uri: String,
    /// The query string without `?`, as it was received; `None` if there is none.
    pub raw_query: Option<String>,
    pub query: Vec<Item>,
    /// Names are in lower case. `Cookie` is not among them.
    pub headers: Vec<Item>,
    pub cookies: Vec<Item>,
}

/// A response, of the origin or of the function.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Response {
    pub status: u16,
    /// Names are in lower case.
    pub headers: Vec<Item>,
    pub cookies: Vec<Item>,
    /// The text of the body, if the function gave one.
    pub body: Option<String>,
}

/// What a function is called with.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Event {
    pub request: Request,
    /// Given on viewer-response.
    pub response: Option<Response>,
    /// The `dXXXX.cloudfront.net` name of the distribution, as it is to be shown.
    pub distribution_domain: String,
    /// Whether a key-value store is associated; `None` if that is unknown.
    pub has_store: Option<bool>,
    /// Whether there is every other header, cookie and parameter that the code asks for as well.
    pub is_generous: bool,
}

impl Item {
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self { name: name.into(), values: vec![value.into()] }
    }

    /// Joins pairs of the same name, in the order of the first of each.
    pub fn group<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Vec<Self> {
        let mut items: Vec<Self> = Vec::new();
        for (name, value) in pairs {
            match items.iter_mut().find(|item| item.name == name) {
                Some(item) => item.values.push(value.to_owned()),
                None => items.push(Self::new(name, value)),
            }
        }
        items
    }

    /// The parameters of a query string, as they are written.
    pub fn of_query(raw: &str) -> Vec<Self> {
        let parts = raw.split('&').filter(|part| !part.is_empty());
        Self::group(parts.map(|part| part.split_once('=').unwrap_or((part, ""))))
    }

    /// The cookies of a `Cookie` header.
    pub fn of_cookies(header: &str) -> Vec<Self> {
        let parts = header.split(';').map(str::trim).filter(|part| !part.is_empty());
        Self::group(parts.map(|part| part.split_once('=').unwrap_or((part, ""))))
    }
}

impl Request {
    /// The first value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        first(&self.headers, name)
    }
}

impl Response {
    /// The first value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        first(&self.headers, name)
    }

    /// Whether the next request of the viewer has a cookie that this one did not have.
    pub fn sets_cookie(&self) -> bool {
        !self.cookies.is_empty() || self.header("set-cookie").is_some()
    }
}

fn first<'a>(items: &'a [Item], name: &str) -> Option<&'a str> {
    items.iter().find(|item| item.name == name)?.values.first().map(String::as_str)
}

impl Event {
    pub(crate) const fn is_response(&self) -> bool {
        self.response.is_some()
    }

    pub(crate) fn json(&self) -> Value {
        let request = &self.request;
        let mut event = json!({
            "version": "1.0",
            "context": {
                "distributionDomainName": self.distribution_domain,
                "distributionId": "EDFDVBD6EXAMPLE",
                "eventType": if self.is_response() { "viewer-response" } else { "viewer-request" },
                "requestId": "4TyzHTaYWb1GX1qTfsHhEqV6HUDd_BzoBZnwfnvQc_1oF26ClkoUSEQ==",
            },
            "viewer": { "ip": "198.51.100.1" },
            "request": {
                "method": request.method,
                "uri": request.uri,
                "querystring": items(&request.query),
                "headers": items(&request.headers),
                "cookies": items(&request.cookies),
            },
        });
        if let (Some(response), Some(event)) = (&self.response, event.as_object_mut()) {
            event.insert(
                "response".to_owned(),
                json!({
                    "statusCode": response.status,
                    "statusDescription": "",
                    "headers": items(&response.headers),
                    "cookies": items(&response.cookies),
                }),
            );
        }
        event
    }
}

fn items(items: &[Item]) -> Value {
    let shape = |item: &Item| {
        let value = item.values.first().map_or("", String::as_str);
        if item.values.len() < 2 {
            return json!({ "value": value });
        }
        let all: Vec<Value> = item.values.iter().map(|value| json!({ "value": value })).collect();
        json!({ "value": value, "multiValue": all })
    };
    Value::Object(items.iter().map(|item| (item.name.clone(), shape(item))).collect::<Map<_, _>>())
}
