use cflint_edge::routes::path::taker;
use cflint_edge::routes::pattern::PathPattern;
use cflint_edge::routes::viewer_host::viewer_host;
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::model::{Behavior, Model, Prop};
use cflint_template::value::Text;

declare_rule! {
    /// ## What it does
    /// Reports behaviors with a path pattern that an earlier behavior of the distribution has already. A slash in front
    /// makes no difference: `/api/*` and `api/*` are one pattern.
    ///
    /// ## Why is this bad?
    /// The first behavior that matches a path takes it, so the second one gets no request, and its settings count for
    /// nothing. CloudFront is also reported to refuse a distribution that has one pattern twice.
    ///
    /// ## Remediation
    /// Remove one of the two behaviors from `CacheBehaviors`, or give it another `PathPattern`. What they set belongs
    /// into one behavior: there is none for each method or each origin. In CDK the patterns are the keys of
    /// `additionalBehaviors`; look for a second `addBehavior` that writes the pattern with or without its slash. In a SAM
    /// template the distribution is written the same way.
    ///
    /// ## Exceptions
    /// Patterns whose value is known only at deployment are compared by what they are made of. A finding that rests on
    /// the default of a parameter is likely.
    ///
    /// ## References
    /// - [Path pattern](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html#DownloadDistValuesPathPattern)
    /// - [AWS::CloudFront::Distribution CacheBehavior](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudfront-distribution-cachebehavior.html)
    pub(crate) DuplicatePathPattern {
        id: "duplicate-path-pattern",
        group: Routing,
        summary: "a path pattern is that of an earlier behavior",
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
        format!("the path pattern `{name}` is given twice")
    } else {
        format!("the path pattern `{name}` is the same as `{}`", first.name())
    };
    let finding = cx
        .report(pattern, message)
        .label("no request comes to this behavior")
        .related(first.path_pattern.span, "takes the same paths, and comes first")
        .help("remove one of the two behaviors, or give it another pattern")
        .behavior(behavior)
        .rests_on(&first.path_pattern);
    let finding = match example(model, behavior) {
        Some((path, note)) => finding.note(note).witness("GET", &path),
        None => finding,
    };
    finding.note("CloudFront is reported to refuse a distribution that has a pattern twice");
}

/// A path that comes to the other behavior, and that in words.
fn example(model: &Model, behavior: &Behavior) -> Option<(String, String)> {
    let pattern = PathPattern::new(behavior.path_pattern.literal()?);
    let path = pattern.matches_anything().then(|| pattern.example())?;
    let url = format!("https://{}{path}", viewer_host(&model.distribution));
    let (number, own) = (taker(&model.distribution, &path)?.index? + 1, behavior.index? + 1);
    let note = format!("`GET {url}` comes to behavior {number} of the list and never to behavior {own}");
    Some((path, note))
}
