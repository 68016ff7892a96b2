//! What is fuzzed. A body takes any bytes and asserts what has to hold whatever they are; that nothing panics goes without
//! saying. `cargo fuzz` drives the bodies without an end, and the tests of the binary for a few seconds (`gate`).

// A body panics if a property is violated; that is its purpose.
#![allow(clippy::expect_used, clippy::panic, unreachable_pub)]

mod check;
mod config;
mod fix;
mod formats;
mod function;
#[cfg(test)]
mod gate;
mod inputs;
mod manifest;
#[cfg(test)]
mod mutate;
mod parameters;
mod reports;
mod suppressions;
mod trace;

pub use check::check;
pub use config::config;
pub use fix::fix;
pub use formats::formats;
pub use function::function;
pub use manifest::manifest;
pub use parameters::parameters;
pub use suppressions::suppressions;
pub use trace::trace;
