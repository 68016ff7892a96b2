//! Edge functions. Their code is not read.
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-function-restrictions-all.html>

use cflint_template::model::{Behavior, EdgeFunction};

use super::{End, Tracer, Verdict};
use crate::facts::Certainty;

impl<'m> Tracer<'m, '_> {
    /// The functions that run on an event before the request reaches the origin, each of which may change anything.
    pub(super) fn functions(&mut self, behavior: &'m Behavior, event: &str) {
        for function in behavior.functions.iter() {
            // A function whose event is not known may run on the earliest one.
            if function.event.literal().unwrap_or("viewer-request") != event {
                continue;
            }
            let name = name(function);
            let detail = format!(
                "{name} runs on `{event}` and may respond itself or change the request; the rest assumes it does not"
            );
            self.step("function", detail, Certainty::Uncertain, Some(function.span));
            self.doubt(format!("what the {name} does with the request"));
        }
        if let Some(reason) = behavior.functions.open.as_ref().filter(|_| event == "viewer-request") {
            let detail = format!("it is not known which edge functions run: {}", reason.0);
            self.step("function", detail, Certainty::Uncertain, Some(behavior.functions.span));
            self.doubt("what edge functions do with the request");
        }
    }

    /// The functions that run on the response. On errors, viewer-response functions do not run; origin-response
    /// functions do, and may replace the error.
    pub(super) fn functions_after(&mut self, behavior: &'m Behavior, end: &End) {
        if !end.is_from_origin {
            return;
        }
        let is_error = end.verdict == Verdict::Rejected;
        for event in ["origin-response", "viewer-response"] {
            let of_event = behavior.functions.iter().filter(|f| f.event.literal() == Some(event));
            for function in of_event {
                let name = name(function);
                let span = Some(function.span);
                match (is_error, event) {
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
    }
}

fn name(function: &EdgeFunction) -> String {
    let kind = if function.is_lambda { "Lambda@Edge function" } else { "CloudFront Function" };
    match function.arn.known() {
        Some(arn) => format!("{kind} `{arn}`"),
        None => kind.to_owned(),
    }
}
