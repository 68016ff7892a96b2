//! Nodes to values: every intrinsic function, on values that may be known only at deployment.

mod asked;
mod conditions;
mod evaluated;
mod evaluator;
mod functions;
mod generated;
mod map;
mod references;
mod shape;
mod sub;
mod view;

pub(crate) use asked::Asked;
pub use evaluated::{Evaluated, Origin, Reason, Value};
pub use evaluator::Evaluator;
pub(crate) use evaluator::Settled;
pub(crate) use functions::stack_output_name;
pub(crate) use map::FOR_EACH;
pub use map::{MapEntry, MapView};
pub use sub::{SubPiece, sub_pieces};
pub use view::{Decision, Fork, View};
