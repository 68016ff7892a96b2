//! What the CloudFront Functions of a behavior do with a request: their code is run, where the template shows it.
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-function-restrictions-all.html>

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use cflint_diagnostics::Span;
use cflint_functions::{Event, Program, Run, Runtime, Touches};
use cflint_template::model::{Behavior, EdgeFunction, FunctionCode, Model};
use cflint_template::value::Part;

use crate::once::Once;

/// How many runs rules may ask for about one distribution in one view; each takes about a millisecond.
const MAX_RUNS: usize = 300;
/// How many of them one counts that was stopped, which takes far longer.
const STOPPED: usize = 30;

/// Bytes of a line of code that is shown as a whole.
const LONGEST_LINE: usize = 100;

/// What stands for a value of the code that is known only at deployment.
const PLACEHOLDER: &str = "x";

/// What is worked out once about the functions of a model.
#[derive(Debug, Default)]
struct Programs {
    parsed: Once<String, Option<Program>>,
    touches: Once<String, Touches>,
    runs: AtomicUsize,
}

/// A function whose code the template shows.
#[derive(Debug, Clone)]
pub struct Shown<'m> {
    pub function: &'m EdgeFunction,
    pub code: &'m FunctionCode,
    program: Arc<Option<Program>>,
}

impl<'m> Shown<'m> {
    /// The code; `None` if a part of it is known only at deployment, or its runtime.
    pub fn of(model: &Model, function: &'m EdgeFunction) -> Option<Self> {
        let code = function.code.as_deref().filter(|code| code.may_run)?;
        let programs = model.memo.get(Programs::default);
        let program = programs.parsed.get(code.id.clone(), || Program::new(code.text()?, runtime(code)?));
        program.is_some().then_some(Self { function, code, program })
    }

    /// The parsed code.
    pub fn program(&self) -> Option<&Program> {
        self.program.as_ref().as_ref()
    }

    /// The line of an offset in the code; of a long one, what follows the offset.
    pub fn line(&self, at: usize) -> Span {
        let code = self.code.text().unwrap_or_default();
        let (before, after) = code.split_at_checked(at).unwrap_or_default();
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        let end = at + after.find('\n').unwrap_or(after.len());
        let line = code.get(start..end).unwrap_or_default();
        let indentation = line.len() - line.trim_start().len();
        let start = if line.len() > LONGEST_LINE { at } else { start + indentation };
        self.code.place(start..end)
    }

    /// What the function does with an event, whatever it costs.
    pub fn run(&self, event: &Event) -> Option<Run> {
        Some(self.program()?.run(event))
    }

    /// The same for rules, which may ask only so often.
    pub fn run_within_budget(&self, model: &Model, event: &Event) -> Option<Run> {
        let runs = &model.memo.get(Programs::default).runs;
        if runs.fetch_add(1, Ordering::Relaxed) >= MAX_RUNS {
            return None;
        }
        let run = self.run(event);
        if run.as_ref().is_some_and(Run::was_stopped) {
            runs.fetch_add(STOPPED, Ordering::Relaxed);
        }
        run
    }
}

fn runtime(code: &FunctionCode) -> Option<Runtime> {
    match code.runtime.literal()? {
        "cloudfront-js-1.0" => Some(Runtime::V1),
        "cloudfront-js-2.0" => Some(Runtime::V2),
        _ => None,
    }
}

/// The functions that run on an event, or may.
pub fn on<'m>(behavior: &'m Behavior, event: &'static str) -> impl Iterator<Item = &'m EdgeFunction> {
    behavior.functions.iter().filter(move |function| function.event.literal().is_none_or(|own| own == event))
}

/// What the functions of a behavior may change before a request reaches the origin, whatever the request.
pub fn touches(model: &Model, behavior: &Behavior) -> Touches {
    let mut all = Touches::nothing();
    if behavior.functions.open.is_some() {
        return Touches::everything();
    }
    for function in behavior.functions.iter() {
        all = all.or(&touches_of(model, function));
    }
    all
}

/// The same for one function.
pub fn touches_of(model: &Model, function: &EdgeFunction) -> Touches {
    match (function.event.literal(), &function.code) {
        (Some("viewer-response" | "origin-response"), _) => Touches::nothing(),
        // `Host` is read-only there, and the origin is not chosen yet.
        (Some("viewer-request"), _) if function.is_lambda => {
            Touches { origin: false, ..Touches::everything() }
        }
        (Some("viewer-request"), Some(code)) if code.may_run => {
            let programs = model.memo.get(Programs::default);
            *programs.touches.get(code.id.clone(), || of_code(code))
        }
        _ => Touches::everything(),
    }
}

fn of_code(code: &FunctionCode) -> Touches {
    let Some(text) = code.code.known() else { return Touches::everything() };
    let written: String = text
        .parts()
        .iter()
        .map(|part| match part {
            Part::Lit(text) => text.as_str(),
            Part::Hole(_) => PLACEHOLDER,
        })
        .collect();
    let runtime = runtime(code).unwrap_or(Runtime::V2);
    let touches = Program::new(&written, runtime).map(|program| *program.touches());
    // Only the newer runtime has the module that chooses origins.
    let is_old = code.runtime.literal() == Some("cloudfront-js-1.0");
    let touches = touches.unwrap_or(Touches::everything());
    Touches { origin: touches.origin && !is_old, ..touches }
}
