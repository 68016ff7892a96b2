//! Symbolic values: what is known about a property before anything is deployed.

mod alphabet;
mod hole;
mod text;
mod tri;

pub use alphabet::Alphabet;
pub use hole::{Hole, Reference};
pub use text::{Part, Split, Text};
pub use tri::Tri;
