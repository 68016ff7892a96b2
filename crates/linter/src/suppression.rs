//! What a suppression says, and which findings it matches.

use cflint_diagnostics::{Edit, SourceLocation, Span};
use cflint_template::syntax::NodeId;

use crate::meta::RuleMeta;
use crate::suppress::reports_the_same;

/// One name in a suppression.
#[derive(Debug, Clone)]
pub struct Suppression {
    /// The id, group or alias; empty if there is none where one must be.
    pub name: String,
    /// Where the name is written; for an acknowledgement, the first resource that it is about.
    pub span: Span,
    /// The reason that is given.
    pub reason: Option<String>,
    pub channel: Channel,
    pub state: State,
    /// The edit that removes the name, and the whole suppression if it is the only one. In metadata, only for those
    /// that are unused.
    pub removal: Option<Vec<Edit>>,
    /// The list in metadata and the position in it.
    pub(crate) item: Option<(NodeId, usize)>,
    pub(crate) target: Target,
    /// The construct and the line of the app, for an acknowledgement.
    pub made: Option<(String, Option<SourceLocation>)>,
}

/// How a suppression is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Channel {
    /// `# cflint: ignore[rule] reason`
    Comment,
    /// `Metadata: {cflint: {ignore: [{id: rule, reason: …}]}}`
    Metadata,
    /// The metadata of another tool, with the name of one of its rules.
    Foreign,
    /// `Validations.of(construct).acknowledge({id: 'cflint::rule', reason: '…'})` in a CDK app.
    Acknowledgement,
}

/// The effect of a suppression.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// It suppresses a finding.
    Used,
    /// It matches no finding.
    Unused,
    /// There is no rule with this name.
    Unknown,
    /// Its rule did not run.
    NotAsked,
}

/// Which findings it matches, apart from the rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Target {
    /// Those with a place on a line that starts and ends here.
    Line(Span),
    /// Those whose place is inside.
    Inside(Span),
    /// Those in the resources of a construct, which are found by their paths.
    Construct,
}

impl Target {
    /// Whether it matches what is at this place.
    pub(crate) fn covers(self, place: Span) -> bool {
        match self {
            Self::Line(line) => {
                place.file == line.file
                    && place.start < line.end.max(line.start + 1)
                    && place.end >= line.start
            }
            Self::Inside(span) => span.contains(place),
            Self::Construct => false,
        }
    }
}

impl Channel {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Comment => "comment",
            Self::Metadata | Self::Foreign => "metadata",
            Self::Acknowledgement => "acknowledgement",
        }
    }
}

impl Suppression {
    /// Whether it belongs to another tool, which may name what only that tool knows.
    pub fn is_foreign(&self) -> bool {
        self.channel == Channel::Foreign
    }

    pub(crate) fn names(&self, rule: &RuleMeta) -> bool {
        match self.channel {
            Channel::Foreign => {
                reports_the_same(&self.name, rule.id)
                    || rule.aliases.iter().any(|alias| alias.eq_ignore_ascii_case(&self.name))
            }
            Channel::Comment | Channel::Metadata | Channel::Acknowledgement => rule.is_called(&self.name),
        }
    }
}
