//! Which resource and which property a place in the template belongs to.

use std::fmt::Write as _;

use cflint_diagnostics::Span;
use cflint_linter::ReportBuilder;
use cflint_template::syntax::{Kind, NodeRef};
use cflint_template::template::{Resource, Template};

/// Containers with more children are not searched, so that a huge file with many findings costs no more than time.
const MAX_SEARCHED: usize = 1_000;

/// The resources of a template by their place.
pub(crate) struct Places<'p, 't> {
    sorted: Vec<&'p Resource<'t>>,
}

impl<'p, 't> Places<'p, 't> {
    pub(crate) fn new(template: Option<&'p Template<'t>>) -> Self {
        let mut sorted: Vec<_> = template.map(Template::resources).unwrap_or_default().iter().collect();
        sorted.sort_by_key(|resource| resource.id_span.start);
        Self { sorted }
    }

    /// The finding with the resource and property in which its place lies; unchanged if there is none.
    pub(crate) fn name<'r, 'c>(&self, span: Span, finding: ReportBuilder<'r, 'c>) -> ReportBuilder<'r, 'c> {
        let after = self.sorted.partition_point(|resource| resource.id_span.start <= span.start);
        let Some(resource) = after.checked_sub(1).and_then(|index| self.sorted.get(index)) else {
            return finding;
        };
        if !resource.id_span.contains(span) && !resource.at.node.span().contains(span) {
            return finding;
        }
        let finding = finding.resource(&resource.id, resource.kind);
        match resource.properties.map(|at| property(at.node, span)) {
            Some(path) if !path.is_empty() => finding.property(path),
            _ => finding,
        }
    }
}

/// The path from a mapping to what lies at the place, up to the first function: `Origins[0].DomainName`.
fn property(mut node: NodeRef<'_>, span: Span) -> String {
    let mut path = String::new();
    while node.intrinsic().is_none() && node.len() <= MAX_SEARCHED {
        let next = match node.kind() {
            Kind::Scalar => None,
            Kind::Sequence => {
                let found = node.items().enumerate().find(|(_, item)| item.span().contains(span));
                found.map(|(index, item)| {
                    // Writing to a text cannot fail.
                    let _ = write!(path, "[{index}]");
                    item
                })
            }
            Kind::Mapping => {
                let holds = |part: NodeRef<'_>| part.span().contains(span);
                let found = node.entries().find(|entry| holds(entry.key) || holds(entry.value));
                found.map(|entry| {
                    let dot = if path.is_empty() { "" } else { "." };
                    let _ = write!(path, "{dot}{}", entry.name());
                    entry.value
                })
            }
        };
        let Some(next) = next else { break };
        node = next;
    }
    path
}
