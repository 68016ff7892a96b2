//! The binary from outside: arguments, streams, exit codes.

#![expect(clippy::disallowed_types, reason = "the tests run cflint")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod baseline;
mod cdk;
mod check;
mod config;
mod fix;
mod hook;
mod hostile;
mod init;
mod input;
mod man;
mod map;
mod parameters;
mod project;
mod readme;
mod schema;
mod suppress;
mod trace;
mod usage;
