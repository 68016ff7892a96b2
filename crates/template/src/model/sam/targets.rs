//! Which events belong to which API, judging only by what is written.

use crate::generated::Implicit;
use crate::syntax::NodeRef;
use crate::template::Template;

/// The types of resources whose events become routes.
pub(super) const SOURCES: [&str; 2] = ["AWS::Serverless::Function", "AWS::Serverless::StateMachine"];

/// The API of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::model) enum Target {
    /// The resource with this index.
    Api(usize),
    /// The API that SAM generates for events that do not name one, in the template with this index.
    Implicit(u16, Implicit),
}

/// Each API with a resource whose events may belong to it, found without evaluating anything.
pub(in crate::model) fn targets(template: &Template<'_>) -> Vec<(Target, usize)> {
    let mut found = Vec::new();
    for (index, resource) in template.resources().iter().enumerate() {
        let events = resource.properties.and_then(|at| at.node.get("Events"));
        let Some(events) = events.filter(|_| SOURCES.contains(&resource.kind)) else { continue };
        let scope = template.scope(resource.at.env);
        let own = |implicit| Target::Implicit(resource.at.env.scope, implicit);
        for event in events.value.subtree() {
            let implicit = match event.get("Type").and_then(|entry| entry.value.text()) {
                Some("Api") => Implicit::Rest,
                Some("HttpApi") => Implicit::Http,
                _ => continue,
            };
            let properties = event.get("Properties").map(|entry| entry.value);
            // The implicit API is generated even if a branch of the event has another one.
            let id = properties.and_then(|properties| properties.get(id_property(implicit)));
            match id {
                None => found.push((own(implicit), index)),
                Some(id) => {
                    found.extend(id.value.subtree().filter_map(NodeRef::text).filter_map(|name| {
                        let implicit = Implicit::ALL.into_iter().find(|implicit| implicit.id() == name);
                        let declared =
                            template.by_id.get(&scope.qualify(name)).map(|&index| Target::Api(index));
                        Some((implicit.map(own).or(declared)?, index))
                    }));
                }
            }
        }
    }
    found
}

/// The property of an event that names its API.
pub(super) fn id_property(implicit: Implicit) -> &'static str {
    match implicit {
        Implicit::Rest => "RestApiId",
        Implicit::Http => "ApiId",
    }
}
