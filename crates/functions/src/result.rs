//! What a run comes to.

use serde_json::Value;

use crate::engine::Raw;
use crate::event::{Event, Request, Response};
use crate::returned::returned;
use crate::syntax::{Program, Sureness, SyntaxFault};

/// What a run comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Returned(Box<Returned>),
    /// CloudFront responds with an error.
    Failed(Failure),
    /// It depends on something that no template determines.
    Unknown(String),
}

/// What a function returned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Returned {
    Request {
        request: Request,
        /// Where it sends the request, if it says so.
        origin: Option<RequestOrigin>,
    },
    Response(Response),
}

/// Names of other runtimes, in neither list of the documentation. `exports` is known to be missing
/// (GH:cdklabs/construct-hub#1906), and so is what the documentation excludes, such as `process`.
const UNLISTED: [&str; 8] =
    ["Intl", "URL", "URLSearchParams", "WebAssembly", "crypto", "ngx", "njs", "structuredClone"];

/// What the engine says of every call of something else.
const NOT_A_FUNCTION: &str = "TypeError: not a function";

/// How a function chose the origin of a request.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-custom-methods.html>
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RequestOrigin {
    /// `updateRequestOrigin`: what is `None` stays as the behavior has it.
    Updated { domain: Option<String>, host: Option<String>, path: Option<String> },
    /// `selectRequestOriginById`
    Selected { id: String, host: Option<String> },
    /// `createRequestOriginGroup`: the id of its first member.
    Group { primary: String },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureKind {
    /// An exception, or syntax that the runtime lacks: `503`.
    Execution,
    /// What it returned is not valid: `502`.
    Validation,
    /// It ran too long: `503`.
    Throttled,
}

/// Why a function fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub kind: FailureKind,
    /// A clause about the function, such as `` changes the read-only header `host` ``.
    pub what: String,
    /// Where, as an offset in bytes of its code.
    pub place: Option<usize>,
    pub sureness: Sureness,
    /// Whether the code throws this itself, as it may do for requests that it does not want.
    pub is_deliberate: bool,
}

impl Failure {
    /// The status of CloudFront's response.
    pub const fn status(&self) -> u16 {
        match self.kind {
            FailureKind::Validation => 502,
            FailureKind::Execution | FailureKind::Throttled => 503,
        }
    }
}

/// Something that the function did to the event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What it set or deleted, such as `request.uri`.
    pub path: String,
    /// Where, as an offset in bytes of its code.
    pub place: Option<usize>,
}

/// One run of a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    pub outcome: Outcome,
    pub changes: Vec<Change>,
    /// What it printed with `console.log`.
    pub log: Vec<String>,
    /// What it read that is different for every request, such as the time.
    pub assumed: Vec<String>,
    /// How well it is established that CloudFront does the same.
    pub sureness: Sureness,
    /// Whether the engine stopped it for a reason of its own.
    is_broken: bool,
}

impl Run {
    const fn new(outcome: Outcome, sureness: Sureness) -> Self {
        Self {
            outcome,
            changes: Vec::new(),
            log: Vec::new(),
            assumed: Vec::new(),
            sureness,
            is_broken: false,
        }
    }

    /// Whether it used all the steps or the time that it had.
    pub const fn was_stopped(&self) -> bool {
        match &self.outcome {
            Outcome::Failed(failure) => matches!(failure.kind, FailureKind::Throttled),
            Outcome::Unknown(_) => self.is_broken,
            Outcome::Returned(_) => false,
        }
    }

    pub(crate) fn unsupported(fault: &SyntaxFault) -> Self {
        let failure = Failure {
            kind: FailureKind::Execution,
            what: format!("uses {}, which its runtime does not support", fault.what),
            place: Some(fault.range.start),
            sureness: fault.sureness,
            is_deliberate: false,
        };
        Self::new(Outcome::Failed(failure), fault.sureness)
    }
}

