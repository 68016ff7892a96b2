//! Edge functions. CloudFront Functions run, where the template shows their code; that of Lambda@Edge is not read.
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-function-restrictions-all.html>

use cflint_functions::{
    Change, Failure, FailureKind, Outcome, RequestOrigin, Response, Returned, Run, Sureness,
};
use cflint_template::model::{Behavior, EdgeFunction};

use super::behavior::Paths;
use super::changed::{Changed, differences, event, returned};
use super::{Cause, End, Party, Tracer, Verdict, Way, short};
use crate::behavior::functions::{Shown, on, touches_of};
use crate::facts::Certainty;
use crate::routes::path::{RequestPath, path_to};

impl<'m> Tracer<'m, '_> {
    /// The functions on viewer-request: what they make of the request, or nothing if they leave it as it is.
    /// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html>
    pub(super) fn viewer_functions(
        &mut self,
        behavior: &'m Behavior,
        host: &str,
        paths: &Paths,
    ) -> Way<Option<Changed>> {
        let mut changed: Option<Changed> = None;
        for function in on(behavior, "viewer-request") {
            let Some(shown) = Shown::of(self.model, function).filter(|_| function.event.literal().is_some())
            else {
                self.not_run(function, "viewer-request");
                continue;
            };
            let (request, now) = match &changed {
                Some(changed) => (&changed.request, &changed.paths),
                None => (self.request, paths),
            };
            let event = event(&self.model.distribution, &shown, request, host, &now.raw);
            let Some(run) = shown.run(&event) else { continue };
            let next = match self.ran(&shown, &run, host)? {
                Some((after, origin)) => {
                    let next = returned(request, &event.request, &after, now);
                    let mut changes = differences(&event.request, &after);
                    changes.extend(origin.as_ref().map(|origin| ("origin".to_owned(), chosen(origin))));
                    self.changes(&shown, &run, &changes);
                    self.chosen = origin;
                    next
                }
                None => None,
            };
            changed = next.or(changed);
        }
        if let Some(reason) = &behavior.functions.open {
            let detail = format!("it is not known which edge functions run: {}", reason.0);
            self.step("function", detail, Certainty::Uncertain, Some(behavior.functions.span));
            self.doubt("what edge functions do with the request");
        }
        Ok(changed)
    }

    /// What a run comes to: the request that it returned, and the origin that it chose; or the end of the request.
    fn ran(
        &mut self,
        shown: &Shown<'m>,
        run: &Run,
        host: &str,
    ) -> Way<Option<(cflint_functions::Request, Option<RequestOrigin>)>> {
        let name = name(shown.function);
        self.printed(run);
        for what in &run.assumed {
            self.doubt(format!("what the {name} does at another value of {}", assumed(what)));
        }
        match &run.outcome {
            Outcome::Unknown(reason) => {
                let detail = format!(
                    "{name} reads {reason}, which is known only live; the rest assumes that it changes nothing"
                );
                self.step("function", detail, Certainty::Uncertain, Some(shown.function.span));
                self.doubt(format!("what the {name} does with the request"));
                Ok(None)
            }
            Outcome::Failed(failure) => Err(self.failed(shown, failure)),
            Outcome::Returned(returned) => match returned.as_ref() {
                Returned::Response(response) => Err(self.responded(shown, run, response, host)),
                Returned::Request { request, origin } => Ok(Some((request.clone(), origin.clone()))),
            },
        }
    }

    pub(super) fn printed(&mut self, run: &Run) {
        for line in &run.log {
            self.step("log", format!("prints `{}`", short(line)), Certainty::Certain, None);
        }
    }

    /// A step for each thing that a function changed, at the line that did it.
    fn changes(&mut self, shown: &Shown<'m>, run: &Run, differences: &[(String, String)]) {
        let name = format!("`{}`", shown.code.id);
        if differences.is_empty() {
            let detail = format!("{name} returns the request as it is");
            self.step("function", detail, certainty(run.sureness), Some(shown.function.span));
        }
        for (path, what) in differences {
            let span = place(shown, &run.changes, path);
            self.step("function", format!("{name} {what}"), certainty(run.sureness), Some(span));
        }
    }

    /// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/http-502-bad-gateway.html> and
    /// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/http-503-service-unavailable.html>
    pub(super) fn failed(&mut self, shown: &Shown<'m>, failure: &Failure) -> End {
        let span = failure.place.map_or(shown.code.code.span, |at| shown.line(at));
        let certainty = certainty(failure.sureness);
        self.step("function", format!("{} {}", name(shown.function), failure.what), certainty, Some(span));
        let status = failure.status();
        let body = match failure.kind {
            FailureKind::Validation => "\"The CloudFront function returned an invalid value.\"",
            FailureKind::Execution | FailureKind::Throttled => {
                "\"The CloudFront function associated with the CloudFront distribution is invalid or could not run.\""
            }
        };
        End::rejected(Cause::FunctionFails, Party::CloudFront, status, body, certainty).at(span)
    }

    /// A generated response goes to the viewer without cache, origin and custom error pages.
    /// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/function-code-choose-purpose.html>
    fn responded(&mut self, shown: &Shown<'m>, run: &Run, response: &Response, host: &str) -> End {
        let name = name(shown.function);
        let status = response.status;
        let location = response.header("location").filter(|_| (300..400).contains(&status));
        let what = match location {
            Some(location) if self.is_requested(location, host) => {
                format!("`{status}` to the URL that was requested")
            }
            Some(location) => format!("`{status}` to `{}`", short(location)),
            None => format!("`{status}`"),
        };
        let certainty = certainty(run.sureness);
        let span = shown.function.span;
        self.step("function", format!("`{}` responds with {what}", shown.code.id), certainty, Some(span));
        let is_loop =
            !response.sets_cookie() && location.is_some_and(|location| self.is_requested(location, host));
        let (verdict, cause) = match status {
            300..400 if is_loop => (Verdict::Rejected, Some(Cause::FunctionRedirect)),
            300..400 => (Verdict::Redirected, None),
            0..300 => (Verdict::Ok, None),
            _ => (Verdict::Rejected, Some(Cause::FunctionResponds)),
        };
        End {
            verdict,
            cause,
            status: Some(status),
            summary: match cause {
                Some(Cause::FunctionRedirect) => {
                    "the viewer is redirected to the same URL again and again".to_owned()
                }
                _ => format!("the {name} responds with {what}"),
            },
            is_from_origin: false,
            certainty,
            span: Some(span),
            ..End::reached(Party::CloudFront, String::new())
        }
    }

    /// Whether a redirect points to the URL of the request itself.
    fn is_requested<'l>(&self, location: &'l str, host: &str) -> bool {
        let at_host = |rest: &'l str| {
            let (own, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
            Some(path).filter(|_| own.eq_ignore_ascii_case(host))
        };
        let target = match location.split_once("//") {
            Some(("https:", rest)) if self.request.is_https => at_host(rest),
            Some(("", rest)) => at_host(rest),
            _ if location.contains("://") => None,
            // Browsers do not follow an empty one.
            _ => Some(location).filter(|location| !location.is_empty()),
        };
        let target = target.and_then(|target| target.split('#').next());
        let Some((path, query)) = target.map(|target| target.split_once('?').unwrap_or((target, ""))) else {
            return false;
        };
        let path = if path.is_empty() { "/" } else { path };
        path == self.request.path && query == self.request.query.as_deref().unwrap_or_default()
    }

    /// A function that does not run here, and may change anything that its code does not rule out.
    fn not_run(&mut self, function: &EdgeFunction, event: &str) {
        let name = name(function);
        let touches = touches_of(self.model, function);
        if !touches.uri && !touches.query && !touches.response && !touches.origin {
            let detail = format!("{name} runs on `{event}` and changes only headers");
            self.step("function", detail, Certainty::Certain, Some(function.span));
            return;
        }
        let detail = format!(
            "{name} runs on `{event}` and may respond itself or change the request; the rest assumes it does not"
        );
        self.step("function", detail, Certainty::Uncertain, Some(function.span));
        self.doubt(format!("what the {name} does with the request"));
    }

    /// The functions that run on an event before the request reaches the origin, each of which may change anything.
    pub(super) fn functions(&mut self, behavior: &'m Behavior, event: &str) {
        for function in behavior.functions.iter().filter(|function| function.event.literal() == Some(event)) {
            self.not_run(function, event);
        }
    }

    /// The way to the origin that a function chose; nothing if it chose none.
    /// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/helper-functions-origin-modification.html>
    pub(super) fn way_chosen(&self, behavior: &'m Behavior) -> Option<Way<RequestPath<'m>>> {
        let id = match self.chosen.as_ref()? {
            RequestOrigin::Selected { id, .. } => id,
            RequestOrigin::Updated { domain: None, path: None, .. } => return None,
            RequestOrigin::Updated { domain, .. } => {
                let host = domain.as_deref().unwrap_or("the same host, with another `originPath`");
                return Some(Err(End::unknown(format!("a function sends the request to `{host}`"))));
            }
            RequestOrigin::Group { primary } => {
                let why =
                    format!("a function sends the request to a group whose primary origin is `{primary}`");
                return Some(Err(End::unknown(why)));
            }
        };
        let mut origins = self.model.distribution.origins.iter();
        let found = origins.find(|origin| origin.id.literal() == Some(id.as_str()));
        Some(match found {
            Some(origin) => Ok(path_to(self.model, behavior, origin)),
            None => Err(End::unknown(format!(
                "a function selects the origin `{id}`, which is not in the distribution"
            ))),
        })
    }

    /// The `Host` that a function set for the origin.
    pub(super) fn chosen_host(&self) -> Option<String> {
        match self.chosen.as_ref()? {
            RequestOrigin::Selected { host, .. } | RequestOrigin::Updated { host, .. } => host.clone(),
            RequestOrigin::Group { .. } => None,
        }
    }
}

