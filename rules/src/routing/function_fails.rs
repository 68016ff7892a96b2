use cflint_diagnostics::{Confidence, Span};
use cflint_edge::behavior::functions::{Shown, on};
use cflint_edge::facts::headers::Method;
use cflint_edge::routes::path::{RequestPath, paths_of};
use cflint_edge::routes::rewrite::{Baggage, Rewritten};
use cflint_functions::{Failure, FailureKind, Sureness};
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::model::{Behavior, EdgeFunction, FunctionCode, Model};

declare_rule! {
    /// ## What it does
    /// Reports a CloudFront Function that fails: one that adds, changes or deletes a header that is read-only or that
    /// functions may not set, that returns something else than a request or a response, that throws an exception on
    /// every request, or that uses syntax that its runtime does not have. The code of the function is run.
    ///
    /// ## Why is this bad?
    /// CloudFront returns `502` if what the function returned is not valid, and `503` if it could not run, without
    /// sending the request to the origin. Creating and testing the function succeeds: `Host` as a read-only header, for
    /// example, is only checked for live requests.
    ///
    /// ## Remediation
    /// Change the line that the finding points to. `Host` is read-only: a function that imports `cloudfront` (runtime
    /// `cloudfront-js-2.0`) can set another one for the origin with `updateRequestOrigin({hostHeader: …})`. `const`,
    /// `let` and `async` need `cloudfront-js-2.0`, which in CDK is `FunctionRuntime.JS_2_0`. In a SAM template the
    /// function is the same `AWS::CloudFront::Function`.
    ///
    /// ## Exceptions
    /// The function runs on a few requests, each with the headers of a browser, with those of a signed-in viewer, and with
    /// every header, cookie and parameter that the code asks for. Only what fails on all of them is reported, so an
    /// exception that depends on the request is not, and one that the code throws itself is only possible. Syntax that is
    /// in neither list of the documentation is reported where its rejection is known. Functions whose code is not
    /// known, or which read a key-value store, are not run; the code of Lambda@Edge is not read.
    ///
    /// ## References
    /// - [Restrictions on edge functions](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-function-restrictions-all.html)
    /// - [JavaScript runtime 1.0 features](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-10.html)
    /// - [JavaScript runtime 2.0 features](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html)
    /// - [HTTP 502 status code](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/http-502-bad-gateway.html)
    pub(crate) FunctionFails {
        id: "function-fails",
        group: Routing,
        summary: "a CloudFront Function fails on every request",
        severity: Error,
        fix: None,
        cdk: "the code and the `runtime` of the `cloudfront.Function`",
    }
}

/// How many paths are tried for each behavior.
const MOST: usize = 6;

impl Rule for FunctionFails {
    fn behavior(&self, behavior: &Behavior, model: &Model, cx: &mut Context<'_>) {
        for event in ["viewer-request", "viewer-response"] {
            for shown in on(behavior, event).filter_map(|function| Shown::of(model, function)) {
                syntax(&shown, behavior, cx);
            }
        }
        let paths = paths_of(model, behavior);
        let Some(path) = paths.first().filter(|_| !is_unsupported(behavior, model)) else { return };
        if let Some((failure, function, place, viewer_path)) = always_fails(path) {
            report(&failure, &function, place, behavior, cx, Some(&viewer_path));
        }
        for shown in on(behavior, "viewer-response").filter_map(|function| Shown::of(model, function)) {
            let Some(failure) = shown.failure_on_response(path) else { continue };
            let place = failure.place.map_or(shown.code.code.span, |at| shown.line(at));
            report(&failure, &shown.code.id, place, behavior, cx, None);
        }
    }
}

/// Whether a function certainly cannot run at all.
fn is_unsupported(behavior: &Behavior, model: &Model) -> bool {
    let mut shown = behavior.functions.iter().filter_map(|function| Shown::of(model, function));
    shown.any(|shown| shown.program().is_some_and(|program| !program.is_supported()))
}

/// The failure that all requests have in common, which ever path and headers they have.
fn always_fails(path: &RequestPath<'_>) -> Option<(Failure, String, Span, String)> {
    let mut tried: Vec<String> = path
        .model
        .apis
        .iter()
        .flat_map(|api| api.routes.iter())
        .take(MOST)
        .flat_map(|route| path.tries(route))
        .collect();
    tried.extend(path.pattern().map(|pattern| pattern.example()));
    tried.extend(["/".to_owned(), "/index.html".to_owned()]);
    tried.retain(|tried| path.taken(tried).is_some());
    tried.truncate(MOST);
    let mut found: Option<(Failure, String, Span, String)> = None;
    for viewer_path in tried {
        for baggage in [Baggage::Usual, Baggage::LoggedIn, Baggage::Everything] {
            let followed = path.followed(Method::Get, &viewer_path, baggage);
            let Rewritten::Fails { failure, function, place } = &followed.rewritten else { return None };
            let (first, ..) =
                found.get_or_insert_with(|| (failure.clone(), function.clone(), *place, viewer_path.clone()));
            // One that is less sure, or meant, makes all of them so.
            first.sureness = first.sureness.min(failure.sureness);
            first.is_deliberate |= failure.is_deliberate;
        }
        // Each of these runs is a hundred others.
        if found.as_ref().is_some_and(|(first, ..)| first.kind == FailureKind::Throttled) {
            break;
        }
    }
    found
}

