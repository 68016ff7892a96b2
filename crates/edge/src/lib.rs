//! What CloudFront and API Gateway do with a request.
//!
//! Nothing here reads files or knows rules. The tables come from the AWS documentation; what the documentation
//! only suggests carries a [`Certainty`], and whoever draws a conclusion from it says so.

mod certainty;

pub mod acl_scope;
pub mod backend;
pub mod bucket;
pub mod caching;
pub mod calls;
pub mod certificate;
pub mod compression;
pub mod credential;
pub mod cross_site;
pub mod dns;
pub mod edge_function;
pub mod entrance;
pub mod error_caching;
pub mod error_pages;
pub mod forwarding;
pub mod headers;
pub mod host;
pub mod invocation;
pub mod known;
pub mod language;
pub mod managed;
pub mod map;
pub mod mapping;
pub mod methods;
pub mod needs;
pub mod open_api;
pub mod origin;
pub mod path;
pub mod pattern;
pub mod reach;
pub mod refusal;
pub mod routing;
pub mod secret;
pub mod selection;
pub mod settings;
pub mod targets;
pub mod timeouts;
pub mod tls;
pub mod trace;
pub mod verification;
pub mod viewer_tls;

pub use certainty::Certainty;
