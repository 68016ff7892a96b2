//! What every format makes of the same reports.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod contract;
mod page;
mod platforms;
mod sample;
mod snapshots;
