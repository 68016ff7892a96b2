//! Renders a report: one module per format.
//!
//! Nothing here prints or reads the environment. Every format is a function from a [`Report`] to a writer;
//! whether there is color, and which rules exist, comes in through [`Context`].

use std::io::{self, Write};

use cflint_diagnostics::Finding;
use cflint_linter::{Report, Rule, RuleMeta};

pub mod catalog;
pub mod concise;
mod details;
mod excerpt;
pub mod full;
pub mod github;
pub mod gitlab;
pub mod json;
pub mod jsonl;
pub mod junit;
pub mod map;
pub mod markdown;
mod painter;
mod place;
pub mod sarif;
mod summary;
mod text;
pub mod trace;

pub use summary::summary;
pub use text::{harmless_lines, visible, visible_lines};

/// What a format has to know beside the report.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// Every rule, for what findings do not carry, such as the page that documents the rule.
    pub rules: &'a [&'static dyn Rule],
    /// Whether formats for people may use terminal colors.
    pub color: bool,
    /// Whether formats for people end with the line that counts the findings.
    pub summary: bool,
    /// Whether formats that mark suppressed findings have them.
    pub suppressed: bool,
    /// A path of the report as it is called from the root of the repository, for formats that platforms read.
    pub from_root: &'a dyn Fn(&str) -> String,
}

impl Context<'_> {
    /// The rule with this id.
    pub fn rule(&self, id: &str) -> Option<&'static RuleMeta> {
        self.rules.iter().map(|rule| rule.meta()).find(|meta| meta.id == id)
    }

    /// The findings of formats that mark suppressed ones.
    fn reported<'r>(&self, report: &'r Report) -> impl Iterator<Item = &'r Finding> {
        let suppressed = self.suppressed;
        report.findings.iter().filter(move |finding| suppressed || finding.suppressed.is_none())
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
    /// One line of JSON for each finding.
    Jsonl,
    /// SARIF 2.1.0.
    Sarif,
    /// Workflow commands of GitHub Actions, which annotate a pull request.
    Github,
    /// A code quality report of GitLab.
    Gitlab,
    /// JUnit XML.
    Junit,
    /// Markdown for a comment or a summary.
    Markdown,
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
            Self::Junit => junit::write(report, context, out),
            Self::Markdown => markdown::write(report, context, out),
        }
    }
}