pub(crate) fn judge(program: &Program, event: &Event, raw: Raw) -> Run {
    // What an unlisted feature does is only what this engine does with it.
    let sureness = program.faults().iter().map(|fault| fault.sureness).max();
    let most = if sureness.is_some() { Sureness::Likely } else { Sureness::Certain };
    let failed = |kind, what: String, place, sureness: Sureness| {
        let sureness = sureness.min(most);
        let failure = Failure { kind, what, place, sureness, is_deliberate: false };
        Run::new(Outcome::Failed(failure), sureness)
    };
    match raw {
        Raw::Unknown(reason) => Run::new(Outcome::Unknown(reason), most),
        Raw::Broken(reason) => {
            let outcome = Outcome::Unknown(format!("the engine stopped: {reason}"));
            Run { is_broken: true, ..Run::new(outcome, most) }
        }
        Raw::TooLong => failed(FailureKind::Throttled, "does not end".to_owned(), None, Sureness::Likely),
        Raw::NoHandler => {
            failed(FailureKind::Execution, "has no function `handler`".to_owned(), None, Sureness::Certain)
        }
        Raw::Threw { message, place, is_syntax } => {
            let place = place.and_then(|(line, column)| program.offset(line, column));
            let callee = place.filter(|_| message == NOT_A_FUNCTION).and_then(|place| program.callee(place));
            let message = callee.map_or(message, |callee| format!("TypeError: {callee} is not a function"));
            let what = if is_syntax {
                format!("is not valid JavaScript: `{}`", message.trim_start_matches("SyntaxError: "))
            } else {
                format!("throws `{message}`")
            };
            // A full engine knows more of the library than the runtime, never less, except for what is not listed.
            let is_listed =
                !UNLISTED.iter().any(|name| message.contains(&format!(": {name} is not defined")));
            // How much memory and how deep a stack there is, is not the same.
            let is_limit = message.starts_with("InternalError") || message.contains("call stack");
            let sureness = match (is_listed, is_limit) {
                (false, _) => Sureness::Possible,
                (true, true) => Sureness::Likely,
                (true, false) => Sureness::Certain,
            };
            let mut run = failed(FailureKind::Execution, what, place, sureness);
            if let Outcome::Failed(failure) = &mut run.outcome {
                // An error that is thrown without a place is a value of the code itself.
                failure.is_deliberate = !is_syntax && place.is_none_or(|place| program.is_thrown(place));
            }
            run
        }
        Raw::Done(text) => match serde_json::from_str::<Value>(&text) {
            Ok(done) => finished(program, event, &done, most),
            Err(error) => Run::new(Outcome::Unknown(error.to_string()), most),
        },
    }
}

fn finished(program: &Program, event: &Event, done: &Value, most: Sureness) -> Run {
    let strings = |name: &str| {
        let list = done.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        list.iter().filter_map(Value::as_str).map(str::to_owned).collect::<Vec<_>>()
    };
    let changes = done.get("changes").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let changes: Vec<Change> = changes.iter().filter_map(|change| read_change(program, change)).collect();
    // A header or a cookie may be different for every request.
    let is_decided = program.touches().decides();
    let assumed = if is_decided { strings("assumed") } else { Vec::new() };
    let most = if assumed.is_empty() { most } else { most.min(Sureness::Likely) };
    let outcome = match returned(event, done) {
        Ok(returned) => Outcome::Returned(Box::new(returned)),
        Err((what, name, sureness)) => {
            let is_it = |change: &&Change| {
                name.as_ref()
                    .is_some_and(|name| change.path == *name || change.path.starts_with(&format!("{name}.")))
            };
            let place = changes.iter().find(is_it).and_then(|change| change.place);
            let sureness = sureness.min(most);
            let kind = FailureKind::Validation;
            Outcome::Failed(Failure { kind, what, place, sureness, is_deliberate: false })
        }
    };
    let sureness = match &outcome {
        Outcome::Failed(failure) => failure.sureness,
        _ => most,
    };
    Run { changes, log: strings("log"), assumed, ..Run::new(outcome, sureness) }
}

fn read_change(program: &Program, change: &Value) -> Option<Change> {
    let path = change.get(0)?.as_str()?.to_owned();
    let number = |index: usize| u32::try_from(change.get(1)?.get(index)?.as_u64()?).ok();
    let place = number(0).and_then(|line| program.offset(line, number(1).unwrap_or(1)));
    Some(Change { path, place })
}
