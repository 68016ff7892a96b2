use std::sync::Arc;

use cflint_diagnostics::Confidence;
use cflint_edge::facts::headers::Method;
use cflint_edge::facts::refusals::Answer;
use cflint_edge::routes::example::ExampleRequest;
use cflint_edge::routes::path::SampleRequest;
use cflint_edge::routes::path::{RequestPath, paths_of, request_paths};
use cflint_edge::routes::unrouted::{no_such_path, unrouted_example};
use cflint_edge::trace::{Party, Request, Verdict, trace};
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::model::{ErrorResponse, Guard, Model};
use cflint_template::value::Text;

declare_rule! {
    /// ## What it does
    /// Reports entries of `CustomErrorResponses` that turn errors into a page with status 200, in a distribution with
    /// an API or a Lambda function URL as an origin.
    ///
    /// ## Why is this bad?
    /// Custom error responses apply to the whole distribution; they cannot be set for a single behavior. An entry that
    /// serves the `/index.html` of a single-page application for 403 or 404 does so to clients of the API as well: they
    /// get status 200 and HTML where the API rejected a request or did not find a record, whatever the method was.
    /// Clients treat the error as a success, or fail when they read the page as JSON.
    ///
    /// ## Remediation
    /// Remove the entry, and rewrite the paths of the application in the request instead: a CloudFront Function on
    /// `viewer-request` of the behavior for the bucket turns paths without an extension into `/index.html` (in CDK
    /// `functionAssociations` instead of `errorResponses`). If CloudFront may list the bucket, S3 returns 404 and not
    /// 403 for missing objects, so an entry for 404 can keep `ResponseCode: 404`. An entry for 5xx can keep its status
    /// as well. Or give the API its own distribution. In a SAM template the distribution is written the same way.
    ///
    /// ## Exceptions
    /// An entry that keeps an error status is not reported, although its page replaces the API's response, nor is one
    /// for 414 or 416. If a Lambda@Edge function may choose the origin or change the response, or if an origin group
    /// also has an origin that is neither an API nor a function URL, the finding is only possible. It is likely, not certain, if only the
    /// integration of the API can return the status.
    ///
    /// ## References
    /// - [Generate custom error responses](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/GeneratingCustomErrorResponses.html)
    /// - [AWS::CloudFront::Distribution CustomErrorResponse](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudfront-distribution-customerrorresponse.html)
    pub(crate) ErrorPageMasksApi {
        id: "error-page-masks-api",
        group: Routing,
        summary: "errors of an API are replaced by a page with status 200",
        severity: Warning,
        fix: None,
        cdk: "`errorResponses`",
    }
}

/// The errors that an API returns, of those that can be replaced.
const ERRORS: [i64; 8] = [400, 403, 404, 405, 500, 502, 503, 504];

impl Rule for ErrorPageMasksApi {
    fn distribution(&self, model: &Model, cx: &mut Context<'_>) {
        let is_mask = |response: &&ErrorResponse| {
            response.error_code.known().is_some_and(|code| ERRORS.contains(code))
                && response.response_code.known() == Some(&200)
                && !response.page_path.is_absent()
        };
        let masks: Vec<&ErrorResponse> = model.distribution.error_responses.iter().filter(is_mask).collect();
        if masks.is_empty() {
            return;
        }
        let paths = request_paths(model);
        let apis: Vec<&RequestPath<'_>> = paths.iter().filter(|path| path.backend.runs_code()).collect();
        let Some(surest) = apis.iter().map(|path| confidence(path)).max() else { return };
        let Some(path) = apis.iter().find(|path| confidence(path) == surest) else { return };
        for response in masks {
            report(response, path, &apis, apis.len() < paths.len(), cx);
        }
    }
}

/// How sure it is that errors of the API reach CloudFront unchanged.
fn confidence(path: &RequestPath<'_>) -> Confidence {
    let behavior = path.behavior;
    let is_api_only = paths_of(path.model, behavior).iter().all(|path| path.backend.runs_code());
    if !is_api_only || behavior.may_run_on(&["origin-request", "origin-response"]) {
        Confidence::Possible
    } else if path.backend.is_inferred() || path.may_be_rerouted() {
        // A CloudFront Function may choose another origin.
        Confidence::Likely
    } else {
        Confidence::Certain
    }
}

