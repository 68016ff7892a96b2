use cflint_edge::facts::refusals::no_route;
use cflint_edge::routes::domain_reach::{DomainReach, reach_domain};
use cflint_edge::routes::path::RequestPath;
use cflint_edge::routes::stage_reach::{Miss, Nearest, Reach, Sureness, reach};
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::model::{Api, Mapping, Protocol};
use cflint_template::value::Text;

use crate::shared::arrival::arrival;
use crate::shared::confidence::confidence;
use crate::shared::witness::show;
use crate::shared::wording::routes;

declare_rule! {
    /// ## What it does
    /// Reports behaviors whose path pattern matches only paths that the API has no route for.
    ///
    /// ## Why is this bad?
    /// CloudFront uses the pattern only to choose the behavior. It never strips it: `/api/users`, matched by `/api/*`,
    /// arrives as `OriginPath` followed by `/api/users`. If the routes of the API do not start with `/api`, a REST API
    /// returns `403 {"message":"Missing Authentication Token"}` for every request, and an HTTP API
    /// `404 {"message":"Not Found"}`. A WebSocket API accepts connections only at its stage, and returns
    /// `403 {"message":"Forbidden"}` for every path below it.
    ///
    /// ## Remediation
    /// Add the prefix of the pattern to the routes, or strip it in a CloudFront Function on `viewer-request`. Or give
    /// the stage of a REST API the name of the first segment of the pattern, and omit `OriginPath`. In CDK, add the
    /// resources below `api.root.addResource('api')`; in SAM, add the prefix to the `Path` of the events.
    ///
    /// An API Gateway custom domain strips the base path of its mapping: with the base path `api` it strips `/api`
    /// automatically.
    ///
    /// ## Exceptions
    /// APIs whose routes or stages are not in the template are not checked. If an edge function runs first, it may
    /// rewrite the path, and the finding is only possible. Behind a custom domain a finding is likely, because other
    /// stacks can add mappings.
    ///
    /// ## References
    /// - [Path pattern](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html#DownloadDistValuesPathPattern)
    /// - [Origin path](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesOrigin.html#DownloadDistValuesOriginPath)
    /// - [Gateway response types](https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html)
    pub(crate) PathPatternMissesStage {
        id: "path-pattern-misses-stage",
        group: Routing,
        summary: "no route of the API matches any path of the behavior",
        severity: Error,
        fix: None,
        cdk: "`api.root.addResource(…)`, or a `cloudfront.Function` in `functionAssociations`",
    }
}

impl Rule for PathPatternMissesStage {
    fn request_path(&self, path: &RequestPath<'_>, cx: &mut Context<'_>) {
        let Some((api, mapping, miss)) = missed(path) else { return };
        let behavior = path.behavior;
        let pattern = &behavior.path_pattern;
        let origin_path = &path.origin.path;
        let (place, message, label) = if miss.by_prefix {
            (
                origin_path.span,
                format!("no route of `{}` starts with what `OriginPath` adds after the stage", api.id),
                "prepended to every path",
            )
        } else {
            (
                pattern.span,
                format!("`{}` never matches {} of `{}`", behavior.name(), what(api), api.id),
                label(api, &miss),
            )
        };
        // That there is nothing below the stage is documented for its URL, and reported for the response.
        let sure =
            if api.protocol == Protocol::WebSocket { miss.sure.min(Sureness::Inferred) } else { miss.sure };
        let is_in_front = !miss.by_prefix && origin_path.known().is_some_and(|text| !text.is_empty());
        let mut finding = cx
            .report(place, message)
            .label(label)
            .note(note(path, api))
            .help(help(path, api, mapping, &miss))
            .cause(cause(path, api, &miss))
            .property(if miss.by_prefix {
                format!("{}.OriginPath", path.origin.property())
            } else {
                format!("{}.PathPattern", behavior.property())
            })
            .rests_on(pattern)
            .rests_on(origin_path)
            .at_most(confidence(path, sure))
            .related_each(is_in_front.then_some((origin_path.span, "prepended to every path")));
        if let Some(mapping) = mapping {
            let stripped = match mapping.key.known() {
                Some(key) => format!("matches the paths and strips `/{key}`"),
                None => "matches the paths and strips nothing".to_owned(),
            };
            finding = finding.related(mapping.key.span, stripped).rests_on(&mapping.key);
        }
        let nearest = miss.nearest.as_ref().filter(|_| api.protocol != Protocol::WebSocket);
        let nearest = nearest.map(|near| (near.span, format!("the nearest route, `{}`", near.route)));
        show(finding.related_each(nearest), path);
    }
}

