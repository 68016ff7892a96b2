//! What an origin is, and what responds there.

pub mod backend;
pub mod bucket;
pub mod faults;
pub mod tls;
