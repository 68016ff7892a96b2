//! What an origin is, and what responds there.

pub mod backend;
pub mod bucket;
pub mod faults;
pub mod own_name;
pub mod tls;
