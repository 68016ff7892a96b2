use std::fmt;

use crate::span::Span;

/// What happens if no one acts. Ordered: `Info < Warning < Error`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    Info,
    /// Data leaks, a bypass, stale or wrong answers, money.
    Warning,
    /// The deployment is rejected, or requests fail.
    Error,
}

impl Severity {
    /// The name used in every output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How sure the finding is. Ordered: `Possible < Likely < Certain`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// Something that the template does not determine could make it right. Not shown by default.
    Possible,
    /// Rests on a probable fact, on a parameter's default, or on one step of inference.
    Likely,
    /// Documented behavior, and every value is known.
    Certain,
}

impl Confidence {
    /// The name used in every output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Possible => "possible",
            Self::Likely => "likely",
            Self::Certain => "certain",
        }
    }
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A place and what there is to say about it. The text may be empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    pub span: Span,
    /// What is at the place.
    pub message: String,
}

/// Whether a fix may be applied without confirmation. Ordered: `Display < Unsafe < Safe`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Applicability {
    Display,
    /// Could break a request that works today.
    Unsafe,
    /// Cannot break a request that works today.
    Safe,
}

impl Applicability {
    /// The name used in every output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Display => "display",
            Self::Unsafe => "unsafe",
            Self::Safe => "safe",
        }
    }
}

/// Replaces the bytes of a span by a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The bytes that go; empty for an insertion.
    pub span: Span,
    pub text: String,
}

/// A change that fixes the finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What the change does, as an imperative.
    pub title: String,
    /// Whether it may be applied.
    pub applicability: Applicability,
    /// The edits, ordered and not overlapping.
    pub edits: Vec<Edit>,
}

/// What the user has to change, in the terms of the template.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Subject {
    /// Name of the stack, where a project says it.
    pub stack: Option<String>,
    /// Logical id of the resource.
    pub logical_id: Option<String>,
    /// Type of the resource, such as `AWS::CloudFront::Distribution`.
    pub resource_type: Option<String>,
    /// Path of the property below `Properties`, such as `DistributionConfig.Origins[0].OriginPath`.
    pub property: Option<String>,
    /// Path pattern of the behavior, `Default (*)` for the default one.
    pub behavior: Option<String>,
    /// Path of the CDK construct.
    pub construct: Option<String>,
    /// Logical id of the distribution whose requests it is about, which is not always the resource to change.
    pub distribution: Option<String>,
    /// Where each such distribution is declared, and its stack where that has a name: what is wrong in a shared template is
    /// said once.
    pub distributions: Vec<(Span, Option<String>)>,
    /// Names of every behavior that the same place breaks, where there are several.
    pub behaviors: Vec<String>,
}

/// A place outside the template that made the finding, such as a line of a CDK app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceLocation {
    pub path: String,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
}

/// A request that shows a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness {
    /// Method and path, or method and URL: `GET /api/users`.
    pub request: String,
    /// Names and values of headers.
    pub headers: Vec<(String, String)>,
    /// The file or folder that the distribution is in.
    pub path: String,
    /// The distribution, where there are several.
    pub distribution: Option<String>,
    /// Further options and their values, as they were given for the check.
    pub options: Vec<String>,
}

impl Witness {
    /// The command that follows the request, for a shell.
    pub fn command(&self) -> String {
        // A path must not be read as an option.
        let here = if self.path.starts_with('-') { "./" } else { "" };
        let path = quoted(&format!("{here}{}", self.path));
        let mut command = format!("cflint trace {path} {}", quoted(&self.request));
        for (name, value) in &self.headers {
            command.push_str(" -H ");
            command.push_str(&quoted(&format!("{name}: {value}")));
        }
        if let Some(distribution) = &self.distribution {
            command.push_str(if distribution.starts_with('-') {
                " --distribution="
            } else {
                " --distribution "
            });
            command.push_str(&quoted(distribution));
        }
        for option in &self.options {
            command.push(' ');
            command.push_str(&quoted(option));
        }
        command
    }
}

/// An argument as a shell takes it.
fn quoted(argument: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@%+=,".contains(c);
    if !argument.is_empty() && argument.chars().all(is_plain) {
        argument.to_owned()
    } else {
        format!("'{}'", argument.replace('\'', "'\\''"))
    }
}

/// Why a finding does not count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppressed {
    /// Where it was suppressed: `comment`, `metadata`, `config` or `baseline`.
    pub channel: String,
    /// The reason that was given.
    pub reason: Option<String>,
}

/// One misconfiguration at its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub rule: &'static str,
    pub group: &'static str,
    /// What happens if no one acts.
    pub severity: Severity,
    pub confidence: Confidence,
    /// Whether it is shown only on request, although its rule runs by default.
    pub pedantic: bool,
    /// One sentence: lower case, no full stop, things in backticks.
    pub message: String,
    /// The token that must change.
    pub primary: Label,
    /// Other places that take part.
    pub related: Vec<Label>,
    /// Why it is wrong: the URL or header that would really arrive.
    pub notes: Vec<String>,
    /// What to write instead, as an imperative.
    pub help: Option<String>,
    /// What to write in a CDK app, where that is not what the rule says in general.
    pub cdk: Option<&'static str>,
    /// The edit that fixes it.
    pub fix: Option<Fix>,
    pub subject: Subject,
    /// Conditions of the template under which it occurs, sorted by name; empty when it always occurs.
    pub conditions: Vec<(String, bool)>,
    /// Identity across runs: made from the rule and the subject, never from line numbers.
    pub fingerprint: String,
    /// The line of the user's own source that made it, where known.
    pub source: Option<SourceLocation>,
    /// A request that shows it, for `cflint trace`.
    pub witness: Option<Witness>,
    /// Set when the finding does not count.
    pub suppressed: Option<Suppressed>,
    /// Common to all findings of a run that have one cause, such as a policy that twenty behaviors use.
    pub cause: String,
}
