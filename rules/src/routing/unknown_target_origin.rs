use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::model::{Distribution, Model, Prop};
use cflint_template::value::{Text, Tri};

use crate::names::similar;
use crate::support::listed;

declare_rule! {
    /// ## What it does
    /// Reports behaviors whose `TargetOriginId` is the id of no origin and no origin group of the distribution, members
    /// of origin groups that are no origin, and ids that are given twice.
    ///
    /// ## Why is this bad?
    /// CloudFront refuses the distribution: `One or more of your cache behavior target origins or origin groups do not
    /// exist.` An id that is given twice does not say which origin is meant, and is refused too.
    ///
    /// ## Remediation
    /// Write the `Id` of an origin or origin group as `TargetOriginId`, letter by letter; capitals count. In SAM
    /// templates it is the same. CDK makes the ids by itself; look for an `addPropertyOverride` that changes an origin or a
    /// behavior but not the other, or for a `CfnDistribution`.
    ///
    /// ## Exceptions
    /// Where an id is known only at deployment and could be the one that is meant, nothing is reported; nor where the
    /// template does not show all origins.
    ///
    /// ## References
    /// - [AWS::CloudFront::Distribution CacheBehavior](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudfront-distribution-cachebehavior.html)
    /// - [AWS::CloudFront::Distribution Origin](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudfront-distribution-origin.html)
    /// - [AWS::CloudFront::Distribution OriginGroupMember](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudfront-distribution-origingroupmember.html)
    pub(crate) UnknownTargetOrigin {
        id: "unknown-target-origin",
        group: Routing,
        summary: "a behavior or an origin group names an origin that is not there",
        severity: Error,
        fix: None,
    }
}

type Id = Prop<Text>;

impl Rule for UnknownTargetOrigin {
    fn distribution(&self, model: &Model, cx: &mut Context<'_>) {
        let distribution = &model.distribution;
        let origins: Vec<&Id> = distribution.origins.iter().map(|origin| &origin.id).collect();
        let groups = distribution.origin_groups.iter().map(|group| &group.id);
        let all: Vec<&Id> = origins.iter().copied().chain(groups).collect();
        twice(&all, cx);
        // Without a list, they may be written as they were before there were lists of them.
        let is_unlisted = origins.is_empty() && !distribution.origins.present;
        if is_unlisted || distribution.origins.open.is_some() {
            return;
        }
        members(distribution, &origins, cx);
        if distribution.origin_groups.open.is_some() {
            return;
        }
        for behavior in distribution.all_behaviors() {
            let Some(target) = unknown(&behavior.target, &all) else { continue };
            let what = format!("behavior `{}` sends requests to `{target}`", behavior.name());
            let property = format!("{}.TargetOriginId", behavior.property());
            report(&behavior.target, &what, &property, &all, cx);
        }
    }
}

fn members(distribution: &Distribution, origins: &[&Id], cx: &mut Context<'_>) {
    for (index, group) in distribution.origin_groups.iter().enumerate() {
        for (at, member) in group.members.iter().enumerate() {
            let Some(id) = unknown(member, origins) else { continue };
            let group = group.id.known().map_or_else(String::new, |id| format!(" `{id}`"));
            let property =
                format!("DistributionConfig.OriginGroups.Items[{index}].Members.Items[{at}].OriginId");
            report(member, &format!("origin group{group} has the member `{id}`"), &property, origins, cx);
        }
    }
}

/// The id, if it is certainly none of these.
fn unknown<'i>(id: &'i Id, known: &[&Id]) -> Option<&'i Text> {
    let text = id.known()?;
    let is = |other: &&Id| match other.known() {
        Some(other) => text.equals(other),
        None if other.is_absent() => Tri::False,
        None => Tri::Unknown,
    };
    known.iter().map(is).fold(Tri::False, Tri::or).is_false().then_some(text)
}

fn report(id: &Id, what: &str, property: &str, known: &[&Id], cx: &mut Context<'_>) {
    let names: Vec<String> = known.iter().filter_map(|id| id.known()).map(Text::to_string).collect();
    let meant = id.literal().and_then(|id| similar(id, names.iter().map(String::as_str)));
    let help = match (meant, names.as_slice()) {
        (Some(meant), _) => format!("did you mean `{meant}`?"),
        (None, []) => "write an origin with this `Id` into `Origins`".to_owned(),
        (None, [only]) => format!("use `{only}`"),
        _ => format!("use one of {}", listed(names.iter().map(|name| format!("`{name}`")).collect())),
    };
    let finding = cx
        .report(id.span, format!("{what}, which is not there"))
        .label("nothing has this id")
        .note("CloudFront answers: `One or more of your cache behavior target origins or origin groups do not exist.`")
        .help(help)
        .property(property)
        .rests_on(id);
    drop(known.iter().fold(finding, |finding, id| finding.rests_on(id)));
}

fn twice(ids: &[&Id], cx: &mut Context<'_>) {
    for (index, id) in ids.iter().enumerate() {
        let Some(text) = id.known() else { continue };
        let is_same = |other: &&&Id| other.known().is_some_and(|other| other.equals(text).is_true());
        let Some(first) = ids[..index].iter().find(is_same) else { continue };
        let finding = cx
            .report(id.span, format!("the id `{text}` is given twice"))
            .label("given again here")
            .related(first.span, "first given here")
            .note("CloudFront refuses ids of origins and origin groups that are not unique")
            .help("give each origin and origin group an id of its own");
        drop(finding.property("DistributionConfig.Origins").rests_on(id).rests_on(first));
    }
}
