//! The rule trait, what a rule sees, and the engine that runs rules over templates.

mod comment;
mod configured;
mod context;
mod distributions;
mod document;
mod engine;
mod fingerprint;
mod fix;
mod input;
mod merge;
mod meta;
mod options;
pub mod parallel;
mod project;
mod report;
mod rule;
mod run;
mod sight;
mod suppress;
mod suppression;
mod witness;

pub use cflint_diagnostics::Severity;
pub use context::{Context, Place, ReportBuilder};
pub use distributions::{Seen, distributions};
pub use document::{Document, OriginUse};
pub use engine::{Survey, check, survey};
pub use fingerprint::fingerprint_in;
pub use fix::{Fixed, InApp, Refused, fix};
pub use input::{Input, Role, StackOf};
pub use meta::{FixAvailability, Group, RuleMeta};
pub use options::{ConfiguredSuppression, Level, Matcher, Options, Override, StackParameter};
pub use report::{InputError, Notice, ParametersOf, Report};
pub use rule::{Declared, Rule};
pub use sight::{Foreign, Sight, WithoutOrigins};
pub use suppress::add_suppressions;
pub use suppression::{Channel, State as SuppressionState, Suppression};
