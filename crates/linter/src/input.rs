use std::sync::Arc;

use cflint_template::assembly::StackFacts;
use cflint_template::syntax::Content;

#[derive(Debug, Clone)]
pub struct Input {
    /// The path as it is shown.
    pub name: String,
    /// The bytes of the file.
    pub bytes: Content,
    /// Why the file is part of the run.
    pub role: Role,
    /// The stack of a CDK assembly whose template the file is.
    pub stack: Option<StackOf>,
}

impl Input {
    /// A file that the user named.
    pub fn new(name: impl Into<String>, bytes: impl Into<Content>) -> Self {
        Self { name: name.into(), bytes: bytes.into(), role: Role::Named, stack: None }
    }

    /// Whether it is checked for its own sake.
    pub(crate) fn is_checked(&self) -> bool {
        !matches!(self.role, Role::Linked | Role::Context)
    }

    /// Whether it may be changed, because the user named it or a folder that it was found in.
    pub(crate) fn is_asked_for(&self) -> bool {
        matches!(self.role, Role::Named | Role::Found)
    }
}

/// Why a file is part of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// It is checked, and the user named it: a notice says if it is not a template.
    Named,
    /// It is checked if it is a template.
    Found,
    /// The same, but only another file names it, as the template of a nested stack: it is never changed.
    Nested,
    /// It is related to those that are checked. Only its findings that point at a checked file are reported, it has no
    /// errors and notices of its own, is not counted, and is never changed.
    Linked,
    /// The same, but it is only looked up: no rule runs on it, except as the stack around one that is checked.
    Context,
}

/// The stack that a template belongs to.
#[derive(Debug, Clone)]
pub struct StackOf {
    /// What the manifest of the assembly says about it.
    pub facts: Arc<StackFacts>,
    /// Whether the template is that of a nested stack of this one.
    pub is_nested: bool,
}

impl StackOf {
    /// The known pseudo parameters.
    pub(crate) fn pseudo_parameters(&self) -> Vec<(String, String)> {
        let name = Some(&self.facts.name).filter(|_| !self.is_nested);
        let known = [
            ("AWS::StackName", name),
            ("AWS::AccountId", self.facts.account.as_ref()),
            ("AWS::Region", self.facts.region.as_ref()),
        ];
        known.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?.clone()))).collect()
    }
}