fn report(
    failure: &Failure,
    function: &str,
    place: Span,
    behavior: &Behavior,
    cx: &mut Context<'_>,
    viewer_path: Option<&str>,
) {
    let status = failure.status();
    let what = match failure.kind {
        FailureKind::Validation => "because what the function returns is not valid",
        FailureKind::Execution => "because the function could not run",
        FailureKind::Throttled => "because the function takes too long",
    };
    let known = associated(behavior, function);
    let code = known.and_then(|known| known.code.as_ref());
    cx.report(place, format!("`{function}` {}", failure.what))
        .label(format!("CloudFront returns `{status}` here"))
        .related_each(known.map(|known| (known.span, format!("runs on `{}`", behavior.name()))))
        .note(format!(
            "CloudFront returns `{status}` for {} of behavior `{}`, {what}",
            if failure.is_deliberate { "requests" } else { "every request" },
            behavior.name()
        ))
        .help(help(failure, code.is_some_and(|code| is_old(code))))
        .cause(format!("{function} {}", failure.what))
        .resource(function, "AWS::CloudFront::Function")
        .property("FunctionCode")
        .rests_on_each(code.into_iter().flat_map(|code| [&code.code, &code.runtime]))
        .at_most(confidence(failure))
        .witness_if("GET", viewer_path);
}

fn confidence(failure: &Failure) -> Confidence {
    match (failure.sureness, failure.kind) {
        _ if failure.is_deliberate => Confidence::Possible,
        (Sureness::Certain, FailureKind::Validation) => Confidence::Certain,
        (Sureness::Certain | Sureness::Likely, _) => Confidence::Likely,
        (Sureness::Possible, _) => Confidence::Possible,
    }
}

/// Where the behavior names a function.
fn associated<'m>(behavior: &'m Behavior, function: &str) -> Option<&'m EdgeFunction> {
    let is_it = |known: &&EdgeFunction| known.code.as_ref().is_some_and(|code| code.id == function);
    behavior.functions.iter().find(is_it)
}

/// What only the newer runtime has.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html>
const NEWER: [&str; 11] = [
    "Buffer",
    "DataView",
    "Promise.all",
    "Promise.allSettled",
    "Promise.any",
    "Promise.race",
    "TextDecoder",
    "TextEncoder",
    "atob",
    "btoa",
    "replaceAll",
];

fn is_old(code: &FunctionCode) -> bool {
    code.runtime.literal() == Some("cloudfront-js-1.0")
}

fn help(failure: &Failure, is_old: bool) -> String {
    if is_old && NEWER.iter().any(|name| failure.what.contains(&format!("{name} is not "))) {
        return "set `Runtime: cloudfront-js-2.0`, or write it without".to_owned();
    }
    if failure.what.contains("Cannot find module") {
        return "put what it uses into the code: the only modules are `cloudfront`, `crypto`, `querystring` and `buffer`"
            .to_owned();
    }
    if failure.what.contains("`host`") {
        return "remove it; only `updateRequestOrigin({hostHeader: …})` of the module `cloudfront` sets the `Host` of the origin request"
            .to_owned();
    }
    if failure.what.contains("{name: {value}}") {
        return "write each as `'location': {value: '…'}`, with its name in lower case".to_owned();
    }
    if failure.what.contains("in lower case") {
        return "write the name of the header in lower case".to_owned();
    }
    if failure.what.contains("`statusCode`") {
        return "write `statusCode` with a number, such as `statusCode: 302`".to_owned();
    }
    match failure.kind {
        FailureKind::Validation => "return `event.request`, or a response with `statusCode`, and leave that out".to_owned(),
        FailureKind::Execution | FailureKind::Throttled => {
            "change the code so that it runs to its end; `cflint trace` shows one request, and what the code prints".to_owned()
        }
    }
}

/// What the runtime certainly or probably does not support.
fn syntax(shown: &Shown<'_>, behavior: &Behavior, cx: &mut Context<'_>) {
    let faults = shown.program().map(|program| program.faults()).unwrap_or_default();
    // A key-value store needs the newer runtime as well, and what follows from the runtime is one cause.
    if is_old(shown.code) && shown.code.has_store() == Some(true) {
        return;
    }
    let of = |sureness: Sureness| faults.iter().filter(move |fault| fault.sureness == sureness);
    let first = of(Sureness::Certain).next().or_else(|| of(Sureness::Likely).next());
    if let Some(fault) = first {
        let others = of(fault.sureness).filter(|other| other.what != fault.what);
        let is_certain = fault.sureness == Sureness::Certain;
        let runtime = shown.code.runtime.literal().unwrap_or_default();
        let what = fault.what;
        cx.report(
            shown.code.place(fault.range.clone()),
            format!("`{}` uses {what}, which `{runtime}` does not support", shown.code.id),
        )
        .label("not part of this runtime")
        .related(shown.code.runtime.span, "the runtime")
        .related_each(
            others
                .take(MOST)
                .map(|other| (shown.code.place(other.range.clone()), format!("{} as well", other.what))),
        )
        .note(format!(
            "CloudFront returns `503` for requests of behavior `{}`, because the function could not run",
            behavior.name()
        ))
        .help(if is_certain {
            "set `Runtime: cloudfront-js-2.0`, or write it without".to_owned()
        } else {
            "write it without".to_owned()
        })
        .cause(format!("{} {what}", shown.code.id))
        .resource(&shown.code.id, "AWS::CloudFront::Function")
        .property("FunctionCode")
        .rests_on_each([&shown.code.code, &shown.code.runtime])
        .at_most(if is_certain { Confidence::Certain } else { Confidence::Likely });
    }
}
