//! Suppressions in the templates themselves: comments, and the metadata of resources and templates.

mod add;
mod comments;
mod metadata;

use cflint_diagnostics::{Edit, Finding, SourceFile, Span, Suppressed};
use cflint_template::syntax::Tree;

use crate::{Options, Rule, RuleMeta};

pub use add::add_suppressions;

/// One name in a suppression.
#[derive(Debug, Clone)]
pub struct Suppression {
    /// The id, group or alias; empty if there is none where one must be.
    pub name: String,
    /// Where the name is written.
    pub span: Span,
    /// The reason that is given.
    pub reason: Option<String>,
    pub channel: Channel,
    pub state: State,
    /// The edit that takes the name away, and all of the suppression if it is the only one.
    pub removal: Option<Vec<Edit>>,
    target: Target,
}

/// How a suppression is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// `# cflint: ignore[rule] reason`
    Comment,
    /// `Metadata: {cflint: {ignore: [{id: rule, reason: …}]}}`
    Metadata,
    /// The metadata of another tool, with the name of one of its rules.
    Foreign,
}

/// What came of a suppression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// A finding does not count because of it.
    Used,
    /// There is no such finding.
    Unused,
    /// There is no rule of this name.
    Unknown,
    /// Its rule did not run.
    NotAsked,
}

/// Which findings it is about, beside the rule.
#[derive(Debug, Clone)]
enum Target {
    /// Those with a place on a line that starts and ends here.
    Line(Span),
    /// Those whose place is inside.
    Inside(Span),
}

impl Channel {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Comment => "comment",
            Self::Metadata | Self::Foreign => "metadata",
        }
    }
}

impl Suppression {
    /// Whether it is one of another tool, which may name what only that knows.
    pub fn is_foreign(&self) -> bool {
        self.channel == Channel::Foreign
    }

    fn covers(&self, finding: &Finding) -> bool {
        match &self.target {
            Target::Line(line) => {
                let is_on = |span: Span| {
                    span.file == line.file
                        && span.start < line.end.max(line.start + 1)
                        && span.end >= line.start
                };
                is_on(finding.primary.span) || finding.related.iter().any(|label| is_on(label.span))
            }
            Target::Inside(span) => span.contains(finding.primary.span),
        }
    }

    fn names(&self, rule: &RuleMeta) -> bool {
        match self.channel {
            Channel::Foreign => rule.aliases.iter().any(|alias| alias.eq_ignore_ascii_case(&self.name)),
            Channel::Comment | Channel::Metadata => rule.is_called(&self.name),
        }
    }
}

/// Finds the suppressions of the templates, and marks the findings that they are about.
pub(crate) fn apply(
    findings: &mut [Finding],
    trees: &[&Tree],
    rules: &[&'static dyn Rule],
    options: &Options,
) -> Vec<Suppression> {
    let mut all: Vec<Suppression> = Vec::new();
    for tree in trees {
        let file = SourceFile::new("", tree.source().clone());
        comments::read(tree, &file, &mut all);
        metadata::read(tree, &mut all);
    }
    for suppression in &mut all {
        let named: Vec<&RuleMeta> =
            rules.iter().map(|rule| rule.meta()).filter(|rule| suppression.names(rule)).collect();
        let mut used = false;
        for finding in findings.iter_mut() {
            if named.iter().any(|rule| rule.id == finding.rule) && suppression.covers(finding) {
                used = true;
                finding.suppressed.get_or_insert_with(|| Suppressed {
                    channel: suppression.channel.as_str().to_owned(),
                    reason: suppression.reason.clone(),
                });
            }
        }
        suppression.state = match used {
            true => State::Used,
            false if named.is_empty() => State::Unknown,
            false if !named.iter().all(|rule| options.runs(rule)) => State::NotAsked,
            false => State::Unused,
        };
    }
    all
}
