//! The evaluator: the state of one evaluation, and its entry point.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use super::asked::Asked;
use super::evaluated::{Evaluated, Origin, Reason, Value, dynamic_references, opaque};
use super::view::{Decision, Fork, View};
use crate::at::{At, Env};
use crate::syntax::Kind;
use crate::template::Template;
use crate::value::Text;

/// How deep functions, conditions and resources may refer to each other before evaluation gives up.
pub(super) const MAX_DEPTH: u32 = 200;

/// The values of conditions, by name.
pub(crate) type Settled<'t> = HashMap<(Env, &'t str), Decision>;

/// How deep texts may be nested in the holes of texts. Loops add a level with each value built from the one before, and
/// code that goes through texts recursively, as a comparison does, is safe because of this bound.
const MAX_TEXT_DEPTH: usize = 255;

/// How much one evaluator does: a step is a node that is evaluated, or some bytes of text. A text that holds another
/// one twice, which does so too, grows exponentially; realistic templates need a few thousand.
const MAX_STEPS: usize = 1_000_000;
const BYTES_A_STEP: usize = 16;

/// Evaluates nodes of one template in one view.
#[derive(Debug)]
pub struct Evaluator<'e, 't> {
    pub(super) template: &'e Template<'t>,
    pub(super) view: &'e View,
    pub(super) fork: RefCell<Option<Fork>>,
    /// Whether what is read does not matter once there is a question, because it will be read again with the answers.
    ends_with_question: bool,
    pub(super) depth: Cell<u32>,
    steps: Cell<usize>,
    /// Inside a condition a parameter is open even if it has a default.
    pub(super) in_condition: Cell<bool>,
    pub(super) decided: RefCell<Settled<'t>>,
    /// The questions that came up, while they are recorded.
    pub(super) asked: RefCell<Option<Asked<'t>>>,
}

impl<'e, 't> Evaluator<'e, 't> {
    /// An evaluator for one view.
    pub fn new(template: &'e Template<'t>, view: &'e View) -> Self {
        Self {
            template,
            view,
            fork: RefCell::default(),
            ends_with_question: false,
            depth: Cell::new(0),
            steps: Cell::new(0),
            in_condition: Cell::new(false),
            decided: RefCell::default(),
            asked: RefCell::default(),
        }
    }

    /// An evaluator for a view with one more answer than another one, where what was decided is decided. It may stop at
    /// the first question if another one then continues with one more answer.
    pub(crate) fn going_on(
        template: &'e Template<'t>,
        view: &'e View,
        settled: Settled<'t>,
        ends_with_question: bool,
    ) -> Self {
        Self { ends_with_question, decided: RefCell::new(settled), ..Self::new(template, view) }
    }

    /// The conditions that are also decided in a view with one more answer. Where texts that are not known are equal, a
    /// value can be excluded by one answer and follow from others, so there nothing is assumed to be settled.
    pub(crate) fn settled(&self, next: &View) -> Settled<'t> {
        if next.compares() {
            return Settled::default();
        }
        let mut settled = self.decided.borrow().clone();
        settled.retain(|_, decision| !matches!(decision, Decision::Open(_)));
        settled
    }

    /// Whether what is still to be read does not matter.
    pub(crate) fn is_over(&self) -> bool {
        self.ends_with_question && self.fork.borrow().is_some()
    }

    pub fn template(&self) -> &'e Template<'t> {
        self.template
    }

    /// The first question that evaluation needed an answer to, but the view did not have.
    pub fn fork(&self) -> Option<Fork> {
        self.fork.borrow().clone()
    }

    /// What the node stands for.
    pub fn eval(&self, at: At<'t>) -> Evaluated<'t> {
        if self.depth.get() >= MAX_DEPTH {
            return at.is(Value::Unknown(Reason::new("the functions refer to each other too deeply")));
        }
        self.steps.set(self.steps.get() + 1);
        if self.is_exhausted() {
            return too_much(at);
        }
        self.depth.set(self.depth.get() + 1);
        let evaluated = self.eval_node(at);
        self.depth.set(self.depth.get() - 1);
        match &evaluated.value {
            Value::Text(text) if !self.affords(text) => too_much(at),
            _ => evaluated,
        }
    }

    /// Spends what a text costs; whether there was enough left, and the text is not too deep.
    pub(super) fn affords(&self, text: &Text) -> bool {
        let (size, depth) = text.extent();
        self.steps.set(self.steps.get() + size / BYTES_A_STEP);
        depth <= MAX_TEXT_DEPTH && !self.is_exhausted()
    }

    fn is_exhausted(&self) -> bool {
        self.steps.get() > MAX_STEPS
    }

    fn eval_node(&self, at: At<'t>) -> Evaluated<'t> {
        if let Some(call) = at.node.intrinsic()
            && call.name() != "Condition"
        {
            return self.call(call.name(), at, at.to(call.value));
        }
        match at.node.kind() {
            Kind::Scalar if at.node.is_null() => at.is(Value::NoValue),
            Kind::Scalar => at.is(Value::Text(self.scalar(at))),
            Kind::Mapping => at.is(Value::Map(at)),
            Kind::Sequence => {
                let items = at.node.items().map(|item| self.eval(at.to(item)));
                at.is(Value::List(items.filter(|item| item.value != Value::NoValue).collect()))
            }
        }
    }

    /// The node as a text. What is not a text becomes a hole that equals only itself.
    pub fn text(&self, at: At<'t>) -> (Text, Vec<Origin>) {
        let evaluated = self.eval(at);
        match evaluated.value {
            Value::Text(text) => (text, evaluated.origins),
            _ => (opaque(at.node), evaluated.origins),
        }
    }

    /// The node as a text in which parameters stay open, even if they have defaults.
    pub(crate) fn open_text(&self, at: At<'t>) -> Text {
        let outer = self.in_condition.replace(true);
        let text = self.text(at).0;
        self.in_condition.set(outer);
        text
    }

    fn scalar(&self, at: At<'t>) -> Text {
        let text = at.node.text().unwrap_or_default();
        let text = self.template.fill(at.env, text);
        dynamic_references(text)
    }
}

pub(super) fn too_much(at: At<'_>) -> Evaluated<'_> {
    at.is(Value::Unknown(Reason::new("it consists of too many values")))
}
