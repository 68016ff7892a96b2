//! The places of findings, sorted, so that each suppression looks only at those that are near.

use std::collections::BTreeMap;

use cflint_diagnostics::{FileId, Finding, Span};

use crate::suppression::Target;

/// A place and the position of its finding.
struct Place {
    span: Span,
    finding: usize,
    /// The latest end of this place and of those before it.
    reach: u32,
}

/// The findings of a rule in a file.
#[derive(Default)]
struct Sorted {
    primary: Vec<Place>,
    /// Those of related labels, too.
    all: Vec<Place>,
}

#[derive(Default)]
pub(super) struct Places {
    by_rule: BTreeMap<(&'static str, FileId), Sorted>,
}

impl Places {
    pub(super) fn of(findings: &[Finding]) -> Self {
        let mut places = Self::default();
        for (index, finding) in findings.iter().enumerate() {
            let place = |span: Span| Place { span, finding: index, reach: span.end };
            let primary = finding.primary.span;
            places.sorted(finding.rule, primary).primary.push(place(primary));
            for span in finding.related.iter().map(|label| label.span).chain([primary]) {
                places.sorted(finding.rule, span).all.push(place(span));
            }
        }
        for sorted in places.by_rule.values_mut() {
            sort(&mut sorted.primary);
            sort(&mut sorted.all);
        }
        places
    }

    fn sorted(&mut self, rule: &'static str, place: Span) -> &mut Sorted {
        self.by_rule.entry((rule, place.file)).or_default()
    }

    /// The findings of a rule that a suppression matches.
    pub(super) fn inside(&self, rule: &'static str, target: Target) -> impl Iterator<Item = usize> {
        let (places, first, last) = match target {
            Target::Line(line) => (self.get(rule, line.file, |sorted| &sorted.all), 0, line_end(line) - 1),
            Target::Inside(span) => {
                (self.get(rule, span.file, |sorted| &sorted.primary), span.start, span.end)
            }
            // Found by the paths of constructs.
            Target::Construct => (&[][..], 0, 0),
        };
        let until = places.partition_point(|place| place.span.start <= last);
        let near = places.get(..until).unwrap_or_default().iter().rev().take_while(move |place| {
            let may_reach = match target {
                Target::Line(line) => place.reach >= line.start,
                Target::Inside(_) | Target::Construct => true,
            };
            may_reach && place.span.start >= first
        });
        near.filter(move |place| target.covers(place.span)).map(|place| place.finding)
    }

    fn get(&self, rule: &'static str, file: FileId, which: impl Fn(&Sorted) -> &Vec<Place>) -> &[Place] {
        self.by_rule.get(&(rule, file)).map_or(&[], |sorted| which(sorted))
    }
}

/// One past the last place at which something on the line can start.
fn line_end(line: Span) -> u32 {
    line.end.max(line.start + 1)
}

fn sort(places: &mut [Place]) {
    places.sort_by_key(|place| place.span.start);
    let mut reach = 0;
    for place in places {
        reach = place.reach.max(reach);
        place.reach = reach;
    }
}
