//! What a picture shows: a distribution, and where the findings about it belong.

use std::collections::BTreeSet;

use cflint_diagnostics::{FileId, Finding, Severity};
use cflint_edge::map::{Kind, Map, Node, Subject};

/// Rules that say that no request comes to a behavior or a route.
const DEAD: [&str; 3] = ["behavior-unreachable", "duplicate-path-pattern", "route-unreachable"];

/// A distribution with the findings about it.
#[derive(Debug, Clone)]
pub struct Mapped {
    /// The stack that it is in, if that has a name.
    pub stack: Option<String>,
    /// The conditions of the template under which it looks like this.
    pub conditions: Vec<(String, bool)>,
    pub map: Map,
    /// For each node the findings about it, the most severe first.
    pub marks: Vec<Vec<Mark>>,
}

/// What findings say about a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    pub severity: Severity,
    pub rule: &'static str,
    /// The position of the first of these findings.
    pub finding: usize,
}

impl Mapped {
    /// Marks the nodes that findings are about.
    pub fn new(
        stack: Option<String>,
        conditions: Vec<(String, bool)>,
        map: Map,
        findings: &[Finding],
    ) -> Self {
        let mut marks = vec![Vec::new(); map.nodes.len()];
        let files: BTreeSet<FileId> = map.nodes.iter().map(|node| node.span.file).collect();
        let id = map.nodes.first().map(|node| node.label.as_str()).unwrap_or_default();
        // Other templates, and other distributions of this one, can use the same names.
        let is_here = |finding: &Finding| {
            let mut labels = std::iter::once(&finding.primary).chain(&finding.related);
            labels.any(|label| files.contains(&label.span.file))
                && finding.subject.distribution.as_deref().is_none_or(|own| local(own) == local(id))
        };
        let holds = |(_, finding): &(usize, &Finding)| {
            finding.suppressed.is_none()
                && is_here(finding)
                && (finding.subject.stack.is_none() || stack.is_none() || finding.subject.stack == stack)
                && finding
                    .conditions
                    .iter()
                    .all(|(name, value)| conditions.iter().all(|(own, here)| own != name || here == value))
        };
        for (index, finding) in findings.iter().enumerate().filter(holds) {
            let mark = Mark { severity: finding.severity, rule: finding.rule, finding: index };
            let is_same = |known: &Mark| (known.severity, known.rule) == (mark.severity, mark.rule);
            for node in places(&map, finding) {
                if let Some(node) = marks.get_mut(node).filter(|node| !node.iter().any(is_same)) {
                    node.push(mark);
                }
            }
        }
        for marks in &mut marks {
            marks.sort_by_key(|mark| (std::cmp::Reverse(mark.severity), mark.rule));
        }
        Self { stack, conditions, map, marks }
    }

    /// The nodes that a node leads to, in order.
    pub(super) fn children(&self, node: usize) -> impl Iterator<Item = usize> + '_ {
        self.map.edges.iter().filter(move |(from, _)| *from == node).map(|(_, to)| *to)
    }

    pub(super) fn marks(&self, node: usize) -> &[Mark] {
        self.marks.get(node).map_or(&[], Vec::as_slice)
    }

    /// Whether no request comes here.
    pub(super) fn is_dead(&self, node: usize) -> bool {
        self.marks(node).iter().any(|mark| DEAD.contains(&mark.rule))
    }

    /// The most severe finding about a node.
    pub(super) fn severity(&self, node: usize) -> Option<Severity> {
        self.marks(node).first().map(|mark| mark.severity)
    }

    pub(super) fn when(&self) -> Option<String> {
        let conditions: Vec<String> =
            self.conditions.iter().map(|(name, value)| format!("{name} is {value}")).collect();
        (!conditions.is_empty()).then(|| format!("when {}", conditions.join(" and ")))
    }

    /// The distribution, with what belongs to the whole.
    pub(crate) fn heading(&self) -> String {
        let name = self.map.nodes.first().map(|node| node.label.clone());
        name.into_iter().chain(self.title()).collect::<Vec<_>>().join(", ")
    }

    /// What belongs to the whole: stack and conditions.
    pub(super) fn title(&self) -> Option<String> {
        let stack = self.stack.as_ref().map(|stack| format!("stack {stack}"));
        let parts: Vec<String> = stack.into_iter().chain(self.when()).collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }
}

/// A logical id without the stack that it is in.
fn local(id: &str) -> &str {
    id.rsplit('.').next().unwrap_or(id)
}

/// The nodes that a finding is about: one, or several behaviors that the same place breaks.
fn places(map: &Map, finding: &Finding) -> Vec<usize> {
    let Some(node) = place(map, finding) else { return Vec::new() };
    let is_other = |(index, other): &(usize, &Node)| {
        *index != node
            && map.nodes.get(node).is_some_and(|node| node.kind == Kind::Behavior)
            && matches!(&other.subject, Subject::Behavior(name) if finding.subject.behaviors.contains(name))
    };
    let others = map.nodes.iter().enumerate().filter(is_other).map(|(index, _)| index);
    std::iter::once(node).chain(others).collect()
}

/// The node that a finding is about most: the most exact one of those that fit.
fn place(map: &Map, finding: &Finding) -> Option<usize> {
    let subject = &finding.subject;
    let distribution = map.nodes.first()?;
    let is_own = |node: &Node| match &node.subject {
        Subject::Distribution => subject.logical_id.as_deref() == Some(distribution.label.as_str()),
        Subject::Behavior(name) => subject.behavior.as_deref() == Some(name.as_str()),
        Subject::Origin(index) => {
            subject.logical_id.as_deref() == Some(distribution.label.as_str())
                && subject.property.as_deref().is_some_and(|property| {
                    property.starts_with(&format!("DistributionConfig.Origins[{index}]"))
                })
        }
        Subject::Resource(id) => {
            subject.logical_id.as_deref() == Some(id.as_str()) && subject.behavior.is_none()
        }
        Subject::Place => node.span == finding.primary.span,
    };
    let fitting = map.nodes.iter().enumerate().filter(|(_, node)| is_own(node));
    fitting
        .max_by_key(|(index, node)| (rank(node.kind, finding), std::cmp::Reverse(*index)))
        .map(|(index, _)| index)
}

/// What is asked first where several nodes fit: a route before its stage, the origin before the behavior if the
/// property is one of the origin.
fn rank(kind: Kind, finding: &Finding) -> u8 {
    let of_origin =
        finding.subject.property.as_deref().is_some_and(|property| property.contains(".Origins["));
    match kind {
        Kind::Distribution => 0,
        Kind::Stage => 1,
        Kind::Behavior => 2,
        Kind::Origin if of_origin => 3,
        Kind::Origin => 1,
        Kind::Route => 4,
    }
}
