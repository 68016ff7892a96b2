//! What an origin is, and what responds there.

pub mod backend;
pub mod bucket;
pub mod faults;
pub mod load_balancer;
pub mod names;
pub mod own_name;
pub mod tls;
