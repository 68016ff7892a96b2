//! Which requests reach which routes.

pub mod base_path;
pub mod domain_reach;
pub mod entrance;
pub mod example;
pub mod host;
pub mod lost;
pub mod memo;
pub mod path;
pub mod pattern;
pub mod reachable;
pub mod route_paths;
pub mod select;
pub mod stage_reach;
pub mod unrouted;
pub mod viewer_host;
