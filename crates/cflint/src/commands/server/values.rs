//! What functions and names stand for, and where that comes from.

mod stacks;
mod whence;

use std::collections::{BTreeSet, VecDeque};

use cflint_diagnostics::{FileId, Span};
use cflint_linter::{Alike, values};
use cflint_template::eval::{Decision, Evaluated, Evaluator, Fork, Origin, Value, View};
use cflint_template::syntax::{NodeRef, parse};
use cflint_template::template::{At, Template};

pub(super) use self::stacks::in_stacks;
pub(super) use self::whence::output_of;
use super::managed;
use super::now::Now;
use super::spot::{Spot, holds, spot};
use super::words::code;

/// How many lines of each list are shown.
const MAX_LINES: usize = 8;
/// How many of the questions are shown that a condition depends on, and in how many views they are collected.
const MAX_QUESTIONS: usize = 4;
const MAX_VIEWS: usize = 64;
/// What is true or false, and no text.
const CONDITIONS: [&str; 4] = ["Fn::And", "Fn::Equals", "Fn::Not", "Fn::Or"];

/// What is at an offset of the document, as Markdown.
pub(super) fn describe(now: &Now<'_>, at: usize) -> Option<String> {
    // Most places have nothing to look at.
    let parsed = parse(FileId(0), now.text().into()).ok()?;
    spot(parsed.tree.root()?, at)?;
    now.with_template(|template| {
        let (found, span) = spot(template.root(), at)?;
        Page { template, now, at }.text(found, span)
    })
}

struct Page<'p, 't> {
    template: &'p Template<'t>,
    now: &'p Now<'p>,
    at: usize,
}

/// A value under some conditions.
#[derive(Debug, PartialEq)]
struct Known {
    /// Several in a loop.
    values: Vec<String>,
    /// The text, if all of it is known.
    literal: Option<String>,
    notes: Vec<String>,
}

