//! What AWS accepts, forwards and caches: tables, and questions about one property.

pub mod acl_scope;
mod certainty;
pub mod certificate;
pub mod dns;
pub mod edge_function;
pub mod error_pages;
pub mod headers;
pub mod log_bucket;
pub mod managed;
pub mod methods;
pub mod refusals;
pub mod response_headers;
pub mod targets;
pub mod timeouts;
pub mod unknown_property;
pub mod viewer_tls;

pub use certainty::Certainty;
