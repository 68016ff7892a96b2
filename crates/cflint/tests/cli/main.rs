//! The binary from outside: arguments, streams, exit codes.

#![expect(clippy::disallowed_types, reason = "the tests run cflint")]
#![expect(clippy::disallowed_methods, reason = "a test knows what it reads")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod baseline;
mod blind;
mod cdk;
mod check;
mod config;
mod curl;
mod definitions;
mod fix;
mod functions;
mod guard;
mod hook;
mod hostile;
mod init;
mod input;
mod man;
mod map;
mod map_findings;
mod memory;
mod outside;
mod page;
mod parameters;
mod pedantic;
mod picture;
mod project;
mod readme;
mod replace;
mod schema;
mod server;
mod special;
mod suppress;
mod trace;
mod usage;
mod verdict;
