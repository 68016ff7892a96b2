use cflint_edge::facts::refusals::no_route;
use cflint_edge::routes::domain_reach::{DomainReach, reach_domain};
use cflint_edge::routes::path::RequestPath;
use cflint_edge::routes::stage_reach::{Miss, Nearest, Reach, reach};
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::model::{Api, Mapping};

use crate::shared::arrival::Arrival;
use crate::shared::confidence::confidence;
use crate::shared::wording::routes;

declare_rule! {
    /// ## What it does
    /// Reports behaviors whose path pattern lets through only paths for which the API has no route.
    ///
    /// ## Why is this bad?
    /// CloudFront uses the pattern only to choose the behavior. It never strips it: `/api/users`, matched by
    /// `/api/*`, arrives as `OriginPath` followed by `/api/users`. If the routes of the API do not start with `/api`,
    /// every request is answered `403 {"message":"Missing Authentication Token"}` by a REST API, and
    /// `404 {"message":"Not Found"}` by an HTTP API.
    ///
    /// ## Remediation
    /// Give the routes the prefix of the pattern, or strip the prefix in a CloudFront Function on `viewer-request`.
    /// Or name the stage of a REST API like the first segment of the pattern, and leave `OriginPath` out. In CDK, add
    /// the resources below `api.root.addResource('api')`; in SAM, write the prefix into the `Path` of the events.
    ///
    /// A custom domain of API Gateway strips the base path of its mapping: one called `api` takes `/api` off by itself.
    ///
    /// ## Exceptions
    /// APIs whose routes or stages are not in the template are not judged. A function at the edge that runs before
    /// the origin is asked may rewrite the path; then the finding is only possible. Behind a custom domain a finding is
    /// likely, because other stacks can add mappings.
    ///
    /// ## References
    /// - [Path pattern](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html#DownloadDistValuesPathPattern)
    /// - [Origin path](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesOrigin.html#DownloadDistValuesOriginPath)
    /// - [Gateway response types](https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html)
    pub(crate) PathPatternMissesStage {
        id: "path-pattern-misses-stage",
        group: Routing,
        summary: "no path that the behavior takes has a route in the API",
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
                format!("what `OriginPath` puts behind the stage is in no route of `{}`", api.id),
                "comes in front of every path",
            )
        } else {
            (
                pattern.span,
                format!("no path that `{}` takes has a route in `{}`", behavior.name(), api.id),
                label(&miss),
            )
        };
        let is_in_front = !miss.by_prefix && origin_path.known().is_some_and(|text| !text.is_empty());
        let mut finding = cx
            .report(place, message)
            .label(label)
            .note(note(path, api, &miss))
            .witness_if("GET", path.taken(&miss.viewer_path))
            .help(help(path, mapping, &miss))
            .property(if miss.by_prefix {
                format!("{}.OriginPath", path.origin.property())
            } else {
                format!("{}.PathPattern", behavior.property())
            })
            .rests_on(pattern)
            .rests_on(origin_path)
            .at_most(confidence(path, miss.sure))
            .related_each(is_in_front.then_some((origin_path.span, "comes in front of it")));
        if let Some(mapping) = mapping {
            let stripped = match mapping.key.known() {
                Some(key) => format!("takes the paths, and strips `/{key}` from them"),
                None => "takes the paths, and strips nothing from them".to_owned(),
            };
            finding = finding.related(mapping.key.span, stripped).rests_on(&mapping.key);
        }
        let nearest = miss.nearest.as_ref();
        let nearest = nearest.map(|near| (near.span, format!("the nearest route, `{}`", near.route)));
        finding.related_each(nearest);
    }
}

/// The API whose routes are missed, and the mapping that leads to it from a custom domain.
fn missed<'m>(path: &RequestPath<'m>) -> Option<(&'m Api, Option<&'m Mapping>, Miss)> {
    if let Some(api) = path.backend.api() {
        let Reach::NoRoute(miss) = reach(path, api) else { return None };
        return Some((api, None, miss));
    }
    match reach_domain(path)? {
        // Where another `OriginPath` would do, that is the mistake.
        DomainReach::NoRoute(miss) if miss.origin_paths.is_empty() => {
            let (mapping, api) = miss.mapping?;
            Some((api, Some(mapping), miss.plain()))
        }
        _ => None,
    }
}

fn label(miss: &Miss) -> &'static str {
    match &miss.nearest {
        Some(Nearest { too_much: Some(_), .. }) => "the prefix is not stripped",
        Some(Nearest { too_much: None, .. }) => "paths are case-sensitive",
        None => "no route has such a path",
    }
}

fn note(path: &RequestPath<'_>, api: &Api, miss: &Miss) -> String {
    format!(
        "{}, which no route of `{}` ({}) takes; it answers `{}`",
        Arrival::of(path, &miss.viewer_path),
        api.id,
        routes(api),
        no_route(api.protocol),
    )
}

fn help(path: &RequestPath<'_>, mapping: Option<&Mapping>, miss: &Miss) -> String {
    let stage = mapping.and_then(|mapping| mapping.stage.literal());
    let nearest = miss.nearest.as_ref().map(|nearest| (&nearest.route, nearest.too_much.as_deref()));
    match nearest {
        _ if miss.by_prefix => "make `OriginPath` the name of the stage and nothing else".to_owned(),
        Some((_, Some(prefix))) if path.origin.path.literal() == Some(prefix) => {
            format!("take `{prefix}` out of the pattern: `OriginPath` puts it in front of every path")
        }
        Some((_, Some(prefix))) if prefix.strip_prefix('/') == stage => {
            format!(
                "take `{prefix}` out of the pattern: the mapping of the custom domain names the stage already"
            )
        }
        Some((route, Some(prefix))) => {
            format!(
                "put `{prefix}` in front of the route `{route}`, or strip it in a CloudFront Function on `viewer-request`"
            )
        }
        Some((route, None)) => format!("write the pattern with the capitals of the route `{route}`"),
        None => "change the pattern so that it takes the paths of the routes".to_owned(),
    }
}
