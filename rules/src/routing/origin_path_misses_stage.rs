use cflint_diagnostics::{Applicability, Edit, Span};
use cflint_edge::facts::refusals::{FORBIDDEN, MISSING_TOKEN, no_route, no_stage, returned};
use cflint_edge::routes::domain_reach::{DomainMiss, DomainReach, reach_domain};
use cflint_edge::routes::path::RequestPath;
use cflint_edge::routes::stage_reach::{Reach, Sureness, reach};
use cflint_edge::words::listed;
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::edit::NewValue;
use cflint_template::model::{Api, Mapping, Protocol, Stage};
use cflint_template::value::Text;

use crate::shared::arrival::arrival;
use crate::shared::confidence::confidence;
use crate::shared::witness::show;
use crate::shared::wording::{routes, stage_names};
use crate::shared::written::Written;

declare_rule! {
    /// ## What it does
    /// Reports origins in front of an API whose `OriginPath`, followed by the paths that the behaviors match, does not
    /// name any of the API's stages.
    ///
    /// ## Why is this bad?
    /// At the default endpoint of a REST API, the first segment of the path is always the stage; an HTTP API has a
    /// stage segment for every stage except `$default`. CloudFront sends `OriginPath`, then the whole path of the
    /// viewer. If the path does not name a stage, a REST API returns `403 {"message":"Forbidden"}` and an HTTP API
    /// `404 {"message":"Not Found"}`, and neither logs the request. The URL of a WebSocket API is that of its stage; what
    /// it returns to other handshakes is not documented.
    ///
    /// At an API Gateway custom domain it is the other way round. The stage comes from the mapping and is not part of
    /// the path, so a REST API looks for a repeated one among its resources and returns
    /// `403 {"message":"Missing Authentication Token"}`. The path has to start with the base path of a mapping, unless
    /// one mapping has none.
    ///
    /// ## Remediation
    /// Set `OriginPath` to a slash and the name of the stage, for example `OriginPath: !Sub '/${Stage}'`, where `Stage`
    /// is the logical id of the stage. CDK's `RestApiOrigin` does that automatically, unless `originPath` is set to
    /// something else. An HTTP API with the stage `$default` needs no `OriginPath`. Behind a custom domain,
    /// `OriginPath` is the base path of the mapping, or is omitted if there is none.
    ///
    /// ## Fix safety
    /// Setting `OriginPath` changes every request to this origin: clients that put the stage in the URL stop working,
    /// and so do behaviors whose pattern starts with the stage.
    ///
    /// ## Exceptions
    /// A behavior whose pattern starts with a wildcard, such as the default behavior, lets clients put the stage in the
    /// URL, and is not reported. If a name is chosen when the stack is created, and could be the right one, the finding
    /// is likely or possible at most. Behind a custom domain it is likely, because other stacks can add mappings.
    ///
    /// ## References
    /// - [Origin path](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesOrigin.html#DownloadDistValuesOriginPath)
    /// - [Invoke REST APIs](https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-call-api.html)
    /// - [Stages for HTTP APIs](https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-stages.html)
    pub(crate) OriginPathMissesStage {
        id: "origin-path-misses-stage",
        group: Routing,
        summary: "requests reach the API without a stage name",
        severity: Error,
        fix: Unsafe,
        cdk: "`new RestApiOrigin(api)`, which adds the stage, or `originPath`",
    }
}

impl Rule for OriginPathMissesStage {
    fn request_path(&self, path: &RequestPath<'_>, cx: &mut Context<'_>) {
        let Some(api) = path.backend.api() else { return at_custom_domain(path, cx) };
        let Reach::NoStage(miss) = reach(path, api) else { return };
        let origin_path = &path.origin.path;
        let written = origin_path.known().filter(|text| !text.is_empty());
        let (place, message, label) = match written {
            Some(text) => (
                origin_path.span,
                format!("`OriginPath` does not name a stage of `{}`", api.id),
                format!("`{text}` is not the path of a stage"),
            ),
            None => {
                let (span, label) = no_path(path);
                let message = format!("requests reach `{}` without a stage name", api.id);
                (span, message, label.to_owned())
            }
        };
        let (title, help, edits) = remedy(path, api, written.is_some(), cx);
        let finding = cx
            .report(place, message)
            .label(label)
            .note(note(path, api))
            .help(help)
            .fix(Applicability::Unsafe, title, edits)
            .property(format!("{}.OriginPath", path.origin.property()))
            .rests_on(origin_path)
            .at_most(confidence(path, miss.sure));
        let mut finding = show(finding, path);
        // The names that SAM gives are not in the file.
        let written_stages = api.stages.iter().filter(|stage| stage.name.span != api.span && !stage.is_stray);
        for stage in written_stages {
            finding =
                finding.related(stage.name.span, format!("a stage of `{}`", api.id)).rests_on(&stage.name);
        }
        if path.behavior.index.is_some() {
            let pattern = &path.behavior.path_pattern;
            finding.related(pattern.span, "paths arrive like this, without a stage").rests_on(pattern);
        }
    }
}

