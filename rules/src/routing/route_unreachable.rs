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
    /// The path has to have the slash before the wildcard: `/api/*` matches `/api/` and `/api/users`, but not `/api`. A
    /// later behavior handles that request, usually the default one, and a bucket or another server responds: with the
    /// page of a website, or with 403 or 404. At the API's own endpoint the same path works.
    ///
    /// ## Remediation
    /// Add a behavior with the pattern `/api` and the settings of the one for `/api/*`. One for `/api*` matches both,
    /// but also `/apix` and `/api-docs`. In CDK the pattern is a second key of `additionalBehaviors`, which may have
    /// the same value. In a SAM template the distribution is written the same way.
    ///
    /// ## Exceptions
    /// Only bare prefixes are reported. Other routes that no behavior reaches are not: an API may have routes that are
    /// not for viewers. Routes for `OPTIONS`, the method of preflights, are ignored. Nothing is reported if the
    /// behavior that matches the bare prefix may reach the route. If an edge function may rewrite the path at either
    /// behavior, the finding is only possible.
    ///
    /// ## References
    /// - [Path pattern](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html#DownloadDistValuesPathPattern)
    /// - [Create routes for HTTP APIs](https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html)
    pub(crate) RouteUnreachable {
        id: "route-unreachable",
        group: Routing,
        summary: "a pattern such as `/api/*` does not match the route `/api`",
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
            // A behavior that no request reaches is another rule's concern.
            if !path.takes(&path.example().viewer_path) {
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

/// The routes that end in the bare prefix, each with a method, as if the behavior handled the request.
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

/// Whether a request for the bare prefix certainly does not reach the API of the path this way.
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
        format!(", which does not allow `{verb}`")
    } else {
        format!(" and goes to `{}`", way.origin_host())
    };
    let is_rewritten = path.may_be_rerouted() || way.may_be_rerouted();
    let labeled = routes.iter().take(3).map(|(_, route)| route);
    cx.report(
        behavior.path_pattern.span,
        format!("`{name}` does not match `{bare}`, the path of `{}`", route.name()),
    )
    .label(format!("matches only paths that start with `{bare}/`"))
    .note(format!(
        "`{verb} https://{}{bare}` is handled by `{}`{end}",
        path.viewer_host(),
        way.behavior.name()
    ))
    .help(format!(
        "add a behavior for `{bare}` with the same settings, or use `{bare}*`, which also matches `{bare}x`"
    ))
    .property(behavior.path_pattern.property.to_string())
    .rests_on(&behavior.path_pattern)
    .witness(verb, bare)
    .related_each(labeled.map(|route| (route.span, format!("the route `{}`", route.name()))))
    .at_most_if(is_rewritten, Confidence::Possible);
}
