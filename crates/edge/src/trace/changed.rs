//! A request before and after a function: as the function sees it, and as it goes on.

use cflint_functions::{Event, Item, Request as Seen, is_hidden};
use cflint_template::model::Distribution;

use super::behavior::Paths;
use super::{Request, short};
use crate::behavior::functions::Shown;

/// A request as a function changed it.
#[derive(Debug)]
pub(super) struct Changed {
    pub(super) request: Request,
    pub(super) paths: Paths,
}

/// What a function is called with. The path is not normalized.
pub(super) fn event(
    distribution: &Distribution,
    shown: &Shown<'_>,
    request: &Request,
    host: &str,
    path: &str,
) -> Event {
    let lower: Vec<(String, &str)> = request
        .headers
        .iter()
        .map(|(name, value)| (name.to_ascii_lowercase(), value.as_str()))
        .filter(|(name, _)| name != "host" && !is_hidden(name))
        .collect();
    let host = ("host", host);
    let headers = std::iter::once(host).chain(lower.iter().map(|(name, value)| (name.as_str(), *value)));
    Event {
        request: Seen {
            method: request.method.as_str().to_owned(),
            uri: path.to_owned(),
            raw_query: request.query.clone(),
            query: Item::of_query(request.query.as_deref().unwrap_or_default()),
            headers: Item::group(headers),
            cookies: Item::group(request.cookies()),
        },
        response: None,
        distribution_domain: format!("{}.cloudfront.net", distribution.id.to_ascii_lowercase()),
        has_store: shown.code.has_store(),
        is_generous: false,
    }
}

/// What differs between two requests: the part of the event, and what was done to it as a clause.
pub(super) fn differences(before: &Seen, after: &Seen) -> Vec<(String, String)> {
    let mut found = Vec::new();
    if before.uri != after.uri {
        let what = format!("rewrites the path `{}` to `{}`", short(&before.uri), short(&after.uri));
        found.push(("request.uri".to_owned(), what));
    }
    if before.raw_query != after.raw_query {
        let what = match &after.raw_query {
            Some(query) => format!("sets the query string to `{}`", short(query)),
            None => "removes the query string".to_owned(),
        };
        found.push(("request.querystring".to_owned(), what));
    }
    for (list, kind, before, after) in [
        ("headers", "header", &before.headers, &after.headers),
        ("cookies", "cookie", &before.cookies, &after.cookies),
    ] {
        for item in after {
            let old = before.iter().find(|old| old.name == item.name);
            if old.is_none_or(|old| old.values != item.values) {
                let verb = if old.is_some() { "changes" } else { "adds" };
                let what = format!("{verb} the {kind} `{}: {}`", item.name, short(&item.values.join(", ")));
                found.push((format!("request.{list}.{}", item.name), what));
            }
        }
        for old in before.iter().filter(|old| after.iter().all(|item| item.name != old.name)) {
            let what = format!("removes the {kind} `{}`", old.name);
            found.push((format!("request.{list}.{}", old.name), what));
        }
    }
    found
}

/// The request that goes on; nothing if the function left it as it was.
pub(super) fn returned(request: &Request, before: &Seen, after: &Seen, paths: &Paths) -> Option<Changed> {
    if before == after {
        return None;
    }
    let mut headers: Vec<(String, String)> = Vec::new();
    let is_kept = |name: &str| {
        let name = name.to_ascii_lowercase();
        name == "host" || (is_hidden(&name) && (name != "cookie" || before.cookies == after.cookies))
    };
    headers.extend(request.headers.iter().filter(|(name, _)| is_kept(name)).cloned());
    for item in after.headers.iter().filter(|item| item.name != "host") {
        let own = request.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case(&item.name));
        let name = own.map_or_else(|| capitalized(&item.name), |(name, _)| name.clone());
        headers.extend(item.values.iter().map(|value| (name.clone(), value.clone())));
    }
    if before.cookies != after.cookies && !after.cookies.is_empty() {
        let pairs = after
            .cookies
            .iter()
            .flat_map(|item| item.values.iter().map(move |value| format!("{}={value}", item.name)));
        headers.push(("Cookie".to_owned(), pairs.collect::<Vec<_>>().join("; ")));
    }
    let is_same_path = before.uri == after.uri;
    let request = Request { query: after.raw_query.clone(), headers, ..request.clone() };
    let paths = if is_same_path { paths.clone() } else { Paths::written(&after.uri) };
    Some(Changed { request, paths })
}

/// The name of a header as CloudFront writes it back.
fn capitalized(name: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        letters
            .next()
            .map_or_else(String::new, |first| format!("{}{}", first.to_ascii_uppercase(), letters.as_str()))
    };
    name.split('-').map(word).collect::<Vec<_>>().join("-")
}
