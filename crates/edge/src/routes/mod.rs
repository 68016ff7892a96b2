//! Which requests reach which routes.

pub mod api_names;
pub mod balancer;
pub mod base_path;
pub mod domain_reach;
pub mod entrance;
pub mod example;
pub mod grpc;
pub mod host;
pub mod lost;
pub mod memo;
pub mod mtls;
pub mod path;
pub mod pattern;
pub mod reachable;
pub mod rewrite;
pub mod route_paths;
pub mod select;
pub mod stage_reach;
pub mod unrouted;
pub mod viewer_host;
pub mod web_socket;
