//! How requests arrive at the origin, in words.

use std::fmt;

use cflint_edge::facts::headers::Method;
use cflint_edge::facts::refusals::{FORBIDDEN, LAMBDA_FORBIDDEN};
use cflint_edge::origin::backend::Backend;
use cflint_edge::routes::path::RequestPath;

/// What a viewer requests, and what CloudFront then requests from the origin.
pub(crate) struct Arrival {
    pub(crate) method: Method,
    /// Scheme and host.
    pub(crate) viewer: String,
    /// Path and query string.
    pub(crate) target: String,
    /// Scheme, host and port.
    pub(crate) origin: String,
    pub(crate) arriving_path: String,
}

impl Arrival {
    pub(crate) fn of(path: &RequestPath<'_>, method: Method, viewer_path: &str) -> Self {
        Self {
            method,
            viewer: format!("https://{}", path.viewer_host()),
            target: viewer_path.to_owned(),
            origin: format!("https://{}", path.origin_host()),
            arriving_path: path.arriving_path(viewer_path),
        }
    }

    pub(crate) fn with_host(&self, host: &str) -> String {
        format!("{self} with `Host: {host}`")
    }

    /// The same for a connection that may fail, so that nothing reaches the origin.
    pub(crate) fn sent(&self) -> String {
        self.told("is sent as")
    }

    fn told(&self, verb: &str) -> String {
        let Self { method, viewer, target, origin, arriving_path } = self;
        let method = method.as_str();
        format!("`{method} {viewer}{target}` {verb} `{method} {origin}{arriving_path}`")
    }
}

impl fmt::Display for Arrival {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.told("reaches the origin as"))
    }
}

/// What happens to a request that the behavior handles.
pub(crate) fn arrival(path: &RequestPath<'_>) -> Arrival {
    let example = path.example();
    Arrival::of(path, example.method, &example.viewer_path)
}

/// The same where the viewer's `Host` reaches a backend that responds only to its own name.
pub(crate) fn arrival_with_host(path: &RequestPath<'_>) -> String {
    let answer = match &path.backend {
        Backend::LambdaUrl(_) => format!("Lambda returns `{LAMBDA_FORBIDDEN}`"),
        Backend::ExecuteApi { api: Some(api), .. } if api.has_endpoint_type("EDGE").is_true() => {
            "its edge-optimized endpoint is a distribution of its own, which returns 403 with an HTML page"
                .to_owned()
        }
        _ => format!("API Gateway returns `{FORBIDDEN}`"),
    };
    format!("{}; {answer}", arrival(path).with_host(&path.viewer_host()))
}

/// A label for the domain name of such a backend.
pub(crate) fn expected_host(path: &RequestPath<'_>) -> String {
    format!("expects `Host: {}`", path.origin_host())
}
