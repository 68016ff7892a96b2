//! Edge functions that run on the response.
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-function-restrictions-all.html>

use cflint_functions::{Event, FailureKind, Outcome, Response, Returned, Run};
use cflint_template::model::{Behavior, EdgeFunction};

use super::changed::event;
use super::functions::{certainty, name};
use super::{End, Tracer, Verdict};
use crate::behavior::functions::Shown;
use crate::facts::Certainty;
use crate::routes::rewrite::usual_response;
use crate::words::all_of;

impl<'m> Tracer<'m, '_> {
    /// The functions that run on the response. On errors, viewer-response functions do not run; origin-response
    /// functions do, and may replace the error.
    pub(super) fn functions_after(&mut self, behavior: &'m Behavior, end: End) -> End {
        if !end.is_from_origin {
            return end;
        }
        let is_error = end.verdict == Verdict::Rejected;
        for event in ["origin-response", "viewer-response"] {
            let of_event = behavior.functions.iter().filter(|f| f.event.literal() == Some(event));
            for function in of_event {
                let name = name(function);
                let span = Some(function.span);
                match (is_error, event) {
                    (false, "viewer-response") => {
                        if let Some(end) = self.on_response(function) {
                            return end;
                        }
                    }
                    (false, _) => {
                        let detail = format!("{name} runs on `{event}` and may change the response");
                        self.step("function", detail, Certainty::Certain, span);
                    }
                    (true, "viewer-response") => {
                        let detail = format!("{name} does not run: the origin's response is an error");
                        self.step("function", detail, Certainty::Certain, span);
                    }
                    (true, _) => {
                        let detail = format!(
                            "{name} runs on `{event}` and may replace the error; the rest assumes it does not"
                        );
                        self.step("function", detail, Certainty::Uncertain, span);
                        self.doubt(format!("what the {name} does with the error"));
                    }
                }
            }
        }
        end
    }

    /// What a function on viewer-response does with a response as most origins send it, of which the template shows
    /// nothing; the end, if it fails whatever the response is.
    fn on_response(&mut self, function: &'m EdgeFunction) -> Option<End> {
        let Some(shown) = Shown::of(self.model, function) else {
            let detail = format!("{} runs on `viewer-response` and may change the response", name(function));
            self.step("function", detail, Certainty::Certain, Some(function.span));
            return None;
        };
        let seen =
            event(&self.model.distribution, &shown, self.request, "www.example.com", &self.request.path);
        let run = shown.run(&Event { response: Some(usual_response()), ..seen })?;
        let name = format!("`{}`", shown.code.id);
        self.printed(&run);
        match &run.outcome {
            Outcome::Failed(failure) if failure.kind == FailureKind::Validation => {
                return Some(self.failed(&shown, failure));
            }
            Outcome::Failed(failure) => {
                let detail = format!("{name} {}, unless the response is not like most", failure.what);
                let span = failure.place.map_or(function.span, |at| shown.line(at));
                self.step("function", detail, Certainty::Uncertain, Some(span));
                self.doubt(format!("whether {name} fails on this response"));
            }
            Outcome::Unknown(reason) => {
                let detail = format!(
                    "{name} runs on `viewer-response` and reads {reason}, which is known only live; it may change the response"
                );
                self.step("function", detail, Certainty::Uncertain, Some(function.span));
            }
            Outcome::Returned(returned) => {
                if let Returned::Response(response) = returned.as_ref() {
                    let detail = match response_changes(&run, response).as_slice() {
                        [] => format!("{name} runs on `viewer-response` and changes nothing"),
                        changes => format!("{name} sets {} of the response", all_of(changes)),
                    };
                    self.step("function", detail, certainty(run.sureness), Some(function.span));
                }
            }
        }
        None
    }
}

/// What a function sets of a usual response: its status, its body, headers and cookies.
fn response_changes(run: &Run, response: &Response) -> Vec<String> {
    let before = usual_response();
    let mut found: Vec<String> = Vec::new();
    if response.status != before.status {
        found.push(format!("the status `{}`", response.status));
    }
    if response.body.is_some() {
        found.push("the body".to_owned());
    }
    for (list, kind) in [("response.headers.", ""), ("response.cookies.", "the cookie ")] {
        let of_list = run.changes.iter().filter_map(|change| change.path.strip_prefix(list));
        for rest in of_list {
            let name = rest.split('.').next().unwrap_or(rest);
            let what = format!("{kind}`{name}`");
            let is_there = !kind.is_empty() || response.header(name).is_some();
            if is_there && !found.contains(&what) {
                found.push(what);
            }
        }
    }
    found
}
