use cflint_diagnostics::Applicability;
use cflint_edge::facts::Certainty;
use cflint_edge::facts::unknown_property::{certainty, meant};
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::model::{RightPlace, SingleResource, StrayProperty};

use crate::shared::confidence::confidence_of;

declare_rule! {
    /// ## What it does
    /// Reports properties that CloudFormation does not know, in CloudFront and API Gateway resources and in those around
    /// them: records, certificates, web ACLs, buckets, load balancers and function URLs. Most are misspelt, have other
    /// capitals, or belong in another mapping.
    ///
    /// ## Why is this bad?
    /// CloudFormation rejects the template: `#/DistributionConfig/DefaultCacheBehavior: extraneous key [PathPattern] is
    /// not permitted`. Until then the setting is not there, so the distribution is not what its author thinks it is, and
    /// other checks see only what CloudFormation would see.
    ///
    /// ## Remediation
    /// Write the name that the message suggests, or move the property to where it belongs. In CDK look for an
    /// `addPropertyOverride` with a wrong path. In a SAM template these resources are written the same way; those of SAM
    /// itself are checked by SAM.
    ///
    /// ## Fix safety
    /// Other capitals are a safe fix. A name that is only similar may not be what was meant, so that fix is unsafe.
    ///
    /// ## Exceptions
    /// The names are those of 2026-10. A property may be newer: an unknown name that resembles no other is only
    /// possible, and one that belongs somewhere else in the resource is likely. Properties that a transform, a macro or
    /// a loop adds are not reported, nor those next to a transform.
    ///
    /// ## References
    /// - [AWS resource and property types reference](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html)
    /// - [AWS::CloudFront::Distribution DistributionConfig](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudfront-distribution-distributionconfig.html)
    pub(crate) UnknownProperty {
        id: "unknown-property",
        group: Deploy,
        summary: "a property is not one that CloudFormation knows",
        severity: Error,
        fix: Safe,
        cdk: "the property of the construct, without an `addPropertyOverride`",
    }
}

impl Rule for UnknownProperty {
    fn resource(&self, resource: &SingleResource, cx: &mut Context<'_>) {
        for unknown in &resource.unknown {
            report(unknown, cx);
        }
    }
}

fn report(unknown: &StrayProperty, cx: &mut Context<'_>) {
    let StrayProperty { name, holder, path, .. } = unknown;
    let meant = meant(unknown);
    let is_same = matches!(unknown.place, Some(RightPlace::Same(_)));
    let edits = meant.and_then(|meant| cx.rename_key(Some(unknown.node), name, meant));
    let applicability = if is_same { Applicability::Safe } else { Applicability::Unsafe };
    let dot = if path.is_empty() { "" } else { "." };
    let certainty = certainty(unknown);
    let newer =
        if certainty == Certainty::Uncertain { "unless the property is newer than 2026-10, " } else { "" };
    cx.report(unknown.span, format!("`{name}` is not a property of `{holder}`"))
        .label(label(unknown, meant))
        .note(format!(
            "{newer}CloudFormation rejects the template: `{}: extraneous key [{name}] is not permitted`",
            pointer(path)
        ))
        .help(help(unknown, meant))
        .fix(applicability, format!("write `{}`", meant.unwrap_or_default()), edits)
        .property(format!("{path}{dot}{name}"))
        .at_most(confidence_of(certainty));
}

fn label(unknown: &StrayProperty, meant: Option<&str>) -> String {
    let label = match &unknown.place {
        Some(RightPlace::Same(_)) => "names are case-sensitive",
        Some(RightPlace::Below(place)) => return format!("belongs in `{place}`"),
        Some(RightPlace::Above(place)) => return format!("belongs in `{place}`"),
        Some(RightPlace::Similar(_)) => "belongs in another mapping",
        _ if meant.is_some() => "not a known name here",
        Some(RightPlace::Elsewhere(_)) => "belongs in another mapping",
        None => "not a known name",
    };
    label.to_owned()
}

fn help(unknown: &StrayProperty, meant: Option<&str>) -> String {
    let name = &unknown.name;
    let at = |path: &str| match path {
        "" => "`Properties`".to_owned(),
        path => format!("`{path}`"),
    };
    match &unknown.place {
        Some(RightPlace::Same(same)) if meant.is_none() => format!("remove it; `{same}` is already there"),
        Some(RightPlace::Same(same)) => format!("write `{same}`"),
        Some(RightPlace::Below(property)) => format!("move it into `{property}`"),
        Some(RightPlace::Above(holder)) => format!("move it one level up, into `{holder}`"),
        Some(RightPlace::Similar(path)) => {
            format!("remove it: `{name}` is a property of {}, not of `{}`", at(path), unknown.holder)
        }
        place => match (meant, place) {
            (Some(meant), _) => format!("write `{meant}`"),
            (None, Some(RightPlace::Elsewhere(path))) => format!("move it to {}, or remove it", at(path)),
            _ => "remove it, or look up its name in the reference of the resource".to_owned(),
        },
    }
}

/// A path as CloudFormation writes it: `#/DistributionConfig/Origins/0`
fn pointer(path: &str) -> String {
    let steps = path.split(['.', '[']).filter(|step| !step.is_empty());
    steps.fold("#".to_owned(), |pointer, step| format!("{pointer}/{}", step.trim_end_matches(']')))
}