fn report(
    response: &ErrorResponse,
    path: &RequestPath<'_>,
    apis: &[&RequestPath<'_>],
    has_site: bool,
    cx: &mut Context<'_>,
) {
    let Some(error) = response.error_code.known() else { return };
    let page = response.page_path.known().map_or_else(|| "a page".to_owned(), |page| format!("`{page}`"));
    let api = path.backend.name();
    let example = example(path, *error);
    let whose = if path.backend.is_api() { "the API's" } else { "the function's" };
    let help = match (has_site, error) {
        (false, _) => format!("remove the entry, so that viewers get {whose} response"),
        (true, 403 | 404) => {
            format!(
                "remove the entry, and have a CloudFront Function on `viewer-request` rewrite the paths that should show {page}"
            )
        }
        (true, _) => format!("keep the status: set `ResponseCode: {error}`"),
    };
    let mut finding = cx
        .report(
            response.response_code.span,
            format!("a {error} from {api} is replaced by {page} with status 200"),
        )
        .label("applies to every behavior of the distribution")
        .related(
            response.error_code.span,
            if path.backend.is_api() {
                "the API returns this status too"
            } else {
                "the function may return this status too"
            },
        )
        .note(format!(
            "{} for `{} https://{}{}`, and the viewer gets 200 with {page}",
            example.answer,
            example.method,
            path.viewer_host(),
            example.viewer_path,
        ))
        .help(help)
        .property(response.property())
        .rests_on(&response.error_code)
        .rests_on(&response.response_code)
        .rests_on(&path.origin.domain_name)
        .at_most(confidence(path))
        .at_most_if(!example.is_certain, Confidence::Likely)
        .witness_if(example.method, example.is_certain.then_some(&*example.viewer_path));
    let mut targets: Vec<&Text> = Vec::new();
    for path in apis {
        let Some(target) = path.behavior.target.known() else { continue };
        if targets.len() < 3 && !targets.contains(&target) {
            targets.push(target);
            let label = format!("`{}` routes to {}", path.behavior.name(), path.backend.name());
            finding = finding.related(path.behavior.target.span, label);
        }
    }
}

/// A request for which the API returns the error.
struct Example {
    method: &'static str,
    viewer_path: String,
    answer: String,
    /// Whether the API itself certainly does; otherwise, its integration may.
    is_certain: bool,
}

fn example(path: &RequestPath<'_>, error: i64) -> Example {
    let api = path.backend.name();
    let refused = unrouted_example(path).and_then(|(path, refusal)| Some((path, refusal.answer()?)));
    let is_it = |answer: &Answer| i64::from(answer.status) == error && !path.may_be_rerouted();
    if let Some((viewer_path, answer)) = refused.filter(|(_, answer)| is_it(answer)) {
        return Example {
            method: "GET",
            viewer_path,
            answer: format!("{api} returns `{answer}`"),
            is_certain: true,
        };
    }
    let asked = no_such_route(path).into_iter().chain(without_credentials(path));
    let found = asked.into_iter().find_map(|request| Some((own_error(path, &request, error)?, request)));
    if let Some((answer, request)) = found {
        return Example {
            method: request.method.as_str(),
            viewer_path: request.path,
            answer,
            is_certain: true,
        };
    }
    let ExampleRequest { method, viewer_path, .. } = path.example();
    Example {
        method: method.as_str(),
        viewer_path,
        answer: format!("{api} may return {error}"),
        is_certain: false,
    }
}

fn request(method: Method, viewer_path: String) -> Request {
    Request {
        method,
        is_https: true,
        host: None,
        path: viewer_path,
        query: None,
        headers: Vec::new(),
        has_body: false,
    }
}

/// A request for a path that the API probably has no route for.
fn no_such_route(path: &RequestPath<'_>) -> Option<Request> {
    let viewer_path = no_such_path(path).filter(|viewer_path| path.takes(viewer_path))?;
    Some(request(Method::Get, viewer_path))
}

/// Requests without the signature or the API key that a route requires, which get 403.
fn without_credentials(path: &RequestPath<'_>) -> impl Iterator<Item = Request> {
    let refuses =
        |sample: &&SampleRequest<'_>| sample.route.guard == Guard::Iam || sample.route.api_key.is_true();
    let samples = path.samples().iter().filter(refuses);
    samples.map(|sample| request(sample.method, sample.viewer_path.clone()))
}

/// The API's own response, if it is certainly this error.
fn own_error(path: &RequestPath<'_>, request: &Request, error: i64) -> Option<String> {
    let mut bare = path.model.clone();
    Arc::make_mut(&mut bare.distribution.error_responses).items.clear();
    let trace = trace(&bare, request);
    let is_it = trace.verdict == Verdict::Rejected
        && trace.answered_by == Some(Party::ApiGateway)
        && trace.status.is_some_and(|status| i64::from(status) == error);
    is_it.then_some(trace.summary)
}
