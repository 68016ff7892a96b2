//! Requests that show findings, and what happens to them.

use cflint_edge::access::brought::{Brought, brought};
use cflint_edge::facts::headers::Method;
use cflint_edge::routes::example::ExampleRequest;
use cflint_edge::routes::path::{RequestPath, SampleRequest, paths_of};
use cflint_edge::routes::pattern::PathPattern;
use cflint_edge::trace::{Request, Verdict, trace};
use cflint_linter::ReportBuilder;
use cflint_template::model::{Behavior, Model};

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
        let brought = brought(path, sample.entrance.api, sample.route);
        Self { brought, ..Self::new(path, sample.method, &sample.viewer_path) }
    }

    /// The one that notes are about where a finding is not about a route.
    pub(crate) fn any(path: &'p RequestPath<'m>) -> Self {
        Self::from(path, &path.example())
    }

    /// One with everything that the route requires that it is meant for.
    pub(crate) fn from(path: &'p RequestPath<'m>, request: &ExampleRequest<'_>) -> Self {
        let brought = request.meant.map_or_else(Brought::default, |(api, route)| brought(path, api, route));
        Self { brought, ..Self::new(path, request.method, &request.viewer_path) }
    }

    /// The same for what a cache can keep, which is never the response to a request that writes.
    pub(crate) fn read(path: &'p RequestPath<'m>) -> Self {
        let example = Self::any(path);
        if matches!(example.request.method, Method::Get | Method::Head) {
            return example;
        }
        let viewer_path = path.pattern().map_or_else(|| "/".to_owned(), |pattern| pattern.example());
        Self::new(path, Method::Get, &viewer_path)
    }

    pub(crate) fn method(&self) -> &'static str {
        self.request.method.as_str()
    }

    /// Scheme, host, path and query string, as the viewer requests it.
    pub(crate) fn url(&self, scheme: &str) -> String {
        format!("{scheme}://{}{}", self.path.viewer_host(), self.target())
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
        Arrival { target: self.target(), ..Arrival::of(self.path, self.request.method, &self.request.path) }
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

    /// The same with the scheme and host that it is sent to, if the behavior certainly handles it.
    pub(crate) fn show_if_taken<'r, 'c>(
        &self,
        before: &str,
        finding: ReportBuilder<'r, 'c>,
    ) -> ReportBuilder<'r, 'c> {
        match self.path.taken(&self.request.path) {
            Some(_) => self.show_at(before, finding),
            None => finding,
        }
    }

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

/// Adds the request that shows what becomes of those of a behavior, if the behavior certainly handles it.
pub(crate) fn show<'r, 'c>(finding: ReportBuilder<'r, 'c>, path: &RequestPath<'_>) -> ReportBuilder<'r, 'c> {
    Example::any(path).show_if_taken("", finding)
}

/// A request that the pattern of a behavior matches, although an earlier behavior may handle it.
pub(crate) fn matched(model: &Model, behavior: &Behavior, pattern: &PathPattern) -> (&'static str, String) {
    let paths = paths_of(model, behavior);
    let found = paths.first().map(RequestPath::example).filter(|found| pattern.matches(&found.viewer_path));
    found.map_or_else(|| ("GET", pattern.example()), |found| (found.method.as_str(), found.viewer_path))
}
