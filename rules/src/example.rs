//! Requests that show findings, and what becomes of them.

use cflint_edge::calls::Call;
use cflint_edge::headers::Method;
use cflint_edge::path::RequestPath;
use cflint_edge::trace::{Request, Verdict, trace};
use cflint_linter::ReportBuilder;

/// A request of a viewer.
pub(crate) struct Example<'p, 'm> {
    path: &'p RequestPath<'m>,
    request: Request,
}

impl<'p, 'm> Example<'p, 'm> {
    pub(crate) fn of(path: &'p RequestPath<'m>, call: &Call<'_>) -> Self {
        Self::new(path, call.method, &call.viewer_path)
    }

    pub(crate) fn new(path: &'p RequestPath<'m>, method: Method, viewer_path: &str) -> Self {
        let request = Request {
            method,
            is_https: true,
            host: None,
            path: viewer_path.to_owned(),
            query: None,
            headers: Vec::new(),
        };
        Self { path, request }
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

    /// How it comes, and how it leaves for the origin; query strings are those that are dropped.
    pub(crate) fn leaves(&self) -> String {
        let method = self.request.method.as_str();
        let (viewer, origin) = (self.path.viewer_host(), self.path.origin_host());
        let arriving = self.path.arriving_path(&self.request.path);
        format!(
            "`{method} https://{viewer}{}` leaves as `{method} https://{origin}{arriving}`",
            self.target()
        )
    }

    /// What is answered, if that is an error.
    pub(crate) fn answer(&self) -> Option<String> {
        let trace = trace(self.path.model, &self.request);
        (trace.supposed == Verdict::Rejected).then_some(trace.summary)
    }

    /// What is answered if none of the headers and query strings arrives.
    pub(crate) fn answer_without(&self) -> Option<String> {
        let request = Request { query: None, headers: Vec::new(), ..self.request.clone() };
        Example { path: self.path, request }.answer()
    }

    /// Adds it to a finding.
    pub(crate) fn show<'r, 'c>(&self, finding: ReportBuilder<'r, 'c>) -> ReportBuilder<'r, 'c> {
        let finding = finding.witness(self.request.method.as_str(), &self.target());
        self.request
            .headers
            .iter()
            .fold(finding, |finding, (name, value)| finding.witness_header(name, value))
    }
}
