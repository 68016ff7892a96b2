//! A request as it is written: what is not written follows from the rest, as it does for curl.

use cflint_edge::facts::headers::Method;
use cflint_edge::trace::Request;
use http::{HeaderName, HeaderValue};

use super::request::{from_url, method};
use crate::problem::Problem;

#[derive(Debug, Default)]
pub(super) struct Written {
    pub(super) method: Option<Method>,
    pub(super) url: String,
    pub(super) headers: Vec<Header>,
    /// Whether the data belongs to the query string.
    pub(super) is_get: bool,
    pub(super) is_head: bool,
    /// Whether a URL without a scheme is one of HTTP.
    pub(super) default_scheme: bool,
    /// How the user wrote it, where that is not a curl command.
    pub(super) text: Option<String>,
    pub(super) defaults: Vec<(String, String)>,
    pub(super) data: Vec<String>,
}

#[derive(Debug)]
pub(super) struct Header {
    pub(super) name: String,
    pub(super) value: String,
    /// Whether it only takes away the one that would be sent by default.
    pub(super) is_removed: bool,
}

impl Written {
    /// Data for the body, or for the query string.
    pub(super) fn data(&mut self, data: &str) {
        self.data.push(data.to_owned());
    }

    /// A header that is sent unless another one of the name is written.
    pub(super) fn default_header(&mut self, name: &str, value: &str) {
        match self.defaults.iter_mut().find(|(own, _)| own == name) {
            Some((_, cookies)) if name == "Cookie" => cookies.push_str(&format!("; {value}")),
            Some(_) => {}
            None => self.defaults.push((name.to_owned(), value.to_owned())),
        }
    }

    pub(super) fn add(&mut self, headers: &[String]) -> Result<(), Problem> {
        for text in headers {
            self.headers.push(header(text)?);
        }
        Ok(())
    }

    /// The method and the data of the options of `cflint trace`.
    pub(super) fn override_with(&mut self, name: Option<&str>, data: &[String]) -> Result<(), Problem> {
        if let Some(name) = name {
            let given = method(name)?;
            if let (Some(_), Some(own)) = (&self.text, self.method)
                && own != given
            {
                let message = format!("the request has the method `{}`, but -X says `{name}`", own.as_str());
                return Err(Problem::new(message).with_help("remove one of them"));
            }
            self.method = Some(given);
        }
        self.data.extend_from_slice(data);
        if name.is_some() || !data.is_empty() {
            self.text = None;
        }
        Ok(())
    }

    /// The request, and how it is called: as it was written, or else its method and URL.
    pub(super) fn named(self) -> Result<(Request, String), Problem> {
        let text = self.text.clone();
        let request = self.request()?;
        let text = text.unwrap_or_else(|| request.to_string());
        Ok((request, text))
    }

    pub(super) fn request(mut self) -> Result<Request, Problem> {
        let implied = match self.data.is_empty() {
            _ if self.is_head => Method::Head,
            false if !self.is_get => Method::Post,
            _ => Method::Get,
        };
        let url = self.full_url()?;
        let mut request = from_url(self.method.unwrap_or(implied), &url)?;
        if !self.data.is_empty() && !self.is_get {
            self.default_header("Content-Type", "application/x-www-form-urlencoded");
            request.has_body = self.data.iter().any(|data| !data.is_empty());
        }
        for (name, value) in self.defaults {
            if !self.headers.iter().any(|header| header.name.eq_ignore_ascii_case(&name)) {
                let text = format!("{name}: {value}");
                self.headers.push(header(&text)?);
            }
        }
        let kept = self.headers.into_iter().filter(|header| !header.is_removed);
        request.headers = kept.map(|header| (header.name, header.value)).collect();
        Ok(request)
    }

    fn full_url(&self) -> Result<String, Problem> {
        let has_scheme = self.url.contains("://") || self.url.starts_with('/');
        let scheme = if self.default_scheme && !has_scheme { "http://" } else { "" };
        let mut url = format!("{scheme}{}", self.url);
        if self.is_get && !self.data.is_empty() {
            if let Some(file) = self.data.iter().find(|data| data.starts_with('@')) {
                let message =
                    format!("`{file}` reads the query string from a file, which cflint does not do");
                return Err(Problem::new(message).with_help("write the query string into the URL"));
            }
            url.truncate(url.find('#').unwrap_or(url.len()));
            url.push(if url.contains('?') { '&' } else { '?' });
            url.push_str(&self.data.join("&"));
        }
        Ok(url)
    }
}

/// Reads `Name: value`.
pub(super) fn header(text: &str) -> Result<Header, Problem> {
    const FORM: &str = "write it like -H 'Authorization: Bearer abc'";
    let wrong = |why: &str| Problem::new(format!("`{text}` is not a header: {why}")).with_help(FORM);
    let (name, value) = text.split_once(':').ok_or_else(|| wrong("it has no colon"))?;
    let (name, value) = (name.trim_end(), value.trim());
    name.parse::<HeaderName>().map_err(|_| wrong("the name is not a valid header name"))?;
    value
        .parse::<HeaderValue>()
        .map_err(|_| wrong("the value contains a character that is not allowed in headers"))?;
    Ok(Header { name: name.to_owned(), value: value.to_owned(), is_removed: false })
}