/// The API whose routes are missed, and the mapping of a custom domain that routes to it.
fn missed<'m>(path: &RequestPath<'m>) -> Option<(&'m Api, Option<&'m Mapping>, Miss)> {
    if let Some(api) = path.backend.api() {
        let Reach::NoRoute(miss) = reach(path, api) else { return None };
        return Some((api, None, miss));
    }
    match reach_domain(path)? {
        // If another `OriginPath` would work, that is the mistake.
        DomainReach::NoRoute(miss) if miss.origin_paths.is_empty() => {
            let (mapping, api) = miss.mapping?;
            Some((api, Some(mapping), miss.plain()))
        }
        _ => None,
    }
}

/// One prefix that nothing strips is one cause, whichever behaviors have it in front of their paths.
fn cause(path: &RequestPath<'_>, api: &Api, miss: &Miss) -> String {
    let prefix = miss.nearest.as_ref().and_then(|nearest| nearest.too_much.as_deref());
    let what = match prefix {
        _ if miss.by_prefix => "`OriginPath`".to_owned(),
        Some(prefix) => prefix.to_owned(),
        None => path.behavior.name(),
    };
    format!("{what} {} {}", api.id, path.origin.path.known().map_or_else(String::new, Text::to_string))
}

fn what(api: &Api) -> &'static str {
    if api.protocol == Protocol::WebSocket { "the stage" } else { "a route" }
}

fn label(api: &Api, miss: &Miss) -> &'static str {
    match &miss.nearest {
        _ if api.protocol == Protocol::WebSocket => "arrives below the stage",
        Some(Nearest { too_much: Some(_), .. }) => "the prefix is not stripped",
        Some(Nearest { too_much: None, .. }) => "paths are case-sensitive",
        None => "no route matches such a path",
    }
}

/// A path that viewers of a WebSocket API can connect to.
fn of_websocket(path: &RequestPath<'_>, api: &Api, mapping: Option<&Mapping>) -> String {
    let rewrite = "rewrite the path to `/` in a CloudFront Function on `viewer-request`";
    let front = match (mapping, api.stages.items.as_slice()) {
        (Some(mapping), _) => mapping.prefix(),
        (None, [stage]) => {
            stage.name.known().map(|name| Text::join(&Text::literal("/"), [&Text::default(), name]))
        }
        _ => None,
    };
    match front.as_ref().and_then(Text::as_literal).filter(|front| !front.is_empty()) {
        Some(front) if path.origin.path.or_default(Text::default()).is_some_and(|own| own.is_empty()) => {
            format!("set `PathPattern: {front}`, where viewers can connect, or {rewrite}")
        }
        Some(front) => format!("{rewrite}, or set `PathPattern: {front}` and remove `OriginPath`"),
        None => rewrite.to_owned(),
    }
}

fn note(path: &RequestPath<'_>, api: &Api) -> String {
    if api.protocol == Protocol::WebSocket {
        return format!(
            "{}; `{}` accepts connections at its stage and nowhere below it; it returns `{}`",
            arrival(path),
            api.id,
            no_route(api.protocol),
        );
    }
    format!(
        "{}, which matches no route of `{}` ({}); it returns `{}`",
        arrival(path),
        api.id,
        routes(api),
        no_route(api.protocol),
    )
}

fn help(path: &RequestPath<'_>, api: &Api, mapping: Option<&Mapping>, miss: &Miss) -> String {
    let stage = mapping.and_then(|mapping| mapping.stage.literal());
    let nearest = miss.nearest.as_ref().map(|nearest| (&nearest.route, nearest.too_much.as_deref()));
    match nearest {
        _ if api.protocol == Protocol::WebSocket => of_websocket(path, api, mapping),
        _ if miss.by_prefix => "set `OriginPath` to the stage name and nothing else".to_owned(),
        Some((_, Some(prefix))) if path.origin.path.literal() == Some(prefix) => {
            format!("remove `{prefix}` from the pattern: `OriginPath` already adds it to every path")
        }
        Some((_, Some(prefix))) if prefix.strip_prefix('/') == stage => {
            format!(
                "remove `{prefix}` from the pattern: the mapping of the custom domain already adds the stage"
            )
        }
        Some((route, Some(prefix))) => {
            format!(
                "add `{prefix}` to the route `{route}`, or strip it in a CloudFront Function on `viewer-request`"
            )
        }
        Some((route, None)) => format!("match the case of the route `{route}`"),
        None => "change the pattern so that it matches the paths of the routes".to_owned(),
    }
}
