//! What CloudFront and API Gateway do with a request.
//!
//! Nothing here reads files or knows rules. The tables come from the AWS documentation; what the documentation
//! only suggests carries a [`Certainty`], and whoever draws a conclusion from it says so.

mod certainty;

pub mod backend;
pub mod caching;
pub mod calls;
pub mod compression;
pub mod credential;
pub mod dns;
pub mod entrance;
pub mod forwarding;
pub mod headers;
pub mod host;
pub mod language;
pub mod managed;
pub mod map;
pub mod mapping;
pub mod methods;
pub mod needs;
pub mod origin;
pub mod path;
pub mod pattern;
pub mod reach;
pub mod refusal;
pub mod routing;
pub mod selection;
pub mod tls;
pub mod trace;

pub use certainty::Certainty;
