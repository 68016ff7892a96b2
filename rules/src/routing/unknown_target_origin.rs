use cflint_edge::facts::targets::{Id, Namer, UnknownTarget, repeated, unknown_targets};
use cflint_edge::words::{listed, quoted, similar};
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::model::Model;
use cflint_template::value::Text;

declare_rule! {
    /// ## What it does
    /// Reports behaviors whose `TargetOriginId` is not the id of an origin or origin group of the distribution, members
    /// of origin groups that are not origins, and ids that are used twice.
    ///
    /// ## Why is this bad?
    /// CloudFront rejects the distribution:
    /// `One or more of your cache behavior target origins or origin groups do not exist.` An id that is used twice does
    /// not say which origin is meant, and is rejected too.
    ///
    /// ## Remediation
    /// Use the `Id` of an origin or origin group as `TargetOriginId`; ids are case-sensitive. The same applies to SAM
    /// templates. CDK generates the ids; look for an `addPropertyOverride` that changes only the origin or only the
    /// behavior, or for a `CfnDistribution`.
    ///
    /// ## Exceptions
    /// Nothing is reported if an id is known only at deployment and could be the one that is meant, or if the template
    /// does not show all origins.
    ///
    /// ## References
    /// - [AWS::CloudFront::Distribution CacheBehavior](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudfront-distribution-cachebehavior.html)
    /// - [AWS::CloudFront::Distribution Origin](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudfront-distribution-origin.html)
    /// - [AWS::CloudFront::Distribution OriginGroupMember](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudfront-distribution-origingroupmember.html)
    pub(crate) UnknownTargetOrigin {
        id: "unknown-target-origin",
        group: Routing,
        summary: "a behavior or an origin group names an origin that does not exist",
        severity: Error,
        fix: None,
    }
}

impl Rule for UnknownTargetOrigin {
    fn distribution(&self, model: &Model, cx: &mut Context<'_>) {
        for (id, first) in repeated(&model.distribution) {
            report_repeated(id, first, cx);
        }
        for target in unknown_targets(&model.distribution) {
            report(&target, cx);
        }
    }
}

fn report(target: &UnknownTarget<'_>, cx: &mut Context<'_>) {
    let (id, name) = (target.id, target.name);
    let what = match target.of {
        Namer::Behavior(behavior) => format!("behavior `{}` sends requests to `{name}`", behavior.name()),
        Namer::Member(group) => {
            let group = group.id.known().map_or_else(String::new, |id| format!(" `{id}`"));
            format!("origin group{group} has the member `{name}`")
        }
    };
    let names: Vec<String> = target.known.iter().filter_map(|id| id.known()).map(Text::to_string).collect();
    let meant = id.literal().and_then(|id| similar(id, names.iter().map(String::as_str)));
    let help = match (meant, names.as_slice()) {
        (Some(meant), _) => format!("did you mean `{meant}`?"),
        (None, []) => "add an origin with this `Id` to `Origins`".to_owned(),
        (None, [only]) => format!("use `{only}`"),
        _ => format!("use one of {}", listed(quoted(&names))),
    };
    cx.report(id, format!("{what}, which does not exist"))
        .label("nothing has this id")
        .note("CloudFront responds: `One or more of your cache behavior target origins or origin groups do not exist.`")
        .help(help)
        .cause(name.to_string())
        .rests_on_each(target.known.iter().copied());
}

fn report_repeated(id: &Id, first: &Id, cx: &mut Context<'_>) {
    let Some(name) = id.known() else { return };
    cx.report(id, format!("the id `{name}` is used twice"))
        .property("DistributionConfig.Origins")
        .label("used again here")
        .related(first.span, "first used here")
        .note("CloudFront rejects ids of origins and origin groups that are not unique")
        .help("give each origin and origin group an id of its own")
        .rests_on(first);
}
