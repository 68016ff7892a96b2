use cflint_diagnostics::Severity;

/// What a rule is about; also a name for `--select` and `--ignore`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// Requests that fail or reach the wrong place.
    Routing,
    /// What the API needs but does not receive.
    Headers,
    Security,
    /// Stale responses and responses for other users.
    Caching,
    /// What CloudFront or CloudFormation rejects.
    Deploy,
    /// Records that point to the distribution.
    Dns,
    /// What cflint could not read.
    Input,
}

impl Group {
    /// Every group, in the order in which they are listed.
    pub const ALL: [Self; 7] =
        [Self::Routing, Self::Headers, Self::Security, Self::Caching, Self::Deploy, Self::Dns, Self::Input];

    /// The name used on the command line and in every output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Routing => "routing",
            Self::Headers => "headers",
            Self::Security => "security",
            Self::Caching => "caching",
            Self::Deploy => "deploy",
            Self::Dns => "dns",
            Self::Input => "input",
        }
    }
}

/// Which fixes a rule can offer; each finding says which one it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FixAvailability {
    /// Help text only.
    None,
    /// Some findings have a fix that cannot break a working request.
    Safe,
    /// Some findings have a fix that may break a working request.
    Unsafe,
}

impl FixAvailability {
    /// The name used in every output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Safe => "safe",
            Self::Unsafe => "unsafe",
        }
    }
}

/// What is known about a rule without running it. Created by [`crate::declare_rule!`].
#[derive(Debug, Clone, Copy)]
pub struct RuleMeta {
    /// Kebab-case name; names the bad thing.
    pub id: &'static str,
    /// What the rule is about.
    pub group: Group,
    /// One line: lower case, no full stop.
    pub summary: &'static str,
    /// The lines of the documentation comment as the compiler gives them; see [`Self::documentation`].
    pub docs: &'static str,
    /// The usual severity; a finding may differ.
    pub severity: Severity,
    /// Whether it runs only when selected.
    pub pedantic: bool,
    /// The fixes it can offer.
    pub fix: FixAvailability,
    /// Rules of other tools that report the same.
    pub aliases: &'static [&'static str],
    /// What fixes it in a CDK app, in the terms of its constructs; empty if that says no more than the help.
    pub cdk: &'static str,
    /// Source file of the rule, from the root of the workspace.
    pub file: &'static str,
    pub line: u32,
}

impl RuleMeta {
    /// The documentation in Markdown, the only source of every page and help text about the rule.
    pub fn documentation(&self) -> String {
        // The space after `///` belongs to the comment, not to the text.
        self.docs.lines().map(|line| line.strip_prefix(' ').unwrap_or(line)).fold(
            String::new(),
            |mut text, line| {
                text.push_str(line);
                text.push('\n');
                text
            },
        )
    }

    /// The page that documents the rule.
    pub fn url(&self) -> String {
        format!("https://github.com/cflint/cflint/blob/main/docs/rules/{}.md", self.id)
    }

    /// Whether `name` is the rule's id, its group or one of its aliases.
    pub fn is_called(&self, name: &str) -> bool {
        name == self.id
            || name == self.group.as_str()
            || self.aliases.iter().any(|alias| alias.eq_ignore_ascii_case(name))
    }
}
