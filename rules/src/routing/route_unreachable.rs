use cflint_diagnostics::{Confidence, Severity};
use cflint_edge::facts::headers::Method;
use cflint_edge::facts::methods::allows;
use cflint_edge::routes::entrance::behind;
use cflint_edge::routes::lost::{Lost, goes_elsewhere, lost_routes};
use cflint_edge::routes::path::{RequestPath, paths_of, taker};
use cflint_edge::routes::pattern::PathPattern;
use cflint_edge::words::all_of;
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::model::{Behavior, Model, Route, RoutePath, Segment};

declare_rule! {
    /// ## What it does
    /// Reports routes of an API whose path is the bare prefix of a path pattern: the route is `/api`, the pattern `/api/*`,
    /// and requests for `/api` go elsewhere. With `--pedantic`, or if the rule is selected by name, it also reports other
    /// routes that no behavior serves, of an API that other routes of are reached.
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
    /// An API may have routes that are not for viewers of the distribution, so others than bare prefixes are reported
    /// only on request, as information. They are not reported where the API has another distribution or custom domain,
    /// nor for routes with IAM authorization, `$default` and `{proxy+}`. If outputs contain the name of the API, the
    /// finding is only possible. Routes for `OPTIONS`, the method of preflights, are ignored. Nothing is reported if the
    /// behavior that matches the path may reach the route, or if a function may choose another origin. If an edge
    /// function may respond at the behavior of a bare prefix, the finding is only possible.
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
        cdk: "another key of `additionalBehaviors`",
    }
}

impl Rule for RouteUnreachable {
    fn distribution(&self, model: &Model, cx: &mut Context<'_>) {
        for lost in lost_routes(model) {
            report_lost(&lost, cx);
        }
    }

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
            let is_lost = |way: &RequestPath<'_>| goes_elsewhere(path.backend.api(), way, &bare, *method);
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
    // Whatever path a function writes there, the origin stays the same.
    let touches = way.touches();
    let is_rewritten = path.may_be_rerouted() || touches.origin || touches.response;
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

fn report_lost(lost: &Lost<'_>, cx: &mut Context<'_>) {
    let [(method, route), rest @ ..] = lost.routes.as_slice() else { return };
    let (verb, path, way) = (method.as_str(), &lost.viewer_path, &lost.instead);
    let names: Vec<String> = lost.routes.iter().map(|(_, route)| format!("`{}`", route.name())).collect();
    let end = if allows(way.behavior, *method).is_false() {
        format!(", which does not allow `{verb}`")
    } else {
        format!(" and goes to `{}`", way.origin_host())
    };
    cx.report(route.span, format!("no behavior routes to {} of `{}`", all_of(&names), lost.api.id))
        .label("no behavior with this API matches the path")
        .note(format!(
            "`{verb} https://{}{path}` is handled by `{}`{end}",
            way.viewer_host(),
            way.behavior.name()
        ))
        .help(match pattern(path, route) {
            Some(pattern) => format!("add a behavior for `{pattern}` with the origin `{}`", lost.origin),
            None => format!("add a behavior that matches the path, with the origin `{}`", lost.origin),
        })
        .severity(Severity::Info)
        .pedantic()
        .property("DistributionConfig.CacheBehaviors")
        .witness(verb, path)
        .related_each(
            rest.iter().take(3).map(|(_, route)| (route.span, format!("the route `{}`", route.name()))),
        )
        .at_most(if lost.is_given_away { Confidence::Possible } else { Confidence::Likely })
        .cause(format!("routes of `{}`", lost.api.id));
}

/// A path pattern for a route: the segments of the path, with `*` for those that are parameters.
fn pattern(viewer_path: &str, route: &Route) -> Option<String> {
    let RoutePath::Segments(segments) = &route.path else { return None };
    let written: Vec<&str> = viewer_path.trim_start_matches('/').split('/').collect();
    let before = written.len().checked_sub(segments.len())?;
    let (front, below) = written.split_at_checked(before)?;
    let below = below.iter().zip(segments).map(|(text, segment)| match segment {
        Segment::Text(_) => *text,
        Segment::Parameter(_) | Segment::Greedy(_) => "*",
    });
    let steps: Vec<&str> = front.iter().copied().chain(below).collect();
    Some(format!("/{}", steps.join("/")))
}
