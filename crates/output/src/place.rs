//! Where a finding is shown by formats that show it at one place.

use cflint_diagnostics::{Encoding, Finding, Position, Sources, Span};
use cflint_linter::Report;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC};

use crate::context::Context;

/// What stays as it is in a path.
pub(crate) const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/')
    .remove(b'@')
    .remove(b'+')
    .remove(b'(')
    .remove(b')')
    .remove(b',')
    .remove(b'=');

/// A place of a file, seen from the root of the repository.
pub(crate) struct Place {
    pub(crate) path: String,
    pub(crate) start: Position,
    /// The end, where it is known.
    pub(crate) end: Option<Position>,
}

/// The user's own line, if it is known and in the repository: there it can be fixed, and what a tool generated from it is not
/// part of a commit. Else the place in the template.
pub(crate) fn of(report: &Report, finding: &Finding, context: &Context<'_>) -> Place {
    user(finding, context).unwrap_or_else(|| template(&report.sources, finding.primary.span, context))
}

/// The user's own line, if it is known and in the repository.
pub(crate) fn user(finding: &Finding, context: &Context<'_>) -> Option<Place> {
    let source = finding.source.as_ref()?;
    let path = (context.from_root)(&source.path);
    let start = Position { line: source.line.max(1), column: source.column.max(1) };
    (!is_outside(&path)).then_some(Place { path, start, end: None })
}

/// A place of a template.
pub(crate) fn template(sources: &Sources, span: Span, context: &Context<'_>) -> Place {
    let path = (context.from_root)(sources.name(span.file));
    let (start, end) = ends(sources, span, Encoding::CodePoints);
    Place { path, start, end: Some(end) }
}

/// The file and the line of a place in a template.
pub(crate) fn line(report: &Report, span: Span, context: &Context<'_>) -> String {
    let at = template(&report.sources, span, context);
    format!("{}:{}", at.path, at.start.line)
}

/// Start and end of a span; of one that no file has, the start of the file.
pub(crate) fn ends(sources: &Sources, span: Span, encoding: Encoding) -> (Position, Position) {
    let first = Position { line: 1, column: 1 };
    sources.get(span.file).map_or((first, first), |file| {
        let start = file.position(span.start, encoding);
        (start, file.position(span.end, encoding).max(start))
    })
}

/// Whether a path leads out of the repository.
fn is_outside(path: &str) -> bool {
    path.starts_with('/')
        || path.starts_with("../")
        || path.get(1..).is_some_and(|rest| rest.starts_with(":/"))
}
