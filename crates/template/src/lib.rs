//! CloudFormation templates: text to spanned nodes, nodes to symbolic values, values to a typed model.

pub mod assembly;
mod at;
pub mod definitions;
pub mod edit;
pub mod eval;
mod generated;
pub mod links;
pub mod misuse;
pub mod model;
pub mod project;
mod scope;
mod sections;
pub mod syntax;
pub mod template;
pub mod value;
