use cflint_diagnostics::{Applicability, Confidence};
use cflint_edge::facts::cors_headers::{Allowed, allowed};
use cflint_edge::facts::headers::Method;
use cflint_edge::facts::methods::allows;
use cflint_edge::routes::path::RequestPath;
use cflint_edge::routes::path::SampleRequest;
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::edit::NewValue;
use cflint_template::model::{Cors, Guard, Prop, Route};
use cflint_template::value::Text;

use crate::shared::confidence::is_first;
use crate::shared::cors::{announced, is_lone_options, other_sites, site};
use crate::shared::witness::Example;

/// The smallest list of methods with `OPTIONS` that CloudFront accepts.
const METHODS: [&str; 3] = ["GET", "HEAD", "OPTIONS"];

declare_rule! {
    /// ## What it does
    /// Reports behaviors that do not allow `OPTIONS` in front of an API that responds to preflights: one with CORS, or
    /// with routes for `OPTIONS`.
    ///
    /// ## Why is this bad?
    /// Before a browser lets a page of another site send a request with `Authorization`, `x-api-key` or a JSON body, it
    /// sends an `OPTIONS` request to ask for permission. CloudFront itself returns 403, without CORS headers. The
    /// actual request is never sent, and the browser blames CORS; the CORS configuration of the API is never used.
    ///
    /// ## Remediation
    /// Set `AllowedMethods: [GET, HEAD, OPTIONS]`, or all seven methods if the behavior also handles writes. In CDK
    /// this is `allowedMethods: AllowedMethods.ALLOW_GET_HEAD_OPTIONS` or `ALLOW_ALL`. The default is `GET` and `HEAD`.
    /// In a SAM template the distribution is written the same way.
    ///
    /// ## Fix safety
    /// `OPTIONS` requests that did not reach the API before do so now. An API that does not expect them may respond to
    /// them or count them.
    ///
    /// ## Exceptions
    /// If the behavior routes to a `POST` route, or one for another method that it does not allow either,
    /// `method-not-allowed` reports instead. If a page can call all routes without a preflight, because they are for
    /// `GET` and require no credentials, the finding is only possible, unless the API allows them to send a header of its
    /// own; it is also only possible if the distribution has
    /// other origins, whose pages can call the API under their own host name. If the CORS configuration names a site
    /// that is not an alias of the distribution, it is likely. An `OPTIONS` route at a path that no other route has
    /// belongs to `method-not-allowed` as well.
    ///
    /// ## References
    /// - [Allowed HTTP methods](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html#DownloadDistValuesAllowedHTTPMethods)
    /// - [Configure CORS for HTTP APIs](https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html)
    /// - [Enable CORS for REST APIs](https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-cors.html)
    pub(crate) PreflightNotAllowed {
        id: "preflight-not-allowed",
        group: Headers,
        summary: "`OPTIONS` is rejected in front of an API that responds to preflights",
        severity: Error,
        fix: Unsafe,
        cdk: "`allowedMethods: AllowedMethods.ALLOW_GET_HEAD_OPTIONS`",
    }
}

impl Rule for PreflightNotAllowed {
    fn request_path(&self, path: &RequestPath<'_>, cx: &mut Context<'_>) {
        let Some((sample, cors, confidence)) = refused(path) else { return };
        if !is_first(path, |other| refused(other).is_some()) {
            return;
        }
        let behavior = path.behavior;
        let methods = &behavior.allowed_methods;
        let edits = if !methods.present {
            cx.set(behavior.node, "AllowedMethods", &NewValue::Texts(&METHODS))
        } else if methods.iter().all(|method| method.origins.is_empty()) {
            cx.replace_list(methods, &METHODS)
        } else {
            None
        };
        let label = if methods.present {
            "`OPTIONS` is not listed"
        } else {
            "allows only `GET` and `HEAD` by default"
        };
        let example = Example::new(path, Method::Options, &sample.viewer_path)
            .header("Origin", &site(cors))
            .header("Access-Control-Request-Method", announced(sample));
        let (host, viewer_path) = (path.viewer_host(), &sample.viewer_path);
        let place = if cors.is_built_in { "CORS is configured here" } else { "handles preflights" };
        let help =
            "set `AllowedMethods: [GET, HEAD, OPTIONS]`, or all seven methods if the API accepts writes";
        let finding = cx
            .report(
                methods,
                format!("`OPTIONS` does not reach `{}`, which would respond to preflights", sample.entrance.api.id),
            )
            .label(label)
            .related(cors.span, place)
            .note(format!(
                "CloudFront itself returns `403` for `OPTIONS https://{host}{viewer_path}`, without CORS headers, so the browser does not send the actual request"
            ))
            .fix(Applicability::Unsafe, "allow `OPTIONS`", edits)
            .help(help)
            .rests_on(&path.origin.domain_name)
            .at_most(confidence.min(other_sites(path, cors)))
            .at_most_if(behavior.may_run_on(&["viewer-request"]), Confidence::Likely)
            .rests_on_each(methods.iter().find(|method| method.rests_on_default().is_some()));
        example.show(finding);
    }
}

/// A preflight that the API would respond to but that does not reach it, and how sure it is that pages send one.
fn refused<'p, 'm>(path: &'p RequestPath<'m>) -> Option<(&'p SampleRequest<'m>, &'m Cors, Confidence)> {
    if !allows(path.behavior, Method::Options).is_false() {
        return None;
    }
    let is_refused = |sample: &SampleRequest<'_>| {
        let is_preflight = sample.method == Method::Options && !is_lone_options(sample);
        let is_named = sample.route.method == sample.method.as_str() && !is_preflight;
        is_named && allows(path.behavior, sample.method).is_false()
    };
    if path.samples().iter().any(is_refused) || !path.knows_all_samples() {
        return None;
    }
    let mut best: Option<(&SampleRequest<'_>, &Cors, Confidence)> = None;
    for sample in path.samples() {
        let Some(cors) = sample.entrance.api.cors.known() else { continue };
        let is_about = |other: &SampleRequest<'_>| {
            if cors.is_built_in {
                std::ptr::eq(other.route, sample.route)
            } else {
                sample.route.method == "OPTIONS" && other.route.path == sample.route.path
            }
        };
        let about = path.samples().iter().filter(|other| is_about(other));
        let confidence =
            about.map(|other| sends(path, other.route).max(sends_headers(cors, other.route))).max();
        if let Some(confidence) = confidence
            && best.as_ref().is_none_or(|best| confidence > best.2)
        {
            best = Some((sample, cors, confidence));
        }
    }
    best
}

/// How sure it is that pages send preflights because of their headers: someone who allows one of their own has pages that
/// send it.
fn sends_headers(cors: &Cors, route: &Route) -> Confidence {
    let is_meant = |name: &Prop<Text>| name.literal().is_some_and(|name| allowed(name) == Allowed::Meant);
    let is_sent = route.method != "OPTIONS" && cors.headers.iter().any(is_meant);
    if is_sent { Confidence::Likely } else { Confidence::Possible }
}

/// How sure it is that pages send preflights for a route: for credentials always, for methods like `POST` mostly.
fn sends(path: &RequestPath<'_>, route: &Route) -> Confidence {
    match route.method.as_str() {
        "OPTIONS" => Confidence::Possible,
        _ if matches!(route.guard, Guard::Authorizer | Guard::Iam) || route.api_key.is_true() => {
            Confidence::Certain
        }
        // Anyone who writes `GET` and `HEAD` may want nothing else.
        "ANY" if !path.behavior.allowed_methods.present => Confidence::Likely,
        _ => Confidence::Possible,
    }
}
