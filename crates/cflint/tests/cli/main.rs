//! The binary from outside: arguments, streams, exit codes.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod cdk;
mod check;
mod fix;
mod hostile;
mod input;
mod map;
mod parameters;
mod project;
mod readme;
mod suppress;
mod trace;
mod usage;