/// What a function does to the origin of a request, as a clause.
fn chosen(origin: &RequestOrigin) -> String {
    let with = |host: &Option<String>| {
        host.as_ref().map_or_else(String::new, |host| format!(", with `Host: {host}`"))
    };
    match origin {
        RequestOrigin::Selected { id, host } => format!("selects the origin `{id}`{}", with(host)),
        RequestOrigin::Updated { domain: Some(domain), host, .. } => {
            format!("sends the request to `{domain}`{}", with(host))
        }
        RequestOrigin::Updated { domain: None, host: Some(host), .. } => {
            format!("sets `Host: {host}` for the origin")
        }
        RequestOrigin::Updated { .. } => "changes settings of the origin".to_owned(),
        RequestOrigin::Group { primary } => {
            format!("sends the request to a group of origins, first to `{primary}`")
        }
    }
}

/// The place in the code that changed a part of the request.
fn place(shown: &Shown<'_>, changes: &[Change], path: &str) -> cflint_diagnostics::Span {
    let is_it = |change: &&Change| {
        let (own, other) = (change.path.as_str(), path);
        own == other
            || own.strip_prefix(other).is_some_and(|rest| rest.starts_with('.'))
            || other.strip_prefix(own).is_some_and(|rest| rest.starts_with('.'))
    };
    let found = changes.iter().rev().find(is_it).and_then(|change| change.place);
    found.map_or(shown.function.span, |at| shown.line(at))
}

pub(super) const fn certainty(sureness: Sureness) -> Certainty {
    match sureness {
        Sureness::Certain => Certainty::Certain,
        Sureness::Likely => Certainty::Probable,
        Sureness::Possible => Certainty::Uncertain,
    }
}

fn assumed(what: &str) -> String {
    match what {
        "viewer.ip" => "the viewer's address".to_owned(),
        other if other.contains('.') => format!("`{other}`"),
        other => other.to_owned(),
    }
}

pub(super) fn name(function: &EdgeFunction) -> String {
    let kind = if function.is_lambda { "Lambda@Edge function" } else { "CloudFront Function" };
    match (&function.code, function.arn.known()) {
        (Some(code), _) => format!("{kind} `{}`", code.id),
        (None, Some(arn)) => format!("{kind} `{arn}`"),
        (None, None) => kind.to_owned(),
    }
}
