//! A request as it is written on the command line.

use cflint_edge::facts::headers::Method;
use cflint_edge::trace::Request;
use http::uri::Uri;

use super::curl;
use super::written::Written;
use crate::problem::Problem;

/// Reads a request with further headers.
pub(crate) fn parse(text: &str, headers: &[String]) -> Result<Request, Problem> {
    let mut written = read(text)?;
    written.add(headers)?;
    written.request()
}

/// Reads a curl command, `METHOD URL`, or a URL alone.
pub(super) fn read(text: &str) -> Result<Written, Problem> {
    if let Some(words) = curl::command(text) {
        return curl::read(&words?);
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    let (method, url) = match words.as_slice() {
        [only] if Method::from_name(only).is_some() => {
            return Err(Problem::new(format!("there is no URL after `{only}`")).with_help(FORM));
        }
        [url] => (None, *url),
        [name, url] if !name.contains(['/', ':']) => (Some(method(name)?), *url),
        [] => return Err(Problem::new("the request is empty").with_help(FORM)),
        _ => {
            return Err(
                Problem::new(format!("`{text}` is not a request: a URL has no spaces")).with_help(FORM)
            );
        }
    };
    Ok(Written { method, url: url.to_owned(), text: Some(text.to_owned()), ..Written::default() })
}

const FORM: &str = "write it like 'GET https://www.example.com/api/users' or 'GET /api/users'";

/// The method of this name.
pub(super) fn method(name: &str) -> Result<Method, Problem> {
    Method::from_name(name).ok_or_else(|| {
        let known = Method::ALL.map(Method::as_str).join(", ");
        Problem::new(format!("`{name}` is not a method that CloudFront allows"))
            .with_help(format!("the methods are {known}"))
    })
}

pub(super) fn from_url(method: Method, url: &str) -> Result<Request, Problem> {
    let wrong =
        |why: String, help: String| Problem::new(format!("`{url}` is not a URL: {why}")).with_help(help);
    let form = || FORM.to_owned();
    // What follows `#` never leaves the browser.
    let sent = url.split('#').next().unwrap_or_default();
    if let Some(c) = sent.chars().find(|c| !c.is_ascii_graphic()) {
        return Err(wrong(format!("`{c}` is not allowed in a URL"), "encode it with `%`".to_owned()));
    }
    let is_path = sent.starts_with('/');
    let has_scheme = ["http://", "https://"]
        .iter()
        .any(|scheme| sent.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)));
    if !is_path && !has_scheme {
        return Err(match sent.split_once("://") {
            Some((scheme, _)) => wrong(format!("CloudFront does not support `{scheme}`"), form()),
            None => wrong(
                "it starts with neither `https://` nor `/`".to_owned(),
                format!("write `https://{sent}`, or `/{sent}` if it is a path"),
            ),
        });
    }
    bad_escape(sent).map_or(Ok(()), |escape| {
        Err(wrong(
            format!("`{escape}` is not a percent-encoded character"),
            "write `%25` for a `%`".to_owned(),
        ))
    })?;
    if is_path {
        let (path, query) = split(sent);
        return Ok(request(method, true, None, path, query));
    }
    let uri: Uri = sent.parse().map_err(|error: http::uri::InvalidUri| wrong(error.to_string(), form()))?;
    let is_https = uri.scheme_str() == Some("https");
    let authority = uri.authority().map_or("", |authority| authority.as_str());
    if authority.contains('@') {
        let help = "send credentials with -H 'Authorization: …'".to_owned();
        return Err(wrong("it contains credentials".to_owned(), help));
    }
    let host = uri.host().unwrap_or_default().to_ascii_lowercase();
    let is_label = |label: &str| {
        !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    };
    if !host.split('.').all(is_label) || !host.contains('.') {
        return Err(wrong(format!("`{host}` is not a valid host name"), form()));
    }
    let expected = if is_https { 443 } else { 80 };
    if authority.len() > host.len() && uri.port_u16() != Some(expected) {
        let help = "CloudFront listens on 443 for HTTPS and on 80 for HTTP".to_owned();
        return Err(wrong("no distribution listens on this port".to_owned(), help));
    }
    // The path as it is written: a client sends it so, and CloudFront hands it on so.
    let after_scheme = sent.split_once("://").map_or("", |(_, rest)| rest);
    let rest = after_scheme.get(authority.len()..).unwrap_or_default();
    let (path, query) = split(rest);
    Ok(request(method, is_https, Some(host), path, query))
}

fn request(method: Method, is_https: bool, host: Option<String>, path: &str, query: Option<&str>) -> Request {
    let path = if path.is_empty() { "/" } else { path };
    Request {
        method,
        is_https,
        host,
        path: path.to_owned(),
        query: query.map(str::to_owned),
        headers: Vec::new(),
        has_body: false,
    }
}

fn split(target: &str) -> (&str, Option<&str>) {
    target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)))
}

/// A `%` that two hexadecimal digits do not follow.
fn bad_escape(url: &str) -> Option<&str> {
    let is_good = |at: usize| {
        url.get(at + 1..at + 3).is_some_and(|code| code.bytes().all(|byte| byte.is_ascii_hexdigit()))
    };
    let (at, _) = url.match_indices('%').find(|(at, _)| !is_good(*at))?;
    url.get(at..url.len().min(at + 3)).or_else(|| url.get(at..at + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ok(text: &str) -> Request {
        parse(text, &[]).unwrap_or_else(|problem| panic!("{text}: {problem:?}"))
    }

    #[test]
    fn the_path_stays_as_it_is_written() {
        for (text, path, query) in [
            ("GET https://a.example.com", "/", None),
            ("GET https://a.example.com?x=1", "/", Some("x=1")),
            ("GET https://a.example.com//api/../b%2f?x=1?y", "//api/../b%2f", Some("x=1?y")),
            ("GET /api/{id}?a=b#top", "/api/{id}", Some("a=b")),
            ("https://a.example.com:443/x", "/x", None),
        ] {
            let request = ok(text);
            assert_eq!((request.path.as_str(), request.query.as_deref()), (path, query), "{text}");
        }
    }

    #[test]
    fn hosts_are_in_lower_case_and_schemes_are_told_apart() {
        let request = ok("post HTTP://Www.Example.COM/A");
        assert_eq!(request.host.as_deref(), Some("www.example.com"));
        assert!(!request.is_https);
        assert_eq!(request.method, Method::Post);
        assert!(ok("/x").is_https);
    }

    #[test]
    fn what_is_no_request_says_why() {
        let problem = |text: &str| format!("{:?}", parse(text, &[]).expect_err(text));
        insta::assert_snapshot!(
            [
                "",
                "GET",
                "FETCH /x",
                "GET a b c",
                "www.example.com/api",
                "ftp://example.com/",
                "https:///x",
                "https://user:secret@example.com/",
                "https://example.com:8443/x",
                "https://exa mple.com/",
                "/caf\u{e9}",
                "/100%",
                "/%zz",
                "https://[::1]/",
                "https://localhost/",
                "https://-/",
                "https://a..b/",
                "https://example.com:99999/",
                "https://{DomainName}/api",
            ]
            .map(problem)
            .join("\n")
        );
        let header = |text: &str| format!("{:?}", super::super::written::header(text).expect_err(text));
        insta::assert_snapshot!(
            ["Authorization", ": x", "A b: c", "A: \u{7}", "A: b\r\nC: d"].map(header).join("\n")
        );
    }
}