impl<'t> Page<'_, 't> {
    fn text(&self, found: Spot<'t>, span: Span) -> Option<String> {
        match found {
            Spot::Condition(name) => self.condition(name),
            Spot::Resource(name) => self.declared(name).map(|what| format!("{what}\n")),
            Spot::Parameter(name) => {
                let evaluate = |of: &Evaluator<'_, 't>| of.named(self.template.root().into(), name);
                Some(self.page(&code(name), &|of| self.known(&[evaluate(of)], self.named(of, name))))
            }
            Spot::Call(node) if node.intrinsic().is_some_and(|call| CONDITIONS.contains(&call.name())) => {
                let answer = self.decision(&|of| of.decide_node(node));
                Some(format!("{}\n\n- {answer}\n", code(&self.source(span))))
            }
            Spot::Call(_) | Spot::Variable { .. } => {
                let title = code(&self.source(span));
                let places = self.places(span);
                let value = |of: &Evaluator<'_, 't>| {
                    let all: Vec<Evaluated<'t>> =
                        places.iter().map(|place| evaluate(of, *place, found)).collect();
                    let named = places.first().map(|place| self.referred(of, *place, found));
                    self.known(&all, named.unwrap_or_default())
                };
                // A name that only a loop knows.
                if self.is_in_loop() && places.iter().any(|place| self.is_unknown(*place, found)) {
                    return None;
                }
                Some(self.page(&title, &value))
            }
        }
    }

    fn page(&self, title: &str, value: &dyn Fn(&Evaluator<'_, 't>) -> Known) -> String {
        let mut found = values(self.template, value);
        found.sort_by_key(|known| known.conditions.first().is_some_and(|(_, value)| !value));
        let mut text = match found.as_slice() {
            [only] => format!("{title} is {}\n\n{}", said(&only.value), listed(&only.value.notes, "")),
            several => {
                let one = |Alike { conditions, value, .. }: &Alike<Known>| {
                    format!("{}{}\n{}", said(value), when(conditions), indented(&value.notes))
                };
                let lines: Vec<String> = several.iter().map(one).collect();
                format!("{title} is\n\n{}", listed(&lines, ""))
            }
        };
        let ids: BTreeSet<&str> = found.iter().filter_map(|known| known.value.literal.as_deref()).collect();
        for about in ids.into_iter().filter_map(managed::describe).take(MAX_LINES) {
            text.push_str(&format!("\n\n{about}"));
        }
        text
    }

    /// The function at each iteration of the loop around it.
    fn places(&self, span: Span) -> Vec<At<'t>> {
        let root = self.template.root();
        let around = self.template.resources().iter().map(|resource| resource.at).filter(|at| {
            let own = at.node.span();
            at.node.id().file() == FileId(0) && own.start <= span.start && span.end <= own.end
        });
        let places: Vec<At<'t>> = around.take(MAX_LINES).collect();
        if places.is_empty() { vec![root.into()] } else { places }
    }

    fn is_unknown(&self, place: At<'t>, found: Spot<'t>) -> bool {
        let view = View::default();
        let value = evaluate(&Evaluator::new(self.template, &view), place, found).value;
        matches!(value, Value::Unknown(_))
    }

    fn is_in_loop(&self) -> bool {
        let mut entries = self.template.root().subtree().flat_map(NodeRef::entries);
        entries.any(|entry| entry.name().starts_with("Fn::ForEach") && holds(entry.value.span(), self.at))
    }

    fn known(&self, all: &[Evaluated<'t>], mut notes: Vec<String>) -> Known {
        let mut shown: Vec<String> = Vec::new();
        for evaluated in all {
            let value = self.value(&evaluated.value);
            if !shown.contains(&value) {
                shown.push(value);
            }
            for origin in &evaluated.origins {
                if let Origin::Default { parameter, .. } = origin {
                    // It says where the parameter is, too.
                    notes.retain(|note| !note.starts_with(&format!("parameter `{parameter}` ")));
                }
                notes.push(self.origin(origin));
            }
            if let Value::Text(text) = &evaluated.value {
                notes.extend(self.holes(text));
            }
        }
        let mut told = BTreeSet::new();
        notes.retain(|note| told.insert(note.clone()));
        let literal = match all {
            [Evaluated { value: Value::Text(text), .. }] => text.as_literal().map(str::to_owned),
            _ => None,
        };
        Known { values: shown, literal, notes }
    }

    fn value(&self, value: &Value<'t>) -> String {
        match value {
            Value::Text(text) => match text.as_hole() {
                Some(hole) => self.hole(hole),
                None => format!("**{}**", code(&text.to_string())),
            },
            Value::List(items) => {
                let text = |item: &Evaluated<'t>| match &item.value {
                    Value::Text(text) => text.to_string(),
                    _ => "…".to_owned(),
                };
                let items: Vec<String> = items.iter().take(MAX_LINES * 4).map(text).collect();
                format!("the list **{}**", code(&format!("[{}]", items.join(", "))))
            }
            Value::Map(at) => format!("the mapping at {}", self.line(at.node.span())),
            Value::NoValue => "`AWS::NoValue`, as if the property were not there".to_owned(),
            Value::Unknown(reason) => format!("not determined by the template: {}", reason.0),
        }
    }

    /// What a function refers to by name.
    fn referred(&self, of: &Evaluator<'_, 't>, place: At<'t>, found: Spot<'t>) -> Vec<String> {
        match found {
            Spot::Variable { name, value: None, .. } => self.named(of, name),
            Spot::Call(node) => match node.intrinsic() {
                Some(call) if matches!(call.name(), "Ref" | "Fn::GetAtt") => {
                    let pair = || {
                        let mut items = call.value.items();
                        Some(format!("{}.{}", items.next()?.text()?, items.next()?.text()?))
                    };
                    let name = call.value.text().map(str::to_owned).or_else(pair);
                    name.map_or_else(Vec::new, |name| self.named(of, &name))
                }
                Some(call) if matches!(call.name(), "Fn::ImportValue" | "Fn::GetStackOutput") => {
                    of.handed_over(place.to(node)).map(|value| self.output(value.node)).into_iter().collect()
                }
                _ => Vec::new(),
            },
            _ => Vec::new(),
        }
    }

    fn condition(&self, name: &str) -> Option<String> {
        let entry = self.template.condition(name)?;
        let (title, source) = (code(name), code(&self.source(entry.value.span())));
        let answer = self.decision(&|of| of.decide_named(name));
        Some(format!("condition {title}, {}: {source}\n\n- {answer}\n", self.line(entry.key.span())))
    }

    /// Whether a condition is true.
    fn decision(&self, decide: &dyn Fn(&Evaluator<'_, 't>) -> Decision) -> String {
        let decided = |view: &View| decide(&Evaluator::new(self.template, view));
        match decided(&View::default()) {
            Decision::Known(answer) => return format!("**{answer}** in every deployment"),
            Decision::Unreadable => return "not determined by the template".to_owned(),
            Decision::Open(_) => {}
        }
        let mut questions: Vec<String> = Vec::new();
        let mut views = VecDeque::from([View::default()]);
        for _ in 0..MAX_VIEWS {
            let Some(view) = views.pop_front() else { break };
            let Decision::Open(question) = decided(&view) else { continue };
            views.extend([true, false].into_iter().filter_map(|it| view.with(&question, it, self.template)));
            let question = match question {
                Fork::Is(name, value) => format!("{} is {}", code(&name), code(&value)),
                Fork::Equal(a, b) => {
                    format!("{} and {} are equal", code(&a.to_string()), code(&b.to_string()))
                }
            };
            if !questions.contains(&question) {
                questions.push(question);
            }
        }
        let by_default = match decided(&self.by_default()) {
            Decision::Known(answer) => format!("; **{answer}** with the defaults of the parameters"),
            _ => String::new(),
        };
        let is_all = views.is_empty() && questions.len() <= MAX_QUESTIONS;
        questions.truncate(MAX_QUESTIONS);
        let more = if is_all { "" } else { ", and on more" };
        format!("it depends on whether {}{more}{by_default}", questions.join(", and whether "))
    }

    /// The view in which each parameter has its default.
    fn by_default(&self) -> View {
        let mut view = View::default();
        for parameter in self.template.parameters().iter().filter(|parameter| !parameter.is_indirect()) {
            let default = parameter.default.and_then(NodeRef::text);
            let answer = default.map(|value| Fork::Is(parameter.name.to_owned(), value.to_owned()));
            if let Some(next) = answer.and_then(|answer| view.with(&answer, true, self.template)) {
                view = next;
            }
        }
        view
    }

    /// What is written at a place, in one line.
    fn source(&self, span: Span) -> String {
        let text = self.now.file(span.file).and_then(|file| file.text().get(span.range()));
        text.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

fn evaluate<'t>(of: &Evaluator<'_, 't>, place: At<'t>, found: Spot<'t>) -> Evaluated<'t> {
    match found {
        Spot::Variable { value: Some(value), .. } => of.eval(place.to(value)),
        Spot::Variable { name, .. } | Spot::Parameter(name) => of.named(place, name),
        Spot::Call(node) => of.eval(place.to(node)),
        Spot::Condition(_) | Spot::Resource(_) => of.eval(place),
    }
}

fn said(known: &Known) -> String {
    known.values.join(" or ")
}

pub(super) fn when(conditions: &[(String, bool)]) -> String {
    if conditions.is_empty() {
        return String::new();
    }
    let conditions: Vec<String> =
        conditions.iter().map(|(name, value)| format!("{name} is {value}")).collect();
    format!(", if {}", conditions.join(" and "))
}

fn indented(notes: &[String]) -> String {
    listed(notes, "  ")
}

/// Lines of a list, not too many.
fn listed(lines: &[String], indent: &str) -> String {
    let mut text = String::new();
    for line in lines.iter().take(MAX_LINES) {
        text.push_str(&format!("{indent}- {}\n", line.trim_end()));
    }
    if let Some(more) = lines.len().checked_sub(MAX_LINES).filter(|more| *more > 0) {
        text.push_str(&format!("{indent}- and {more} more\n"));
    }
    text
}
