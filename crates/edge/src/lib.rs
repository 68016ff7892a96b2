//! What CloudFront and API Gateway do with a request.
//!
//! Nothing here reads files or knows rules. The tables come from the AWS documentation; what the documentation
//! only suggests carries a [`facts::Certainty`], and every conclusion from it says so.

pub mod access;
pub mod behavior;
pub mod facts;
pub mod language;
pub mod map;
mod once;
pub mod origin;
pub mod routes;
pub mod trace;
pub mod words;
