use cflint_diagnostics::Confidence;
use cflint_edge::facts::headers::Method;
use cflint_edge::facts::methods::allows;
use cflint_edge::origin::backend::Backend;
use cflint_edge::routes::entrance::behind;
use cflint_edge::routes::path::{RequestPath, paths_of, taker};
use cflint_edge::routes::pattern::PathPattern;
use cflint_edge::routes::unrouted::unrouted;
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::model::{Behavior, Model, Route, RoutePath, Segment};

declare_rule! {
    /// ## What it does
    /// Reports routes of an API whose path is the bare prefix of a path pattern: the route is `/api`, the pattern `/api/*`,
    /// and requests for `/api` go elsewhere.
    ///
    /// ## Why is this bad?
    /// The slash in front of the wildcard has to be there: `/api/*` takes `/api/` and `/api/users`, but not `/api`. That
    /// request comes to a later behavior, mostly the default one, and is answered by a bucket or by another server: with
    /// the page of a web site, or with 403 or 404. At the API's own endpoint the same path works.
    ///
    /// ## Remediation
    /// Add a behavior with the pattern `/api` and the settings of the one for `/api/*`. One for `/api*` takes both, but
    /// `/apix` and `/api-docs` as well. In CDK the pattern is a second key of `additionalBehaviors`, which may have the
    /// same value. In a SAM template the distribution is written the same way.
    ///
    /// ## Exceptions
    /// Only bare prefixes are reported. Other routes that no behavior leads to are not: an API may have routes that are not
    /// for viewers. Preflights, routes for `OPTIONS`, do not count. Nothing is reported if the behavior that takes the
    /// bare prefix may lead to the route. If a function at the edge may rewrite the path at either behavior, the finding is
    /// only possible.
    ///
    /// ## References
    /// - [Path pattern](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html#DownloadDistValuesPathPattern)
    /// - [Create routes for HTTP APIs](https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html)
    pub(crate) RouteUnreachable {
        id: "route-unreachable",
        group: Routing,
        summary: "a pattern such as `/api/*` does not take the route `/api`",
        severity: Warning,
        fix: None,
        cdk: "a second key of `additionalBehaviors`",
    }
}

impl Rule for RouteUnreachable {
    fn behavior(&self, behavior: &Behavior, model: &Model, cx: &mut Context<'_>) {
        let Some(bare) = bare_prefix(behavior) else { return };
        let Some(other) = taker(&model.distribution, &bare) else { return };
        for path in paths_of(model, behavior) {
            // What comes to no behavior is another matter.
            if !path.takes(&path.example_path()) {
                continue;
            }
            let routes = routes_at(&path, &bare);
            let elsewhere = paths_of(model, other);
            let [(method, route), ..] = routes.as_slice() else { continue };
            let is_lost = |way: &RequestPath<'_>| goes_elsewhere(&path, way, &bare, *method);
            if !elsewhere.is_empty() && elsewhere.iter().all(is_lost) {
                report(&path, &elsewhere, &bare, (*method, route), &routes, cx);
                return;
            }
        }
    }
}

/// `/api` of `/api/*`.
fn bare_prefix(behavior: &Behavior) -> Option<String> {
    let pattern = PathPattern::new(behavior.path_pattern.literal()?);
    let bare = pattern.text().strip_suffix("/*")?;
    (!bare.is_empty() && !bare.contains(['*', '?'])).then(|| bare.to_owned())
}

/// The routes that end in the bare prefix, each with a method, if the request came through the behavior.
fn routes_at<'m>(path: &RequestPath<'m>, bare: &str) -> Vec<(Method, &'m Route)> {
    let mut routes: Vec<(Method, &Route)> = Vec::new();
    for method in Method::ALL.into_iter().filter(|method| *method != Method::Options) {
        let Some(route) = behind(path, bare, method) else { continue };
        let is_meant = matches!(&route.path, RoutePath::Segments(segments) if matches!(segments.last(), Some(Segment::Text(_))));
        if is_meant && !routes.iter().any(|(_, known)| std::ptr::eq(*known, route)) {
            routes.push((method, route));
        }
    }
    routes
}

/// Whether what comes this way certainly does not come to the API of the path for the bare prefix.
fn goes_elsewhere(path: &RequestPath<'_>, way: &RequestPath<'_>, bare: &str, method: Method) -> bool {
    match (&way.backend, path.backend.api(), way.backend.api()) {
        (Backend::Unknown, ..) => false,
        (backend, ..) if !backend.is_api() => true,
        (_, Some(api), Some(other)) if !std::ptr::eq(api, other) => true,
        _ => unrouted(way, bare, method).is_some(),
    }
}

fn report(
    path: &RequestPath<'_>,
    elsewhere: &[RequestPath<'_>],
    bare: &str,
    (method, route): (Method, &Route),
    routes: &[(Method, &Route)],
    cx: &mut Context<'_>,
) {
    let behavior = path.behavior;
    let Some(way) = elsewhere.first() else { return };
    let (name, verb) = (behavior.name(), method.as_str());
    let end = if allows(way.behavior, method).is_false() {
        format!(", which does not let `{verb}` through")
    } else {
        format!(" and goes to `{}`", way.origin_host())
    };
    let is_rewritten = path.may_be_rewritten() || way.may_be_rewritten();
    let labeled = routes.iter().take(3).map(|(_, route)| route);
    cx.report(
        behavior.path_pattern.span,
        format!("`{name}` does not take `{bare}`, the path of `{}`", route.name()),
    )
    .label(format!("takes only what starts with `{bare}/`"))
    .note(format!("`{verb} https://{}{bare}` comes to `{}`{end}", path.viewer_host(), way.behavior.name()))
    .help(format!("add a behavior for `{bare}` with the same settings, or write `{bare}*`, which takes `{bare}x` as well"))
    .property(behavior.path_pattern.property.to_string())
    .rests_on(&behavior.path_pattern)
    .witness(verb, bare)
    .related_each(labeled.map(|route| (route.span, format!("the route `{}`", route.name()))))
    .at_most_if(is_rewritten, Confidence::Possible);
}
