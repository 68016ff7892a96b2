//! Spans, source files and findings: the vocabulary of every other crate of cflint.
//!
//! Nothing here knows templates, rules or terminals. Positions are byte offsets; lines and columns are
//! computed only when something is shown, in the encoding that the reader of the output counts in.

mod finding;
mod source;
mod span;

pub use finding::{
    Applicability, Confidence, Edit, Finding, Fix, Label, Severity, SourceLocation, Subject, Suppressed,
    Witness,
};
pub use source::{Encoding, Position, SourceFile, Sources, line_starts};
pub use span::{FileId, Span};
