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
    /// The conditions of the template under which it looks like this, for each view that does; none if it always does.
    pub views: Vec<Vec<(String, bool)>>,
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
        let holds = |(_, finding): &(usize, &Finding)| {
            finding.suppressed.is_none()
                && is_about(finding, &map, stack.as_ref())
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
        let views = if conditions.is_empty() { Vec::new() } else { vec![conditions] };
        Self { stack, views, map, marks }
    }

    /// One picture for the views of a distribution that look the same.
    pub fn joined(maps: Vec<Self>) -> Vec<Self> {
        let mut joined: Vec<Self> = Vec::new();
        for mapped in maps {
            match joined.iter_mut().find(|known| known.is_of_same(&mapped) && known.looks_like(&mapped)) {
                Some(known) => known.views.extend(mapped.views),
                None => joined.push(mapped),
            }
        }
        // If no view looks different, conditions do not matter.
        let is_alone = |own: &Self| joined.iter().filter(|other| own.is_of_same(other)).count() == 1;
        let alone: Vec<bool> = joined.iter().map(is_alone).collect();
        for (mapped, is_alone) in joined.iter_mut().zip(alone) {
            if is_alone {
                mapped.views.clear();
            }
        }
        joined
    }

    fn is_of_same(&self, other: &Self) -> bool {
        let span = |mapped: &Self| mapped.map.nodes.first().map(|node| node.span);
        span(self) == span(other) && self.stack == other.stack
    }

    fn looks_like(&self, other: &Self) -> bool {
        let shape = |mapped: &Self| -> Vec<(Kind, String, Vec<String>)> {
            let nodes = mapped.map.nodes.iter();
            nodes.map(|node| (node.kind, node.label.clone(), node.details.clone())).collect()
        };
        self.marks == other.marks && self.map.edges == other.map.edges && shape(self) == shape(other)
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
        let all = |conditions: &Vec<(String, bool)>| {
            let each = conditions.iter().map(|(name, value)| format!("{name} is {value}"));
            each.collect::<Vec<String>>().join(" and ")
        };
        let views: Vec<String> = self.views.iter().map(all).collect();
        (!views.is_empty()).then(|| format!("when {}", views.join(", or ")))
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

/// Whether a finding is about the requests of this distribution, or about a resource of its template.
fn is_about(finding: &Finding, map: &Map, stack: Option<&String>) -> bool {
    let Some(distribution) = map.nodes.first() else { return false };
    let own = &finding.subject.distributions;
    if own.is_empty() {
        return map.nodes.iter().any(|node| node.span.file == finding.primary.span.file);
    }
    own.iter().any(|(span, at)| *span == distribution.span && at.as_ref() == stack)
}

/// The nodes that a finding is about: the most exact one of those that fit, or every behavior that it names; the
/// distribution if it is about something that is not drawn.
fn places(map: &Map, finding: &Finding) -> Vec<usize> {
    let subject = &finding.subject;
    let Some(distribution) = map.nodes.first() else { return Vec::new() };
    let is_called = |id: &str| {
        // Ids of linked templates have a prefix here, and none in findings.
        let id = id.rsplit('.').next();
        id.is_some() && id == subject.logical_id.as_deref()
    };
    let is_here = |node: &Node| node.span.file == finding.primary.span.file;
    let is_of_distribution =
        is_called(&distribution.label) && (!subject.distributions.is_empty() || is_here(distribution));
    let is_own = |node: &Node| match &node.subject {
        Subject::Distribution => is_of_distribution,
        Subject::Behavior(name) => {
            subject.behavior.as_ref() == Some(name) || subject.behaviors.contains(name)
        }
        Subject::Origin(index) => {
            is_of_distribution
                && subject.property.as_deref().is_some_and(|property| {
                    property.starts_with(&format!("DistributionConfig.Origins[{index}]"))
                })
        }
        Subject::Resource(id) => is_called(id) && is_here(node) && subject.behavior.is_none(),
        Subject::Places(spans) => spans.contains(&finding.primary.span),
    };
    let fitting = map.nodes.iter().enumerate().filter(|(_, node)| is_own(node));
    let best =
        fitting.clone().max_by_key(|(index, node)| (rank(node.kind, finding), std::cmp::Reverse(*index)));
    match best {
        Some((_, Node { kind: Kind::Behavior, .. })) => {
            fitting.filter(|(_, node)| node.kind == Kind::Behavior).map(|(index, _)| index).collect()
        }
        Some((index, _)) => vec![index],
        None if !subject.distributions.is_empty() => vec![0],
        None => Vec::new(),
    }
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