/// Where an `OriginPath` that is missing or empty belongs, and what is there.
fn no_path(path: &RequestPath<'_>) -> (Span, &'static str) {
    if path.origin.path.is_absent() {
        (path.origin.domain_name.span, "this origin has no `OriginPath`")
    } else {
        (path.origin.path.span, "adds nothing before the path")
    }
}

fn set_path(path: &RequestPath<'_>, value: &NewValue<'_>, cx: &Context<'_>) -> Option<Vec<Edit>> {
    match path.origin.path.node {
        Some(_) => cx.replace(&path.origin.path, value),
        None => cx.set(path.origin.node, "OriginPath", value),
    }
}

fn note(path: &RequestPath<'_>, api: &Api) -> String {
    let why = if api.stages.iter().any(Stage::is_default) {
        format!(
            "`$default` has no path segment, so `{}` is matched against the routes",
            path.arriving_path(&path.example().viewer_path)
        )
    } else {
        format!("the first segment has to name a stage, and `{}` has {}", api.id, stage_names(api))
    };
    let arrival = arrival(path);
    format!("{arrival}; {why}; it {}", returned(no_stage(api.protocol)))
}

/// What to write instead: the only stage there is.
fn remedy(
    path: &RequestPath<'_>,
    api: &Api,
    written: bool,
    cx: &Context<'_>,
) -> (String, String, Option<Vec<Edit>>) {
    let stages: Vec<&Stage> = api.stages.iter().filter(|stage| !stage.is_stray).collect();
    if written && stages.iter().any(|stage| stage.is_default()) {
        let edits = cx.remove_key(path.origin.node, "OriginPath");
        return ("remove `OriginPath`".to_owned(), "remove `OriginPath`".to_owned(), edits);
    }
    let [stage] = stages.as_slice() else {
        let help = format!("set `OriginPath` to one of the stages: {}", stage_names(api));
        return (String::new(), help, None);
    };
    let literal = stage.name.literal().filter(|_| stage.name.origins.is_empty() || stage.id.is_none());
    // A stage of another template cannot be referred to.
    let id = stage.id.as_ref().filter(|id| !id.contains('.'));
    let (text, shown, by_reference) = match (literal, id) {
        (Some(name), _) => (format!("/{name}"), format!("`OriginPath: /{name}`"), false),
        (None, Some(id)) => (format!("/${{{id}}}"), format!("`OriginPath: !Sub '/${{{id}}}'`"), true),
        (None, None) => return (String::new(), "set `OriginPath` to the name of the stage".to_owned(), None),
    };
    if api.protocol == Protocol::WebSocket && path.pattern().is_some_and(|pattern| !pattern.matches("/")) {
        let pattern = shown.replace("OriginPath", "PathPattern");
        let origin_path = if written { ", and remove `OriginPath`" } else { "" };
        return (String::new(), format!("set {pattern}, the path of the stage{origin_path}"), None);
    }
    let value = if by_reference { NewValue::Sub(&text) } else { NewValue::Text(&text) };
    (format!("set {shown}"), format!("set {shown}"), set_path(path, &value, cx))
}

