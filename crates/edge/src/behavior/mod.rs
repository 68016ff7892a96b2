//! What the settings of one behavior mean together.

pub mod caching;
pub mod compression;
pub mod conflicts;
pub mod error_caching;
pub mod forwarding;
pub mod functions;
pub mod selection;
