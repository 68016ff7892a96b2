use cflint_edge::routes::memo::Memo;
use cflint_edge::routes::path::{paths_of, taker};
use cflint_edge::routes::pattern::{PathPattern, normalize_path, shadows};
use cflint_edge::routes::viewer_host::viewer_host;
use cflint_edge::words::{listed, quoted};
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::model::{Behavior, Model};

use crate::shared::witness::matched;

declare_rule! {
    /// ## What it does
    /// Reports behaviors that no request reaches, because earlier behaviors match every path that their pattern
    /// matches: one of them alone, or several together. Also reports patterns such as `//api/*` that never match a
    /// path.
    ///
    /// ## Why is this bad?
    /// CloudFront evaluates `CacheBehaviors` in the order of the list and uses the first pattern that matches, not the
    /// most specific one. After `/api/*`, a behavior for `/api/admin/*` is never used: its requests go to the origin of
    /// `/api/*` and are cached as that behavior says, without any error. Before it compares paths, CloudFront merges
    /// repeated slashes and resolves `.` and `..`; a pattern that contains any of these never matches, wherever it is
    /// in the list.
    ///
    /// ## Remediation
    /// Put the behavior with the narrower pattern before the one that matches its paths, or remove it. In CDK,
    /// `additionalBehaviors` keeps the order in which its keys are written. In a SAM template the distribution is
    /// written the same way. Write the pattern without repeated slashes and without the segments `.` and `..`.
    ///
    /// ## Exceptions
    /// Behaviors whose patterns overlap, but that still match some path of their own, are not reported. The default
    /// behavior is required, even if a behavior for `/*` leaves it no requests. A pattern that is known only at
    /// deployment is not reported, and is assumed to match nothing. Identical patterns are reported by
    /// `duplicate-path-pattern`. A finding that rests on the default of a parameter is likely.
    ///
    /// ## References
    /// - [Path pattern](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html#DownloadDistValuesPathPattern)
    /// - [AWS::CloudFront::Distribution CacheBehavior](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudfront-distribution-cachebehavior.html)
    pub(crate) BehaviorUnreachable {
        id: "behavior-unreachable",
        group: Routing,
        summary: "a behavior never matches, because earlier ones match all of its paths",
        severity: Warning,
        fix: None,
        cdk: "the order of `additionalBehaviors`",
    }
}

impl Rule for BehaviorUnreachable {
    fn behavior(&self, behavior: &Behavior, model: &Model, cx: &mut Context<'_>) {
        let (Some(index), Some(literal)) = (behavior.index, behavior.path_pattern.literal()) else { return };
        // What an empty pattern matches is not documented.
        if literal.is_empty() {
            return;
        }
        let pattern = PathPattern::new(literal);
        let before = model.distribution.behaviors.iter().take(index);
        let (earlier, patterns): (Vec<&Behavior>, Vec<PathPattern>) =
            before.filter_map(|other| Some((other, PathPattern::new(other.path_pattern.literal()?)))).unzip();
        // Another rule reports those.
        if patterns.iter().any(|other| other.text() == pattern.text()) {
            return;
        }
        if !pattern.matches_anything() {
            never_compared(model, behavior, &pattern, cx);
            return;
        }
        let known = Memo::of(model);
        let patterns: Vec<&PathPattern> = patterns.iter().collect();
        let Some(takers) = shadows(&patterns, &pattern, known.budget_of_patterns()) else { return };
        let takers: Vec<&Behavior> = takers.iter().filter_map(|at| earlier.get(*at).copied()).collect();
        report(model, behavior, &pattern, &takers, cx);
    }
}

/// Reports a pattern that would not match in any order of the behaviors.
fn never_compared(model: &Model, behavior: &Behavior, pattern: &PathPattern, cx: &mut Context<'_>) {
    let (name, path, meant) = (behavior.name(), pattern.example(), normalize_path(pattern.text()));
    let is_meant = |other: &Behavior| {
        other.path_pattern.literal().is_some_and(|own| PathPattern::new(own).text() == meant)
    };
    let help = if model.distribution.behaviors.iter().any(is_meant) {
        format!("remove the behavior: there is already one for `{meant}`")
    } else {
        format!("use `{meant}`, or remove the behavior")
    };
    let url = format!("https://{}{path}", viewer_host(&model.distribution));
    let compared = normalize_path(&path);
    let comes = taker(&model.distribution, &compared)
        .map_or_else(String::new, |taker| format!(" and handled by `{}`", taker.name()));
    cx.report(
        &behavior.path_pattern,
        format!("`{name}` never matches: CloudFront never compares a path that it would match"),
    )
    .label("repeated slashes, `.` and `..` are resolved first")
    .help(help)
    .note(format!("`GET {url}` is compared as `{compared}`{comes}"))
    .witness("GET", &path);
}

fn report(
    model: &Model,
    behavior: &Behavior,
    pattern: &PathPattern,
    takers: &[&Behavior],
    cx: &mut Context<'_>,
) {
    let name = behavior.name();
    let names = listed(quoted(takers.iter().map(|taker| taker.name())));
    let (verb, label) = match takers {
        [_] => ("comes first and matches", "comes first and matches all of its paths"),
        _ => ("come first and together match", "comes first and matches some of its paths"),
    };
    let takes_as_much = |taker: &Behavior| {
        taker.path_pattern.literal().is_some_and(|own| pattern.contains(&PathPattern::new(own)) == Some(true))
    };
    // A behavior that comes too early hides all that follow it.
    let (cause, help) = match takers {
        [only] if takes_as_much(only) => {
            (name.clone(), format!("remove `{name}`, or {names}: they match the same paths"))
        }
        _ => (names.clone(), format!("put `{name}` before {names} in `CacheBehaviors`, or remove it")),
    };
    let mut finding = cx
        .report(&behavior.path_pattern, format!("`{name}` never matches: {names} {verb} all of its paths"))
        .label("no request reaches this behavior")
        .cause(cause)
        .help(help);
    for taker in takers {
        finding = finding.related(taker.path_pattern.span, label).rests_on(&taker.path_pattern);
    }
    let (method, path) = matched(model, behavior, pattern);
    if let Some(first) = taker(&model.distribution, &path) {
        let url = format!("https://{}{path}", viewer_host(&model.distribution));
        let to = paths_of(model, first)
            .first()
            .map_or_else(String::new, |path| format!(" and goes to `{}`", path.origin_host()));
        finding.note(format!("`{method} {url}` is handled by `{}`{to}", first.name())).witness(method, &path);
    }
}
