use cflint_edge::routes::path::taker;
use cflint_edge::routes::pattern::PathPattern;
use cflint_edge::routes::viewer_host::viewer_host;
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::model::{Behavior, Model, Prop};
use cflint_template::value::Text;

use crate::shared::witness::matched;

declare_rule! {
    /// ## What it does
    /// Reports behaviors with a path pattern that an earlier behavior of the distribution already has. A leading slash
    /// makes no difference: `/api/*` and `api/*` are the same pattern.
    ///
    /// ## Why is this bad?
    /// The first behavior that matches a path handles it, so the second one receives no requests and its settings have
    /// no effect. CloudFront also reportedly rejects a distribution that has the same pattern twice.
    ///
    /// ## Remediation
    /// Remove one of the two behaviors from `CacheBehaviors`, or give it a different `PathPattern`. Put their settings
    /// into one behavior: a pattern cannot have separate behaviors for each method or origin. In CDK the patterns are
    /// the keys of `additionalBehaviors`; look for a second `addBehavior` with the same pattern, with or without the
    /// slash. In a SAM template the distribution is written the same way.
    ///
    /// ## Exceptions
    /// Patterns whose value is known only at deployment are the same if they are built from the same parts. A finding
    /// that rests on the default of a parameter is likely.
    ///
    /// ## References
    /// - [Path pattern](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html#DownloadDistValuesPathPattern)
    /// - [AWS::CloudFront::Distribution CacheBehavior](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudfront-distribution-cachebehavior.html)
    pub(crate) DuplicatePathPattern {
        id: "duplicate-path-pattern",
        group: Routing,
        summary: "a path pattern is the same as an earlier behavior's",
        severity: Error,
        fix: None,
        cdk: "the keys of `additionalBehaviors`, and `distribution.addBehavior(…)`",
    }
}

impl Rule for DuplicatePathPattern {
    fn distribution(&self, model: &Model, cx: &mut Context<'_>) {
        let behaviors = &model.distribution.behaviors.items;
        for (at, behavior) in behaviors.iter().enumerate() {
            let is_same = |other: &&Behavior| are_same(&other.path_pattern, &behavior.path_pattern);
            if let Some(first) = behaviors.iter().take(at).find(is_same) {
                report(model, first, behavior, cx);
            }
        }
    }
}

/// Whether two patterns certainly match the same paths because they are written alike.
fn are_same(left: &Prop<Text>, right: &Prop<Text>) -> bool {
    if let (Some(left), Some(right)) = (left.literal(), right.literal()) {
        // What an empty pattern matches is not documented, and `/api/**` is another pattern than `/api/*`.
        return !left.is_empty()
            && !right.is_empty()
            && PathPattern::new(left).text() == PathPattern::new(right).text();
    }
    match (left.known(), right.known()) {
        (Some(left), Some(right)) => left.equals(right).is_true(),
        _ => false,
    }
}

fn report(model: &Model, first: &Behavior, behavior: &Behavior, cx: &mut Context<'_>) {
    let (name, pattern) = (behavior.name(), &behavior.path_pattern);
    let message = if first.name() == name {
        format!("path pattern `{name}` is used twice")
    } else {
        format!("path pattern `{name}` is the same as `{}`", first.name())
    };
    let finding = cx
        .report(pattern, message)
        .label("no request reaches this behavior")
        .related(first.path_pattern.span, "comes first and matches the same paths")
        .help("remove one of the two behaviors, or give it a different pattern")
        .behavior(behavior)
        .rests_on(&first.path_pattern);
    let finding = match example(model, behavior) {
        Some((method, path, note)) => finding.note(note).witness(method, &path),
        None => finding,
    };
    finding.note("CloudFront reportedly rejects a distribution that has the same pattern twice");
}

/// A path that the other behavior handles, and a note about it.
fn example(model: &Model, behavior: &Behavior) -> Option<(&'static str, String, String)> {
    let pattern = PathPattern::new(behavior.path_pattern.literal()?);
    let (method, path) = pattern.matches_anything().then(|| matched(model, behavior, &pattern))?;
    let url = format!("https://{}{path}", viewer_host(&model.distribution));
    let (number, own) = (taker(&model.distribution, &path)?.index? + 1, behavior.index? + 1);
    let note =
        format!("`{method} {url}` is handled by behavior {number} of the list, never by behavior {own}");
    Some((method, path, note))
}
