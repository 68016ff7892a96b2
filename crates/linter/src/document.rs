use cflint_edge::origin::backend::Backend;
use cflint_edge::routes::path::RequestPath;
use cflint_template::links::Link;
use cflint_template::model::Origin;
use cflint_template::syntax::{DuplicateKey, SyntaxError};
use cflint_template::template::{Problem, Template};

/// One file, as far as it could be read.
#[derive(Debug)]
pub struct Document<'d, 't> {
    /// Why it could not be read.
    pub error: Option<&'d SyntaxError>,
    /// Syntax errors in spite of which the rest could be read.
    pub syntax_problems: Vec<&'d SyntaxError>,
    /// Keys that are written twice.
    pub duplicates: &'d [DuplicateKey],
    /// The template, if it could be read.
    pub template: Option<&'d Template<'t>>,
    /// Every use of a name.
    pub links: &'d [Link<'t>],
    /// Sections and properties of the wrong type.
    pub problems: &'d [Problem],
}

/// An origin with the request paths that use it.
#[derive(Debug)]
pub struct OriginUse<'p, 'm> {
    pub origin: &'m Origin,
    pub backend: &'p Backend<'m>,
    /// The paths, in the order of the behaviors; at least one.
    pub paths: Vec<&'p RequestPath<'m>>,
}
