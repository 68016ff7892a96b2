use cflint_diagnostics::{Applicability, Confidence};
use cflint_edge::facts::headers::Method;
use cflint_edge::facts::methods::{allowed, allows, sets};
use cflint_edge::routes::path::SampleRequest;
use cflint_edge::routes::path::{RequestPath, paths_of};
use cflint_edge::routes::reachable::may_lead;
use cflint_edge::words::{all_of, quoted};
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::edit::NewValue;
use cflint_template::model::{Behavior, Model, RoutePath};

use crate::shared::cors::is_lone_options;

declare_rule! {
    /// ## What it does
    /// Reports behaviors in front of an API whose `AllowedMethods` block requests for a route: the route is for `POST`,
    /// `PUT`, `PATCH` or `DELETE`, and no behavior that routes to it allows that method.
    ///
    /// ## Why is this bad?
    /// Without `AllowedMethods`, a behavior allows only `GET` and `HEAD`. CloudFront rejects anything else itself, with
    /// status 403 and an HTML page; the request never reaches the API, and its logs show nothing. The same request
    /// works at the API's own endpoint.
    ///
    /// ## Remediation
    /// Set `AllowedMethods: [GET, HEAD, OPTIONS, PUT, POST, PATCH, DELETE]` for the behavior. CloudFront allows three
    /// sets of methods, and only this one includes methods that change something. In CDK it is
    /// `allowedMethods: AllowedMethods.ALLOW_ALL`. In a SAM template the distribution is written the same way.
    ///
    /// ## Fix safety
    /// Requests that CloudFront used to reject reach the API. If a distribution is meant to be read-only, and changes
    /// are sent to the API directly, the fix opens it to writes.
    ///
    /// ## Exceptions
    /// Routes for `ANY` and `$default` are not checked: it is not known which methods they are meant for. `OPTIONS`
    /// routes alongside others with the same path are reported by `preflight-not-allowed`. Nothing is reported if
    /// another behavior that may reach the route allows the method, or if the methods are known only at deployment. If
    /// an edge function may rewrite the path, the finding is likely: CloudFront checks the method first, but the route
    /// may be meant for another path.
    ///
    /// ## References
    /// - [Allowed HTTP methods](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html#DownloadDistValuesAllowedHTTPMethods)
    /// - [AWS::CloudFront::Distribution CacheBehavior](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudfront-distribution-cachebehavior.html)
    pub(crate) MethodNotAllowed {
        id: "method-not-allowed",
        group: Routing,
        summary: "the behavior in front of a route does not allow its method",
        severity: Error,
        fix: Unsafe,
        cdk: "`allowedMethods: AllowedMethods.ALLOW_ALL`",
    }
}

/// How many routes get a label of their own.
const LABELED: usize = 3;

impl Rule for MethodNotAllowed {
    fn behavior(&self, behavior: &Behavior, model: &Model, cx: &mut Context<'_>) {
        if Method::ALL.into_iter().all(|method| !allows(behavior, method).is_false()) {
            return;
        }
        // CloudFront rejects such a list, which another rule reports.
        if allowed(behavior).is_empty() {
            return;
        }
        // Only requests that can be repeated go to the other members of an origin group.
        let paths = paths_of(model, behavior);
        let Some(path) = paths.first() else { return };
        let is_refused =
            |sample: &&SampleRequest<'_>| is_refused(behavior, sample) && !has_another_way(path, sample);
        let refused: Vec<&SampleRequest<'_>> = path.samples().iter().filter(is_refused).collect();
        if let [first, ..] = refused.as_slice() {
            report(path, first, &refused, cx);
        }
    }
}

/// Whether the route is for one method, and the behavior certainly does not allow it.
fn is_refused(behavior: &Behavior, sample: &SampleRequest<'_>) -> bool {
    sample.route.method == sample.method.as_str()
        && sample.route.path != RoutePath::Default
        && (sample.method != Method::Options || is_meant(sample))
        && allows(behavior, sample.method).is_false()
}

/// Whether clients request the `OPTIONS` route itself. CDK and others add one that responds to preflights to every
/// resource, also to those that only have others below them.
fn is_meant(sample: &SampleRequest<'_>) -> bool {
    is_lone_options(sample) && sample.route.allow_origin.is_none()
}

/// Whether another behavior allows the method and may reach the route.
fn has_another_way(path: &RequestPath<'_>, sample: &SampleRequest<'_>) -> bool {
    let mut others =
        path.distribution.all_behaviors().filter(|other| !allows(other, sample.method).is_false());
    others.any(|other| {
        let paths = paths_of(path.model, other);
        // Where it goes is not known.
        paths.is_empty() || paths.iter().any(|path| may_lead(path, sample))
    })
}

fn report(
    path: &RequestPath<'_>,
    first: &SampleRequest<'_>,
    refused: &[&SampleRequest<'_>],
    cx: &mut Context<'_>,
) {
    let behavior = path.behavior;
    let list = &behavior.allowed_methods;
    let through = all_of(&quoted(allowed(behavior).into_iter().map(Method::as_str)));
    let is_enough = |set: &&&[Method]| {
        allowed(behavior)
            .iter()
            .chain(refused.iter().map(|sample| &sample.method))
            .all(|method| set.contains(method))
    };
    let set = sets(false).iter().find(is_enough).map_or(&Method::ALL[..], |set| set);
    let all: Vec<&str> = set.iter().map(|method| method.as_str()).collect();
    let edits = if list.present {
        cx.replace_list(list, &all)
    } else {
        cx.insert(behavior.node, "AllowedMethods", &NewValue::Texts(&all))
    };
    let label = if list.present {
        format!("`{}` is not in the list", first.method.as_str())
    } else {
        format!("no `AllowedMethods`: only {through} by default")
    };
    let title = if set.len() == Method::ALL.len() { "allow every method" } else { "allow `OPTIONS`" };
    // The method is decided before a function runs; only that the route is meant to be called like this is inferred.
    let is_inferred = path.may_be_rerouted() || refused.iter().all(|sample| sample.method == Method::Options);
    let labeled = refused.iter().take(LABELED).map(|sample| sample.route);
    cx.report(
        list,
        format!(
            "requests for {} are blocked: `{}` allows only {through}",
            names(refused),
            behavior.name()
        ),
    )
    .label(label)
    .note(format!(
        "CloudFront responds to `{} https://{}{}` with 403 and `This distribution is not configured to allow the HTTP request method that was used for this request.`; the request never reaches `{}`",
        first.method.as_str(),
        path.viewer_host(),
        first.viewer_path,
        first.entrance.api.id,
    ))
    .fix(Applicability::Unsafe, title, edits)
    .help(format!("set `AllowedMethods: [{}]`", all.join(", ")))
    .cause(format!("{through} {} {}", all.join(" "), first.entrance.api.id))
    .witness(first.method.as_str(), &first.viewer_path)
    .related_each(labeled.map(|route| (route.span, format!("the route `{}`", route.name()))))
    .rests_on_each(list)
    .at_most_if(is_inferred, Confidence::Likely);
}

/// The first two routes, and how many more there are.
fn names(refused: &[&SampleRequest<'_>]) -> String {
    let mut names = quoted(refused.iter().take(2).map(|sample| sample.route.name()));
    match refused.len().saturating_sub(2) {
        0 => {}
        1 => names.push("1 more route".to_owned()),
        more => names.push(format!("{more} more routes")),
    }
    all_of(&names)
}
