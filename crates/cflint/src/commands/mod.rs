//! What each command does.

pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod config;
pub(crate) mod explain;
pub(crate) mod init;
pub(crate) mod man;
pub(crate) mod map;
mod named;
mod output;
pub(crate) mod rules;
pub(crate) mod server;
mod survey;
pub(crate) mod trace;
