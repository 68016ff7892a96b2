//! What an assembly says about the constructs of a stack.

use std::collections::BTreeMap;

use cflint_diagnostics::SourceLocation;

use super::frames::user_frame;
use super::{text, upwards};
use crate::syntax::NodeRef;

/// A rule that the app accepts for a construct and everything in it, with `Validations.of(construct).acknowledge(…)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acknowledged {
    /// The path of the construct.
    pub construct: String,
    /// The id as CDK stores it: `plugin::rule`, or `Annotation::rule` where the app does not name a plugin.
    pub id: String,
    pub reason: Option<String>,
    /// The line of the app.
    pub at: Option<SourceLocation>,
}

/// What the metadata of constructs says, for all templates of a stack.
#[derive(Debug, Default)]
pub(super) struct Metadata {
    /// Logical ids with the paths of their constructs; each template has ids of its own.
    ids: Vec<(String, String)>,
    /// Where constructs were created, by their path.
    pub(super) made: BTreeMap<String, SourceLocation>,
    /// What the app acknowledges, in the order of the constructs.
    pub(super) acknowledged: Vec<Acknowledged>,
    /// The templates of the constructs that are stacks, by their path.
    templates: BTreeMap<String, String>,
}

impl Metadata {
    /// Adds `{"/path": [{"type": …, "data": …}]}`.
    pub(super) fn add(&mut self, metadata: NodeRef<'_>) {
        for construct in metadata.entries() {
            let path = construct.name().trim_start_matches('/');
            for entry in construct.value.items() {
                let data = entry.get("data").map(|entry| entry.value);
                let written = data.and_then(NodeRef::text);
                let frames = match (text(entry, "type"), written) {
                    (Some("aws:cdk:logicalId"), Some(id)) => {
                        self.ids.push((id.to_owned(), path.to_owned()));
                        entry.get("trace").map(|entry| entry.value)
                    }
                    (Some("aws:cdk:templateFile"), Some(template)) => {
                        self.templates.insert(path.to_owned(), template.to_owned());
                        None
                    }
                    (Some("aws:cdk:acknowledged-rules"), _) => {
                        self.acknowledge(path, entry);
                        None
                    }
                    (Some("aws:cdk:creationStack"), _) => data,
                    _ => None,
                };
                let user = frames.and_then(user_frame);
                if let Some(location) = user {
                    self.made.entry(path.to_owned()).or_insert(location);
                }
            }
        }
    }

    /// Adds `{"data": {"plugin::rule": "reason"}, "trace": […]}`.
    fn acknowledge(&mut self, construct: &str, entry: NodeRef<'_>) {
        let at = entry.get("trace").and_then(|entry| user_frame(entry.value));
        for rule in entry.get("data").into_iter().flat_map(|data| data.value.entries()) {
            self.acknowledged.push(Acknowledged {
                construct: construct.to_owned(),
                id: rule.name().to_owned(),
                reason: rule.value.text().filter(|reason| !reason.is_empty()).map(str::to_owned),
                at: at.clone(),
            });
        }
    }

    /// The path of the construct whose template this is.
    pub(super) fn stack_of(&self, template: &str) -> Option<String> {
        self.templates.iter().find(|(_, of)| *of == template).map(|(path, _)| path.clone())
    }

    /// Construct paths by the logical ids of one template.
    pub(super) fn paths(&self, template: &str, is_nested: bool) -> BTreeMap<String, String> {
        let mut paths: BTreeMap<String, Option<String>> = BTreeMap::new();
        for (id, path) in &self.ids {
            let is_of_template = match upwards(path).find_map(|path| self.templates.get(path)) {
                Some(of) => of == template,
                None => !is_nested || self.templates.is_empty(),
            };
            if is_of_template {
                // An id of two templates that cannot be distinguished says nothing.
                paths.entry(id.clone()).and_modify(|path| *path = None).or_insert_with(|| Some(path.clone()));
            }
        }
        paths.into_iter().filter_map(|(id, path)| Some((id, path?))).collect()
    }
}
