//! What AWS accepts, forwards and caches: tables, and questions about one property.

pub mod acl_scope;
mod certainty;
pub mod certificate;
pub mod continuous_deployment;
pub mod cors_headers;
pub mod dns;
pub mod edge_function;
pub mod edge_settings;
pub mod error_pages;
pub mod filled_in;
pub mod headers;
pub mod log_bucket;
pub mod managed;
pub mod mapped_key;
pub mod methods;
#[cfg(test)]
mod names;
pub mod refusals;
pub mod response_headers;
pub mod stream;
pub mod targets;
pub mod tenants;
pub mod timeouts;
pub mod tls_policy;
pub mod unknown_property;
pub mod viewer_tls;

pub use certainty::Certainty;