/// A custom domain strips the base path of a mapping, and gets the stage from it.
fn at_custom_domain(path: &RequestPath<'_>, cx: &mut Context<'_>) {
    let Some(reach) = reach_domain(path) else { return };
    let (miss, message, answer) = match &reach {
        DomainReach::NoMapping(miss) => (miss, "reach `{}` without a mapped base path", FORBIDDEN),
        DomainReach::NoStage(miss) => {
            (miss, "reach `{}` without a stage name, which its mapping leaves to the caller", FORBIDDEN)
        }
        DomainReach::NoRoute(miss) if !miss.origin_paths.is_empty() => {
            let answer = miss.mapping.map_or(MISSING_TOKEN, |(_, api)| no_route(api.protocol));
            let message = if repeated_stage(path, miss) {
                "reach `{}` with a stage name that its mapping already adds"
            } else {
                "reach `{}` with an `OriginPath` that no route starts with"
            };
            (miss, message, answer)
        }
        _ => return,
    };
    let origin_path = &path.origin.path;
    let (place, label) = match origin_path.known().filter(|text| !text.is_empty()) {
        Some(_) => (origin_path.span, "prepended to every path"),
        None => no_path(path),
    };
    let (help, edits) = other_path(path, &miss.origin_paths, cx);
    let finding = cx
        .report(place, format!("requests {}", message.replace("{}", &miss.domain.id)))
        .label(label)
        .note(format!("{}; {}; API Gateway returns `{answer}`", arrival(path), why_not(&reach, miss),))
        .help(help.clone())
        .fix(Applicability::Unsafe, help, edits)
        .property(format!("{}.OriginPath", path.origin.property()))
        .rests_on(origin_path)
        .at_most(confidence(path, Sureness::Inferred));
    let mut finding = show(finding, path);
    for mapping in miss.domain.mappings.iter() {
        let stage = mapping.stage.known().map_or(String::new(), |stage| format!(" to stage `{stage}`"));
        let is_only = mapping.key.is_absent() && miss.domain.mappings.items.len() == 1;
        let key = if is_only { "every path".to_owned() } else { base_path(mapping) };
        let label = format!("maps {key}{stage}");
        finding = finding.related(mapping.span, label).rests_on(&mapping.key).rests_on(&mapping.stage);
    }
    if path.behavior.index.is_some() {
        let pattern = &path.behavior.path_pattern;
        finding.related(pattern.span, "matches these paths").rests_on(pattern);
    }
}

/// Whether the stage name comes before or after the base path.
fn repeated_stage(path: &RequestPath<'_>, miss: &DomainMiss<'_>) -> bool {
    let stage = miss.mapping.and_then(|(mapping, _)| Some((mapping.prefix()?, mapping.stage.known()?)));
    let (Some((key, stage)), Some(written)) = (stage, path.origin.path.known()) else { return false };
    let stage = Text::join(&Text::literal("/"), [&Text::default(), stage]);
    let both = [[&key, &stage], [&stage, &key]].map(|parts| Text::join(&Text::default(), parts));
    both.iter().any(|text| text.equals(written).is_true())
}

fn base_path(mapping: &Mapping) -> String {
    mapping.key.known().map_or("every other path".to_owned(), |key| format!("`/{key}`"))
}

fn why_not(reach: &DomainReach<'_>, miss: &DomainMiss<'_>) -> String {
    match (reach, miss.mapping) {
        (DomainReach::NoStage(_), Some((_, api))) => {
            format!(
                "the first segment after the base path has to name a stage, and `{}` has {}",
                api.id,
                stage_names(api)
            )
        }
        (DomainReach::NoRoute(_), Some((_, api))) => {
            format!("what follows the base path matches no route of `{}` ({})", api.id, routes(api))
        }
        _ => {
            let keys = listed(miss.domain.mappings.iter().map(base_path).collect());
            format!("`{}` maps {keys}", miss.domain.id)
        }
    }
}

/// What to write instead, and the edit if there is only one option.
fn other_path(path: &RequestPath<'_>, others: &[Text], cx: &Context<'_>) -> (String, Option<Vec<Edit>>) {
    match others {
        [] => ("start the path with a mapped base path, or add a mapping for it".to_owned(), None),
        [only] if only.is_empty() => {
            ("remove `OriginPath`".to_owned(), cx.remove_key(path.origin.node, "OriginPath"))
        }
        [only] => {
            let Some(written) = Written::new(only) else {
                return (format!("set `OriginPath` to `{only}`"), None);
            };
            (format!("set `OriginPath: {written}`"), set_path(path, &written.value(), cx))
        }
        several => {
            let names = several
                .iter()
                .map(|other| if other.is_empty() { "nothing".to_owned() } else { format!("`{other}`") });
            (format!("set `OriginPath` to one of these: {}", listed(names.collect())), None)
        }
    }
}
