//! Suppressions in the templates themselves: comments, and the metadata of resources and templates.

mod acknowledged;
mod add;
mod apply;
mod cdk_nag;
mod comments;
mod metadata;
mod places;

pub use add::{add_suppressions, add_suppressions_until};
pub(crate) use apply::{apply, bound};
pub use cdk_nag::SAME as CDK_NAG_RULES;
pub(crate) use cdk_nag::reports_the_same;
