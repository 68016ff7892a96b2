//! The rule trait, what a rule sees, and the engine that runs rules over templates.

mod engine;
mod meta;
mod options;
mod report;
mod rule;

pub use engine::check;
pub use meta::{FixAvailability, Group, RuleMeta};
pub use options::{Input, Options};
pub use report::{InputError, Notice, Report};
pub use rule::Rule;
