//! CloudFormation templates: text to spanned nodes, nodes to symbolic values, values to a typed model.

pub mod syntax;
