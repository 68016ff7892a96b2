//! Requests that show findings, and what happens to them.

use cflint_edge::access::credential::{Carrier, credentials};
use cflint_edge::facts::headers::Method;
use cflint_edge::routes::path::RequestPath;
use cflint_edge::routes::path::SampleRequest;
use cflint_edge::trace::{Request, Verdict, trace};
use cflint_linter::ReportBuilder;
use cflint_template::model::Guard;

use crate::shared::arrival::Arrival;

/// A request of a viewer.
pub(crate) struct Example<'p, 'm> {
    path: &'p RequestPath<'m>,
    request: Request,
    /// What else the route requires.
    brought: Brought,
}

impl<'p, 'm> Example<'p, 'm> {
    /// One with everything that a route requires.
    pub(crate) fn of(path: &'p RequestPath<'m>, sample: &SampleRequest<'_>) -> Self {
        Self { brought: brought(path, sample), ..Self::new(path, sample.method, &sample.viewer_path) }
    }

    pub(crate) fn new(path: &'p RequestPath<'m>, method: Method, viewer_path: &str) -> Self {
        let request = Request {
            method,
            is_https: true,
            host: None,
            path: viewer_path.to_owned(),
            query: None,
            headers: Vec::new(),
            has_body: false,
        };
        Self { path, request, brought: Brought::default() }
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.request.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn query(mut self, query: String) -> Self {
        self.request.query = Some(query);
        self
    }

    fn target(&self) -> String {
        let query = self.request.query.as_ref().map_or_else(String::new, |query| format!("?{query}"));
        format!("{}{query}", self.request.path)
    }

    /// How the viewer sends it, and how it reaches the origin; the query string is the one that is dropped.
    pub(crate) fn leaves(&self) -> Arrival {
        Arrival {
            method: self.request.method.as_str(),
            target: self.target(),
            ..Arrival::of(self.path, &self.request.path)
        }
    }

    /// The response, if it is an error.
    pub(crate) fn answer(&self) -> Option<String> {
        rejection(self.path, &self.whole())
    }

    /// The response, if it is an error, when none of its own headers and query strings arrives.
    pub(crate) fn answer_without(&self) -> Option<String> {
        let own = &self.request;
        let is_own = |(name, _): &(String, String)| own.header(name).is_some();
        let mut bare = self.whole();
        bare.headers.retain(|header| !is_own(header));
        let kept: Vec<&str> = bare.parameters().filter(|sent| !has_parameter(own, name_of(sent))).collect();
        bare.query = Some(kept.join("&")).filter(|query| !query.is_empty());
        rejection(self.path, &bare)
    }

    /// The request with everything else that the route requires.
    fn whole(&self) -> Request {
        let mut request = self.request.clone();
        let others = self.brought.headers.iter().filter(|(name, _)| self.request.header(name).is_none());
        request.headers.extend(others.cloned());
        let others = self.brought.query.iter().filter(|(name, _)| !has_parameter(&self.request, name));
        let sent = others.map(|(name, value)| format!("{name}={value}"));
        let query: Vec<String> = self.request.query.clone().into_iter().chain(sent).collect();
        request.query = Some(query.join("&")).filter(|query| !query.is_empty());
        request
    }

    /// Adds it to a finding.
    pub(crate) fn show<'r, 'c>(&self, finding: ReportBuilder<'r, 'c>) -> ReportBuilder<'r, 'c> {
        self.show_at("", finding)
    }

    /// Like [`Self::show`], with the scheme and host that it is sent to.
    fn show_at<'r, 'c>(&self, before: &str, finding: ReportBuilder<'r, 'c>) -> ReportBuilder<'r, 'c> {
        let whole = self.whole();
        let query = whole.query.as_ref().map_or_else(String::new, |query| format!("?{query}"));
        let finding = finding.witness(whole.method.as_str(), &format!("{before}{}{query}", whole.path));
        whole.headers.iter().fold(finding, |finding, (name, value)| finding.witness_header(name, value))
    }
}

fn rejection(path: &RequestPath<'_>, request: &Request) -> Option<String> {
    let trace = trace(path.model, request);
    (trace.supposed == Verdict::Rejected).then_some(trace.summary)
}

fn name_of(parameter: &str) -> &str {
    parameter.split('=').next().unwrap_or_default()
}

fn has_parameter(request: &Request, name: &str) -> bool {
    request.parameters().any(|sent| name_of(sent) == name)
}

/// What a request has to contain so that its route accepts it, by name.
#[derive(Debug, Default)]
struct Brought {
    headers: Vec<(String, String)>,
    query: Vec<(String, String)>,
}

/// Everything that a route requires: the identity sources of its authorizer, an API key, query strings.
fn brought(path: &RequestPath<'_>, sample: &SampleRequest<'_>) -> Brought {
    let mut brought = Brought::default();
    let mut header = |name: &str, value: &str| {
        if !brought.headers.iter().any(|(known, _)| known.eq_ignore_ascii_case(name)) {
            brought.headers.push((name.to_owned(), value.to_owned()));
        }
    };
    let mut query: Vec<(&str, &str)> = Vec::new();
    for credential in credentials(path.model, sample.entrance.api, sample.route) {
        match credential.carrier {
            Carrier::Query(name) => query.push((name, "A")),
            Carrier::Cookies => header("Cookie", "session=A"),
            Carrier::Header(name) if sample.route.guard == Guard::Iam => {
                header(name, "AWS4-HMAC-SHA256 Credential=A");
            }
            Carrier::Header(name) if name.eq_ignore_ascii_case("Authorization") => header(name, "Bearer A"),
            Carrier::Header(name) => header(name, "A"),
        }
    }
    if sample.route.api_key.is_true() {
        header("x-api-key", "A");
    }
    query.extend(sample.route.required_query.iter().map(|name| (name.as_str(), "1")));
    for (name, value) in query {
        if !brought.query.iter().any(|(known, _)| known == name) {
            brought.query.push((name.to_owned(), value.to_owned()));
        }
    }
    brought
}

/// Adds a request for a path or a URL to a finding, with everything that the route it matches requires.
pub(crate) fn show_target<'r, 'c>(
    finding: ReportBuilder<'r, 'c>,
    path: &RequestPath<'_>,
    target: Option<&str>,
) -> ReportBuilder<'r, 'c> {
    let Some(target) = target else { return finding };
    let below = target.split_once("://").map_or(target, |(_, rest)| &rest[rest.find('/').unwrap_or(0)..]);
    let (viewer_path, query) = below.split_once('?').unwrap_or((below, ""));
    let leads =
        |sample: &&SampleRequest<'_>| sample.method == Method::Get && sample.viewer_path == viewer_path;
    let Some(sample) = path.samples().iter().find(leads) else { return finding.witness("GET", target) };
    let mut example = Example::of(path, sample);
    if !query.is_empty() {
        example = example.query(query.to_owned());
    }
    let before = target.strip_suffix(below).unwrap_or_default();
    example.show_at(before, finding)
}
