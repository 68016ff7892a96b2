//! Renders a report: one module per format.
//!
//! Nothing here prints or reads the environment. Every format is a function from a [`Report`] to a writer;
//! whether there is color, and which rules exist, comes in through [`Context`].

use std::io::{self, Write};

use cflint_linter::Report;

pub mod catalog;
mod causes;
pub mod concise;
mod context;
mod details;
mod excerpt;
pub mod full;
pub mod github;
pub mod gitlab;
pub mod html;
pub mod json;
pub mod jsonl;
pub mod junit;
pub mod map;
pub mod markdown;
mod painter;
mod place;
mod preview;
pub mod rdjson;
pub mod sarif;
pub mod statistics;
mod summary;
mod text;
pub mod trace;
mod wrap;

pub use context::Context;
pub use summary::{plural, summary};
pub use text::{harmless_lines, visible, visible_lines};
pub use wrap::wrapped;

/// The formats of `cflint check`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Every finding with its place in the template, the reasons and the help.
    Full,
    /// One line for each finding.
    Concise,
    /// One JSON document, `cflint/v1`.
    Json,
    /// One line of JSON for each finding.
    Jsonl,
    /// SARIF 2.1.0.
    Sarif,
    /// Workflow commands of GitHub Actions, which annotate a pull request.
    Github,
    /// A code quality report of GitLab.
    Gitlab,
    /// The diagnostic format of reviewdog.
    Rdjson,
    /// JUnit XML.
    Junit,
    /// Markdown for a comment or a summary.
    Markdown,
    /// A page to open, with the maps and the traces.
    Html,
}

impl Format {
    /// Writes the report in this format.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write(self, report: &Report, context: &Context<'_>, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Full => full::write(report, context, out),
            Self::Concise => concise::write(report, context, out),
            Self::Json => json::write(report, context, out),
            Self::Jsonl => jsonl::write(report, context, out),
            Self::Sarif => sarif::write(report, context, out),
            Self::Github => github::write(report, context, out),
            Self::Gitlab => gitlab::write(report, context, out),
            Self::Rdjson => rdjson::write(report, context, out),
            Self::Junit => junit::write(report, context, out),
            Self::Markdown => markdown::write(report, context, out),
            Self::Html => html::write(report, context, out),
        }
    }
}
