//! Renders a report: one module per format.
//!
//! Nothing here prints or reads the environment. Every format is a function from a [`Report`] to a writer;
//! whether there is color, and which rules exist, comes in through [`Context`].

use std::io::{self, Write};

use cflint_linter::{Report, Rule, RuleMeta};

pub mod catalog;
pub mod concise;
mod excerpt;
pub mod full;
pub mod json;
pub mod map;
mod painter;
mod summary;
mod text;
pub mod trace;

pub use summary::summary;
pub use text::{visible, visible_lines};

/// What a format has to know beside the report.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// Every rule, for what findings do not carry, such as the page that documents the rule.
    pub rules: &'a [&'static dyn Rule],
    /// Whether formats for people may use terminal colors.
    pub color: bool,
    /// Whether formats for people end with the line that counts the findings.
    pub summary: bool,
}

impl Context<'_> {
    /// The rule with this id.
    #[must_use]
    pub fn rule(&self, id: &str) -> Option<&'static RuleMeta> {
        self.rules.iter().map(|rule| rule.meta()).find(|meta| meta.id == id)
    }
}

/// The formats of `cflint check`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Every finding with its place in the template, the reasons and the help.
    Full,
    /// One line for each finding.
    Concise,
    /// One JSON document, `cflint/v1`.
    Json,
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
        }
    }
}
