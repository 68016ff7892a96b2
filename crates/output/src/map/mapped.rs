//! What a picture shows: a distribution, and where the findings about it belong.

use cflint_diagnostics::{Finding, Severity};
use cflint_edge::map::{Kind, Map, Node, Subject};

/// Rules that say that no request reaches a behavior or a route.
const DEAD: [&str; 3] = ["behavior-unreachable", "duplicate-path-pattern", "route-unreachable"];

/// A distribution with the findings about it.
#[derive(Debug, Clone)]
pub struct Mapped {
    /// The stack that it is in, if that has a name.
    pub stack: Option<String>,
    /// The conditions of the template under which it looks like this.
    pub conditions: Vec<(String, bool)>,
    pub map: Map,
    /// For each node the findings about it: severity and rule, the most severe first.
    pub marks: Vec<Vec<(Severity, &'static str)>>,
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
        let holds = |finding: &&Finding| {
            finding.suppressed.is_none()
                && (finding.subject.stack.is_none() || stack.is_none() || finding.subject.stack == stack)
                && finding
                    .conditions
                    .iter()
                    .all(|(name, value)| conditions.iter().all(|(own, here)| own != name || here == value))
        };
        for finding in findings.iter().filter(holds) {
            if let Some(node) = place(&map, finding).and_then(|node| marks.get_mut(node)) {
                let mark = (finding.severity, finding.rule);
                if !node.contains(&mark) {
                    node.push(mark);
                }
            }
        }
        for marks in &mut marks {
            marks.sort_by_key(|(severity, rule)| (std::cmp::Reverse(*severity), *rule));
        }
        Self { stack, conditions, map, marks }
    }

    /// The nodes that a node leads to, in order.
    pub(super) fn children(&self, node: usize) -> impl Iterator<Item = usize> + '_ {
        self.map.edges.iter().filter(move |(from, _)| *from == node).map(|(_, to)| *to)
    }

    pub(super) fn marks(&self, node: usize) -> &[(Severity, &'static str)] {
        self.marks.get(node).map_or(&[], Vec::as_slice)
    }

    /// Whether no request comes here.
    pub(super) fn is_dead(&self, node: usize) -> bool {
        self.marks(node).iter().any(|(_, rule)| DEAD.contains(rule))
    }

    /// The most severe finding about a node.
    pub(super) fn severity(&self, node: usize) -> Option<Severity> {
        self.marks(node).first().map(|(severity, _)| *severity)
    }

    pub(super) fn when(&self) -> Option<String> {
        let conditions: Vec<String> =
            self.conditions.iter().map(|(name, value)| format!("{name} is {value}")).collect();
        (!conditions.is_empty()).then(|| format!("when {}", conditions.join(" and ")))
    }

    /// What belongs to the whole: stack and conditions.
    pub(super) fn title(&self) -> Option<String> {
        let stack = self.stack.as_ref().map(|stack| format!("stack {stack}"));
        let parts: Vec<String> = stack.into_iter().chain(self.when()).collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }
}

/// The node that a finding is about: the most exact one of those that fit.
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
