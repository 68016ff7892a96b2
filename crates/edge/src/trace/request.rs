//! The request that is followed.

use std::fmt;

use crate::facts::headers::Method;

/// A request of a viewer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    pub method: Method,
    /// Whether it comes over HTTPS.
    pub is_https: bool,
    /// The host name in the URL, in lower case; `None` if only the path is given.
    pub host: Option<String>,
    /// The path as it is written, with its leading slash.
    pub path: String,
    /// What follows `?`.
    pub query: Option<String>,
    /// Names and values of the headers.
    pub headers: Vec<(String, String)>,
    /// Whether a body comes with it; a header may say so as well.
    pub has_body: bool,
}

impl Request {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut all = self.headers.iter();
        all.find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The parameters of the query string, as they are written.
    pub fn parameters(&self) -> impl Iterator<Item = &str> {
        self.query.as_deref().unwrap_or_default().split('&').filter(|parameter| !parameter.is_empty())
    }

    /// The cookies: names and values.
    pub fn cookies(&self) -> impl Iterator<Item = (&str, &str)> {
        let headers = self.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("Cookie"));
        let cookies = headers.flat_map(|(_, value)| value.split(';'));
        cookies.filter_map(|cookie| {
            let cookie = cookie.trim();
            (!cookie.is_empty()).then(|| cookie.split_once('=').unwrap_or((cookie, "")))
        })
    }

    /// Whether there is a query string of this name.
    pub(super) fn has_parameter(&self, name: &str) -> bool {
        self.parameters().any(|parameter| parameter.split('=').next() == Some(name))
    }

    /// Whether it certainly has a body.
    pub(super) fn certainly_has_body(&self) -> bool {
        let length = self.header("Content-Length").and_then(|length| length.trim().parse::<u64>().ok());
        self.has_body || length.is_some_and(|length| length > 0) || self.header("Transfer-Encoding").is_some()
    }

    /// Whether the client signs the request with an AWS signature in the query string.
    pub(super) fn is_signed(&self) -> bool {
        self.parameters().any(|parameter| parameter.starts_with("X-Amz-Signature="))
    }
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.method.as_str())?;
        if let Some(host) = &self.host {
            write!(f, "{}://{host}", if self.is_https { "https" } else { "http" })?;
        }
        f.write_str(&self.path)?;
        self.query.as_ref().map_or(Ok(()), |query| write!(f, "?{query}"))
    }
}
