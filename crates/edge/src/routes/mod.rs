//! Which requests reach which routes.

pub mod domain_reach;
pub mod entrance;
pub mod host;
pub mod memo;
pub mod path;
pub mod pattern;
pub mod reach;
pub mod reachable;
pub mod refusal;
pub mod select;
