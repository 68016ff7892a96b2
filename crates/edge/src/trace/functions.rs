//! Functions at the edge. What they do is not read.
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-function-restrictions-all.html>

use cflint_template::model::{Behavior, EdgeFunction};

use super::{End, Tracer, Verdict};
use crate::facts::Certainty;

impl<'m> Tracer<'m, '_> {
    /// The functions that run on an event before the origin is asked, each of which may change everything.
    pub(super) fn functions(&mut self, behavior: &'m Behavior, event: &str) {
        for function in behavior.functions.iter() {
            // A function whose event is not known may run as early as there is one.
            if function.event.literal().unwrap_or("viewer-request") != event {
                continue;
            }
            let name = name(function);
            let detail = format!(
                "{name} runs on `{event}`, and may answer itself or change the request; what follows holds if it does not"
            );
            self.step("function", detail, Certainty::Uncertain, Some(function.span));
            self.doubt(format!("what the {name} makes of the request"));
        }
        if let Some(reason) = behavior.functions.open.as_ref().filter(|_| event == "viewer-request") {
            let detail = format!("which functions run at the edge is not known: {}", reason.0);
            self.step("function", detail, Certainty::Uncertain, Some(behavior.functions.span));
            self.doubt("what functions at the edge make of the request");
        }
    }

    /// The functions that run on the answer. Those of viewers do not run on errors; those of origins do, and may make
    /// something else of them.
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
                        let detail = format!("{name} runs on `{event}`, and may change the answer");
                        self.step("function", detail, Certainty::Certain, span);
                    }
                    (true, "viewer-response") => {
                        let detail = format!("{name} does not run: the answer of the origin is an error");
                        self.step("function", detail, Certainty::Certain, span);
                    }
                    (true, _) => {
                        let detail = format!(
                            "{name} runs on `{event}`, and may make another answer of the error; what follows holds if it does not"
                        );
                        self.step("function", detail, Certainty::Uncertain, span);
                        self.doubt(format!("what the {name} makes of the error"));
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
